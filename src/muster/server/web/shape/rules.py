"""The matrix and the RACI grid of a framework, cell by cell."""

from dataclasses import dataclass

from muster.core.framework import Framework
from muster.core.process import RaciRow
from muster.core.text import Language, say
from muster.report.words import word


@dataclass(frozen=True)
class Cell:
    """The level of a consideration in a tier, how many measures it brings, and which."""

    level: str
    measures: tuple[str, ...]


@dataclass(frozen=True)
class MatrixRow:
    """One consideration: a cell for each tier, and what can raise it above them."""

    id: str
    name: str
    cells: tuple[Cell, ...]
    raised_by: tuple[str, ...]


@dataclass(frozen=True)
class RaciLine:
    """One activity: the letter of each role; `broken` says that not exactly one is accountable."""

    name: str
    letters: tuple[str, ...]
    broken: bool


def show_matrix(framework: Framework, language: Language) -> list[MatrixRow]:
    """Return the matrix row by row."""
    rows = []
    for consideration in framework.considerations:
        name = consideration.id
        own = [m for m in framework.measures if m.consideration == name]
        order = ("light", "standard", "strict")
        cells = tuple(
            Cell(
                level,
                tuple(say(m.name, language) for m in own if order.index(m.level) <= order.index(level)),
            )
            for level in (framework.matrix[name][tier.id] for tier in framework.tiers)
        )
        raised = [
            f"{say(c.reason, language)} → {word('level', c.raises[name], language)}"
            for c in framework.categories
            if name in c.raises
        ]
        raised += [
            f"{say(o.label, language)} → {word('level', o.raises[name], language)}"
            for stance in framework.stances
            for o in stance.options
            if name in o.raises and o.value in stance.taken
        ]
        rows.append(MatrixRow(name, say(consideration.name, language), cells, tuple(raised)))
    return rows


def show_raci(
    framework: Framework, steps: list[tuple[str, str]], language: Language
) -> list[tuple[str, list[RaciLine]]]:
    """Return the grid step by step."""
    return [
        (name, [_line(framework, row, language) for row in framework.raci if row.step == step])
        for step, name in steps
        if any(row.step == step for row in framework.raci)
    ]


def _line(framework: Framework, row: RaciRow, language: Language) -> RaciLine:
    letters = tuple(_letters(row, role.id) for role in framework.roles)
    return RaciLine(say(row.name, language), letters, broken=sum("A" in letter for letter in letters) != 1)


def _letters(row: RaciRow, role: str) -> str:
    held = [("A", role == row.accountable), ("R", role in row.responsible)]
    held += [("C", role in row.consulted), ("I", role in row.informed)]
    return "".join(letter for letter, holds in held if holds)
