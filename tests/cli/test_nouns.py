from importlib import import_module

from typer.testing import CliRunner

from muster import __version__
from muster.cli.nouns import NOUNS, build_app

RUN = CliRunner()


def test_help_lists_every_noun_with_its_line():
    page = RUN.invoke(build_app(), ["--help"]).output
    for noun, (module, line) in NOUNS.items():
        assert noun in page
        assert line[:30] in page
        assert import_module(module).app


def test_a_noun_that_does_not_exist_is_refused_with_the_nearest_one():
    result = RUN.invoke(build_app(), ["legder"])
    assert result.exit_code == 2
    assert "Did you mean 'ledger'?" in result.output
    assert "No such command" in RUN.invoke(build_app(), ["xyz"]).output


def test_the_version_is_printed():
    assert RUN.invoke(build_app(), ["--version"]).output.strip() == f"muster {__version__}"
