"""Commands that work on the server's own machine: they open its database, not its address."""

from typing import NoReturn

import typer

from muster.cli.language import say

REFUSED, CANNOT = 1, 2


def open_server() -> None:
    """Make the rooms of the server usable in this process, and its database up to date; leaves with 2 otherwise."""
    try:
        from muster.server.boot import boot, migrate
    except ModuleNotFoundError as error:
        stop(
            say(
                f"This command needs the server ({error}). Install it: pip install 'passmuster[server]'",
                f"此命令需要服务器组件（{error}）。请安装：pip install 'passmuster[server]'",
            )
        )
    boot()
    from django.db import DatabaseError

    try:
        migrate()
    except DatabaseError as error:
        stop(
            say(
                f"The database cannot be opened: {error}. Check MUSTER_DATABASE_URL and MUSTER_HOME.",
                f"无法打开数据库：{error}。请检查 MUSTER_DATABASE_URL 与 MUSTER_HOME。",
            )
        )


def stop(sentence: str, status: int = CANNOT) -> NoReturn:
    """Print why it ends here, and leave with `status`."""
    typer.echo(sentence, err=True)
    raise typer.Exit(status)


def find_person(login: str) -> str:
    """Return the id of the person with this user name or address; leaves with 2 where there is none."""
    from muster.server.identity.queries import person_by_login

    person = person_by_login(login)
    if person is None:
        stop(
            say(
                f"There is no account {login}. Make one: muster user add {login} --email ADDRESS",
                f"没有账户 {login}。请先创建：muster user add {login} --email ADDRESS",
            )
        )
    return person
