"""What pydantic finds wrong with a tree, told in the words of the file instead of those of the type system."""

import re
from collections.abc import Iterator, Mapping
from textwrap import shorten
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from muster.core.problem import Problem, did_you_mean, problem_at
from muster.core.tree import Node, Path

Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "string_type": "a text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "date_type": "a date like '2026-11-23'",
    "date_parsing": "a date like '2026-11-23'",
    "date_from_datetime_parsing": "a date like '2026-11-23'",
    "date_from_datetime_inexact": "a date like '2026-11-23'",
}


def shape(model: type[Model], root: Node) -> Model | ValidationError:
    """Return `root` as a `model`, or what keeps it from being one."""
    try:
        return model.model_validate(root.plain())
    except ValidationError as error:
        return error


def problems_of(model: type[BaseModel], root: Node, error: ValidationError) -> Iterator[Problem]:
    """Yield the problems of `error` with their positions, one for each place."""
    by_path: dict[Path, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        by_path.setdefault(_path_in(root, detail["loc"]), []).append(detail)
    unknown = {path for path, details in by_path.items() if details[0]["type"] == "extra_forbidden"}
    for path, details in by_path.items():
        if details[0]["type"] != "missing" or not _is_misspelt(path, unknown):
            yield _problem(model, root, path, details)


def enclosing_item(root: Node, error: ValidationError) -> Iterator[Path]:
    """Yield the path of the outermost list item around each problem: what to leave out to look at the rest."""
    for detail in error.errors(include_url=False):
        path = _path_in(root, detail["loc"])
        cut = next((n for n, part in enumerate(path) if isinstance(part, int)), None)
        if cut is not None:
            yield path[: cut + 1]


def _path_in(root: Node, loc: tuple[int | str, ...]) -> Path:
    """Drop what pydantic adds to a location (names of union members) and keep what stands in the file."""
    path: list[int | str] = []
    here: Node | None = root
    for position, part in enumerate(loc):
        following = here.child(part) if here is not None else None
        if following is not None:
            path.append(part)
            here = following
        elif position == len(loc) - 1 and isinstance(part, str) and here is not None and isinstance(here.value, dict):
            path.append(part)
    return tuple(path)


def _is_misspelt(path: Path, unknown: set[Path]) -> bool:
    """A missing key whose misspelling is reported in the same mapping need not be reported again."""
    siblings = [str(other[-1]) for other in unknown if other[:-1] == path[:-1]]
    return did_you_mean(path[-1], siblings).startswith("did you mean")


def _problem(model: type[BaseModel], root: Node, path: Path, details: list[ErrorDetails]) -> Problem:
    first = details[0]
    kind = first["type"]
    if kind == "extra_forbidden":
        hint = did_you_mean(path[-1], sorted(_fields_at(model, first["loc"][:-1])), shown=30)
        return problem_at(root.find_key(path), f"unknown key `{path[-1]}`", hint)
    if kind == "missing":
        return problem_at(root.find(path), f"`{path[-1]}` is missing")
    if kind in ("literal_error", "enum"):
        allowed = re.findall(r"'([^']*)'", str(first.get("ctx", {}).get("expected", "")))
        return problem_at(
            root.find(path), f"unknown value `{_shown(first['input'])}`", did_you_mean(first["input"], allowed)
        )
    expected = [_EXPECTED[d["type"]] for d in details if d["type"] in _EXPECTED]
    if expected:
        message = f"expected {' or '.join(dict.fromkeys(expected))}, found {_shown(first['input'])}"
        at = root.find_key(path) if first["input"] is None else root.find(path)  # nothing stands nowhere: its key does
        return problem_at(at, message, _quoting_hint(details))
    return problem_at(root.find(path), first["msg"].removeprefix("Value error, "))


def _quoting_hint(details: list[ErrorDetails]) -> str:
    value = details[0]["input"]
    wants_text = any(detail["type"] == "string_type" for detail in details)
    if wants_text and isinstance(value, bool | int | float):
        return f"put it in quotes: '{_shown(value)}'"
    if wants_text and value is None:
        return "write the text; inside { } a text with a comma needs quotes"
    return ""


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return shorten(str(value), width=60, placeholder=" …")


def _fields_at(annotation: Any, loc: tuple[int | str, ...]) -> set[str]:
    """Return the keys that may stand at `loc`, walking the types of the model."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _fields_at(arguments[0], loc)
    if origin in (Union, UnionType):
        return {name for member in arguments for name in _fields_at(member, loc)}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _fields_of_model(annotation, loc)
    if not loc or not arguments:
        return set()
    if origin is tuple:  # a location may hold names of union members between list and number
        return _fields_at(arguments[0] if isinstance(loc[0], int) else annotation, loc[1:])
    return _fields_at(arguments[-1], loc[1:])


def _fields_of_model(model: type[BaseModel], loc: tuple[int | str, ...]) -> set[str]:
    by_key = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
    if not loc:
        return set(by_key)
    if loc[0] in by_key:
        return _fields_at(by_key[str(loc[0])], loc[1:])
    return _fields_at(model, loc[1:])
