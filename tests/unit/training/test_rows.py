"""Rows of a gold file become the same token ids in every rank's memory map."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import Dataset
from unit.training.target import GOLD, byte_tokenizer

from warriorcoder.training import conversations, gold, rows, seal

RECORD = {"seed": 1, "base": "b", "template": None, "objective": "sft"}
RECORD |= {"training": {"steps": 2}}


def answered(reason: str, winner: str = "a") -> dict:
    """Return the lineage of a row whose expert `a` stopped for `reason`."""
    kept = {"seed": 1, "n_tokens": 9}
    answers = [
        {"answerer": "a", "finish_reason": reason} | kept,
        {"answerer": "b", "finish_reason": "stop"} | kept,
    ]
    return {"winner": winner, "answers": answers}


def write(path, talks, lineage=None):
    given = lineage or [{} for _ in talks]
    table = [{"messages": talk} | more for talk, more in zip(talks, given, strict=True)]
    pq.write_table(pa.Table.from_pylist(table), path, row_group_size=7)
    return path


def test_a_reply_is_cut_where_its_own_expert_reached_the_limit(tmp_path):
    lineage = [answered("stop"), answered("length"), answered("length", winner="b")]
    file = write(tmp_path / "gold.parquet", GOLD[:3], lineage)
    assert [cut for batch in gold.batches(file, 2) for cut in batch.cut] == [False, True, False]
    alone = write(tmp_path / "alone.parquet", GOLD[:3])
    assert [cut for batch in gold.batches(alone) for cut in batch.cut] == [False] * 3


def test_a_cut_decides_the_weights(tmp_path):
    digests = {
        seal.decided(RECORD, "cpu", write(tmp_path / "gold", GOLD[:2], [answered(reason)] * 2))
        for reason in ("stop", "length", "stop")
    }
    assert len(digests) == 2


@pytest.mark.parametrize("most", [256, 4])
def test_rows_in_the_file_are_those_of_all_conversations_at_once(tmp_path, monkeypatch, most):
    whole, tokenizer = gold.batches, byte_tokenizer()
    monkeypatch.setattr(gold, "batches", lambda file: whole(file, most))
    lineage = [answered("length" if n % 3 == 0 else "stop") for n in range(len(GOLD))]
    file, limit = write(tmp_path / "gold.parquet", GOLD, lineage), 60
    rows.write(tmp_path, tokenizer, str(file), limit)
    read = Dataset.from_file(str(tmp_path / "rows.arrow"))
    cut = [n % 3 == 0 for n in range(len(GOLD))]
    expected = conversations.tokenize(tokenizer, GOLD, limit, cut=cut)
    assert read["input_ids"][:] == expected.ids and read["labels"][:] == expected.labels
    assert rows.lengths(read).tolist() == [len(ids) for ids in expected.ids]
    counts = {name: getattr(expected, name) for name in rows.COUNTS}
    assert rows.counted(tmp_path) == counts and all(counts.values())


def test_a_bad_row_behind_the_first_batch_is_named_by_its_number(tmp_path, monkeypatch):
    whole = gold.batches
    monkeypatch.setattr(gold, "batches", lambda file: whole(file, 4))
    file = write(tmp_path / "gold.parquet", [*GOLD[:9], GOLD[9][:1]])
    with pytest.raises(conversations.RowError, match="row 9: "):
        rows.write(tmp_path, byte_tokenizer(), str(file), 500)
    assert not (tmp_path / "rows.arrow").exists()
