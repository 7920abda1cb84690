"""What templates need to speak: texts, words, dates, digests, chips."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from muster.core.text import Text, say
from muster.report import dates, numbers
from muster.report.words import CHINESE, figure_name, word
from muster.server.web.language import tag
from muster.server.web.shape.piece import value_text

register = template.Library()

_CHIPS: Mapping[str, tuple[str, str]] = {
    "passed": ("passed", "check-circle"),
    "approve": ("passed", "check-circle"),
    "blocked": ("blocked", "x-circle"),
    "failed": ("blocked", "x-circle"),
    "reject": ("blocked", "x-circle"),
    "stopped": ("blocked", "no-symbol"),
    "could_not_run": ("blocked", "exclamation-triangle"),
    "expired": ("waiting", "clock"),
    "missing": ("waiting", "inbox-arrow-down"),
    "working": ("waiting", "wrench"),
    "waiting": ("waiting", "pencil"),
    "request_changes": ("waiting", "arrow-uturn-left"),
    "planned": ("planned", "calendar"),
    "unjudged": ("none", "minus-circle"),
    "later": ("none", "minus-circle"),
    "builder": ("none", "user"),
    "muster": ("planned", "server"),
    "validator": ("planned", "shield-check"),
}
_UNKNOWN = ("none", "question-mark-circle")


@register.filter(name="say")
def say_text(text: Text) -> str:
    """Return a text of the framework in the language of the page."""
    return say(text, tag())


@register.simple_tag
def chip(section: str, state: str) -> SafeString:
    """Return a state as icon, word and colour."""
    tone, icon = _CHIPS.get(state, _UNKNOWN)
    told = {"tone": tone, "icon": icon, "text": word(section, state, tag())}
    return mark_safe(render_to_string("parts/chip.html", told))  # noqa: S308 # rendered by a template, so escaped


@register.filter
def tone(state: str) -> str:
    """Return the colour role of a state."""
    return _CHIPS.get(state, _UNKNOWN)[0]


@register.filter
def state_icon(state: str) -> str:
    """Return the icon of a state."""
    return _CHIPS.get(state, _UNKNOWN)[1]


@register.filter
def worded(code: str, section: str) -> str:
    """Return the word for a code of the core."""
    return word(section, str(code), tag())


@register.filter
def figure_words(name: str) -> str:
    """Return the words for the name of a figure."""
    return figure_name(name, tag())


@register.filter
def when(at: datetime | None) -> SafeString | str:
    """Return how far a moment is; date, weekday, time and offset stand in its title."""
    if at is None:
        return "–"
    local = timezone.localtime(at)
    said, full = dates.relative(at, timezone.now(), tag()), dates.moment(local, tag())
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), full, said)


@register.filter
def full_date(at: date | None) -> SafeString | str:
    """Return a date with its weekday, and how far it is where a time is known."""
    if at is None:
        return "–"
    if not isinstance(at, datetime):
        return dates.day(at, tag())
    local = timezone.localtime(at)
    shown = f"{dates.day(local, tag())} · {dates.relative(at, timezone.now(), tag())}"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), dates.moment(local, tag()), shown)


@register.filter
def number(value: float | None) -> str:
    """Return a number as people read it."""
    return "–" if value is None else numbers.number(float(value))


register.filter("value_text", value_text)


@register.filter
def whole(value: float | None) -> str:
    """Return a count with thousands apart."""
    return "–" if value is None else numbers.count(float(value))


@register.filter
def ends(row: Any) -> str:
    """Return the interval of a figure or rate."""
    low, high = (row.get("low"), row.get("high")) if isinstance(row, Mapping) else (row.low, row.high)
    return numbers.interval(low, high) or "–"


@register.filter
def listed(items: Iterable[str]) -> str:
    """Return items one after the other, with the comma of the language."""
    return ("、" if tag() == CHINESE else ", ").join(map(str, items))


@register.filter
def item(mapping: Mapping[str, Any], key: str) -> Any:
    """Return what a mapping holds under a key, or nothing."""
    return mapping.get(key, "")


@register.inclusion_tag("parts/digest.html")
def digest(value: str, length: int = 8) -> dict[str, str]:
    """Return a digest: its first characters, a copy button, and in full on focus."""
    prefix, _, rest = value.rpartition(":")
    return {"value": value, "short": (f"{prefix}:" if prefix else "") + rest[:length] + ("…" if rest[length:] else "")}
