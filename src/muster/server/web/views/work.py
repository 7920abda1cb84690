"""My work: what waits for the reader, the oldest first."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from muster.contract.portfolio import WorkItem
from muster.core.framework import Framework
from muster.core.reasons import Reason
from muster.report.sentences import sentence
from muster.report.words import join, name_measure, name_role, word
from muster.server.casework.portfolio import my_work
from muster.server.identity.queries import actor_for_request
from muster.server.policy.queries import by_digest, current
from muster.server.registry.models import UseCase
from muster.server.web.access import may_open
from muster.server.web.language import tag
from muster.server.web.shape.links import Link, Place, check_command, measure_url

_AHEAD = timedelta(days=30)
"""How long before the end a renewal begins to wait for somebody."""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: what to do, why, where, and the command that does it."""

    item: WorkItem
    title: str
    why: str
    more: int
    roles: str
    link: Link


def show_work(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader, why, and until when."""
    soon = timezone.now() + _AHEAD
    items = [i for i in my_work(actor_for_request(request)) if i.duty.act != "renew" or (i.duty.until or soon) <= soon]
    rules = dict(UseCase.objects.filter(pk__in={i.use_case for i in items}).values_list("pk", "framework"))
    waiting = [_show(item, by_digest(rules[item.use_case])) for item in items]
    counts = Counter(item.duty.act for item in items)
    context = {
        "section": "work",
        "waiting": waiting,
        "signatures": counts["sign"] + counts["renew"],
        "proofs": counts["hand_in_evidence"] + counts["attest"] + counts["complete_record"],
        "answers": counts["answer"],
        "others": counts["register_version"] + counts["legal_review"],
        "framework": current(),
        "may_open": may_open(request),
    }
    return render(request, "pages/work.html", context)


def _show(item: WorkItem, framework: Framework) -> Waiting:
    duty = item.duty
    reasons = [Reason.model_validate(reason) for reason in duty.parameters.get("reasons", ())]
    told = {
        "measure": name_measure(framework, duty.measure, tag()),
        "gate": duty.gate,
        "count": str(len(duty.parameters.get("questions", ()))),
    }
    return Waiting(
        item=item,
        title=word("duty", duty.act, tag()).format(**told),
        why=sentence(reasons[0], framework, tag()) if reasons else "",
        more=max(0, len(reasons) - 1),
        roles=join((name_role(framework, role, tag()) for role in duty.roles), tag(), last="or"),
        link=_link(item, framework),
    )


def _link(item: WorkItem, framework: Framework) -> Link:
    duty = item.duty
    place = Place(item.slug, str(item.version) if item.version else "")
    if duty.act in ("answer", "legal_review"):
        return Link(place.url("questions"), "")
    if duty.act in ("sign", "renew"):
        return Link(place.gate(framework, duty.gate) + "#sign", "")
    if duty.act == "register_version":
        return Link(place.url("versions"), "")
    if duty.act == "hand_in_evidence":
        command = check_command(place, str(duty.parameters.get("check", "")))
        return Link(measure_url(place, duty.measure) + "#hand-in", "", command)
    return Link(measure_url(place, duty.measure), "")
