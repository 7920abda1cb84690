import pytest

from muster.server.casework.actions import open_use_case
from muster.server.identity.queries import roles_of
from muster.server.journal.leaf import read_leaf
from muster.server.journal.models import Entry
from muster.server.registry.models import UseCase

pytestmark = pytest.mark.spec("A1")


def test_a_use_case_is_opened_with_a_number_a_short_name_and_a_first_model(cast, framework):
    opened = open_use_case(cast.actor("ana"), name="  Job support ", purpose="Who is offered help")
    row = opened.row
    assert (row.number, row.slug, row.name, row.owner) == (1, "job-support", "Job support", cast.ana)
    assert [model.slug for model in row.models.all()] == ["job-support"]


def test_the_owner_receives_the_role_of_owners(cast, framework):
    opened = open_use_case(cast.actor("tom"), name="Credit", owner=cast.ada)
    assert "owner" in roles_of(cast.ada, opened.row.id)
    assert "owner" not in roles_of(cast.ada)


@pytest.mark.spec("J1")
def test_the_leaf_holds_ids_and_digests_and_no_text(cast, framework):
    opened = open_use_case(cast.actor("ana"), name="Secret project", purpose="Nobody must know")
    leaf = bytes(Entry.objects.get(index=opened.receipt).leaf)
    assert read_leaf(leaf)["about"] == {"use_case": opened.row.id}
    for text in ("Secret", "Nobody", "ana@example.org"):
        assert text not in str(read_leaf(leaf))


def test_numbers_and_short_names_do_not_clash(cast, framework):
    rows = [open_use_case(cast.actor("ana"), name="Credit").row for _ in range(3)]
    assert [(row.number, row.slug) for row in rows] == [(1, "credit"), (2, "credit-2"), (3, "credit-3")]


def test_a_name_without_latin_letters_gives_the_number(cast, framework):
    assert open_use_case(cast.actor("ana"), name="就业支持").row.slug == "uc-1"


@pytest.mark.parametrize(
    ("asked", "where", "code"),
    [
        ({"name": " "}, "name", "length"),
        ({"name": "x" * 121}, "name", "length"),
        ({"slug": "Not a slug"}, "slug", "slug_form"),
        ({"slug": "uc-7"}, "slug", "slug_form"),
        ({"slug": "taken"}, "slug", "taken"),
        ({"owner": "0" * 32}, "owner", "unknown_person"),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_written(cast, framework, asked, where, code):
    open_use_case(cast.actor("ana"), name="First", slug="taken")
    entries = Entry.objects.count()
    refused = open_use_case(cast.actor("ana"), **{"name": "Second", **asked})
    assert [(p.where, p.code) for p in refused.problems] == [(where, code)]
    assert (UseCase.objects.count(), Entry.objects.count()) == (1, entries)


def test_an_administrator_owns_nothing(cast, framework):
    assert open_use_case(cast.actor("ana"), name="x", owner=cast.root).problems[0].code == "unknown_person"


@pytest.mark.parametrize("who", ["li", "ada", "root"])
def test_who_may_not_open_is_refused(cast, framework, who):
    assert open_use_case(cast.actor(who), name="x").reason.code == "role_lacks_act"


def test_nobody_opens_anything_and_nothing_is_opened_before_there_are_rules(cast):
    assert not open_use_case(cast.actor("ana"), name="x")
    assert not open_use_case(None, name="x")
