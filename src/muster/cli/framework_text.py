"""A framework and a classification as text for reading in a terminal."""

from collections.abc import Callable, Iterator, Mapping
from unicodedata import east_asian_width

from muster.core.classify import STOP, Classification, Fired
from muster.core.framework import Framework
from muster.core.policy import Category, Demand, Floor, Measure
from muster.core.text import say as text

Lines = Iterator[str]

_WORDS = {
    "en": {
        "light": "light", "standard": "standard", "strict": "strict", "matrix": "Policy matrix", "measures": "Measures",
        "process": "Process", "raci": "Responsibilities (RACI)", "questions": "Questions", "regulations": "Regulations",
        "gate": "gate", "signs": "signs", "variants": "Variants", "environments": "Environments",
        "people": "different people", "accountable": "accountable", "responsible": "responsible",
        "consulted": "consulted", "informed": "informed", "where": "where", "evidence": "evidence",
        "asked_by": "asked for by", "level": "level", "scope": "scope", "none": "none", "tier": "tier",
        "review": "to be reviewed by", "sponsor": "sponsor", "digest": "digest", "unknown": "not answered yet",
        "score": "score", "base": "gives", "floors": "floors that fired", "modifiers": "categories that fired",
        "levels": "levels", "law": "instruments that apply", "requirements": "requirements apply",
        "pulled": "measures that the law adds", "matrix_measures": "measures from the matrix",
        "stop": "STOP: legal review decides before anything else", "provisional": "provisional: questions are open",
        "because": "because of", "dimensions": "dimensions", ":": ": ",
    },
    "zh-Hans": {
        "light": "轻量", "standard": "标准", "strict": "严格", "matrix": "政策矩阵", "measures": "措施",
        "process": "流程", "raci": "职责（RACI）", "questions": "问题", "regulations": "法规",
        "gate": "门禁", "signs": "签核", "variants": "流程变体", "environments": "环境",
        "people": "位不同人员", "accountable": "问责", "responsible": "执行",
        "consulted": "咨询", "informed": "知会", "where": "位置", "evidence": "证据",
        "asked_by": "提出要求者", "level": "级别", "scope": "范围", "none": "无", "tier": "风险等级",
        "review": "复审期限", "sponsor": "发起人", "digest": "摘要", "unknown": "尚未回答",
        "score": "得分", "base": "对应", "floors": "触发的底线", "modifiers": "触发的类别",
        "levels": "级别", "law": "适用的法规与标准", "requirements": "项要求适用",
        "pulled": "法规追加的措施", "matrix_measures": "项矩阵措施",
        "stop": "停止：须先经法务裁定", "provisional": "暂定：尚有问题未回答",
        "because": "依据", "dimensions": "维度", ":": "：",
    },
}  # fmt: skip


def _w(language: str) -> Mapping[str, str]:
    return _WORDS.get(language, _WORDS["en"])


def show_overview(framework: Framework, language: str) -> Lines:
    """Name, version, review date and the figures of the framework."""
    words = _w(language)
    yield f"{text(framework.name, language)} {framework.version}"
    yield text(framework.description, language)
    yield f"{words['review']}{words[':']}{framework.review_by} · {words['sponsor']}{words[':']}{framework.sponsor}"
    yield f"{words['digest']}{words[':']}{framework.digest}"


def show_questions(framework: Framework, language: str) -> Lines:
    """Every question with its possible answers."""
    yield _title(_w(language)["questions"])
    for group in framework.questions:
        yield text(group.title, language)
        for question in group.questions:
            yield f"  {question.id}: {text(question.label, language)}"
            for option in question.options:
                value = str(option.value).lower() if isinstance(option.value, bool) else option.value
                weight = "" if option.weight is None else f" ({option.weight:g})"
                yield f"    {value}: {text(option.label, language)}{weight}"


def show_matrix(framework: Framework, language: str) -> Lines:
    """The level of every consideration in every tier."""
    words = _w(language)
    yield _title(words["matrix"])
    head = ["", *(f"{tier.id} {text(tier.name, language)}" for tier in framework.tiers)]
    rows = [
        [text(c.name, language), *(words[framework.matrix[c.id][tier.id]] for tier in framework.tiers)]
        for c in framework.considerations
    ]
    yield from _table([head, *rows])


def show_measures(framework: Framework, language: str) -> Lines:
    """Every measure by consideration and level."""
    words = _w(language)
    yield _title(words["measures"])
    for consideration in framework.considerations:
        yield text(consideration.name, language)
        mine = [measure for measure in framework.measures if measure.consideration == consideration.id]
        yield from _table(
            [f"  {m.id}", words[m.level], text(m.name, language), ", ".join(m.placed_in), m.accountable] for m in mine
        )


def show_process(framework: Framework, language: str) -> Lines:
    """Steps, activities and gates in order, then variants and environments."""
    words = _w(language)
    yield _title(words["process"])
    for number, step in enumerate(framework.process.steps, start=1):
        yield f"{number}. {text(step.name, language)} ({step.id})"
        for activity in step.activities:
            yield f"   - {text(activity.name, language)} ({step.id}.{activity.id})"
        gate = framework.gate_by_id[step.exit_gate]
        yield f"   {words['gate']} {gate.id}: {text(gate.question, language)}"
        for rule in gate.sign_offs:
            tiers = f" [{', '.join(rule.tiers)}]" if rule.tiers else ""
            role = text(framework.role_by_id[rule.role].name, language)
            yield f"     {words['signs']}{words[':']}{role} ({rule.meaning}){tiers}"
        people = ", ".join(f"{tier} {count}" for tier, count in gate.distinct_people.items())
        yield f"     {words['people']}{words[':']}{people}"
    yield f"{words['variants']}{words[':']}".rstrip()
    for variant in framework.process.variants:
        yield f"  {text(variant.name, language)} ({variant.id}): {text(variant.difference, language)}"
    yield f"{words['environments']}{words[':']}".rstrip()
    for environment in framework.process.environments:
        yield f"  {text(environment.name, language)}: {', '.join(environment.gates) or words['none']}"


def show_raci(framework: Framework, language: str) -> Lines:
    """Who is accountable, responsible, consulted and informed, row by row."""
    yield _title(_w(language)["raci"])
    roles = list(framework.role_by_id)
    rows = []
    for row in framework.raci:
        marks = dict.fromkeys(row.informed, "I") | dict.fromkeys(row.consulted, "C")
        marks |= dict.fromkeys(row.responsible, "R")
        marks[row.accountable] = "A/R" if row.accountable in row.responsible else "A"
        rows.append([text(row.name, language), *(marks.get(role, "·") for role in roles)])
    yield from _table([["", *(text(framework.role_by_id[role].name, language) for role in roles)], *rows])


def show_regulations(framework: Framework, language: str) -> Lines:
    """Every instrument with its requirements and the measures that answer them."""
    yield _title(_w(language)["regulations"])
    for instrument in framework.instruments:
        yield f"{text(instrument.name, language)} ({instrument.id}, {instrument.status})"
        for requirement in instrument.requirements:
            measures = ", ".join(requirement.suggested_measures)
            yield f"  {requirement.ref}: {text(requirement.title, language)} ({requirement.strength}) → {measures}"


def show_measure(framework: Framework, measure: Measure, language: str) -> Lines:
    """One measure with everything that asks for it."""
    words = _w(language)
    yield f"{measure.id}: {text(measure.name, language)}"
    yield text(measure.description, language)
    consideration = text(framework.consideration_by_id[measure.consideration].name, language)
    yield f"{words['level']}{words[':']}{consideration}, {words[measure.level]}"
    yield f"{words['scope']}{words[':']}{measure.scope}"
    yield f"{words['where']}{words[':']}{', '.join(measure.placed_in)}"
    yield f"{words['responsible']}{words[':']}{measure.responsible}"
    yield f"{words['accountable']}{words[':']}{measure.accountable}"
    yield f"{words['evidence']}{words[':']}{'; '.join(_demand(demand) for demand in measure.evidence)}"
    for _, requirement in framework.requirement_by_id.values():
        if measure.id in requirement.suggested_measures:
            title = text(requirement.title, language)
            yield f"{words['asked_by']}{words[':']}{requirement.id} {title} ({requirement.strength})"


SECTIONS: dict[str, Callable[[Framework, str], Lines]] = {
    "overview": show_overview,
    "questions": show_questions,
    "matrix": show_matrix,
    "measures": show_measures,
    "process": show_process,
    "raci": show_raci,
    "regulations": show_regulations,
}


def describe_classification(framework: Framework, result: Classification, language: str) -> Lines:
    """Say in words how a use case is classified, and why."""
    words = _w(language)
    tier = framework.tier_by_id[result.working_tier]
    yield f"{words['tier']}{words[':']}{tier.id} {text(tier.name, language)} — {text(tier.description, language)}"
    if result.tier == STOP:
        yield words["stop"]
    if result.provisional:
        yield f"{words['provisional']}{words[':']}{', '.join(result.unanswered)}"
    yield f"{words['score']}{words[':']}{result.overall} {words['base']} {result.base_tier}"
    yield f"{words['dimensions']}{words[':']}".rstrip()
    for dimension in framework.dimensions:
        yield f"  {text(dimension.name, language)}: {result.dimension_percent[dimension.id]} %"
    yield from _fired(words["floors"], result.floors, framework.floor_by_id, words, language)
    yield from _fired(words["modifiers"], result.categories, framework.category_by_id, words, language)
    yield f"{words['levels']}{words[':']}".rstrip()
    for trail in result.levels:
        name = text(framework.consideration_by_id[trail.consideration].name, language)
        yield f"  {name}: {words[trail.level]}"
    yield f"{len(result.matrix_measures)} {words['matrix_measures']}"
    yield f"{words['law']}{words[':']}{', '.join(result.instruments) or words['none']}"
    yield f"{len(result.requirements)} {words['requirements']}"
    yield f"{words['pulled']}{words[':']}{', '.join(result.pulled_measures) or words['none']}"


def _fired(
    title: str,
    fired: tuple[Fired, ...],
    rules: Mapping[str, Floor] | Mapping[str, Category],
    words: Mapping[str, str],
    language: str,
) -> Lines:
    yield f"{title}{words[':']}{words['none'] if not fired else ''}".rstrip()
    for one in fired:
        basis = words["unknown"] if one.truth is None else words["because"]
        yield f"  {one.id}: {text(rules[one.id].reason, language)} ({basis}{words[':']}{', '.join(one.because)})"


def _demand(demand: Demand) -> str:
    return f"{demand.kind}:{demand.check}" if demand.check else demand.kind


def _title(words: str) -> str:
    return f"{words}\n{'─' * _width(words)}"


def _table(rows: Iterator[list[str]] | list[list[str]]) -> Lines:
    rows = list(rows)
    widths = [max(_width(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()


def _width(words: str) -> int:
    """Return how many columns of a terminal `words` take: Chinese signs take two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in words)
