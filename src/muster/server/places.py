"""Reads which places of data the operator opens to checks that Muster runs itself."""

import re

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


def read_places(text: str) -> dict[str, str]:
    """Return the places of ``MUSTER_DATA``: name -> folder or address.

    Raises:
        ValueError: naming the part that is not ``name=folder``.
    """
    places = {}
    for part in filter(None, (each.strip() for each in text.split(";"))):
        name, _mark, where = part.partition("=")
        if not _NAME.fullmatch(name.strip()) or not where.strip():
            raise ValueError(f"MUSTER_DATA: {part!r} is not name=folder. Names are small letters, digits and hyphens.")
        places[name.strip()] = where.strip()
    return places
