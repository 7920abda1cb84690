import pytest
from django.db import DatabaseError, transaction

from muster.server.casework.actions import add_model, register_version
from muster.server.casework.naming import of_bytes
from muster.server.frozen import FrozenRowError
from muster.server.registry.models import ModelVersion
from muster.server.registry.queries import version as find
from server.casework.stories import ARTIFACT, registered

pytestmark = pytest.mark.spec("E2")
OTHER = "sha256:" + "b" * 64


def test_a_version_keeps_all_that_it_was_made_from(cast, use_case):
    told = {"commit": "1c2e9ab", "environment_lock": "numpy==2", "data": {"train": OTHER}, "metrics": {"auc": 1e20}}
    row = ModelVersion.objects.get(pk=registered(cast, use_case, place="s3://models/1", **told).pk)
    assert (row.number, row.commit, row.environment) == (1, "1c2e9ab", of_bytes(b"numpy==2"))
    assert (row.data, row.metrics, row.authors) == ({"train": OTHER}, {"auc": 1e20}, [cast.li])


def test_numbers_go_up_by_one_for_each_model(cast, use_case):
    add_model(cast.actor("li"), use_case, slug="challenger", name="Challenger")
    registered(cast, use_case)
    assert registered(cast, use_case, artifact=OTHER).number == 2
    assert registered(cast, use_case, model="challenger").number == 1


@pytest.mark.parametrize(
    ("name", "number", "model"),
    [("2", 2, "job-support"), ("latest", 2, "job-support"), ("challenger@1", 1, "challenger")],
)
def test_a_version_is_found_by_what_people_call_it(cast, use_case, name, number, model):
    add_model(cast.actor("li"), use_case, slug="challenger", name="Challenger")
    registered(cast, use_case)
    registered(cast, use_case, artifact=OTHER)
    registered(cast, use_case, model="challenger")
    found = find(use_case, name)
    assert (found.number, found.model.slug) == (number, model)
    assert find(use_case, found.id) == found
    assert find(use_case, "9") is None


def test_the_same_artifact_twice_is_refused_with_the_version_it_is(cast, use_case):
    registered(cast, use_case)
    refused = register_version(cast.actor("li"), use_case, artifact=ARTIFACT)
    assert [(p.code, p.hint) for p in refused.problems] == [("already_registered", "job-support@1")]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"artifact": "sha256:abc"}, "digest_form"),
        ({"data": {"train": "md5:1"}}, "digest_form"),
        ({"commit": "main"}, "commit_form"),
        ({"metrics": {"auc": float("nan")}}, "not_finite"),
        ({"documents": {"card": OTHER}}, "unknown_document"),
        ({"authors": ["nobody"]}, "unknown_person"),
    ],
)
def test_what_is_not_in_form_is_refused(cast, use_case, told, code):
    refused = register_version(cast.actor("li"), use_case, **{"artifact": ARTIFACT, **told})
    assert [p.code for p in refused.problems] == [code]
    assert not ModelVersion.objects.exists()


@pytest.mark.parametrize("who", ["ana", "mei", "ada", "root"])
def test_who_may_not_register_is_refused(cast, use_case, who):
    assert register_version(cast.actor(who), use_case, artifact=ARTIFACT).reason.code == "role_lacks_act"
    assert add_model(cast.actor(who), use_case, slug="x", name="X").reason.code == "role_lacks_act"


def test_a_second_model_needs_a_name_of_its_own(cast, use_case):
    li = cast.actor("li")
    assert add_model(li, use_case, slug="job-support", name="x").problems[0].code == "taken"
    assert add_model(li, use_case, slug="No Slug", name="x").problems[0].code == "slug_form"


def test_what_is_registered_is_frozen_for_our_code_and_for_the_database(cast, use_case):
    row = registered(cast, use_case)
    row.artifact = OTHER
    with pytest.raises(FrozenRowError):
        row.save()
    with pytest.raises(FrozenRowError):
        row.delete()
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        ModelVersion.objects.filter(pk=row.pk).update(artifact=OTHER)
    assert ModelVersion.objects.get().artifact == ARTIFACT


def test_an_artifact_under_another_name_keeps_those_who_built_it(cast, use_case):
    registered(cast, use_case)
    assert add_model(cast.actor("li"), use_case, slug="challenger", name="Challenger")
    again = register_version(cast.actor("tom"), use_case, artifact=ARTIFACT, model="challenger").row
    assert set(again.authors) == {cast.li, cast.tom}
