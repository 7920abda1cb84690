"""`muster ledger`: prove that the record is whole, without trusting the server that keeps it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from muster.cli import ledger_server
from muster.cli.embedded import stop
from muster.cli.language import say

if TYPE_CHECKING:
    from muster.ledger.keys import VerifierKey
    from muster.ledger.problems import Verification

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The append-only record: verify it, offline.")
for command in (ledger_server.export, ledger_server.key, ledger_server.replay):
    app.command()(command)
_REFUSED = 1
_SHOWN = 20


@app.callback()
def ledger() -> None:
    """The append-only record: verify it, offline."""


@app.command()
def verify(
    place: Annotated[str, typer.Argument(metavar="DIR|URL", help="An exported ledger, or its address.")],
    key: Annotated[
        list[str],
        typer.Option("--key", help="The verifier key, or a file that holds it. Again for each further key."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Verify every byte of a ledger: checkpoint, tree, entries and signatures.

    Exit status: 0 verified, 1 refused, 2 could not be read.
    """
    from muster.cli.ledger_source import open_source
    from muster.cli.progress import show_progress
    from muster.ledger.verify import verify_export

    keys = [parse_key(item) for item in key]
    try:
        source = open_source(place)
        names = source.names()
        report = show_progress(say("verifying entries", "正在验证条目"))
        result = verify_export(source.read, keys, names=names, progress=report)
    except OSError as error:
        stop(say(f"The ledger could not be read: {error}", f"无法读取账本：{error}"))
    _print_json(result) if as_json else _print_text(result, listed=names is not None)
    if not result.verified:
        raise typer.Exit(_REFUSED)


def parse_key(text: str) -> "VerifierKey":
    """Read a verifier key handed in as text or as the name of a file; leaves with status 2 otherwise."""
    from muster.ledger.errors import LedgerError
    from muster.ledger.keys import VerifierKey

    try:
        line = text if text.count("+") > 1 else Path(text).read_text(encoding="utf-8").strip()
        return VerifierKey.from_text(line)
    except (OSError, UnicodeDecodeError, LedgerError) as error:
        cure = say(
            "Hand in the line that 'muster ledger key' printed (name+id+base64), or a file that holds it.",
            "请提供 muster ledger key 输出的那一行（name+id+base64），或存有该行的文件。",
        )
        stop(say(f"This is not a verifier key: {error}. {cure}", f"这不是验证密钥：{error}。{cure}"))


def _print_text(result: "Verification", *, listed: bool) -> None:
    from muster.cli import ledger_text

    if result.verified:
        typer.echo(ledger_text.describe_success(result, listed))
        return
    typer.echo(say(f"Refused: {result.found:,} problem(s).", f"未通过验证：发现 {result.found:,} 处问题。"))
    for problem in result.problems[:_SHOWN]:
        typer.echo(f"  {ledger_text.describe_problem(problem)}")
    if result.found > _SHOWN:
        typer.echo(f"  {ledger_text.describe_more(result.found - _SHOWN)}")
    typer.echo(ledger_text.describe_cure())


def _print_json(result: "Verification") -> None:
    problems = [
        {"flaw": item.flaw.value, "file": item.file, "entry": item.entry, "detail": item.detail}
        for item in result.problems
    ]
    answer = {
        "verified": result.verified,
        "origin": result.origin,
        "size": result.size,
        "root": result.root.hex(),
        "entries": result.entries,
        "signatures": result.signatures,
        "found": result.found,
        "problems": problems,
    }
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
