import json
from pathlib import Path

import pytest

from muster.server.api.application import api

SNAPSHOT = Path(__file__).parents[3] / "docs" / "reference" / "openapi.json"
ENDPOINTS = [(path, method) for path, methods in api.get_openapi_schema()["paths"].items() for method in methods]

pytestmark = pytest.mark.spec("L2")


def test_the_description_that_is_kept_is_the_one_that_is_served():
    text = json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False, sort_keys=True, default=str) + "\n"
    assert SNAPSHOT.read_text(encoding="utf-8") == text, "run tools/make_openapi.py and look at the difference"


@pytest.mark.parametrize(("path", "method"), ENDPOINTS)
def test_nothing_answers_without_sign_in(client, db, path, method):
    address = path.replace("{index}", "0").replace("{", "").replace("}", "")
    answer = client.generic(method.upper(), address, "{}", content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert answer.json()["code"] == "not_signed_in"
