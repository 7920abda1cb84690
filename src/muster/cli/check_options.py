"""The options of `muster check NAME`: described once from the check, then made into a command.

A check of a plugin has its command without a line of code. The descriptions of the house's own checks are shipped as
`checks.json` (written by `make docs`, held against the checks by `make check`), so that `--help` need not import numpy.
"""

import inspect
import json
import types
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import typer

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from muster.evidence.check import Check

Description = dict[str, Any]

SHIPPED = Path(__file__).with_name("checks.json")
FILE = "file"
_PLAIN = {"bool": bool, "int": int, "float": float, "str": str, FILE: Path}
_DATA = "A Parquet or CSV file, a quoted pattern, or the URL of a warehouse's table. Again for more files."
AS_JSON = Annotated[bool, typer.Option("--json", help="Print the whole result as JSON.")]
OUT = Annotated[Path | None, typer.Option("--out", help="Write the result as an in-toto statement to this file.")]


def describe_check(check: "Check") -> Description:
    """Return what the command line needs to know of a check, as plain data."""
    said = inspect.getdoc(check.parameters) or ""
    return {
        "title": check.title["en"],
        "about": said.splitlines()[0] if said else "",
        "inputs": dict(check.inputs),
        "options": [_describe(name, field) for name, field in check.parameters.model_fields.items()],
    }


def find_description(name: str) -> Description:
    """Return the description of an installed check: the shipped one, or else that of the check itself."""
    shipped = shipped_descriptions()
    if name in shipped:
        return shipped[name]
    from muster.evidence.registry import load

    return describe_check(load(name))


@cache
def shipped_descriptions() -> Mapping[str, Description]:
    """Return the descriptions of the house's own checks."""
    found: Mapping[str, Description] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return found


def build_command(
    name: str, description: Description, run: Callable[[str, Description, dict[str, Any]], None]
) -> Callable[..., None]:
    """Return the function that typer turns into the command of a check; it hands what was given to `run`."""

    def command(**given: Any) -> None:
        run(name, description, given)

    options = [_input(each, needed=needed) for each, needed in description["inputs"].items()]
    options += [_option(each) for each in description["options"]]
    options += [_keyword("as_json", AS_JSON, False), _keyword("out", OUT, None)]
    command.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined] # where inspect looks first
    command.__annotations__ = {option.name: option.annotation for option in options}
    command.__name__ = name
    about = f"{description['title']}. {description['about']}".strip()
    command.__doc__ = f"{about}\n\nExit status: 0 computed, good or bad; 2 could not run."
    return command


def _describe(name: str, field: "FieldInfo") -> Description:
    kind, several, choices = _type_of(field.annotation)
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    if kind == FILE:
        default = None
    described: Description = {
        "name": name,
        "type": kind,
        "help": field.description or "",
        "required": field.is_required(),
        "default": [*default] if several and default is not None else default,
    }
    return described | ({"several": True} if several else {}) | ({"choices": choices} if choices else {})


def _input(name: str, *, needed: bool) -> inspect.Parameter:
    words = _DATA if name == "data" else f"The {name} data: as for --data."
    annotation = Annotated[list[str], typer.Option(f"--{_dashed(name)}", help=words)]
    return _keyword(name, annotation, ... if needed else [])


def _option(described: Description) -> inspect.Parameter:
    flag, default = f"--{_dashed(described['name'])}", described["default"]
    choices = described.get("choices")
    kind: Any = Literal[tuple(choices)] if choices else _PLAIN[described["type"]]
    words = f"A YAML or JSON file. {described['help']}".rstrip() if kind is Path else described["help"]
    if kind is bool:
        flag = f"{flag}/--no-{flag[2:]}"
    if described.get("several"):
        kind, default = list[kind], default or []
    if described["required"]:
        default = ...
    elif default is None:
        kind = kind | None
    shown = default not in (None, ..., [])
    return _keyword(described["name"], Annotated[kind, typer.Option(flag, help=words, show_default=shown)], default)


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    empty = inspect.Parameter.empty
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=empty if default is ... else default
    )


def _type_of(annotation: Any) -> tuple[str, bool, list[str]]:
    """Return what the command line reads: its type, whether several, and its choices; a file for all that is more."""
    kind = _bare(annotation)
    if get_origin(kind) is Literal:
        return "str", False, [str(choice) for choice in get_args(kind)]
    several = get_origin(kind) in {tuple, list}
    inner = _bare(get_args(kind)[0]) if several else kind
    named = next((name for name, plain in _PLAIN.items() if plain is inner), FILE)
    return (named, several, []) if named != FILE else (FILE, False, [])


def _bare(annotation: Any) -> Any:
    """Take constraints and None off an annotation."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        rest = [each for each in get_args(annotation) if each is not type(None)]
        return _bare(rest[0]) if len(rest) == 1 else annotation
    return annotation


def _dashed(name: str) -> str:
    return name.replace("_", "-")
