"""The shipped frameworks, read as anybody would: loaded, linted, and with their scenarios."""

from datetime import date
from functools import cache

from muster.core.framework import Framework
from muster.core.lint import lint
from muster.core.load import Loaded, load
from muster.core.problem import Problem
from muster.core.process import SignOffRule
from muster.core.scenario import Scenario, read_scenarios
from muster.frameworks import read_folder

WRITTEN = date(2026, 11, 24)


@cache
def loaded(name: str) -> Loaded:
    """Return a shipped framework with the places of its parts."""
    outcome = load(read_folder(name))
    assert isinstance(outcome, Loaded), outcome
    return outcome


def framework(name: str) -> Framework:
    """Return a shipped framework."""
    return loaded(name).framework


@cache
def scenarios(name: str) -> dict[str, Scenario]:
    """Return the scenarios of a shipped framework by id."""
    read = read_scenarios(framework(name), read_folder(name))
    assert read.problems == ()
    return {scenario.id: scenario for scenario in read.scenarios}


def linted(name: str, *, checks: tuple[str, ...] | None = None) -> list[Problem]:
    """Return what the lint says about a shipped framework; with `checks` as before publishing."""
    return list(lint(framework(name), loaded(name).positions, WRITTEN, checks))


def every_sign_off(rules: Framework) -> list[tuple[str, SignOffRule]]:
    """Return every signature that a gate or a variant asks for, with the id of that gate or variant."""
    return [(place.id, rule) for place in (*rules.process.gates, *rules.process.variants) for rule in place.sign_offs]
