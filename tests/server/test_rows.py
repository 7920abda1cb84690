import pytest

from muster.server.operations.models import Permit
from muster.server.rows import row_digest

pytestmark = pytest.mark.spec("J1")


def permit(**changes):
    return Permit(id="p", environment="production", envelope="{}", **changes)


def test_what_holds_its_default_is_left_out_so_that_a_later_column_changes_no_digest():
    assert row_digest(permit()) == row_digest(permit(revoked_by="", revoked_reason=""))


@pytest.mark.parametrize("change", [{"environment": "qa"}, {"envelope": "{ }"}, {"environment": ""}])
def test_any_other_change_changes_the_digest(change):
    changed = permit()
    for name, value in change.items():
        setattr(changed, name, value)
    assert row_digest(changed) != row_digest(permit())
