"""`muster token`: keys for programs, each for one person, some acts and a limited time."""

from typing import Annotated, get_args

import typer

from muster.cli.embedded import REFUSED, find_person, open_server, stop
from muster.cli.language import say

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Keys for programs, on the server's machine.")


@app.callback()
def token() -> None:
    """Keys for programs, on the server's machine."""


@app.command()
def issue(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="The person it acts for.")],
    act: Annotated[list[str], typer.Option("--act", help="What it may do, such as hand_in_evidence. May be repeated.")],
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How long it lives.")] = 90,
    use_case: Annotated[str, typer.Option("--use-case", help="Only for this use case (its id).")] = "",
    name: Annotated[str, typer.Option("--name", help="What it is for.")] = "",
) -> None:
    """Make a key and print it: the only time that anybody sees it. No key can sign."""
    from muster.core.process import Act

    unknown = sorted(set(act) - set(get_args(Act)))
    if unknown:
        known = ", ".join(get_args(Act))
        stop(say(f"There is no act {unknown[0]}. Acts: {known}", f"没有名为 {unknown[0]} 的操作。可用操作：{known}"))
    open_server()
    from datetime import timedelta

    from django.utils import timezone
    from pydantic import TypeAdapter

    from muster.core.reasons import Denied
    from muster.server.identity.actions import OPERATOR, issue_token

    scopes = TypeAdapter(tuple[Act, ...]).validate_python(tuple(act))
    end = timezone.now() + timedelta(days=days)
    made = issue_token(OPERATOR, person=find_person(login), scopes=scopes, expires_at=end, use_case=use_case, name=name)
    if isinstance(made, Denied):
        refused = made.reason.parameters["act"]
        stop(
            say(
                f"No token may {refused}: a person does that, signed in.",
                f"令牌不得执行 {refused}：须由本人登录后操作。",
            ),
            REFUSED,
        )
    typer.echo(made.key)
    typer.echo(
        say(f"Token {made.token.id}, until {end:%Y-%m-%d}.", f"令牌 {made.token.id}，有效期至 {end:%Y-%m-%d}。"),
        err=True,
    )


@app.command()
def revoke(token: Annotated[str, typer.Argument(metavar="ID", help="The id of the token, not its key.")]) -> None:
    """End a token now."""
    open_server()
    from muster.server.identity.actions import OPERATOR, revoke_token
    from muster.server.identity.models import Token

    row = Token.objects.filter(pk=token).first()
    if row is None:
        stop(
            say(
                f"There is no token {token}. List them: muster token list", f"没有令牌 {token}。查看：muster token list"
            )
        )
    revoke_token(OPERATOR, row)
    typer.echo(say(f"Token {token} is revoked.", f"令牌 {token} 已吊销。"))


@app.command(name="list")
def list_tokens() -> None:
    """List the tokens, never their keys: id, person, acts, end, last use."""
    open_server()
    from muster.server.identity.models import Token

    for row in Token.objects.select_related("person__account").order_by("created_at"):
        used = f"{row.last_used_at:%Y-%m-%d}" if row.last_used_at else "-"
        state = say("revoked", "已吊销") if row.revoked_at else f"{row.expires_at:%Y-%m-%d}"
        typer.echo("  ".join([row.id, row.person.account.username, ",".join(row.scopes), state, used, row.name]))
