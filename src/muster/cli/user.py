"""`muster user`: accounts and roles, given by whoever runs the server."""

import secrets
import sys
from typing import Annotated

import typer

from muster.cli.embedded import REFUSED, find_person, open_server, stop
from muster.cli.language import say, tag

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Accounts and roles, on the server's machine.")
Login = Annotated[str, typer.Argument(metavar="LOGIN", help="The user name or e-mail address.")]
UseCase = Annotated[str, typer.Option("--use-case", help="Only for this use case (its id); else organisation-wide.")]


@app.callback()
def user() -> None:
    """Accounts and roles, on the server's machine."""


@app.command()
def add(
    username: Annotated[str, typer.Argument(help="The name to sign in with.")],
    email: Annotated[str, typer.Option("--email", help="The e-mail address, which also signs in.")],
    name: Annotated[str, typer.Option("--name", help="The name that others see.")] = "",
    admin: Annotated[bool, typer.Option("--admin", help="May manage accounts; can never sign.")] = False,
    generate: Annotated[bool, typer.Option("--generate", help="Make a password and print it once.")] = False,
) -> None:
    """Make an account. The password is asked for, or read from standard input when that is not a terminal."""
    open_server()
    from django.core.exceptions import ValidationError
    from django.db import IntegrityError

    from muster.core.reasons import Denied
    from muster.server.identity.actions import OPERATOR, create_account

    password = secrets.token_urlsafe(15) if generate else _ask_password()
    try:
        made = create_account(
            OPERATOR, username=username, email=email, name=name or username, password=password, is_admin=admin
        )
    except ValidationError as error:
        stop(" ".join(error.messages), REFUSED)
    except IntegrityError:
        stop(say("That user name or e-mail address is taken.", "该用户名或电子邮箱已被使用。"), REFUSED)
    if isinstance(made, Denied):
        stop(made.reason.code, REFUSED)
    typer.echo(
        say(
            f"Account {username} is ready; person {made.person_id}.",
            f"账户 {username} 已就绪；人员编号 {made.person_id}。",
        )
    )
    if generate:
        typer.echo(say(f"Password (shown once): {password}", f"密码（仅显示一次）：{password}"))


def _ask_password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt(say("Password", "密码"), hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


@app.command()
def grant(
    login: Login,
    role: Annotated[str, typer.Argument(help="The id of a role of the framework.")],
    use_case: UseCase = "",
) -> None:
    """Give a role, organisation-wide or for one use case."""
    open_server()
    from muster.core.reasons import Denied
    from muster.report.sentences import sentence
    from muster.server.identity.actions import OPERATOR, grant_role
    from muster.server.policy.queries import current

    framework = current()
    if framework is not None and role not in framework.role_by_id:
        known = ", ".join(framework.role_by_id)
        stop(say(f"There is no role {role}. Roles: {known}", f"没有角色 {role}。可用角色：{known}"), REFUSED)
    given = grant_role(OPERATOR, person=find_person(login), role=role, use_case=use_case)
    if isinstance(given, Denied):
        stop(sentence(given.reason, framework, tag()), REFUSED)
    typer.echo(say(f"{login} holds the role {role}.", f"{login} 已拥有角色 {role}。"))


@app.command()
def end(
    login: Login, role: Annotated[str, typer.Argument(help="The role to take back.")], use_case: UseCase = ""
) -> None:
    """Take a role back from now on; the record of it stays."""
    open_server()
    from muster.server.identity.actions import OPERATOR, end_role
    from muster.server.identity.models import RoleGrant

    held = RoleGrant.objects.filter(person_id=find_person(login), role=role, use_case=use_case, ended_at=None).first()
    if held is None:
        stop(say(f"{login} does not hold the role {role}.", f"{login} 并未拥有角色 {role}。"), REFUSED)
    end_role(OPERATOR, held)
    typer.echo(say(f"{login} no longer holds the role {role}.", f"{login} 已不再拥有角色 {role}。"))
