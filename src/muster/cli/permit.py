"""`muster permit`: leave to run, fetched once and verified wherever the model is served."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from muster.cli.embedded import REFUSED, stop
from muster.cli.language import say, tag

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Fetch release permits, and verify them offline.")


@app.callback()
def permit() -> None:
    """Fetch release permits, and verify them offline."""


@app.command()
def fetch(
    what: Annotated[str, typer.Argument(help="A version (job-support@2), the id of a permit, or: revoked.")],
    *,
    to: Annotated[str, typer.Option("--to", help="For a version: the environment.")] = "production",
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of the terminal.")] = None,
) -> None:
    """Fetch a permit, or the signed list of those revoked, from Muster.

    Exit status: 0 fetched, 1 there is no permit in force, 2 could not ask.
    """
    from muster.client import MusterError

    try:
        envelope = _fetch(what, to)
    except MusterError as error:
        stop(say(f"Could not read: {error}", f"无法读取：{error}"))
    if envelope is None:
        typer.echo(
            say(
                f"No permit for {what} in {to} is in force. Ask why: muster gate {what} --to {to}",
                f"{what} 在 {to} 没有有效的许可。查看原因：muster gate {what} --to {to}",
            ),
            err=True,
        )
        raise typer.Exit(REFUSED)
    if out is None:
        typer.echo(envelope)
    else:
        out.write_text(envelope, encoding="utf-8")
        typer.echo(say(f"Wrote {out}.", f"已写入 {out}。"))


def _fetch(what: str, environment: str) -> str | None:
    from muster.core.canonical import canonical
    from muster.sdk import connection

    if what == "revoked":
        return canonical(connection().get("/permits/revoked")).decode()
    slug, at, number = what.partition("@")
    if not at:
        return str(connection().get(f"/permits/{what}")["envelope"])
    now = datetime.now(UTC)
    for permit in connection().get(f"/use-cases/{slug}/permits"):
        right = str(permit["version"]) == number and permit["environment"] == environment
        if right and permit["revoked_at"] is None and datetime.fromisoformat(permit["not_after"]) > now:
            return str(permit["envelope"])
    return None


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
        stop(say(f"Could not read: {error}", f"无法读取：{error}"))
    if isinstance(outcome, Refused):
        typer.echo(outcome.sentence(tag()), err=True)
        raise typer.Exit(REFUSED)
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
