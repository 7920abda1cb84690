"""Rules of data quality: what a file of rules may say."""

import json
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from muster.evidence.errors import ParameterError
from muster.evidence.rules_rows import (
    Compare,
    Conditional,
    Finite,
    Missing,
    Mixed,
    OneOf,
    Parses,
    Pattern,
    Range,
)
from muster.evidence.rules_table import ForeignKey, Freshness, Monotone, Schema, Unique

Rule = Annotated[
    Missing
    | Range
    | OneOf
    | Pattern
    | Parses
    | Mixed
    | Finite
    | Compare
    | Conditional
    | Unique
    | ForeignKey
    | Monotone
    | Schema
    | Freshness,
    Field(discriminator="rule"),
]
_RULES: TypeAdapter[tuple[Rule, ...]] = TypeAdapter(Annotated[tuple[Rule, ...], Field(min_length=1)])


def read_rules(path: str | Path) -> tuple[Rule, ...]:
    """Read a YAML or JSON list of rules.

    Raises:
        ParameterError: naming each rule that is wrong, and how.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
        return _RULES.validate_python(json.loads(text) if file.suffix == ".json" else yaml.safe_load(text))
    except ValidationError as error:
        lines = [f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()]
        raise ParameterError("rules_unreadable", file.name, reason="; ".join(lines)) from error
    except (OSError, UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        reason = error.strerror if isinstance(error, OSError) else " ".join(str(error).split())
        raise ParameterError("rules_unreadable", file.name, reason=reason) from error


def write_rules(rules: tuple[Rule, ...], *, comment: str = "") -> str:
    """Return the rules as the YAML that `read_rules` reads, one rule a line; `comment` stands above them."""
    lines = [f"# {line}".rstrip() for line in comment.splitlines()]
    for rule in rules:
        said = rule.model_dump(mode="json", exclude_defaults=True)
        said = {name: said.pop(name) for name in ("rule", "column") if name in said} | said
        lines.append(
            "- "
            + yaml.safe_dump(said, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000).strip()
        )
    return "\n".join(lines) + "\n"


def subject(rule: Rule) -> str:
    """Return whom a rule is about: its own name, its column, its columns, or nothing for the whole table."""
    if rule.name or isinstance(rule, Schema):
        return rule.name
    if isinstance(rule, Conditional):
        return f"{rule.then.column}, {rule.when.column}"
    if isinstance(rule, Unique | ForeignKey) and rule.columns:
        return ", ".join(rule.columns)
    return str(rule.column)
