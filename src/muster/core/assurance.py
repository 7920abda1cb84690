"""Who ran a proof: who built the version, Muster itself, or a validator who ran it again."""

from collections.abc import Iterable

from muster.core.dossier import ASSURANCES, Assurance, Dossier, Evidence, PersonId
from muster.core.framework import Framework


def reaches(found: Assurance, asked: Assurance) -> bool:
    """Return whether proof of the level `found` is enough where `asked` is demanded.

    >>> reaches("validator", "muster"), reaches("builder", "muster")
    (True, False)
    """
    return ASSURANCES.index(found) >= ASSURANCES.index(asked)


def assurance_of(framework: Framework, dossier: Dossier, person: PersonId, check: str, *, by_muster: bool) -> Assurance:
    """Decide the level of a computed proof that `person` hands in for the version of `dossier`; no client chooses it.

    A validator holds a role that signs reviews, has not built the version or computed its proof as a builder, and
    runs again what somebody else (or Muster) has run. `by_muster`: Muster computed it in a run of its own.
    """
    if by_muster:
        return "muster"
    if dossier.version is None or person in dossier.version.authors:
        return "builder"
    proof = [e for e in dossier.evidence if e.kind == "computed" and e.version == dossier.version.id]
    held = next((p.roles for p in dossier.people if p.id == person), ())
    is_reviewer = bool(reviewers(framework) & set(held))
    has_built = any(e.by == person and e.assurance == "builder" for e in proof)
    return "validator" if is_reviewer and not has_built and _ran_before(proof, person, check) else "builder"


def reviewers(framework: Framework) -> frozenset[str]:
    """Return the roles that a gate or a variant asks for a review."""
    process = framework.process
    rules = [rule for gate in process.gates for rule in gate.sign_offs]
    rules += [rule for variant in process.variants for rule in variant.sign_offs]
    return frozenset(rule.role for rule in rules if rule.meaning == "review")


def _ran_before(proof: Iterable[Evidence], person: PersonId, check: str) -> bool:
    return any(e.check == check and not e.failure and (e.by != person or e.assurance == "muster") for e in proof)
