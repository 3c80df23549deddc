"""If these tests fail, rows of a file enter curation as something else than they are."""

import polars as pl
import pytest
from data import ROOT

from warriorcoder.config.curation import Curation
from warriorcoder.config.experts import Api, Expert
from warriorcoder.curation.junk import junk
from warriorcoder.mining.enter import enter
from warriorcoder.mining.tables import MINED
from warriorcoder.models.reader import Reader

WEIGHTS = ROOT / "scripts/warriorcoder/miniature/weights/athene"
FILE = {"path": "data/given.jsonl", "sha256": "0" * 64}
CURATION = Curation(min_chars=1, max_chars=900, min_ascii_share=0.5, jaccard=0.9)
API = Api(base_url="http://there/v1", protocol="chat")
SHORT, LONG = "Write a function.", "Count it all. " * 30


def entered(texts, max_tokens=40, **spec):
    reader = Reader(Expert(name="athene", model=str(WEIGHTS), **spec))
    given = pl.DataFrame({"row": range(2, 2 + len(texts)), "text": texts})
    return enter(reader, given, FILE, max_tokens), reader


@pytest.mark.parametrize("spec", [{}, {"api": API, "roles": ["mine"]}], ids=["local", "chat"])
def test_rows_longer_than_the_limit_are_counted_as_truncated(spec):
    made, reader = entered([SHORT, LONG], **spec)
    assert made.schema == MINED.schema
    assert made["n_tokens"].to_list() == [reader.chat.size(SHORT), reader.chat.size(LONG)]
    assert made["n_tokens"][0] <= 40 < made["n_tokens"][1]
    assert made["finish_reason"].to_list() == ["stop", "length"]
    assert junk(made, CURATION).to_list() == [None, "truncated"]


def test_a_row_names_its_place_and_its_file():
    made, _ = entered([SHORT, LONG])
    assert made["id"].to_list() == ["athene:file:000002", "athene:file:000003"]
    assert set(made["model"]) == {FILE["path"]} and set(made["revision"]) == {FILE["sha256"]}
    assert made["text"].to_list() == made["raw"].to_list() == [SHORT, LONG]
    assert made["seed"].null_count() == made["prefix_sha256"].null_count() == 2


def test_a_text_that_spells_a_token_of_its_author_is_junk():
    reader = entered([SHORT])[1]
    made, _ = entered([SHORT, f"{SHORT}{reader.chat.specials[0]}"])
    assert junk(made, CURATION).to_list() == [None, "special_token"]
