"""The commands of `muster ledger` that read the server's database: export, key, replay."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from muster.cli.embedded import CANNOT, REFUSED, open_server, stop
from muster.cli.language import say

if TYPE_CHECKING:
    from muster.server.journal.replay import Replay

_SHOWN = 50


def key() -> None:
    """Print the verifier key. Keep it where the keeper of the server cannot change it."""
    open_server()
    from muster.server.journal.queries import verifier_key

    typer.echo(verifier_key())


def export(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")]) -> None:
    """Write the whole ledger as static files (C2SP tlog-tiles), which anybody can verify."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        stop(say(f"{folder} is not an empty folder; name a new one.", f"{folder} 不是空文件夹，请指定新的文件夹。"))
    open_server()
    from muster.ledger.errors import LedgerError

    try:
        size = _write(folder)
    except LedgerError as error:
        stop(error.diagnostics(), REFUSED)
    except OSError as error:
        stop(say(f"The export could not be written: {error}", f"无法写出导出文件：{error}"))
    typer.echo(
        say(
            f"{size:,} entries are in {folder}. Verify them: muster ledger verify {folder} --key KEY",
            f"已将 {size:,} 个条目导出至 {folder}。验证：muster ledger verify {folder} --key KEY",
        )
    )


def _write(folder: Path) -> int:
    from muster.cli.progress import show_progress
    from muster.ledger.checkpoint import parse_checkpoint
    from muster.ledger.log import export_files
    from muster.ledger.note import parse_note
    from muster.ledger.tiles import TILE_WIDTH
    from muster.server.journal import queries

    note = queries.signed_checkpoint()
    size = parse_checkpoint(parse_note(note).text).size
    report = show_progress(say("exporting entries", "正在导出条目"))
    done = 0
    for path, raw in export_files(queries.every_leaf(size), note):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(raw)
        if path.startswith("tile/entries/"):
            done += TILE_WIDTH
            report(min(done, size), size)
    return size


def replay(as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False) -> None:
    """Compare every row with the ledger and recompute every decision; name each difference.

    Exit status: 0 no difference, 1 differences, 2 could not be read.
    """
    open_server()
    from muster.cli.progress import show_progress
    from muster.ledger.errors import LedgerError
    from muster.server.journal import audit

    try:
        result = audit.replay(show_progress(say("replaying entries", "正在重放条目")))
    except LedgerError as error:
        stop(error.diagnostics(), CANNOT)
    _print_json(result) if as_json else _print_text(result)
    if result.differences:
        raise typer.Exit(REFUSED)


def _print_text(result: "Replay") -> None:
    from muster.cli import replay_text

    for item in result.differences[:_SHOWN]:
        typer.echo(replay_text.describe(item))
    hidden = len(result.differences) - _SHOWN
    if hidden > 0:
        typer.echo(say(f"… and {hidden:,} more (--json lists all).", f"……另有 {hidden:,} 处（--json 列出全部）。"))
    typer.echo(replay_text.describe_end(result))


def _print_json(result: "Replay") -> None:
    differences = [
        {"kind": d.kind.value, "entry": d.entry, "row": d.row, "field": d.field, "told": d.told, "found": d.found}
        for d in result.differences
    ]
    answer = {
        "entries": result.entries,
        "rows": result.rows,
        "uncompared": dict(result.uncompared),
        "differences": differences,
    }
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
