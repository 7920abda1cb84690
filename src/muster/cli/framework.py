"""`muster framework`: read, check and try the rules that an organisation governs by."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from muster.cli.embedded import stop
from muster.cli.language import say, tag
from muster.cli.publishing import publish

if TYPE_CHECKING:
    from muster.core.load import Broken, Loaded
    from muster.core.problem import Problem

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The rules: lint, test, show, classify, publish.")
_REFUSED, _UNREADABLE = 1, 2

Place = Annotated[str, typer.Argument(metavar="full|starter|DIR", help="A shipped framework, or a folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@app.callback()
def framework() -> None:
    """The rules: lint, test, show, classify, publish."""


app.command()(publish)


@app.command()
def lint(
    place: Place,
    publish: Annotated[
        bool, typer.Option("--publish", help="Refuse measures whose check is not installed here, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Name everything wrong with a framework, each with file, line and column.

    Exit status: 0 no error (warnings may be printed), 1 errors, 2 could not be read.
    """
    from muster.core.lint import lint as lint_framework
    from muster.core.load import Broken
    from muster.evidence.registry import installed

    outcome = _load(place)
    if isinstance(outcome, Broken):
        problems = outcome.problems
    else:
        checks = installed() if publish else None
        today = datetime.now(UTC).date()
        problems = lint_framework(outcome.framework, outcome.positions, today, checks)
    errors = sum(problem.severity == "error" for problem in problems)
    _print_problems(problems, as_json=as_json)
    if not as_json:
        warnings = len(problems) - errors
        typer.echo(say(f"{errors} errors, {warnings} warnings", f"{errors} 个错误，{warnings} 个警告"), err=True)
    raise typer.Exit(_REFUSED if errors else 0)


@app.command("test")
def run_scenarios(place: Place, as_json: AsJson = False) -> None:
    """Run the scenarios of a framework: the answers must come out exactly as written.

    Exit status: 0 all do, 1 some do not (each difference is shown), 2 could not be run.
    """
    from muster.core.classify import classify as classify_answers
    from muster.core.scenario import differences, read_scenarios
    from muster.frameworks import read_folder

    loaded = _loaded(place)
    read = read_scenarios(loaded.framework, read_folder(place))
    if read.problems:
        _print_problems(read.problems, as_json=as_json)
        raise typer.Exit(_UNREADABLE)
    if not read.scenarios:
        stop(say(f"{place} has no scenarios.", f"{place} 没有场景。") + _where_scenarios_go())
    results = {
        scenario.id: list(
            differences(scenario.expected, classify_answers(loaded.framework, scenario.answers).summary())
        )
        for scenario in read.scenarios
    }
    failed = sum(bool(found) for found in results.values())
    if as_json:
        typer.echo(json.dumps({name: [d.model_dump() for d in found] for name, found in results.items()}, indent=2))
    else:
        for name, found in results.items():
            typer.echo(f"{name}: " + (say("differs", "不一致") if found else say("as expected", "符合预期")))
            for d in found:
                typer.echo(say(f"  {d.field}: expected {d.expected!r}, came out {d.actual!r}",
                               f"  {d.field}：预期 {d.expected!r}，实际 {d.actual!r}"))  # fmt: skip
        typer.echo(
            say(f"{len(results)} scenarios, {failed} differ", f"{len(results)} 个场景，{failed} 个不一致"), err=True
        )
    raise typer.Exit(_REFUSED if failed else 0)


@app.command()
def show(
    place: Place,
    measure: Annotated[str, typer.Option("--measure", help="Show one measure, with all that asks for it.")] = "",
    section: Annotated[
        str,
        typer.Option("--section", help="One of: overview, questions, matrix, measures, process, raci, regulations."),
    ] = "",
    language: Annotated[str, typer.Option("--language", help="The language of the texts: en, zh-Hans, …")] = "",
) -> None:
    """Show a framework for reading: matrix, measures, process, responsibilities.

    Exit status: 0 shown, 1 no such measure or section, 2 could not be read.
    """
    from muster.cli import framework_text
    from muster.core.problem import did_you_mean

    rules = _loaded(place).framework
    language = language or tag()
    if measure:
        if measure not in rules.measure_by_id:
            hint = did_you_mean(measure, rules.measure_by_id)
            stop(say(f"There is no measure {measure}; {hint}", f"没有措施 {measure}；{hint}"), _REFUSED)
        typer.echo("\n".join(framework_text.show_measure(rules, rules.measure_by_id[measure], language)))
        return
    if section and section not in framework_text.SECTIONS:
        hint = did_you_mean(section, framework_text.SECTIONS)
        stop(say(f"There is no section {section}; {hint}", f"没有章节 {section}；{hint}"), _REFUSED)
    wanted = [section] if section else ["overview", "matrix", "measures", "process", "raci"]
    typer.echo("\n\n".join("\n".join(framework_text.SECTIONS[name](rules, language)) for name in wanted))


@app.command()
def schema() -> None:
    """Print the JSON Schema of the framework folder: all parts joined into one mapping."""
    from muster.core.framework import Framework

    typer.echo(json.dumps(Framework.model_json_schema(by_alias=True), indent=2, ensure_ascii=False))


@app.command()
def classify(
    answers: Annotated[Path, typer.Argument(metavar="ANSWERS.yaml", help="Question to answer, also under `answers`.")],
    framework: Annotated[str, typer.Option("--framework", metavar="full|starter|DIR", help="The rules.")] = "full",
    as_json: AsJson = False,
) -> None:
    """Classify a use case by its answers, and say why.

    Exit status: 0 classified, 1 an answer is refused, 2 could not be read.
    """
    from muster.cli.framework_text import describe_classification
    from muster.core.classify import classify as classify_answers
    from muster.core.scenario import AnswerSheet, read_sheet

    rules = _loaded(framework).framework
    try:
        content = answers.read_bytes()
    except OSError as error:
        stop(say(f"The answers could not be read: {error}", f"无法读取答案：{error}"))
    sheet = read_sheet(rules, str(answers), content)
    if not isinstance(sheet, AnswerSheet):
        _print_problems(sheet, as_json=as_json)
        raise typer.Exit(_REFUSED)
    result = classify_answers(rules, sheet.answers)
    if as_json:
        typer.echo(json.dumps(result.summary(), indent=2, ensure_ascii=False))
    else:
        language = tag()
        typer.echo("\n".join(describe_classification(rules, result, language)))


def _load(place: str) -> "Loaded | Broken":
    from muster.core.load import load
    from muster.frameworks import read_folder

    try:
        return load(read_folder(place))
    except OSError as error:
        stop(say(f"The framework could not be read: {error}", f"无法读取框架：{error}"))


def _loaded(place: str) -> "Loaded":
    from muster.core.load import Broken

    outcome = _load(place)
    if isinstance(outcome, Broken):
        _print_problems(outcome.problems, as_json=False)
        stop(
            say(f"{place} is no framework yet: mend the lines above.", f"{place} 还不是可用的框架：请先修正以上各处。")
        )
    return outcome


def _print_problems(problems: "tuple[Problem, ...]", *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([problem.model_dump() for problem in problems], indent=2, ensure_ascii=False))
        return
    for problem in problems:
        typer.echo(str(problem))


def _where_scenarios_go() -> str:
    return say(
        " Put answers and what must come out into scenarios/NAME.yaml.", "请将答案与预期结果写入 scenarios/名称.yaml。"
    )
