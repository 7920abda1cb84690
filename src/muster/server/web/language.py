"""The language of this request, as the core and the reports name it."""

from django.utils.translation import get_language

from muster.core.text import Language
from muster.report.words import CHINESE


def tag() -> Language:
    """Return ``zh-Hans`` or ``en``."""
    return CHINESE if (get_language() or "").startswith("zh") else "en"
