"""`muster serve`: the whole server with one command, on this machine."""

from typing import Annotated

import typer

from muster.cli.embedded import open_server, stop
from muster.cli.language import say

app = typer.Typer(rich_markup_mode=None, help="Start the server: pages, API and jobs.")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@app.command()
def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Web processes.")] = 1,
    open_example: Annotated[
        str, typer.Option("--open-example", metavar="yes|no", help="Fill an empty database.")
    ] = "no",
) -> None:
    """Bring the database up to date, make the keys, and serve until Ctrl-C.

    The sign-in limit counts per web process: behind more than one, it is as many times as wide.
    """
    import os

    from muster.cli.serving import Site, is_free

    if open_example not in {"yes", "no"}:
        stop(say("--open-example is yes or no.", "--open-example 的值为 yes 或 no。"))
    if host not in _LOOPBACK and "MUSTER_PUBLIC_URL" not in os.environ:
        stop(
            say(
                "To be reached from elsewhere, say under which address: MUSTER_PUBLIC_URL=https://…",
                "若要从其他机器访问，请说明访问地址：MUSTER_PUBLIC_URL=https://…",
            )
        )
    if not is_free(host, port):
        stop(
            say(
                f"Port {port} is in use; choose another: --port {port + 1}",
                f"端口 {port} 已被占用，请另选：--port {port + 1}",
            )
        )
    os.environ.setdefault("MUSTER_PUBLIC_URL", f"http://{f'[{host}]' if ':' in host else host}:{port}")
    open_server()
    _prepare(example=open_example == "yes")
    raise typer.Exit(Site(host, port, workers).run())


def _prepare(*, example: bool) -> None:
    """Make the key before anybody asks, and fill an empty database where that is wanted."""
    from muster.server.identity.models import Account
    from muster.server.journal.keys import ledger_key

    ledger_key()
    if not Account.objects.exists() and example:
        _build_example()
    if not Account.objects.exists():
        typer.echo(
            say(
                "There is no account yet. Make the first: muster user add NAME --email ADDRESS --admin",
                "尚无账户。请创建第一个：muster user add NAME --email ADDRESS --admin",
            )
        )
    _tell_sign_ins()


def _build_example() -> None:
    from muster.example.story import build

    typer.echo(
        say("Building the living example; this takes a minute or two, once.", "正在构建示例，仅此一次，约需一两分钟。")
    )
    build(lambda chapter: typer.echo(f"  {chapter} …"))


def _tell_sign_ins() -> None:
    """Say how to sign in to the example, where this is one."""
    from muster.example.cast import ADMINISTRATOR, CAST, PASSWORD
    from muster.server.identity.models import Account

    known = set(Account.objects.filter(email__endswith="@harbour.example").values_list("username", flat=True))
    names = [member.username for member in (*CAST, ADMINISTRATOR) if member.username in known]
    if names:
        listed = ", ".join(names)
        typer.echo(say(f"Sign in as {listed}; password {PASSWORD}", f"登录用户名：{listed}；密码：{PASSWORD}"))
