"""`muster framework publish`: the founding act, by whoever runs the server."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from muster.cli.embedded import REFUSED, open_server, stop
from muster.cli.language import say, tag

if TYPE_CHECKING:
    from muster.core.framework import Framework


def publish(
    place: Annotated[str, typer.Argument(metavar="full|starter|DIR", help="A shipped framework, or a folder.")],
) -> None:
    """Bring the first framework into force, on the server's machine; later ones are published by whoever it names.

    Exit status: 0 published, 1 refused (each problem is shown), 2 could not be read.
    """
    framework = _read(place)
    open_server()
    from muster.core.reasons import Denied
    from muster.report.sentences import problem_sentence, sentence
    from muster.server.identity.actions import OPERATOR
    from muster.server.outcome import Invalid
    from muster.server.policy.actions import publish as bring_into_force

    language = tag()
    outcome = bring_into_force(OPERATOR, framework)
    if isinstance(outcome, Invalid):
        stop("\n".join(problem_sentence(p.code, p.where, p.value, p.hint, language) for p in outcome.problems), REFUSED)
    if isinstance(outcome, Denied):
        stop(sentence(outcome.reason, framework, language), REFUSED)
    row = outcome.row
    typer.echo(
        say(
            f"In force: {row.framework_id} {row.version}, {row.digest}.",
            f"已生效：{row.framework_id} {row.version}，{row.digest}。",
        )
    )


def _read(place: str) -> "Framework":
    """Return the framework, or leave with every problem that keeps it from being published, each with its place."""
    from muster.core.lint import lint
    from muster.core.load import Broken, load
    from muster.evidence.registry import installed
    from muster.frameworks import read_folder

    try:
        loaded = load(read_folder(place))
    except FileNotFoundError as error:
        stop(str(error))
    if isinstance(loaded, Broken):
        stop("\n".join(map(str, loaded.problems)))
    found = lint(loaded.framework, loaded.positions, datetime.now(UTC).date(), installed())
    errors = [str(problem) for problem in found if problem.severity == "error"]
    if errors:
        stop("\n".join(errors), REFUSED)
    return loaded.framework
