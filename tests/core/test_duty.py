import pytest

from core.dossiers import NOW, OWNER, SCIENTIST, VALIDATOR, dossier, gap, version
from core.tiny import tiny_framework
from muster.core.assess import assess
from muster.core.duty import Actor, contributions, may, may_sign

pytestmark = pytest.mark.spec("D3", "C1")
TINY = tiny_framework()
ANA = Actor(person=OWNER, roles=("owner",))
LI = Actor(person=SCIENTIST, roles=("scientist",))
MEI = Actor(person=VALIDATOR, roles=("validator",))


def why(outcome):
    assert not outcome
    return outcome.reason.code


def test_what_no_role_grants_is_denied_and_says_who_may():
    outcome = may(TINY, LI, "sign")
    assert why(outcome) == "role_lacks_act"
    assert outcome.reason.cure.roles == ("owner", "validator")


def test_what_a_role_grants_is_allowed():
    assert may(TINY, ANA, "sign")
    assert may(TINY, LI, "register_version")


def test_nobody_and_the_inactive_may_nothing():
    assert why(may(TINY, None, "see")) == "not_signed_in"
    assert why(may(TINY, ANA.model_copy(update={"active": False}), "see")) == "account_inactive"


@pytest.mark.spec("J3")
def test_a_token_hands_in_evidence_within_its_scopes_and_never_signs():
    token = Actor(person=SCIENTIST, roles=("scientist", "owner"), via="token", scopes=("hand_in_evidence", "sign"))
    assert may(TINY, token, "hand_in_evidence")
    assert why(may(TINY, token, "register_version")) == "token_cannot"
    assert why(may(TINY, token, "sign")) == "token_cannot"


@pytest.mark.spec("J3")
def test_an_administrator_manages_accounts_and_founds_but_signs_nothing():
    root = Actor(person="root", administrator=True)
    assert may(TINY, root, "manage_accounts")
    assert may(None, root, "publish_framework")
    assert why(may(TINY, root, "publish_framework")) == "role_lacks_act"
    assert why(may(TINY, root, "sign")) == "role_lacks_act"


def test_before_a_framework_nobody_else_may_anything():
    assert why(may(None, ANA, "open_use_case")) == "role_lacks_act"


def sign_as(actor, role, meaning, base=None, gate="G2"):
    base = base or dossier(TINY)
    shown = assess(TINY, base, NOW).gate(gate)
    return may_sign(TINY, actor, base, shown.gate, role=role, meaning=meaning)


def test_the_right_person_may_sign():
    assert sign_as(MEI, "validator", "review")
    assert sign_as(ANA, "owner", "responsibility")


def test_a_role_that_the_gate_does_not_ask_for_or_that_one_does_not_hold_is_refused():
    assert why(sign_as(MEI, "validator", "approval")) == "role_not_asked"
    assert why(sign_as(ANA, "validator", "review")) == "role_not_asked"


def test_an_author_may_not_review_the_own_version():
    assert why(sign_as(MEI, "validator", "review", dossier(TINY, version=version(authors=(VALIDATOR,))))) == "own_work"


def test_who_computed_the_proof_may_not_review_it():
    base = dossier(TINY)
    mine = tuple(gap(by=VALIDATOR) if e.id == "e-fair" else e for e in base.evidence)
    assert why(sign_as(MEI, "validator", "review", base.model_copy(update={"evidence": mine}))) == "own_work"


def test_contributions_follow_the_records_through_the_raci_matrix():
    done = contributions(TINY, dossier(TINY))
    assert done[OWNER] == {"describe_use"}
    assert {"classify", "model_development", "building"} <= done[SCIENTIST]
