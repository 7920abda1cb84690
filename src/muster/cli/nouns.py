"""The nouns of the command line, listed without being loaded: `muster --help` stays quick."""

from difflib import get_close_matches
from gettext import gettext
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

# noun -> (module that holds `app`, one line for --help). To add a noun, add a line.
NOUNS = {
    "check": ("muster.cli.check", "Compute proof about a file of predictions or data."),
    "framework": ("muster.cli.framework", "The rules: lint, test, show, classify, publish."),
    "gate": ("muster.cli.gate", "May a version go to an environment, and why not."),
    "ledger": ("muster.cli.ledger", "The append-only record: verify, export, replay."),
    "permit": ("muster.cli.permit", "Release permits: fetch, and verify offline."),
    "serve": ("muster.cli.serve", "Start the server: pages, API and jobs."),
    "token": ("muster.cli.token", "Keys for programs, on the server's machine."),
    "use-case": ("muster.cli.use_case", "Use cases: open, list, answer, show."),
    "user": ("muster.cli.user", "Accounts and roles, on the server's machine."),
}


class LazyGroup(TyperGroup):
    """A group that imports a noun's module when the noun is called, and not to print the list."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *NOUNS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in NOUNS:
            return super().get_command(ctx, cmd_name)
        module = import_module(NOUNS[cmd_name][0])
        return typer.main.get_command(module.app)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        near = get_close_matches(args[0], NOUNS)
        if near and args[0] not in NOUNS:  # typer's own suggestion knows loaded commands only
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        del ctx
        with formatter.section(gettext("Commands")):
            formatter.write_dl([(noun, line) for noun, (_, line) in NOUNS.items()])


def _show_version(wanted: bool) -> None:
    if wanted:
        from muster import __version__

        typer.echo(f"muster {__version__}")
        raise typer.Exit


def build_app() -> typer.Typer:
    """Return the application with all nouns, none of them loaded."""
    app = typer.Typer(
        cls=LazyGroup,
        no_args_is_help=True,
        rich_markup_mode=None,  # rich would double the time to print a page of help
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def muster(
        version: bool = typer.Option(
            False, "--version", callback=_show_version, is_eager=True, help="Print the version."
        ),
    ) -> None:
        """Muster: organisations govern their machine learning."""

    return app
