"""One piece of proof: the answer, the figures behind it, and everything needed to repeat it."""

import json
import shlex
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from muster.core.policy import ToleranceRef
from muster.report.suppress import SMALL, hides_anything, suppress, suppress_statement
from muster.server.casework.models import Blob, EvidenceRow
from muster.server.casework.queries import Case, sees_small_cells
from muster.server.identity.queries import actor_for_request
from muster.server.registry.models import UseCase
from muster.server.registry.queries import visible
from muster.server.web.access import actor_here, find_case
from muster.server.web.shape.by_group import show_figures
from muster.server.web.shape.forest import show_forest
from muster.server.web.shape.gates import place_of
from muster.server.web.shape.kinds import has_figures, has_groups, leading, leading_rate, show_after, show_own
from muster.server.web.shape.proof import Answer, answer_of, demands_on, kind_word, read_statement
from muster.server.web.views.case_page import names_in, render_case


def show_evidence(request: HttpRequest, evidence: str) -> HttpResponse:
    """Show the page of a piece of proof."""
    row, case = _find(request, evidence)
    whole = read_statement(row)
    sees_all = row.kind != "computed" or sees_small_cells(actor_here(request, case.use_case), case.use_case)
    predicate = whole if sees_all else suppress(whole)
    answer = answer_of(case, row, sees_all=sees_all) if row.kind == "computed" else None
    rate, depth = _asked_for(request, predicate, answer)
    forest = show_forest(
        predicate if has_groups(row.check_name) else {},
        rate=rate,
        depth=depth,
        ratios=(_ratio(case, "selection_rate_ratio"), _ratio(case, "selection_rate_ratio.intersection")),
    )
    figures = None
    if has_figures(row.check_name, groups=forest is not None, judged=bool(answer and answer.held)):
        preferred = (*_judged(case, row), *leading(row.check_name))
        figures = show_figures(predicate, request.GET.get("figure", ""), preferred)
    own = show_own(predicate)
    names = names_in(case)
    return render_case(
        request,
        "pages/evidence.html",
        case,
        tab="evidence",
        names=names,
        row=row,
        kind=kind_word(row),
        by=names.get(row.by, row.by[:8]),
        answer=answer,
        measure=case.framework.measure_by_id.get(row.measure),
        predicate=predicate,
        hides=SMALL if not sees_all and hides_anything(whole, predicate) else 0,
        suppressed=not sees_all,
        forest=forest,
        figures=figures,
        own=own,
        after=show_after(predicate),
        drawn=bool(forest or figures or own),
        parameters=json.dumps(row.parameters, ensure_ascii=False, indent=2),
        command=_command(row, whole.get("inputs") or ()),
        place=place_of(case),
    )


def download_statement(request: HttpRequest, evidence: str) -> HttpResponse:
    """Answer the statement as it was handed in, byte for byte what its digest covers.

    Who may not see small cells gets a copy without them, of another predicate type, that names the original's digest.
    """
    row, case = _find(request, evidence)
    text, mark = row.statement_text, ""
    if row.kind == "computed" and not sees_small_cells(actor_here(request, case.use_case), case.use_case):
        text, mark = json.dumps(suppress_statement(json.loads(text), row.statement), ensure_ascii=False), "-suppressed"
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="evidence-{row.id[:8]}{mark}.json"'
    return answer


def download_document(request: HttpRequest, evidence: str) -> HttpResponse:
    """Answer the document that was handed in, always as a file: it is never shown in a page of ours."""
    row, _case = _find(request, evidence)
    blob = get_object_or_404(Blob, pk=row.data) if row.kind == "document" else None
    if blob is None:
        raise Http404(_("This proof is not a document. Its page shows what it is."))
    answer = HttpResponse(bytes(blob.content), content_type="application/octet-stream")
    safe = "".join(c for c in blob.name if c.isalnum() or c in "._- ") or "document"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(safe)}"
    return answer


def _find(request: HttpRequest, evidence: str) -> tuple[EvidenceRow, Case]:
    seen = visible(actor_for_request(request))
    row = EvidenceRow.objects.filter(pk=evidence, use_case__in=seen).select_related("version__model").first()
    if row is None:
        row = EvidenceRow.objects.filter(pk=evidence, use_case=None).first()
        if row is None or not seen.exists():
            raise Http404(_("There is no such proof, or it is not open to you."))
    use_case: UseCase = row.use_case or seen[0]
    return row, find_case(request, use_case.slug, row.version_id or "")


def _judged(case: Case, row: EvidenceRow) -> tuple[str, ...]:
    """Return the figures that a required measure holds against a line."""
    return tuple(criterion.figure for _measure, demand in demands_on(case, row) for criterion in demand.criteria)


def _asked_for(request: HttpRequest, predicate: Mapping[str, Any], answer: Answer | None) -> tuple[str, int]:
    """Return the rate and the number of attributes to draw: as asked, else those that the first line is about."""
    about = answer.held[0].figure if answer and answer.held else None
    groups = predicate.get("groups") or ()
    rate = leading_rate(str(predicate.get("check")))
    if about:
        found = about.name.removesuffix(".intersection").removesuffix("_difference").removesuffix("_ratio")
        known = any(r["name"] == found and r["value"] is not None for group in groups for r in group["rates"])
        rate = found if known else rate
    asked = request.GET.get("depth", "")
    if asked.isdecimal() and len(asked) == 1:
        return request.GET.get("rate", rate), int(asked)
    sizes = {group["group"]: len(group["attributes"]) for group in groups}
    return request.GET.get("rate", rate), sizes.get(about.group, 1) if about else 1


def _ratio(case: Case, figure: str) -> float | None:
    """Return the line of the four-fifths rule that a required measure holds, if any."""
    for item in case.assessment.measures:
        for demand in case.framework.measure_by_id[item.required.measure].evidence:
            for criterion in demand.criteria:
                if criterion.figure == figure and criterion.at_least is not None:
                    limit = criterion.at_least
                    if isinstance(limit, ToleranceRef):
                        return case.framework.tolerance_by_id[limit.tolerance].value
                    return limit
    return None


def _command(row: EvidenceRow, inputs: Iterable[str]) -> str:
    """Return the command that computes the same figures again; what is more than values comes as a file."""
    if row.kind != "computed":
        return ""
    options = [f"--{_dashed(name)} FILE" for name in ("data", *inputs)]
    options += [option for name, value in row.parameters.items() for option in _options(_dashed(name), value)]
    return " ".join([f"muster check {row.check_name}", *options, "--json"])


def _options(name: str, value: object) -> list[str]:
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    parts = value if isinstance(value, list) else [value]
    if any(isinstance(part, dict | list) for part in parts):
        return [f"--{name} {name.upper()}.yaml"]
    return [f"--{name} {shlex.quote(str(part))}" for part in parts if part not in (None, "")]


def _dashed(name: str) -> str:
    return name.replace("_", "-")
