"""If these tests fail, a slip on the command line gets no help."""

import tomllib

import pytest
from data import ROOT

from warriorcoder.cli import main


def test_without_a_command_the_help_is_shown(capsys):
    assert main([]) == 2
    assert "score samples on a benchmark" in capsys.readouterr().err


def test_the_version_is_that_of_the_changelog(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    version = capsys.readouterr().out.split()[1]
    assert ended.value.code == 0 and f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    attribute = project["tool"]["setuptools"]["dynamic"]["version"]["attr"]
    assert attribute == "warriorcoder.cli.__version__"


@pytest.mark.parametrize(
    "words, meant",
    [
        (["scoer"], "Did you mean 'score'?"),
        (["score", "--benchmark", "cruxeval-inputs"], "Did you mean 'cruxeval-input'?"),
        (["zzz"], "'explain', 'compare', 'publish', 'doctor', 'pin')"),
    ],
)
def test_a_wrong_choice_is_told_with_the_nearest(words, meant, capsys):
    with pytest.raises(SystemExit):
        main(words)
    assert capsys.readouterr().err.endswith(f"{meant}\n")
