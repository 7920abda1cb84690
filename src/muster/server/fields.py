"""A column of canonical JSON: the same bytes, and so the same digests, on every database."""

import json
from typing import Any

from django.db import models

from muster.core.canonical import canonical

_EXACT = 2**53 - 1


class CanonicalField(models.TextField[Any, Any]):
    """JSON stored as RFC 8785 text. A database's own JSON type may reorder keys or turn 1e20 into an integer."""

    _pyi_private_set_type: Any  # how the stubs of Django are told what may be assigned and read
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        """Parse what is stored."""
        return None if value is None else json.loads(value, parse_int=_number)

    def to_python(self, value: Any) -> Any:
        """Leave values as they are: this field is filled by code, never by a form."""
        return value

    def get_prep_value(self, value: Any) -> str | None:
        """Return the canonical text.

        Raises:
            rfc8785.CanonicalizationError: for what JSON cannot carry exactly.
        """
        return None if value is None else canonical(value).decode()

    def value_to_string(self, obj: models.Model) -> str:
        """Return the canonical text, for serialisers."""
        return self.get_prep_value(self.value_from_object(obj)) or "null"


def _number(text: str) -> int | float:
    number = int(text)
    return number if abs(number) <= _EXACT else float(text)
