"""`muster gate`: may this version go there? For people, and for pipelines by exit status."""

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from muster.cli.embedded import stop
from muster.cli.language import say

if TYPE_CHECKING:
    from muster.client import Verdict

app = typer.Typer(rich_markup_mode=None)
_BLOCKED = 1


@app.command()
def gate(
    what: Annotated[str, typer.Argument(help="A use case and version: job-support@2 (no version: the newest).")],
    to: Annotated[str, typer.Option("--to", help="An environment (production) or a gate (G4).")],
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="How to print the verdict.")] = "text",
    decide: Annotated[bool, typer.Option("--decide", help="Decide and record it; where it passes, a permit.")] = False,
) -> None:
    """Ask whether a version may go to an environment, and say why not.

    Exit status: 0 passed, 1 blocked, 2 could not ask.
    """
    from muster.client import MusterError

    try:
        verdict = _ask(what, to, decide=decide)
    except MusterError as error:
        stop(say(f"Could not ask: {error}", f"无法询问：{error}"))
    if output == "json":
        told = verdict.told.model_dump(mode="json")
        told["reasons"] = [
            {**reason.reason.model_dump(mode="json"), "sentence": reason.sentence, "cure_sentence": reason.cure}
            for reason in verdict.reasons
        ]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        typer.echo(str(verdict))
        if verdict.permit is not None:
            fetch = f"muster permit fetch {what} --to {to} --out permit.json"
            typer.echo(say(f"Permit {verdict.permit.id}: {fetch}", f"许可 {verdict.permit.id}：{fetch}"))
    raise typer.Exit(0 if verdict else _BLOCKED)


def _ask(what: str, to: str, *, decide: bool) -> "Verdict":
    from muster import sdk

    slug, _, number = what.partition("@")
    case = sdk.use_case(slug)
    if not number and not decide:
        return case.gate(to)
    version = case.version(number or "latest")
    return version.release(to) if decide else version.gate(to)
