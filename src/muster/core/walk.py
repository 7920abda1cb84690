"""Walk a model generically, so that a new field can be forgotten by nobody."""

import types
from collections.abc import Iterator, Mapping
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from muster.core.condition import AllOf, AnyOf, AttributeTest, Condition, Not
from muster.core.text import Text
from muster.core.tree import Path

_CONDITIONS = (AttributeTest, AllOf, AnyOf, Not)


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield `value` and everything inside it with its path, in writing order; keys are those of the YAML."""
    yield path, value
    for key, child in _children(value):
        yield from walk(child, (*path, key))


def conditions_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, Condition]]:
    """Yield every whole condition inside `value` (not the parts of one) with its path."""
    if isinstance(value, _CONDITIONS):
        yield path, value
        return
    for key, child in _children(value):
        yield from conditions_in(child, (*path, key))


def texts_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, Text]]:
    """Yield every text by language inside `value` with its path."""
    if isinstance(value, BaseModel):
        for key, name, annotation in _fields(type(value)):
            held = getattr(value, name)
            if held is not None and _is_text(annotation):
                yield (*path, key), held
            elif held is not None:
                yield from texts_in(held, (*path, key))
    elif isinstance(value, tuple):
        for number, child in enumerate(value):
            yield from texts_in(child, (*path, number))


def _children(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, BaseModel):
        for key, name, _ in _fields(type(value)):
            yield key, getattr(value, name)
    elif isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, tuple):
        yield from enumerate(value)


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, str, Any]]:
    for name, field in model.model_fields.items():
        yield field.alias or name, name, field.annotation


def _is_text(annotation: Any) -> bool:
    if get_origin(annotation) in (Union, types.UnionType):
        return Text in get_args(annotation)
    return bool(annotation == Text)
