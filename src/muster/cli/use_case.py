"""`muster use-case`: open, list, answer and show use cases."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from muster.cli.embedded import stop
from muster.cli.language import say

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Open, list, answer and show use cases.")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def use_case() -> None:
    """Open, list, answer and show use cases."""


@app.command("open")
def open_(
    name: Annotated[str, typer.Argument(help="What people call it.")],
    purpose: Annotated[str, typer.Option(help="What it is for, in a sentence.")] = "",
    owner: Annotated[str, typer.Option(help="The user name of the owner (default: you).")] = "",
    slug: Annotated[str, typer.Option(help="The short name (default: made from the name).")] = "",
    protected: Annotated[
        list[str] | None,
        typer.Option("--protected", help="A protected attribute. Again for each."),
    ] = None,
) -> None:
    """Open a use case."""
    from muster import sdk
    from muster.client import MusterError

    try:
        case = sdk.open_use_case(name, purpose=purpose, owner=owner, slug=slug, protected=tuple(protected or ()))
    except (MusterError, ValueError) as error:
        stop(str(error))
    number = f"UC-{case.record.number}"
    then = f"muster use-case answer {case.slug} ANSWERS.yaml"
    typer.echo(say(f"Opened {number} {case.slug}. Next: {then}", f"已创建 {number} {case.slug}。下一步：{then}"))


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the use cases that you may see."""
    from muster.client import MusterError
    from muster.sdk import connection

    try:
        page = connection().get("/use-cases", per_page=200)
    except MusterError as error:
        stop(str(error))
    if as_json:
        typer.echo(json.dumps(page["items"], ensure_ascii=False, indent=2))
        return
    for row in page["items"]:
        typer.echo(f"UC-{row['number']:<4} {row['tier']:<5} {row['state']:<8} {row['step']:<16} {row['slug']}")
    if not page["items"]:
        typer.echo(say("There is none yet: muster use-case open NAME", "尚无用例：muster use-case open 名称"))


@app.command()
def answer(
    slug: Annotated[str, typer.Argument(help="The use case.")],
    file: Annotated[Path, typer.Argument(help="YAML or JSON: question id → answer.")],
) -> None:
    """Answer the questionnaire from a file; all answers are taken, or none."""
    import yaml

    from muster import sdk
    from muster.client import MusterError

    try:
        given = yaml.safe_load(file.read_text(encoding="utf-8"))
        told = sdk.use_case(slug).answer(_answers(given))
    except (MusterError, OSError, ValueError, yaml.YAMLError) as error:
        stop(str(error))
    left = ", ".join(told.unanswered)
    typer.echo(
        say(f"Tier {told.tier}. Still open: {left or 'nothing'}.", f"等级 {told.tier}。尚未作答：{left or '无'}。")
    )


@app.command()
def show(slug: Annotated[str, typer.Argument(help="The use case.")], *, as_json: AsJson = False) -> None:
    """Show a use case: its tier, and what its next gate asks for."""
    from muster import sdk
    from muster.client import MusterError

    try:
        case = sdk.use_case(slug)
        verdict = case.gate("production")
    except MusterError as error:
        stop(str(error))
    if as_json:
        typer.echo(case.record.model_dump_json(indent=2))
        return
    record = case.record
    typer.echo(f"UC-{record.number} {record.name} · {record.tier} · {record.owner.name}\n{record.purpose}\n\n{verdict}")


def _answers(given: Any) -> dict[str, Any]:
    if isinstance(given, dict) and isinstance(given.get("answers"), dict):
        given = given["answers"]
    if not isinstance(given, dict):
        raise ValueError(  # noqa: TRY004 # of the file's content, not of the code
            say("the file holds no mapping of question to answer", "文件内容不是“问题: 答案”的映射")
        )
    return given
