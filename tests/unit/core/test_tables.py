import math

import polars as pl
import pyarrow.parquet as pq
import pytest

from warriorcoder.arena.tables import RATINGS, VOTES
from warriorcoder.core import tables
from warriorcoder.core.tables import TableError
from warriorcoder.curation.tables import DIFFICULTY, EMBEDDINGS

ROWS = pl.DataFrame({"id": ["x"], "judge": ["j"], "seed": [1], "raw": ["[[7]]"]})
ROWS = ROWS.with_columns(again=pl.lit(None, pl.String), score=7, finish_reason=pl.lit("stop"))
ROWS = ROWS.with_columns(n_tokens=3)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "difficulty.parquet"
    tables.write(ROWS, DIFFICULTY, path, {"k": 1})
    return path


def test_rows_come_back_with_the_declared_types(path):
    assert tables.read(DIFFICULTY, path).rows() == ROWS.rows()
    assert tables.read(DIFFICULTY).schema == pl.Schema(DIFFICULTY.schema)


def test_the_same_rows_give_the_same_bytes(path, tmp_path):
    tables.write(ROWS, DIFFICULTY, tmp_path / "again.parquet", {"k": 1})
    assert path.read_bytes() == (tmp_path / "again.parquet").read_bytes()


def test_a_file_says_which_record_made_it(path, tmp_path):
    tables.write(ROWS, DIFFICULTY, tmp_path / "other.parquet", {"k": 2})
    assert tables.facts(path)["record"] != tables.facts(tmp_path / "other.parquet")["record"]


def test_a_truncated_file_is_named_with_its_fix(path):
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(TableError, match=rf"{path}.*rm '{path}'"):
        tables.read(DIFFICULTY, path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(TableError, match="nothing.parquet: no such file"):
        tables.read(DIFFICULTY, tmp_path / "nothing.parquet")


def test_a_foreign_table_is_refused(path):
    with pytest.raises(TableError, match="holds table 'difficulty', not 'votes'"):
        tables.read(VOTES, path)


def test_a_missing_column_is_named(path):
    whole = pq.read_table(path)
    pq.write_table(whole.drop_columns(["score"]), path)
    with pytest.raises(TableError, match="column 'score' is missing"):
        tables.read(DIFFICULTY, path)


def test_columns_left_in_the_file_are_not_missed(path):
    found = tables.read(DIFFICULTY, path, without=("raw", "seed"))
    assert found.rows() == ROWS.drop("raw", "seed").rows()
    pq.write_table(pq.read_table(path).drop_columns(["raw", "score"]), path)
    with pytest.raises(TableError, match="column 'score' is missing"):
        tables.read(DIFFICULTY, path, without=("raw",))


def test_wrong_columns_are_not_written(tmp_path):
    with pytest.raises(TableError, match="needs columns"):
        tables.write(ROWS.drop("score"), DIFFICULTY, tmp_path / "x.parquet")


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused_with_its_row(odd, tmp_path):
    path = tmp_path / "x.parquet"
    vectors = pl.DataFrame({"id": ["a", "b", "c"], "embedding": [[1.0, 0.0], [0.5, odd], [odd, 1]]})
    with pytest.raises(
        TableError, match=rf"x.parquet: embedding of row 2 \(b\) is {odd}, no finite"
    ):
        tables.write(vectors, EMBEDDINGS, path)
    fine = pl.DataFrame({"id": ["a"], "embedding": [[1.0, None]]})
    with pytest.raises(TableError, match=r"embedding of row 3 \(c\)"):
        tables.write_groups([fine, fine.clear(), vectors[[0, 0, 2]]], EMBEDDINGS, path)
    assert not [*tmp_path.iterdir()]
    typed = vectors.cast(EMBEDDINGS.schema)
    tables.write_arrow(typed.to_arrow(), path, EMBEDDINGS.name)  # without the check
    with pytest.raises(TableError, match=rf"embedding of row 2 \(b\).*rm '{path}'"):
        tables.read(EMBEDDINGS, path)
    with pytest.raises(TableError, match=rf"group 1: embedding of row 2 \(b\).*rm '{path}'"):
        tables.Groups(EMBEDDINGS, path).read(0)


def test_a_column_of_numbers_may_lack_some_but_hold_no_infinity(tmp_path):
    row = {"roster": "r", "expert": "e", "method": "m", "rating": 1.0, "low": None, "high": None}
    frame = pl.DataFrame([row, row | {"high": math.inf}], schema=RATINGS.schema)
    with pytest.raises(TableError, match="high of row 2 is inf"):
        tables.write(frame, RATINGS, tmp_path / "x.parquet")
    tables.write(frame[:1], RATINGS, tmp_path / "x.parquet")
    assert tables.read(RATINGS, tmp_path / "x.parquet").rows() == frame[:1].rows()


def test_a_number_in_json_that_is_not_finite_is_refused_with_its_keys(tmp_path):
    data = {"metrics": {"pass@1": [{"low": 0.5}, {"low": math.nan}]}}
    with pytest.raises(TableError, match="x.json: metrics.pass@1.1.low is nan, no finite number"):
        tables.write_json(data, tmp_path / "x.json")
    assert not [*tmp_path.iterdir()]
