"""If these tests fail, a job reads a key that its rule does not name, or another path."""

import re

import pytest
from pydantic import ValidationError
from unit.config.test_whole import changed

from warriorcoder.config.difficulty import Difficulty
from warriorcoder.config.rating import Rating
from warriorcoder.config.reading import ConfigError, validate


def test_a_recorded_section_has_the_keys_of_the_record_alone():
    rating = Rating.recorded({"alpha": 0.5})
    assert rating.alpha == 0.5
    for absent in ("k", "snapshot"):  # the class has a default for both
        with pytest.raises(AttributeError, match=absent):
            getattr(rating, absent)
    assert Difficulty.recorded({"threshold": 5}).threshold == 5  # without a required key
    with pytest.raises(ValidationError, match="frozen"):
        rating.alpha = 0.6


def test_homes_and_variables_in_paths_are_expanded(monkeypatch, tmp_path):
    for name in ("m", "e"):
        (tmp_path / name).mkdir()
    for name in ("t.jinja", "rows.jsonl", "he.jsonl"):
        (tmp_path / name).write_text("")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SCRATCH", str(tmp_path))
    monkeypatch.setenv("NAME", "m")
    config = validate(
        changed(
            results="${SCRATCH}/wc",
            experts__0__model="~/$NAME",
            experts__0__chat_template="$SCRATCH/t.jinja",
            experts__0__instructions="~/rows.jsonl",
            compression__embedder="~/e",
            training__base="${SCRATCH}/${NAME}",
            training__chat_template="~/t.jinja",
            benchmarks__humaneval__dataset="$HOME/he.jsonl",
        )
    )
    expert = config.experts[0]
    places = [expert.chat_template, expert.instructions, config.training.chat_template]
    places += [config.benchmarks["humaneval"].dataset, expert.model, config.compression.embedder]
    assert {str(tmp_path / "wc"), config.training.base, *places} == {
        f"{tmp_path}/{name}" for name in ("wc", "m", "t.jinja", "rows.jsonl", "he.jsonl", "e")
    }
    assert config.results == f"{tmp_path}/wc"
    assert config.benchmarks["mbpp"].dataset == f"{tmp_path}/wc/datasets/mbpp.jsonl"


@pytest.mark.parametrize(
    "path, says",
    [
        ("$NO_SUCH/x", "names the variable NO_SUCH, which is not set. Export it"),
        ("/x/${NO_SUCH}", "names the variable NO_SUCH"),
        ("~nobody-here/x", "there is no such user. Write ./~nobody-here/x for a folder here"),
    ],
)
@pytest.mark.parametrize("key", ["results", "experts__0__model", "benchmarks__mbpp__dataset"])
def test_a_path_that_cannot_be_expanded_is_refused(path, says, key):
    with pytest.raises(ConfigError, match=re.escape(says)):
        validate(changed(**{key: path}))


def test_a_folder_may_be_called_like_a_home():
    assert validate(changed(results="./~/a$")).results == "./~/a$"
