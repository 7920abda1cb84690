import pytest

from muster.core.canonical import canonical
from muster.core.dossier import Dossier
from muster.server.casework.actions import attest, open_use_case
from muster.server.casework.queries import dossier, dossiers
from server.casework.stories import proven, released

pytestmark = pytest.mark.spec("D2")


@pytest.mark.parametrize("number", [1, 50])
def test_any_number_of_dossiers_takes_the_same_queries(cast, framework, django_assert_num_queries, number):
    cases = [open_use_case(cast.actor("ana"), name=f"Case {n}").row for n in range(number)]
    for case in cases[:3]:
        attest(cast.actor("ana"), case, "doc_note", "It ranks.")
    with django_assert_num_queries(4):
        made = dossiers([(case, None) for case in cases])
    assert [item.use_case.id for item in made] == [case.id for case in cases]
    assert [len(item.evidence) for item in made[:4]] == [1, 1, 1, 0][:number]


def test_one_dossier_is_the_case_of_one_of_many(cast, use_case):
    version = proven(cast, use_case)
    other = open_use_case(cast.actor("ana"), name="Other").row
    assert dossier(use_case, version) == dossiers([(other, None), (use_case, version)])[1]


def test_a_dossier_survives_being_written_and_read(cast, use_case):
    made = dossier(use_case, released(cast, use_case))
    assert Dossier.model_validate_json(canonical(made)).digest == made.digest


@pytest.mark.spec("J1")
def test_people_stand_in_a_dossier_by_random_id_only(cast, use_case):
    text = canonical(dossier(use_case, released(cast, use_case))).decode()
    for name in ("ana", "Ana", "mei", "li@example.org"):
        assert f'"{name}"' not in text


def test_nobody_from_another_use_case_is_in_it(cast, use_case):
    from muster.server.casework.actions import set_people

    other = open_use_case(cast.actor("ana"), name="Other").row
    set_people(cast.actor("ana"), other, {"validator": [cast.tom]})
    roles = {person.id: person.roles for person in dossier(use_case).people}
    assert roles[cast.tom] == ("ml_engineer",)
