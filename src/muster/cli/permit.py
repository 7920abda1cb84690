"""`muster permit`: leave to run, fetched once and verified wherever the model is served."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from muster.cli.language import is_chinese, say

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Fetch release permits, and verify them offline.")
_REFUSED, _COULD_NOT_READ = 1, 2


@app.callback()
def permit() -> None:
    """Fetch release permits, and verify them offline."""


@app.command()
def fetch(
    permit_id: Annotated[str, typer.Argument(help="The id of the permit; revoked: the signed list.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of the terminal.")] = None,
) -> None:
    """Fetch a permit (or the list of revoked ones) from Muster.

    Exit status: 0 fetched, 2 could not.
    """
    from muster.client import MusterError
    from muster.sdk import connection

    try:
        told = connection().get(f"/permits/{permit_id}")
    except MusterError as error:
        _give_up(str(error))
    text = told["envelope"] if "envelope" in told else _canonical(told)
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text, encoding="utf-8")
        typer.echo(say(f"Wrote {out}.", f"已写入 {out}。"))


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The permit.")],
    *,
    key: Annotated[str, typer.Option("--key", help="The verifier key, or a file that holds it.")],
    artifact: Annotated[str, typer.Option(help="What is to be served: a file, or sha256:<hex>.")] = "",
    model: Annotated[str, typer.Option(help="The model that is to be served: job-support or job-support@2.")] = "",
    environment: Annotated[str, typer.Option(help="Where it is to be served.")] = "",
    revoked: Annotated[Path | None, typer.Option(help="The signed list of revoked permits.")] = None,
) -> None:
    """Verify a permit offline: genuine, in force, and for what is to be served.

    Exit status: 0 verified, 1 refused, 2 could not read.
    """
    from muster.cli.ledger import parse_key
    from muster.ledger.errors import LedgerError
    from muster.ledger.permit import Refused, read_revocations, verify_permit

    try:
        keys = [parse_key(key)]
        listed = read_revocations(revoked.read_bytes(), keys) if revoked else None
        outcome = (
            listed
            if isinstance(listed, Refused)
            else verify_permit(
                file.read_bytes(),
                keys,
                at=datetime.now(UTC),
                artifact=_digest(artifact) if artifact else None,
                model=model or None,
                environment=environment or None,
                revoked=listed.revoked if listed else (),
            )
        )
    except (OSError, LedgerError, ValueError) as error:
        _give_up(str(error))
    if isinstance(outcome, Refused):
        typer.echo(outcome.sentence("zh-Hans" if is_chinese() else "en"), err=True)
        raise typer.Exit(_REFUSED)
    told = outcome.permit
    typer.echo(
        say(
            f"Verified: {told.name}@{told.version} may run in {told.environment} until {told.not_after.isoformat()}.",
            f"验证通过：{told.name}@{told.version} 可在 {told.environment} 运行，有效至 {told.not_after.isoformat()}。",
        )
    )


def _digest(artifact: str) -> str:
    from muster.client.capture import digest_of_path

    return artifact if artifact.startswith("sha256:") else digest_of_path(Path(artifact))


def _canonical(value: object) -> str:
    from muster.core.canonical import canonical

    return canonical(value).decode()


def _give_up(why: str) -> NoReturn:
    typer.echo(say(f"Could not read: {why}", f"无法读取：{why}"), err=True)
    raise typer.Exit(_COULD_NOT_READ)
