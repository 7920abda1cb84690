import pytest
from typer.testing import CliRunner

from muster.cli.nouns import build_app

pytestmark = [pytest.mark.spec("B4"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path):
    settings.MUSTER_HOME = tmp_path


def publish(place):
    return CliRunner().invoke(build_app(), ["framework", "publish", place])


def test_the_founding_act_brings_the_first_framework_into_force_and_no_second():
    assert "In force: starter" in publish("starter").stdout
    again = publish("starter")
    assert again.exit_code == 1
    assert "publish" in again.stderr


def test_a_measure_whose_check_is_not_installed_is_refused_with_its_place():
    done = publish("full")
    assert done.exit_code == 1
    first = done.stderr.splitlines()[0]
    assert first.startswith("measures/")
    assert "is not installed" in first


def test_what_is_no_folder_is_named():
    done = publish("nowhere")
    assert done.exit_code == 2
    assert "nowhere" in done.stderr
