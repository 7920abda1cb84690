# ruff: noqa: E501 -- the tables of mistakes are read line by line

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from core.tiny import TINY, edited, place
from muster.core.load import Broken, Loaded, load

pytestmark = pytest.mark.spec("B4")


def problems(folder):
    outcome = load(folder)
    assert isinstance(outcome, Broken), "it loads"
    return [str(problem) for problem in outcome.problems]


def only_problem(folder):
    (problem,) = problems(folder)
    return problem


def test_the_tiny_framework_loads_and_knows_where_things_stand():
    outcome = load(TINY)
    assert isinstance(outcome, Loaded)
    assert outcome.framework.measure_by_id["fair_test"].accountable == "validator"
    position = outcome.positions.at("measures", 3, "applies_if", "attr")
    assert ":".join(map(str, position)) == place(TINY, "policy.yaml", "personal_data, op: eq, value: true}\nmatrix")


def test_a_list_may_be_spread_over_parts_and_is_joined_in_their_order():
    moved = (
        TINY["regulation.yaml"]
        + "floors:\n- {id: F2, minimum: T1, when: {attr: audience, op: eq, value: team}, reason: {en: x}}\n"
    )
    outcome = load({**TINY, "regulation.yaml": moved})
    assert isinstance(outcome, Loaded)
    assert [floor.id for floor in outcome.framework.floors] == ["F1", "F2"]
    assert outcome.positions.at("floors", 1).path == "regulation.yaml"


def test_the_digest_does_not_depend_on_how_the_folder_is_cut():
    parts = "parts: [questions.yaml, policy.yaml, process.yaml, regulation.yaml]"
    head = TINY["framework.yaml"].replace(parts, "parts: [all.yaml]")
    one = {
        "framework.yaml": head,
        "all.yaml": "".join(TINY[p] for p in ("questions.yaml", "policy.yaml", "process.yaml", "regulation.yaml")),
    }
    whole, cut = load(one), load(TINY)
    assert isinstance(whole, Loaded)
    assert isinstance(cut, Loaded)
    assert whole.framework.digest == cut.framework.digest


def test_all_problems_of_a_folder_are_told_at_once_in_reading_order():
    folder = edited("questions.yaml", "scored: false", "scorred: false")
    folder = edited("policy.yaml", "level: strict", "level: strickt", folder)
    folder = edited("policy.yaml", "placed_in: [release.build]", "placed_in: [release.biuld]", folder)
    folder = edited("process.yaml", "home_level: operational", "home_level: operationl", folder)
    folder = edited("regulation.yaml", "sources: [S1]", "sources: [S2]", folder)
    assert problems(folder) == [
        f"{place(folder, 'policy.yaml', 'release.biuld')}: unknown activity `release.biuld` — did you mean `release.build`?",
        f"{place(folder, 'policy.yaml', 'strickt')}: unknown value `strickt` — did you mean `strict`?",
        f"{place(folder, 'process.yaml', 'operationl')}: unknown level `operationl` — did you mean `operational`?",
        f"{place(folder, 'questions.yaml', 'scorred')}: unknown key `scorred` — did you mean `scored`?",
        f"{place(folder, 'regulation.yaml', 'S2')}: unknown source `S2` — one of: S1",
    ]


def test_an_item_of_the_wrong_shape_is_not_called_unknown_where_others_name_it():
    folder = edited("policy.yaml", "level: strict", "level: [strict]")
    assert only_problem(folder).startswith(place(folder, "policy.yaml", "[strict]"))


@pytest.mark.parametrize(
    ("path", "old", "new", "needle", "message"),
    [
        ("questions.yaml", "op: eq, value: true}\nquestions", "op: ge, value: true}\nquestions", "ge, value", "unknown value `ge`"),
        ("questions.yaml", "attr: personal_data", "attr: personel_data", "personel_data", "did you mean `personal_data`?"),
        ("questions.yaml", "value: [eu]", "value: [ue]", "ue]", "`ue` is no value of `regions` — one of: eu, us, other"),
        ("questions.yaml", "op: any_of, value: [eu]", "op: gte, value: eu", "gte, value: eu", "`gte` does not fit `regions`, which is of type multi"),
        ("questions.yaml", "op: any_of, value: [eu]", "op: only, value: []", "[]}", "compares with a list of at least one value"),
        ("questions.yaml", "op: any_of, value: [eu]", "op: exists, value: eu", "eu}\n    -", "`exists` compares with true or false"),
        ("questions.yaml", "op: gte, value: company", "op: gte, value: [company]", "[company]", "compares with one value, not a list"),
        ("questions.yaml", "sets: regions", "sets: region", "region\n    dimension", "unknown attribute `region` — did you mean `regions`?"),
        ("questions.yaml", "dimension: reach", "dimension: rech", "rech", "unknown dimension"),
        ("questions.yaml", "{value: company, label: {en: The company, zh-Hans: 公司内部}, weight: 1}", "{value: company, label: {en: The company}}", "{value: company, label", "an option of a scored question needs a weight"),
        ("questions.yaml", "{value: public, label", "{value: company, label", "company, label: {en: The public", "the option `company` is there twice"),
        ("questions.yaml", "value_when_hidden: false", "value_when_hidden: none", "none", "`personal_data` is true or false, not `none`"),
        ("questions.yaml", "type: multi\n    sets", "type: single\n    sets", "single\n    sets: regions", "a single question cannot set `regions`"),
        ("questions.yaml", "values: [true, false], default: false", "values: [true, false], default: no", "no}\nderived", "true or false to some readers"),
        ("questions.yaml", "type: bool\n  rule", "type: multi\n  rule", "id: eu_personal", "a bool is derived by `rule`"),
        ("policy.yaml", "  minimum: T2", "  minimum: T3", "T3", "unknown tier `T3` — one of: T1, T2, stop"),
        ("policy.yaml", "provisional_minimum: T2", "provisional_minimum: T9", "T9", "unknown tier `T9`"),
        ("policy.yaml", "raises: {documentation: standard}\n  reason", "raises: {docs: standard}\n  reason", "standard}\n  reason", "unknown consideration `docs`"),
        ("policy.yaml", "fairness: {T1: light, T2: strict}", "fairness: {T1: light, T3: strict}", "strict}", "unknown tier `T3`"),
        ("policy.yaml", "{tolerance: max_gap}", "{tolerance: max_gab}", "max_gab", "unknown tolerance `max_gab` — did you mean `max_gap`?"),
        ("policy.yaml", "stance: openness", "stance: opennes", "opennes}", "unknown stance"),
        ("policy.yaml", "card: [doc_note, fair_think]", "card: [doc_note, fair_thing]", "fair_thing", "unknown measure `fair_thing` — did you mean `fair_think`?"),
        ("policy.yaml", "- id: doc_card", "- id: doc_note", "doc_note\n  name: {en: Write a model", "the measure `doc_note` is there twice"),
        ("policy.yaml", "- id: C1", "- id: C 1", "C 1", "`C 1` cannot be an id"),
        ("policy.yaml", "{en: Write a note, zh-Hans", "{en: Write, a note, zh-Hans", "a note, zh", "expected a text, found nothing — write the text; inside { } a text with a comma needs quotes"),
        ("policy.yaml", "threshold: 0.5", "threshold: half", "half", "expected a number, found half"),
        ("policy.yaml", "threshold: 0.5", "threshold: .nan", ".nan", "is not a number that can be compared"),
        ("policy.yaml", "threshold: 0.5", "threshold: 'inf'", "'inf'", "`inf` is not a finite number"),
        ("policy.yaml", "review_months: 24", "review_months: 2.5", "2.5", "expected a whole number, found 2.5"),
        ("policy.yaml", "evidence: [document]", "evidence: document", "document\n- id", "expected a list, found document"),
        ("policy.yaml", "{figure: selection_rate_difference, at_most: {tolerance: max_gap}, use: high}", "{figure: x}", "{figure: x}", "a criterion needs at_least or at_most"),
        ("policy.yaml", "evidence: [document]", "evidence: [computed]", "computed]", "computed evidence names its check"),
        ("policy.yaml", "  accountable: scientist\n  evidence: [document]", "  evidence: [document]", "id: doc_card", "`accountable` is missing"),
        ("process.yaml", "merge_into: G1", "merge_into: G7", "G7", "unknown gate `G7`"),
        ("process.yaml", "steps: [scoping, release]", "steps: [scoping, relase]", "relase", "unknown step `relase` — did you mean `release`?"),
        ("process.yaml", "activity: validation, tiers", "activity: validate, tiers", "validate, tiers", "did you mean `validation`?"),
        ("process.yaml", "conflicts_with: [building]", "conflicts_with: [bulding]", "bulding", "did you mean `building`?"),
        ("process.yaml", "covers: [release.build]", "covers: [release.built]", "release.built", "did you mean `release.build`?"),
        ("process.yaml", "{T1: 1, T2: 2}", "{T1: 1, T4: 2}", "2}\n    valid", "unknown tier `T4`"),
        ("process.yaml", "set_people, attest, sign]", "set_people, attest, sing]", "sing]", "did you mean `sign`?"),
        ("process.yaml", "gates: [G1, G2]", "gates: [G1, G3]", "G3", "unknown gate `G3`"),
        ("regulation.yaml", "applies_from: '2026-01-01'", "applies_from: '2026-13-01'", "'2026-13-01'", "expected a date like"),
        ("regulation.yaml", "lifecycle_step: release", "lifecycle_step: relese", "relese", "did you mean `release`?"),
        ("regulation.yaml", "supersedes: [old_law]", "supersedes: [odl_law]", "odl_law", "did you mean `old_law`?"),
        ("regulation.yaml", "suggested_measures: [fair_test, ", "suggested_measures: [fair_tset, ", "fair_tset", "did you mean `fair_test`?"),
        ("policy.yaml", "fairness: {T1: light, T2: strict}", "fairness: {T2: strict}", "{T2: strict}", "the row `fairness` has no level for T1"),
        ("policy.yaml", "  fairness: {T1: light, T2: strict}\n", "", "documentation: {T1: light, T2: standard}", "the row `fairness` has no level for T1, T2"),
        ("policy.yaml", "threshold: 0\n", "threshold: 0.1\n", "0.1\n  review", "the lightest tier `T1` starts at 0.1"),
        ("process.yaml", "merge_into: G1", "merge_into: G2", "G2\n    sign_offs", "no step of the variant `one_off` ends at `G2`"),
        ("process.yaml", "steps: [scoping]", "steps: []", "[]", "the variant `one_off` has no steps"),
        ("questions.yaml", "zh-Hans: 公众}, weight: 2}", "zh-Hans: 公众}, weight: -2}", "-2", "a weight is not negative"),
        ("framework.yaml", "version: '1.0.0'", "version: 1.0", "1.0", "expected a text, found 1.0 — put it in quotes: '1.0'"),
        ("framework.yaml", "sponsor: Chief risk officer\n", "", "id: tiny", "`sponsor` is missing"),
        ("framework.yaml", "sponsor: Chief", "sponser: Chief", "sponser", "unknown key `sponser` — did you mean `sponsor`?"),
        ("framework.yaml", "sponsor: Chief risk officer", "sponsor: off", "off", "`off` is true or false to some readers of YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_where_it_stands(path, old, new, needle, message):
    folder = edited(path, old, new)
    told = problems(folder)
    at = place(folder, path, needle)
    assert any(line.startswith(f"{at}: ") and message in line for line in told), (at, told)
    assert len(told) <= 3, told


@pytest.mark.parametrize(
    ("content", "line_and_column", "message"),
    [
        ("", "1:1", "the file is empty"),
        ("# only a comment\n", "1:1", "the file is empty"),
        ("- a\n- b\n", "1:1", "expected a mapping of section → value"),
        ("floors:\n\t- a\n", "2:1", "a tab stands there: indent with spaces"),
        ("floors: [\n", "2:1", "this is not YAML"),
        ("card: [a]\ncard: [b]\n", "2:1", "`card` stands twice in one mapping (first in line 1)"),
        ("card: &x [a]\nfloors: *x\n", "2:9", "`*x` is an alias"),
        ("a: &a [*a]\n", "1:8", "`*a` is an alias"),
        ("<<: {a: 1}\n", "1:1", "`<<` merges mappings unseen"),
        ("a: !!python/object/apply:os.system [x]\n", "1:4", "is not used here"),
        ("? [a, b]\n: c\n", "1:3", "a key is a word here"),
        ("card: [a]\n---\ncard: [b]\n", "2:1", "a second document begins here"),
        ("card: " + "[" * 500, "1:66", "nested more than 60 deep"),
        ("- " * 100_000, "1:121", "nested more than 60 deep"),
        ("a: \x01\n", "1:4", "a character that YAML forbids"),
        ("a: \ud800\n", "1:4", "half a character"),
        (b"a: b\nc: caf\xe9\n", "2:7", "the file is not UTF-8 text"),
        (b"x" * 4_000_001, "1:1", "the file has 4,000,001 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(content, line_and_column, message):
    told = problems({**TINY, "regulation.yaml": content})
    assert any(line.startswith(f"regulation.yaml:{line_and_column}: ") and message in line for line in told), told


def test_nesting_beyond_what_the_parser_itself_bears_is_refused_in_its_line():
    (told,) = problems({**TINY, "regulation.yaml": "card: " + "[" * 100_000})
    assert told.startswith("regulation.yaml:1:")
    # libyaml from 0.2.6 on looks ahead and stops at a thousand, before our own limit is asked.
    assert "nested more than 60 deep" in told or "exceeded maximum nesting depth" in told


def test_aliases_that_would_grow_to_gigabytes_are_refused_at_once():
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    assert len(problems({**TINY, "regulation.yaml": bomb})) >= 118


def test_an_unreadable_part_does_not_make_its_sections_missing():
    assert len(problems({**TINY, "policy.yaml": "a: ["})) == 1


def test_a_folder_without_a_head_a_missing_part_and_a_stray_file_are_told():
    assert "framework.yaml:1:1: the folder has no framework.yaml" in only_problem({"framwork.yaml": "id: x"})
    missing, unnamed = problems(edited("framework.yaml", "policy.yaml", "polcy.yaml"))
    stray = only_problem({**TINY, "old/notes.yml": "a: b"})
    assert "there is no part `polcy.yaml` in the folder — did you mean `policy.yaml`?" in missing
    assert unnamed.startswith("policy.yaml:1:1: this file is no part of the framework")
    assert stray.startswith("old/notes.yml:1:1: this file is no part of the framework")


def test_a_section_that_is_no_list_stands_in_one_part_only():
    folder = {**TINY, "regulation.yaml": TINY["regulation.yaml"] + "provisional_minimum: T1\n"}
    assert "`provisional_minimum` stands already in policy.yaml:" in only_problem(folder)


@given(st.one_of(st.text(), st.binary()))
def test_whatever_stands_in_a_part_the_loader_answers(content):
    outcome = load({**TINY, "regulation.yaml": content})
    assert isinstance(outcome, Loaded | Broken)
    assert isinstance(outcome, Loaded) or outcome.problems


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["T1", "eu", "all"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "when", "all", "not", "x"]), inner)
    ),
    max_leaves=8,
)
SECTIONS = st.sampled_from(["floors", "measures", "matrix", "process", "raci", "id", "attributes", "nonsense"])


@given(st.dictionaries(SECTIONS, VALUES, min_size=1))
def test_whatever_yaml_stands_in_the_head_the_loader_answers(sections):
    folder = {**TINY, "framework.yaml": TINY["framework.yaml"] + yaml.safe_dump(sections, allow_unicode=True)}
    outcome = load(folder)
    assert isinstance(outcome, Loaded | Broken)
    assert isinstance(outcome, Loaded) or outcome.problems
