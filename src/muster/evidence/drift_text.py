"""What drift keeps of free text: how long it is, and of what signs it is made; never a text itself.

Signs are counted by taking a class away and measuring what is left: ``translate`` and ``length``, which DuckDB,
PostgreSQL and Spark have alike. Classes are those of ASCII, so that no engine's idea of Unicode decides.
"""

import string
from collections.abc import Iterator
from math import sqrt

from pydantic import Field, FiniteFloat

from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.measured import write_figure
from muster.evidence.plan import RELATION, Columns, Plan, double, literal, quote, scalar, whole
from muster.evidence.statistics import normal_quantile
from muster.evidence.table import Table

CLASSES = {
    "letters": string.ascii_letters,
    "digits": string.digits,
    "spaces": string.whitespace,
    "punctuation": string.punctuation,
    "upper_case": string.ascii_uppercase,
}
_ASCII = "".join(map(chr, range(1, 128)))
NAMES = (*CLASSES, "non_ascii")


class Signs(Frozen):
    """The signs of all texts: `rows` texts, `total` signs, `squares` the sum of squared lengths.

    `classes`: for each class the sums over texts of its signs, of their square, and of signs times length.
    """

    rows: int = Field(ge=0)
    total: FiniteFloat
    squares: FiniteFloat
    classes: dict[str, tuple[FiniteFloat, FiniteFloat, FiniteFloat]]

    def merged(self, other: "Signs") -> "Signs":
        """Return the signs of both."""
        classes = {
            name: (mine[0] + theirs[0], mine[1] + theirs[1], mine[2] + theirs[2])
            for name, mine in self.classes.items()
            for theirs in (other.classes[name],)
        }
        return Signs(
            rows=self.rows + other.rows,
            total=self.total + other.total,
            squares=self.squares + other.squares,
            classes=classes,
        )

    def share(self, name: str) -> tuple[float, float] | None:
        """Return the share of a class among all signs and its variance; None for fewer than two texts or no sign.

        Variance of a ratio of two means, texts being what was drawn. Source: W. G. Cochran, Sampling Techniques
        (1977), 6.4.
        """
        if self.rows < 2 or not self.total:  # noqa: PLR2004 - a variance needs two
            return None
        signs, squares, products = self.classes[name]
        share = signs / self.total
        apart = squares - 2 * share * products + share * share * self.squares
        return share, max(0.0, apart) * self.rows / (self.rows - 1) / self.total**2


def text_length(table: Table, name: str) -> str:
    """Return the expression of the number of signs of a text."""
    return double(f"length({_text(table, name)})")


def ask_signs(table: Table, name: str, source: str) -> Plan:
    """Ask for the sums that `Signs` holds, each sign of a text looked at once."""
    text = _text(table, name)
    rest = {
        each: f"length({text}) - length(translate({text}, {literal(signs)}, ''))" for each, signs in CLASSES.items()
    }
    rest["non_ascii"] = f"length(translate({text}, {literal(_ASCII)}, ''))"
    counted = ", ".join(f"{double(expression)} as {quote(each)}" for each, expression in rest.items())
    over = f"select {double(f'length({text})')} as l, {counted} from {RELATION} where {text} is not null"  # noqa: S608
    aggregates = {"rows": "count(*)", "total": "sum(l)", "squares": "sum(l * l)"}
    for each in NAMES:
        column = quote(each)
        aggregates |= {
            f"{each} signs": f"sum({column})",
            f"{each} squares": f"sum({column} * {column})",
            f"{each} products": f"sum({column} * l)",
        }
    return Plan(aggregates, table=source, over=over)


def read_signs(answer: Columns) -> Signs:
    """Read the answer to `ask_signs`."""

    def of(name: str) -> float:
        return scalar(answer, name) or 0.0

    return Signs(
        rows=whole(answer, "rows"),
        total=of("total"),
        squares=of("squares"),
        classes={each: (of(f"{each} signs"), of(f"{each} squares"), of(f"{each} products")) for each in NAMES},
    )


def sign_figures(column: str, before: Signs, after: Signs, level: float) -> Iterator[Figure]:
    """Return by class how much its share among all signs has changed."""
    n = min(before.rows, after.rows)
    for name in NAMES:
        then, now = before.share(name), after.share(name)
        if then is None or now is None:
            written = write_figure(f"{name}_share_difference", None, n, level=level, reason="no_values")
        else:
            gap, half = now[0] - then[0], normal_quantile(level) * sqrt(then[1] + now[1])
            ends = max(-1.0, gap - half), min(1.0, gap + half)
            written = write_figure(f"{name}_share_difference", gap, n, ends=ends, level=level, method="normal")
        yield written.model_copy(update={"group": column})


def _text(table: Table, name: str) -> str:
    """Return the column as text; an enumeration or a UUID is no text to every function."""
    plain = table.require(name).type.upper() in {"VARCHAR", "TEXT", "STRING"}
    return quote(name) if plain else f"cast({quote(name)} as varchar)"
