"""What a form says, as the arguments of an action."""

import json
from typing import Any

from django.http import QueryDict


def read_signature(posted: QueryDict) -> dict[str, Any]:
    """Return the arguments of `sign`: the gate, in which roles, meaning what, of which content, with which outcome.

    Several roles can be signed at once where they mean the same; the first choice sets the meaning.
    """
    chosen = [choice.partition(":") for choice in posted.getlist("as") if ":" in choice]
    meaning = chosen[0][2] if chosen else ""
    return {
        "gate": posted.get("gate", ""),
        "roles": [role for role, _mark, means in chosen if means == meaning],
        "meaning": meaning,
        "outcome": posted.get("outcome", ""),
        "subject_seen": posted.get("subject", ""),
        "parts_seen": _parts(posted.get("parts", "")),
        "comment": posted.get("comment", "").strip(),
    }


def _parts(text: str) -> dict[str, str]:
    """Return the digests of the parts that were on the page; a form that was tampered with has none."""
    try:
        read = json.loads(text)
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in read.items()} if isinstance(read, dict) else {}
