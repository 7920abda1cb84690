"""The portfolio: every use case that the reader may see; filters stand in the address."""

import csv
from collections.abc import Iterable
from typing import Any, get_args

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from muster.contract.portfolio import DutyOut, PortfolioRow, State
from muster.core.framework import Framework
from muster.core.text import say
from muster.report.words import name_measure, word
from muster.server.casework.portfolio import SORTS, every_row, portfolio
from muster.server.identity.queries import actor_for_request, names_of
from muster.server.policy.queries import by_digest, current
from muster.server.registry.queries import visible
from muster.server.web.access import may_open
from muster.server.web.language import tag

FILTERS = ("search", "tier", "step", "state", "owner")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def show_portfolio(request: HttpRequest) -> HttpResponse:
    """Show one page of the list."""
    actor = actor_for_request(request)
    filters = _filters(request.GET)
    sort = request.GET.get("sort", "-number")
    page = portfolio(
        actor,
        search=filters["search"],
        tier=filters["tier"],
        step=filters["step"],
        state=filters["state"],
        owner=filters["owner"],
        sort=sort,
        page=_number(request.GET.get("page", "1")),
    )
    framework = current()
    owners = names_of(tuple(set(visible(actor).values_list("owner", flat=True))))
    context = {
        "section": "portfolio",
        "page": page,
        "rows": [(row, next_duty(row)) for row in page.items],
        "filters": filters,
        "sort": sort,
        "sorts": tuple(SORTS),
        "filtered": any(filters.values()),
        "tiers": [(t.id, f"{t.id} {say(t.name, tag())}") for t in framework.tiers] if framework else [],
        "steps": [(s.id, say(s.name, tag())) for s in framework.process.steps] if framework else [],
        "step_names": _step_names(page.items),
        "tier_names": {t.id: say(t.name, tag()) for t in framework.tiers} if framework else {},
        "states": [(state, word("standing", state, tag())) for state in get_args(State)],
        "owners": sorted(owners.items(), key=lambda pair: pair[1]),
        "query": _query(request.GET),
        "me": actor.person if actor else "",
        "last_page": -(-page.total // page.per_page),
        "framework": framework,
        "may_open": may_open(request),
    }
    return render(request, "pages/portfolio.html", context)


def export_portfolio(request: HttpRequest) -> StreamingHttpResponse:
    """Answer every matching use case as CSV; a cell that a spreadsheet could take for a formula is disarmed."""
    rows = every_row(actor_for_request(request), **_filters(request.GET))
    writer = csv.writer(_Echo())
    head = [_("Number"), _("Name"), _("Short name"), _("Tier"), _("Step"), _("State"), _("Version"), _("Owner")]
    head += [_("Next duty"), _("Opened")]
    lines = (writer.writerow([disarm(cell) for cell in line]) for line in (head, *_Lines(rows)))
    answer = StreamingHttpResponse(("\ufeff" if i == 0 else "") + line for i, line in enumerate(lines))
    answer["Content-Type"] = "text/csv; charset=utf-8"
    answer["Content-Disposition"] = 'attachment; filename="portfolio.csv"'
    return answer


def disarm(cell: str) -> str:
    """Return the cell with a leading apostrophe where a spreadsheet would run it.

    >>> disarm("=1+1")
    "'=1+1"
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def next_duty(row: PortfolioRow) -> str:
    """Return the next duty of a use case in words."""
    duty: DutyOut | None = row.next_duty
    if duty is None:
        return ""
    framework: Framework = by_digest(row.framework)
    count = str(len(duty.parameters.get("questions", ())))
    measure = name_measure(framework, duty.measure, tag())
    return word("duty", duty.act, tag()).format(measure=measure, gate=duty.gate, count=count)


def _filters(given: QueryDict) -> dict[str, str]:
    return {name: given.get(name, "").strip()[:200] for name in FILTERS}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 1  # noqa: PLR2004 # digits of a page


def _query(given: QueryDict) -> str:
    kept = given.copy()
    for name in ("page", "sort"):
        kept.pop(name, None)
    return kept.urlencode()


def _step_names(rows: Iterable[PortfolioRow]) -> dict[str, str]:
    return {
        step: say(framework.step_by_id[step].name, tag())
        for row in rows
        for framework, step in [(by_digest(row.framework), row.step)]
        if step in framework.step_by_id
    }


class _Echo:
    """A file that hands back what is written to it, so that the export streams."""

    def write(self, text: str) -> str:
        return text


class _Lines:
    def __init__(self, rows: Iterable[PortfolioRow]) -> None:
        self._rows = rows

    def __iter__(self) -> Any:
        for row in self._rows:
            names = _step_names([row])
            yield [
                f"UC-{row.number}",
                row.name,
                row.slug,
                row.tier,
                names.get(row.step, row.step),
                word("standing", row.state, tag()),
                str(row.version or ""),
                row.owner_name,
                next_duty(row),
                row.opened_at.date().isoformat(),
            ]
