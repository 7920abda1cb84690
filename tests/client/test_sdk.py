import pandas as pd
import pytest

import muster
from muster.client import CouldNotAskError, NotFoundError, RefusedError
from muster.client.capture import artifact_of, code_commit, digest_of_path, environment_lock
from muster.server.casework.actions import declare_protected

pytestmark = [pytest.mark.spec("L3"), pytest.mark.django_db]
HIGH = {"q_audience": "public", "q_regions": ("eu",), "q_personal": True}
SCORED = pd.DataFrame({"sex": [1, 2] * 2000, "hired": [1, 1, 0, 0] * 1000, "said": [1, 1, 0, 0] * 1000})


@pytest.mark.spec("A1")
def test_a_use_case_is_opened_from_python(connect, framework, monkeypatch):
    mine = connect("ana", "see", "open_use_case")
    monkeypatch.setattr("muster.sdk.connection", lambda: mine)
    case = muster.open_use_case("Job support", purpose="Whom to help first")
    assert (case.slug, case.record.owner.name) == ("job-support", "Ana")
    assert muster.use_case("job-support").record == case.record.model_copy(update={"receipt": None})


@pytest.mark.spec("E2", "D2")
def test_the_five_lines_of_the_readme(sdk, cast, use_case):
    assert declare_protected(cast.actor("ana"), use_case, ["sex"])
    case = muster.use_case("job-support")
    assert case.answer(HIGH).tier == "T2"
    version = case.register({"any": "model"}, training_data=SCORED, metrics={"auc": 0.78}, commit="0123abc")
    assert (version.number, version.record.commit, version.record.metrics) == (1, "0123abc", {"auc": 0.78})
    assert version.record.data["training"].startswith("sha256:")
    assert version.record.environment.startswith("sha256:")
    version.check("fairness", data=SCORED, label="hired", prediction="said", protected=["sex"])
    verdict = version.gate("production")
    assert not verdict
    told = {reason.reason.measure: reason for reason in verdict.reasons}
    assert "fair_test" not in told
    assert told["doc_card"].cure
    assert "blocked" in verdict.summary


def test_asking_changes_nothing(sdk):
    from muster.server.journal.models import Entry

    case = muster.use_case("job-support")
    before = Entry.objects.count()
    assert not case.gate("production")
    assert Entry.objects.count() == before


def test_the_same_sentences_in_chinese(connect, use_case, monkeypatch):
    mine = connect("li", "see", language="zh-Hans")
    monkeypatch.setattr("muster.sdk.connection", lambda: mine)
    monkeypatch.setenv("MUSTER_LANG", "zh")
    verdict = muster.use_case("job-support").gate("production")
    assert "生产" in verdict.summary
    assert all("。" in reason.sentence for reason in verdict.reasons)


def test_what_is_not_there_or_not_allowed_says_so(sdk):
    with pytest.raises(NotFoundError):
        muster.use_case("no-such-case")
    case = muster.use_case("job-support")
    version = case.register({"a": 1}, commit="")
    with pytest.raises(RefusedError, match="release"):
        version.release("production")
    with pytest.raises(RefusedError) as refused:
        case.answer({"q_audiense": "public"})
    assert "q_audience" in str(refused.value)


def test_the_same_artifact_twice_is_refused(sdk):
    case = muster.use_case("job-support")
    case.register({"a": 1}, commit="")
    with pytest.raises(RefusedError):
        case.register({"a": 1}, commit="")


def test_without_a_token_it_says_where_one_is_expected(monkeypatch, tmp_path):
    monkeypatch.delenv("MUSTER_TOKEN", raising=False)
    monkeypatch.delenv("MUSTER_URL", raising=False)
    with pytest.raises(CouldNotAskError, match="muster token issue USERNAME --act"):
        muster.use_case("job-support")
    monkeypatch.setenv("MUSTER_URL", "http://127.0.0.1:9")
    with pytest.raises(CouldNotAskError, match="MUSTER_TOKEN"):
        muster.use_case("job-support")
    monkeypatch.setenv("MUSTER_TOKEN", "mst_x")
    with pytest.raises(CouldNotAskError, match="Is it running"):
        muster.use_case("job-support")


def test_an_artifact_is_a_file_a_folder_or_an_object(tmp_path):
    file = tmp_path / "model.bin"
    file.write_bytes(b"abc")
    known = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, "abc"
    assert artifact_of(file, tmp_path / "store").digest == known
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a").write_bytes(b"abc")
    first = digest_of_path(folder)
    (folder / "a").write_bytes(b"abd")
    assert digest_of_path(folder) != first
    kept = artifact_of({"x": 1}, tmp_path / "store")
    assert digest_of_path(tmp_path / "store" / kept.place) == kept.digest
    with pytest.raises(FileNotFoundError, match="no such model file"):
        artifact_of(tmp_path / "nothing", tmp_path)


def test_environment_and_code_are_captured(tmp_path):
    assert environment_lock().startswith("platform==") or "python==" in environment_lock()
    assert "pydantic==" in environment_lock()
    assert code_commit(tmp_path) == ""


@pytest.mark.spec("F10", "L5")
def test_muster_is_asked_to_run_a_check_itself(sdk, cast, use_case, settings, tmp_path):
    SCORED.to_csv(tmp_path / "log.csv", index=False)
    settings.MUSTER_DATA = {"credit": str(tmp_path)}
    version = muster.use_case("job-support").register({"any": "model"})
    run = version.run_on_muster("fairness", "credit/log.csv", protected=["sex"], prediction="said", wait=0.1)
    assert (run.state, run.inputs) == ("waiting", {"data": "credit/log.csv"})
    assert version.stop_run(run.id).state == "cancelled"
    assert version.run_of(run.id).ended_at
    with pytest.raises(RefusedError, match=r"credit/none\.csv"):
        version.run_on_muster("fairness", "credit/none.csv", protected=["sex"], prediction="said")
