import pytest

from muster.server.casework.actions import answer, set_people
from muster.server.identity.queries import roles_of
from server.casework.stories import HIGH, proven, signed_as

pytestmark = pytest.mark.spec("C1")


def test_a_role_for_one_use_case_is_held_there_only(cast, use_case):
    assert set_people(cast.actor("ana"), use_case, {"validator": [cast.ada]})
    assert (roles_of(cast.ada, use_case.id), roles_of(cast.ada)) == (("auditor", "validator"), ("auditor",))


def test_whoever_is_left_out_loses_the_role(cast, use_case):
    set_people(cast.actor("ana"), use_case, {"scientist": [cast.ada, cast.tom]})
    set_people(cast.actor("ana"), use_case, {"scientist": [cast.tom]})
    assert "scientist" not in roles_of(cast.ada, use_case.id)
    assert answer(cast.actor("ada", use_case), use_case, HIGH).reason.code == "role_lacks_act"


def test_the_same_people_again_is_no_act(cast, use_case):
    set_people(cast.actor("ana"), use_case, {"validator": [cast.ada]})
    assert set_people(cast.actor("ana"), use_case, {"validator": [cast.ada]}).receipt is None


def test_nobody_gives_a_role_to_themselves(cast, use_case):
    refused = set_people(cast.actor("ana"), use_case, {"validator": [cast.ana]})
    assert refused.reason.code == "own_work"
    assert "validator" not in roles_of(cast.ana, use_case.id)


def test_unknown_roles_and_people_are_named_together(cast, use_case):
    refused = set_people(cast.actor("ana"), use_case, {"validatr": ["nobody"]})
    assert [(p.code, p.hint) for p in refused.problems] == [("unknown_role", "validator"), ("unknown_person", "")]


@pytest.mark.parametrize("who", ["li", "mei", "ada"])
def test_who_may_not_set_people_is_refused(cast, use_case, who):
    assert set_people(cast.actor(who), use_case, {"validator": [cast.tom]}).reason.code == "role_lacks_act"


@pytest.mark.spec("D3")
def test_a_role_that_was_taken_away_is_gone_at_once_also_for_an_actor_made_before(cast, use_case):
    version = proven(cast, use_case)
    set_people(cast.actor("ana"), use_case, {"validator": [cast.ada]})
    before = cast.actor("ada", use_case)
    set_people(cast.actor("ana"), use_case, {"validator": []})
    object.__setattr__(cast, "actor", lambda *_: before)  # the roles that Ada held when her page was opened
    refused = signed_as(cast, use_case, version, "G2", "ada", "validator", "review")
    assert refused.reason.code == "role_lacks_act"
