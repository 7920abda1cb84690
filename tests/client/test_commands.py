"""The commands that ask Muster, as a pipeline runs them."""

import json

import pytest
from typer.testing import CliRunner

from muster.cli.nouns import build_app
from muster.client import CouldNotAskError

pytestmark = [pytest.mark.spec("D6", "L3"), pytest.mark.django_db]


def run(*words):
    return CliRunner().invoke(build_app(), list(words))


def test_a_blocked_gate_exits_with_1_and_says_why(sdk):
    done = run("gate", "job-support", "--to", "production")
    assert done.exit_code == 1
    assert "is blocked" in done.stdout


def test_the_verdict_as_json_carries_codes_and_sentences(sdk):
    done = run("gate", "job-support", "--to", "production", "--format", "json")
    told = json.loads(done.stdout)
    assert told["passed"] is False
    assert all(reason["sentence"] and reason["code"] for reason in told["reasons"])


def test_who_cannot_be_asked_exits_with_2(monkeypatch):
    def unreachable():
        raise CouldNotAskError("nobody there")

    monkeypatch.setattr("muster.sdk.connection", unreachable)
    done = run("gate", "job-support@1", "--to", "production")
    assert done.exit_code == 2
    assert "nobody there" in done.stderr


def test_an_unknown_version_or_gate_is_named(sdk):
    assert run("gate", "job-support@9", "--to", "production").exit_code == 2
    odd = run("gate", "job-support", "--to", "prodction")
    assert odd.exit_code in (1, 2)
    assert "prodction" in odd.output


@pytest.mark.spec("A1")
def test_use_cases_are_opened_answered_listed_and_shown(connect, framework, monkeypatch, tmp_path):
    mine = connect("ana", "see", "open_use_case", "answer")
    monkeypatch.setattr("muster.sdk.connection", lambda: mine)
    assert "UC-1 tea-sorting" in run("use-case", "open", "Tea sorting", "--purpose", "Sort tea").stdout
    sheet = tmp_path / "answers.yaml"
    sheet.write_text("q_audience: team\nq_regions: [us]\n")
    assert "Tier T1. Still open: nothing." in run("use-case", "answer", "tea-sorting", str(sheet)).stdout
    assert "tea-sorting" in run("use-case", "list").stdout
    assert "Tea sorting · T1 · Ana" in run("use-case", "show", "tea-sorting").stdout


def test_an_answer_sheet_that_is_none_is_refused(sdk, tmp_path):
    sheet = tmp_path / "answers.yaml"
    for text in ("", "- just\n- a list\n", "{broken"):
        sheet.write_text(text)
        assert run("use-case", "answer", "job-support", str(sheet)).exit_code == 2


def test_a_permit_is_verified_offline(tmp_path):
    from datetime import UTC, datetime, timedelta

    from muster.ledger.keys import SigningKey
    from muster.ledger.permit import Permit, Revocations, build_permit, build_revocations

    now = datetime.now(UTC)
    key = SigningKey("ledger.example/decisions", bytes(range(32)))
    digest = "sha256:" + "a" * 64
    claims = {
        "permit": "p1",
        "use_case": "job-support",
        "model": "job-support",
        "version": 2,
        "environment": "production",
        "artifact": digest,
        "framework": digest,
        "dossier": digest,
        "issued_at": now - timedelta(minutes=1),
        "not_after": now + timedelta(days=1),
        "gates": ("G1",),
    }
    file, revoked = tmp_path / "permit.json", tmp_path / "revoked.json"
    file.write_bytes(build_permit(Permit(**claims), [key]))
    revoked.write_bytes(build_revocations(Revocations(issued_at=now, revoked=("p1",)), [key]))
    verify = ("permit", "verify", str(file), "--key", key.verifier.to_text())
    assert run(*verify, "--artifact", digest, "--model", "job-support@2").exit_code == 0
    for words in (
        ("--artifact", "sha256:" + "b" * 64),
        ("--model", "job-support@1"),
        ("--environment", "qa"),
        ("--revoked", str(revoked)),
    ):
        assert run(*verify, *words).exit_code == 1, words
    other = SigningKey("ledger.example/decisions", bytes(range(1, 33)))
    assert run("permit", "verify", str(file), "--key", other.verifier.to_text()).exit_code == 1
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)
    assert run(*verify).exit_code == 1
    file.write_bytes(build_permit(Permit(**{**claims, "not_after": now - timedelta(seconds=1)}), [key]))
    assert run(*verify).exit_code == 1
    assert run("permit", "verify", str(tmp_path / "nothing"), "--key", key.verifier.to_text()).exit_code == 2
