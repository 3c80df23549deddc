"""If these tests fail, a rehearsal takes a whole file, or nobody knows how many rows enter."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.config.experts import Expert
from warriorcoder.config.mining import LEAST, Mining
from warriorcoder.core.inputs import FileError
from warriorcoder.mining.amounts import entering, instructions

MINING = Mining(per_config=50, temperatures=[1.0, 1.2], top_ps=[1.0], max_tokens=9)


@given(rows=st.integers(1, 10**6), share=st.floats(1e-4, 1))
def test_a_share_enters_and_no_file_becomes_empty(rows, share):
    found = entering(rows, share)
    assert min(rows, LEAST) <= found <= rows
    assert share * rows - 1e-6 <= found <= max(LEAST, share * rows + 1)


def test_an_expert_mines_its_grid_or_takes_the_share_of_its_file(tmp_path):
    file = tmp_path / "given.jsonl"
    file.write_text("".join(json.dumps({"text": f"Task {n}."}) + "\n" for n in range(2017)))
    entered = Expert(name="alpaca", model="a/b", instructions=str(file))
    assert instructions(MINING, Expert(name="alpaca", model="a/b")) == 100
    assert instructions(MINING, entered) == 2017
    assert instructions(MINING.model_copy(update={"entered_share": 0.01}), entered) == 21
    file.unlink()
    with pytest.raises(FileError, match="no such file"):
        instructions(MINING, entered)
