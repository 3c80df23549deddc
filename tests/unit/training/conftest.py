"""A folder with a target to train, for each file of tests."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM
from unit.training.target import GOLD, PAIRS, byte_tokenizer


@pytest.fixture(scope="module")
def workplace(tmp_path_factory) -> Path:
    """A folder with the target `base`, `gold.parquet` and `pairs.parquet`."""
    folder = tmp_path_factory.mktemp("training")
    byte_tokenizer().save_pretrained(folder / "base")
    torch.manual_seed(0)
    shape = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2}
    config = LlamaConfig(
        vocab_size=260,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=128,
        tie_word_embeddings=True,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        **shape,
    )
    LlamaForCausalLM(config).bfloat16().save_pretrained(folder / "base")
    pq.write_table(pa.table({"messages": GOLD}), folder / "gold.parquet")
    pq.write_table(pa.Table.from_pylist(PAIRS), folder / "pairs.parquet")
    return folder
