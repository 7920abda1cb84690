"""Where a reason or a duty is cured: the page, the words on its link, and the command where there is one."""

import json
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from muster.core.framework import Framework
from muster.core.reasons import Reason

_QUESTIONS = ("classification_complete", "prohibited_screen_complete")
_PEOPLE = ("people_named", "owner_named")


_MORE = {
    "fairness": ', label="…", prediction="…", protected=[…]',
    "performance": ', label="…", score="…"',
    "quality": ", rules=[…]",
}
"""What the checks of the house need besides the data."""


@dataclass(frozen=True)
class Place:
    """A use case, and the version of its model (empty: none), whose pages are linked.

    `protected` are the attributes declared for it: a command to copy names them.
    """

    slug: str
    version: str = ""
    protected: tuple[str, ...] = ()

    def url(self, name: str, *args: str) -> str:
        """Return the address of a page of this use case."""
        return reverse(name, args=[self.slug, *args])

    def gate(self, framework: Framework, gate: str) -> str:
        """Return the address at which a gate is shown and signed."""
        known = framework.gate_by_id.get(gate)
        about_version = known is not None and known.subject == "version" and self.version
        page = self.url("version", self.version) if about_version else self.url("use-case")
        return f"{page}?gate={gate}"


@dataclass(frozen=True)
class Link:
    """An address, its words, and a command that does the same from a terminal or notebook."""

    url: str
    label: str
    command: str = ""


def cure_link(reason: Reason, framework: Framework, place: Place) -> Link | None:
    """Return where `reason` is cured, or None where only people can."""
    if reason.code == "gate_before_not_passed":
        gate = str(reason.parameters["before"])
        return Link(place.gate(framework, gate), _("Open gate %(gate)s") % {"gate": gate})
    links = {
        "answer": lambda: Link(place.url("questions"), _("Answer")),
        "hand_in_evidence": lambda: _evidence(reason, place),
        "attest": lambda: Link(measure_url(place, reason.measure) + "#hand-in", _("Hand in")),
        "sign": lambda: Link(place.gate(framework, reason.gate) + "#sign", _("Look and sign")),
        "register_version": lambda: Link(place.url("versions"), _("Register")),
        "complete_record": lambda: _record(reason, place),
        "legal_review": lambda: Link(place.url("questions"), _("Look at the screening answers")),
    }
    make = links.get(reason.cure.act)
    return make() if make else None


def measure_url(place: Place, measure: str) -> str:
    """Return the page of a measure of this use case, for the version looked at."""
    page = place.url("measure", measure)
    return f"{page}?version={place.version}" if place.version else page


def check_command(place: Place, check: str) -> str:
    """Return the line of Python that computes a check and hands it in."""
    version = place.version if "@" in place.version else int(place.version or 1)
    more = _MORE.get(check, "")
    if check == "fairness" and place.protected:
        more = more.replace("[…]", json.dumps(list(place.protected), ensure_ascii=False))
    return f'muster.use_case("{place.slug}").version({json.dumps(version)}).check("{check}", data=…{more})'


def _evidence(reason: Reason, place: Place) -> Link:
    check = str(reason.cure.parameters.get("check", ""))
    return Link(measure_url(place, reason.measure) + "#hand-in", _("How to hand in"), check_command(place, check))


def _record(reason: Reason, place: Place) -> Link:
    check = str(reason.cure.parameters.get("check", ""))
    if check in _QUESTIONS:
        return Link(place.url("questions"), _("Answer"))
    if check in _PEOPLE:
        return Link(place.url("people"), _("Name the people"))
    if check == "version_binding":
        return Link(place.url("versions"), _("Register anew"))
    return Link(place.url("use-case") + "#about", _("Complete"))
