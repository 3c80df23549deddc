"""If these tests fail, a row of a user's file is lost, misread, or refused without its number."""

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.core import texts
from warriorcoder.core.inputs import FileError

WORDS = st.text(st.characters(codec="utf-8"), max_size=20)


@given(rows=st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8))
def test_jsonl_and_parquet_with_the_same_rows_are_read_alike(rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("given")
    given = [{"instruction": one, "other": 1, "answer": two} for one, two in rows]
    lines = "\n".join(map(json.dumps, given))
    (folder / "a.jsonl").write_text(f"\ufeff{lines}\n\n")
    pl.DataFrame(given).write_parquet(folder / "a.parquet")
    found = [
        texts.read(folder / name, "instruction", "answer").rows()
        for name in ("a.jsonl", "a.parquet")
    ]
    expected = [(i, one.strip(), two.strip()) for i, (one, two) in enumerate(rows, 1)]
    assert found == [expected, expected]


def test_blank_lines_keep_their_numbers(tmp_path):
    (tmp_path / "a.jsonl").write_text('\n{"text": "one"}\n  \n{"text": "two"}')
    assert texts.read(tmp_path / "a.jsonl", "text").rows() == [(2, "one"), (4, "two")]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"text": "broken"', "not JSON"),
        ('{"text": "one", "text": "two"}', r"not JSON \(key 'text' is there twice"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('"a text"', '"a text" is no object'),
        ('{"prompt": "x"}', "key 'text' is missing, there are .'prompt'."),
        ('{"text": null}', "text is null, no text"),
        ('{"text": 7}', "text is 7, no text"),
        ('{"text": "\\ud800"}', "text holds half of a surrogate pair"),
    ],
)
def test_an_error_names_the_file_and_the_row(line, says, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"text": "fine"}}\n{line}\n')
    with pytest.raises(FileError, match=f"a.jsonl, line 2: {says}"):
        texts.read(path, "text")


def test_an_error_of_a_parquet_file_names_what_is_wrong(tmp_path):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"text": ["fine", None]}).write_parquet(path)
    with pytest.raises(FileError, match="a.parquet, row 2: text is null"):
        texts.read(path, "text")
    with pytest.raises(FileError, match="a.parquet: column 'answer' is missing, there are .'text'"):
        texts.read(path, "text", "answer")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(FileError, match="a.parquet: no complete Parquet file"):
        texts.read(path, "text")


def test_a_file_without_rows_is_refused(tmp_path):
    (tmp_path / "a.jsonl").write_text("\n\n")
    with pytest.raises(FileError, match="a.jsonl: has no row"):
        texts.read(tmp_path / "a.jsonl", "text")
    with pytest.raises(FileError, match="b.jsonl: no such file"):
        texts.read(tmp_path / "b.jsonl", "text")
