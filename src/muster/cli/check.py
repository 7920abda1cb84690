"""`muster check`: compute proof about a file of predictions or data, on this machine."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from muster.cli.embedded import stop
from muster.cli.language import is_chinese, say

if TYPE_CHECKING:
    from muster.evidence.result import CheckResult

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Compute proof: fairness, performance, quality.")
_PATIENCE = 2.0

Data = Annotated[
    list[str], typer.Option("--data", help="A Parquet or CSV file, or a quoted pattern. Again for more files.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the whole result as JSON.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write the result as an in-toto statement to this file.")]
Level = Annotated[float, typer.Option(help="The level of the intervals.")]
Seed = Annotated[int | None, typer.Option(help="The seed of the bootstrap.")]
Replicates = Annotated[int, typer.Option(help="How many times the bootstrap draws.")]
Positive = Annotated[str, typer.Option(help="The value of label and prediction that counts as positive.")]
Threshold = Annotated[float, typer.Option(help="The score from which on a row is selected.")]
Column = str | None


@app.callback()
def check() -> None:
    """Compute proof: fairness, performance, quality."""


@app.command()
def fairness(
    *,
    data: Data,
    protected: Annotated[list[str], typer.Option("--protected", help="A protected attribute. Again for each.")],
    prediction: Annotated[Column, typer.Option(help="The column of decisions, two values.")] = None,
    score: Annotated[Column, typer.Option(help="The column of scores, instead of a prediction.")] = None,
    threshold: Threshold = 0.5,
    label: Annotated[Column, typer.Option(help="The column of the truth; without it selection rates only.")] = None,
    positive: Positive = "1",
    minimum: Annotated[int, typer.Option(help="The smallest denominator that may decide a gap.")] = 30,
    depth: Annotated[int, typer.Option(help="Intersections of up to this many attributes, 1 to 3.")] = 3,
    level: Level = 0.95,
    replicates: Replicates = 1000,
    seed: Seed = None,
    as_json: AsJson = False,
    out: Out = None,
) -> None:
    """Compare every group and intersection of the protected attributes.

    Exit status: 0 computed (good or bad), 2 could not run.
    """
    given = {
        "protected": protected,
        "prediction": prediction,
        "score": score,
        "threshold": threshold,
        "label": label,
        "positive": positive,
        "minimum": minimum,
        "depth": depth,
        **_drawn(level, replicates, seed),
    }
    _run("fairness", data, given, as_json=as_json, out=out)


@app.command()
def performance(
    *,
    data: Data,
    label: Annotated[str, typer.Option(help="The column of the truth.")],
    task: Annotated[str, typer.Option(help="classification or regression.")] = "classification",
    prediction: Annotated[Column, typer.Option(help="The column of predictions.")] = None,
    score: Annotated[Column, typer.Option(help="The column of scores.")] = None,
    threshold: Threshold = 0.5,
    positive: Positive = "1",
    bins: Annotated[int, typer.Option(help="Bins of the calibration error.")] = 10,
    level: Level = 0.95,
    replicates: Replicates = 1000,
    seed: Seed = None,
    as_json: AsJson = False,
    out: Out = None,
) -> None:
    """Measure predictions against the truth, beside what guessing would reach.

    Exit status: 0 computed (good or bad), 2 could not run.
    """
    given = {
        "label": label,
        "task": task,
        "prediction": prediction,
        "score": score,
        "threshold": threshold,
        "positive": positive,
        "bins": bins,
        **_drawn(level, replicates, seed),
    }
    _run("performance", data, given, as_json=as_json, out=out)


@app.command()
def quality(
    *,
    data: Data,
    rules: Annotated[Path, typer.Option("--rules", help="A YAML or JSON list of rules.")],
    as_json: AsJson = False,
    out: Out = None,
) -> None:
    """Hold the data against rules: missing, range, set, unique, schema, freshness.

    Exit status: 0 computed (rules may have failed), 2 could not run.
    """
    with _refusals():
        from muster.evidence.rules import read_rules

        given = {"rules": read_rules(rules)}
    _run("quality", data, given, as_json=as_json, out=out)


def _drawn(level: float, replicates: int, seed: int | None) -> dict[str, Any]:
    return {"level": level, "replicates": replicates, **({} if seed is None else {"seed": seed})}


def _run(name: str, data: list[str], given: dict[str, Any], *, as_json: bool, out: Path | None) -> None:
    with _refusals(), _patience(name):
        from muster.evidence import run_check

        result = run_check(name, data, now=datetime.now(UTC), clock=lambda: datetime.now(UTC), **given)
    if out is not None:
        _write(result, out)
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


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn a check that could not run into its sentence and exit status 2."""
    from muster.evidence.errors import EvidenceError

    try:
        yield
    except EvidenceError as error:
        stop(error.sentence("zh" if is_chinese() else "en"))
    except ModuleNotFoundError as error:
        missing = EvidenceError("missing_engine", "muster check", package=error.name)
        stop(missing.sentence("zh" if is_chinese() else "en"))


@contextmanager
def _patience(name: str) -> Iterator[None]:
    """Say on standard error that work goes on, once it has taken two seconds."""
    line = say(f"{name}: still computing …", f"{name}：仍在计算……")
    timer = threading.Timer(_PATIENCE, typer.echo, args=(line,), kwargs={"err": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
