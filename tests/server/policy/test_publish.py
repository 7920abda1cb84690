import pytest

from muster.core.canonical import digest
from muster.frameworks import open_framework
from muster.server.casework.actions import open_use_case
from muster.server.policy.actions import publish
from muster.server.policy.models import FrameworkVersion
from muster.server.policy.queries import by_digest, current
from people import governed

pytestmark = pytest.mark.spec("B4")


def test_the_first_framework_is_published_by_an_administrator(cast):
    rules = governed()
    published = publish(cast.actor("root"), rules)
    assert published.row.digest == digest(rules)
    assert current() == rules


def test_a_published_framework_comes_back_with_the_same_digest(framework):
    assert digest(by_digest(framework.digest)) == framework.digest


@pytest.mark.parametrize("who", ["ana", "root"])
def test_later_ones_are_published_by_whoever_the_framework_in_force_says(cast, framework, who):
    refused = publish(cast.actor(who), governed(version="2.0.0"))
    assert refused.reason.code == "role_lacks_act"
    assert current() == framework


def test_nobody_in_particular_publishes_nothing(db):
    assert publish(None, governed()).reason.code == "not_signed_in"


def test_a_later_version_rules_what_is_opened_from_now_on_and_nothing_else(cast, framework, use_case):
    later = governed(version="2.0.0")
    assert publish(cast.actor("wei"), later)
    assert current() == later
    second = open_use_case(cast.actor("ana"), name="Second").row
    use_case.refresh_from_db()
    assert (use_case.framework, second.framework) == (framework.digest, later.digest)
    assert FrameworkVersion.objects.filter(current=True).count() == 1


def test_the_same_version_twice_is_refused_also_with_another_text(cast, framework):
    for again in (framework, governed(sponsor="Somebody else")):
        assert publish(cast.actor("wei"), again).problems[0].code == "already_published"


def test_a_measure_whose_check_is_not_installed_is_refused_by_name(cast):
    rules = governed().model_dump(mode="json", by_alias=True)
    rules["measures"][3]["evidence"][0]["check"] = "telepathy"
    refused = publish(cast.actor("root"), governed(measures=rules["measures"]))
    assert any("telepathy" in problem.hint for problem in refused.problems)
    assert current() is None


def test_a_gate_that_nobody_can_sign_is_refused(cast):
    roles = [{**role.model_dump(mode="json"), "may": ["see"]} for role in governed().roles]
    assert publish(cast.actor("root"), governed(roles=roles)).problems


def test_the_starter_can_be_published_and_the_full_one_waits_for_its_checks(cast):
    assert publish(cast.actor("root"), open_framework("starter"))
    FrameworkVersion.objects.all()._raw_delete("default")
    full = publish(cast.actor("root"), open_framework("full"))
    assert any("not installed" in problem.hint or "check" in problem.value for problem in full.problems)


def test_a_text_that_was_changed_in_the_table_is_not_used(cast, framework):
    by_digest.cache_clear()
    row = FrameworkVersion.objects.get()
    changed = row.content.replace("Chief risk officer", "Chief fun officer")
    FrameworkVersion.objects.all()._raw_delete("default")
    row.content = changed
    FrameworkVersion.objects.bulk_create([row])
    with pytest.raises(RuntimeError, match="was changed"):
        by_digest(framework.digest)
