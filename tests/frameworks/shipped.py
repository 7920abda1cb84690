"""The shipped frameworks and their scenarios, read from the package as anybody would find them."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from muster.core.framework import Framework


def texts(name: str) -> dict[str, str]:
    """Return every file of a shipped framework by its path inside the folder."""
    root = files("muster.frameworks") / name
    return {
        f"{folder}{item.name}": item.read_text(encoding="utf-8")
        for folder in ("", "measures/", "regulations/", "scenarios/")
        if (where := root / folder if folder else root).is_dir()
        for item in where.iterdir()
        if item.name.endswith(".yaml")
    }


@cache
def framework(name: str) -> Framework:
    """Return a shipped framework."""
    content = texts(name)
    sections: dict[str, Any] = yaml.safe_load(content["framework.yaml"])
    for part in sections.pop("parts"):
        for section, value in yaml.safe_load(content[part]).items():
            sections[section] = [*sections[section], *value] if section in sections else value
    return Framework.model_validate(sections)


def scenarios(name: str) -> dict[str, dict[str, Any]]:
    """Return the scenarios of a shipped framework by file name."""
    return {
        path.removeprefix("scenarios/"): yaml.safe_load(text)
        for path, text in texts(name).items()
        if path.startswith("scenarios/")
    }


def answers(scenario: dict[str, Any]) -> dict[str, Any]:
    """Return the answers of a scenario in the form that `classify` takes."""
    return {name: tuple(v) if isinstance(v, list) else v for name, v in scenario["answers"].items()}
