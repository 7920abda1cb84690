"""`muster check`: compute proof about data, on this machine; one command for each check that is installed."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from muster.cli.check_options import (
    AS_JSON,
    FILE,
    OUT,
    Description,
    build_command,
    find_description,
    shipped_descriptions,
)
from muster.cli.embedded import stop
from muster.cli.language import is_chinese, say
from muster.cli.progress import show_progress

if TYPE_CHECKING:
    from muster.cli.structured import Structured
    from muster.evidence.result import CheckResult


class CheckGroup(TyperGroup):
    """The installed checks as commands, each imported when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        from muster.evidence.registry import installed

        return [*installed(), *super().list_commands(ctx)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in shipped_descriptions():  # known without asking every package for its entry points
            from muster.evidence.registry import installed

            if cmd_name not in installed():
                return super().get_command(ctx, cmd_name)
        with _refusals():
            description = find_description(cmd_name)
        one = typer.Typer(rich_markup_mode=None, add_completion=False)
        one.command(cmd_name)(build_command(cmd_name, description, _run))
        return typer.main.get_command(one)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        from muster.evidence.registry import origins

        shipped = shipped_descriptions()
        checks = [
            (name, shipped[name]["title"] if name in shipped else f"from {origin}")
            for name, origin in origins().items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(checks)
        with formatter.section("Commands about results"):
            own = {name: super(CheckGroup, self).get_command(ctx, name) for name in super().list_commands(ctx)}
            formatter.write_dl([(name, command.get_short_help_str(80)) for name, command in own.items() if command])


app = typer.Typer(cls=CheckGroup, no_args_is_help=True, rich_markup_mode=None, help="Compute proof about data.")

Results = Annotated[list[Path], typer.Argument(help="Results (--json) or statements (--out) of one check.")]


@app.callback()
def check() -> None:
    """Compute proof about data."""


@app.command()
def together(
    *,
    plan: Annotated[Path, typer.Argument(help="A YAML list: each item names a check, and its parameters.")],
    data: Annotated[list[str], typer.Option("--data", help="As for a single check. Again for more files.")],
    further: Annotated[
        list[str] | None,
        typer.Option("--input", help="Further data, NAME=FILE, such as reference=FILE. Again for each."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the statements to this folder, one a check.")] = None,
    as_json: AS_JSON = False,
) -> None:
    """Run several checks on the same data, sharing their scans."""
    from muster.cli.structured import read_structured

    asked = read_structured(plan)
    with _refusals():
        from muster.evidence import Asked, run_checks

        if not isinstance(asked.value, list) or not all(
            isinstance(item, dict) and isinstance(item.get("check"), str) for item in asked.value
        ):
            stop(
                say(
                    f"{plan}: write a list of items such as {{check: fairness, protected: [sex], prediction: p}}.",
                    f"{plan}：请写成列表，每项形如 {{check: fairness, protected: [sex], prediction: p}}。",
                )
            )
        items = [Asked(item["check"], {k: v for k, v in item.items() if k != "check"}) for item in asked.value]
        inputs = _further(further or [])
        results = run_checks(items, _one_or_more(data), now=_now(), clock=_now, progress=_watch("checks"), **inputs)
    for name, result in _named(results):
        _show(result, as_json=False, out=out / f"{name}.json" if out else None, quiet=as_json)
    if as_json:
        typer.echo(f"[{', '.join(result.to_json() for result in results)}]")


@app.command()
def merge(*, files: Results, as_json: AS_JSON = False, out: OUT = None) -> None:
    """Merge results of one check over several data sets (days, shards), without the data."""
    with _refusals():
        from muster.evidence import merge

        _show(merge([_read_result(file) for file in files]), as_json=as_json, out=out)


@app.command()
def judge(
    *,
    file: Annotated[Path, typer.Argument(help="A result (--json) or a statement (--out).")],
    changed: Annotated[list[str], typer.Option("--set", help="A parameter and its new value: minimum=50.")] = [],  # noqa: B006 - typer reads it, nobody writes
    as_json: AS_JSON = False,
    out: OUT = None,
) -> None:
    """Compute the figures of a result again from its statistics, without the data, with other parameters."""
    with _refusals():
        from muster.evidence import judge_again

        given = dict(pair.partition("=")[::2] for pair in changed)
        values = {name.replace("-", "_"): _value(text) for name, text in given.items()}
        _show(judge_again(_read_result(file), **values), as_json=as_json, out=out)


def _run(name: str, description: Description, given: dict[str, Any]) -> None:
    from muster.cli.structured import read_structured

    as_json, out = given.pop("as_json"), given.pop("out")
    inputs = {each: _one_or_more(given.pop(each)) for each in description["inputs"]}
    structured = {each["name"] for each in description["options"] if each["type"] == FILE}
    files = {each: read_structured(given.pop(each)) for each in structured if given[each] is not None}
    parameters = {each: value for each, value in given.items() if value not in (None, [])}
    parameters |= {each: file.value for each, file in files.items()}
    with _refusals(files):
        from muster.evidence import run_check

        data = inputs.pop("data")
        others = {each: value for each, value in inputs.items() if value}
        result = run_check(name, data, now=_now(), clock=_now, progress=_watch(name), **others, **parameters)
    _show(result, as_json=as_json, out=out)


def _named(results: "Sequence[CheckResult]") -> "Iterator[tuple[str, CheckResult]]":
    """Name each result after its check; a check that ran before gets a number, so that no file hides another."""
    seen: Counter[str] = Counter()
    for result in results:
        seen[result.check] += 1
        yield result.check if seen[result.check] == 1 else f"{result.check}-{seen[result.check]}", result


def _show(result: "CheckResult", *, as_json: bool, out: Path | None, quiet: bool = False) -> None:
    if out is not None:
        _write(result, out)
    if quiet:
        return
    if as_json:
        typer.echo(result.to_json())
        return
    from muster.cli.check_text import describe

    typer.echo(describe(result, "zh" if is_chinese() else "en"))


def _write(result: "CheckResult", out: Path) -> None:
    from muster.evidence import statement

    text = json.dumps(statement(result), ensure_ascii=False, indent=2) + "\n"
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        stop(
            say(
                f"{out}: the statement could not be written ({error.strerror}). Name a file in a folder you may write.",
                f"{out}：无法写入声明（{error.strerror}）。请指定您有写入权限的文件夹中的文件。",
            )
        )


def _read_result(path: Path) -> "CheckResult":
    from pydantic import ValidationError

    from muster.cli.structured import read_structured
    from muster.evidence.result import CheckResult

    content = read_structured(path).value
    if isinstance(content, dict) and "predicate" in content:
        content = content["predicate"]
    try:
        return CheckResult.model_validate_json(json.dumps(content))
    except ValidationError as error:
        first = error.errors()[0]
        from muster.evidence.words.mistakes import in_chinese

        where = ".".join(str(part) for part in first["loc"]) or "-"
        said = first["msg"]
        stop(
            say(
                f"{path}: this is not the result of a check ({where}: {said}). Write one with --json or --out.",
                f"{path}：这不是检查结果（{where}：{in_chinese(said)}）。请用 --json 或 --out 生成。",
            )
        )


def _further(pairs: list[str]) -> dict[str, Any]:
    """Read further inputs, NAME=FILE; a name that is there again has more files."""
    from muster.evidence import run_checks

    taken = signature(run_checks).parameters
    named: dict[str, list[str]] = {}
    for pair in pairs:
        name, sign, file = pair.partition("=")
        if not (sign and file and name.isidentifier()) or name in taken:
            stop(say(f"--input {pair}: write it as reference=FILE.", f"--input {pair}：请写成 reference=FILE。"))
        named.setdefault(name, []).append(file)
    return {name: _one_or_more(files) for name, files in named.items()}


def _one_or_more(paths: list[str]) -> Any:
    return paths[0] if len(paths) == 1 else paths


def _value(text: str) -> Any:
    """Read a value as JSON where it is JSON, else as text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _now() -> datetime:
    return datetime.now(UTC)


def _watch(name: str) -> Callable[[float | None, str], None]:
    """Return what shows progress: nothing for two seconds, then the share of the scan that the engine tells."""
    report = show_progress(say(f"{name}: computing", f"{name}：计算中"))
    return lambda share, _word: None if share is None else report(int(100 * share), 100)


@contextmanager
def _refusals(files: "dict[str, Structured] | None" = None) -> Iterator[None]:
    """Turn a check that could not run into its sentence and exit status 2."""
    from muster.evidence.errors import EvidenceError, ParameterError

    try:
        yield
    except ParameterError as error:
        found = [(path, message) for path, message in error.mistakes if path and path[0] in (files or {})]
        if not found or files is None:
            stop(error.sentence("zh" if is_chinese() else "en"))
        from muster.evidence.words.mistakes import in_chinese

        told = [(files[str(path[0])].place(path[1:]), message) for path, message in found]
        stop("\n".join(say(f"{place}: {message}", f"{place}：{in_chinese(message)}") for place, message in told))
    except EvidenceError as error:
        stop(error.sentence("zh" if is_chinese() else "en"))
    except ModuleNotFoundError as error:
        missing = EvidenceError("missing_engine", "muster check", package=error.name)
        stop(missing.sentence("zh" if is_chinese() else "en"))
