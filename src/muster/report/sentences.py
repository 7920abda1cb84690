"""From codes to sentences, at the edge, in the reader's language: what is, then what to do."""

from collections.abc import Mapping

from muster.core.framework import Framework
from muster.core.reasons import Blocked, Reason, Verdict
from muster.core.text import Language, say
from muster.report import dates
from muster.report.parameters import Names, words_of
from muster.report.words import CHINESE, load_texts, spaced

_FILE = "sentences.yaml"
_CURES: Mapping[str, str] = {
    "evidence_below_limit": "mend",
    "evidence_above_limit": "mend",
    "gate_before_not_passed": "ask_gate",
    "subject_changed": "look_again",
    "not_signed_in": "sign_in",
    "own_work": "other_person",
    "duty_conflict": "other_person",
    "already_signed": "done",
}
"""Reasons whose cure is said in words of their own."""
_RERUN: Mapping[str, str] = {"muster": "rerun_muster", "validator": "rerun_validator"}
"""Proof of too low an assurance is run again by whom the framework asks for."""
_PROOFS = ("hand_in_evidence", "attest")


def sentence(
    reason: Reason, framework: Framework | None, language: Language = "en", *, names: Names | None = None
) -> str:
    """Return what stands against it, in one sentence; `names` maps ids of people to names.

    `framework` gives the names of roles, measures and rules; None before the first one is published.
    """
    template = say(load_texts(_FILE)["reasons"][reason.code], language)
    return template.format_map(_Told(words_of(reason, framework, language, names)))


def cure_sentence(
    reason: Reason, framework: Framework | None, language: Language = "en", *, names: Names | None = None
) -> str:
    """Return what to do about it, in one sentence."""
    key = _CURES.get(reason.code, reason.cure.act)
    if reason.code == "evidence_assurance_low":
        key = _RERUN[reason.parameters["assurance_asked"]]
    if key == "ask" and not reason.cure.roles:
        key = "none"
    template = say(load_texts(_FILE)["cures"][key], language)
    return template.format_map(_Told(words_of(reason, framework, language, names)))


def problem_sentence(code: str, where: str, value: str, hint: str, language: Language = "en") -> str:
    """Return what is wrong with one thing that was handed in, and what would be right."""
    texts = load_texts(_FILE)["problems"]
    template = say(texts[code], language) if code in texts else "{where}: {value} {hint}"
    or_hint = (f"，例如 {hint}" if language == CHINESE else f", for example {hint}") if hint else ""
    told = {"where": where, "value": f"“{value}”" if value else "–", "hint": hint, "or_hint": or_hint}
    return template.format_map(_Told(told))


def verdict_sentence(verdict: Verdict, target: str, language: Language = "en") -> str:
    """Return the verdict on `target` (the name of a gate or an environment) in one sentence."""
    if isinstance(verdict, Blocked):
        return _blocked(verdict, target, language)
    until = dates.day(verdict.holds_until, language) if verdict.holds_until else ""
    if language == CHINESE:
        return spaced(target, f"已通过{f'，有效至 {until}' if until else ''}。")
    return f"{target} is passed{f', and holds until {until}' if until else ''}."


def _blocked(verdict: Blocked, target: str, language: Language) -> str:
    signatures = sum(reason.cure.act == "sign" for reason in verdict.reasons)
    proofs = len({r.measure for r in verdict.reasons if r.cure.act in _PROOFS})
    # the same thing may stand against several gates
    rest = [reason for reason in verdict.reasons if reason.cure.act not in (*_PROOFS, "sign")]
    other = len({(r.code, r.measure, str(r.parameters)) for r in rest})
    kinds = (
        (proofs, "proof", "proofs", "证据"),
        (signatures, "signature", "signatures", "签核"),
        (other, "other thing", "other things", "其他事项"),
    )
    if language == CHINESE:
        open_ = "、".join(f"{n} 项{chinese}" for n, _, _, chinese in kinds if n)
        return spaced(target, f"未通过：尚缺 {open_}。")
    open_ = ", ".join(f"{n} {one if n == 1 else many}" for n, one, many, _ in kinds if n)
    return f"{target} is blocked: {open_} open."


class _Told(dict[str, str]):
    """A parameter that a reason does not carry is shown as a dash: a sentence is never lost for a missing word."""

    def __missing__(self, key: str) -> str:
        return "—"
