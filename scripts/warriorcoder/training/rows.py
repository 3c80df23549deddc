"""Training rows in a file: rank 0 tokenises them once, and all ranks map the file into memory."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import torch
from datasets import Dataset

from warriorcoder.core.atomic import atomic
from warriorcoder.training import conversations, gold

SCHEMA = pa.schema({name: pa.list_(pa.int32()) for name in ("input_ids", "labels")})
COUNTS = ("cut", "dropped", "unended")  # of `conversations.Rows`


def shared(folder: Path, tokenizer, file: str, max_length: int) -> Dataset:
    """Return the rows of the gold file `file`. Every rank calls this with the same `folder`."""
    if torch.distributed.get_rank() == 0:
        write(folder, tokenizer, file, max_length)
    torch.distributed.barrier()
    return Dataset.from_file(str(folder / "rows.arrow"))


def counted(folder: Path) -> dict[str, int]:
    """Return the numbers of rows in `folder` that were changed or dropped, by `COUNTS`."""
    return json.loads((folder / "rows.json").read_text())


def write(folder: Path, tokenizer, file: str, max_length: int) -> None:
    """Tokenise the gold file `file` into `folder`, a few rows at a time."""
    counts, begun = Counter(dict.fromkeys(COUNTS, 0)), 0
    with atomic(folder / "rows.arrow") as path, pa.OSFile(str(path), "wb") as sink:
        with pa.ipc.new_stream(sink, SCHEMA) as stream:
            for batch in gold.batches(file):
                rows = conversations.tokenize(
                    tokenizer, batch.conversations, max_length, cut=batch.cut, first=begun
                )
                stream.write_batch(pa.record_batch([rows.ids, rows.labels], schema=SCHEMA))
                counts.update({name: getattr(rows, name) for name in COUNTS})
                begun += len(batch.conversations)
    pa.default_memory_pool().release_unused()  # rank 0 would hold it for the whole training
    with atomic(folder / "rows.json") as path:
        path.write_text(json.dumps(counts))


def unmasked(collate: Callable) -> Callable:
    """Return a collator without a mask of the padding, with which SDPA has no flash kernel.

    The padding comes last, so causal attention hides it from all other tokens.
    """

    def collated(rows: list[dict]) -> dict:
        batch = collate(rows)
        mask = batch.pop("attention_mask")
        return batch | {"position_ids": torch.arange(mask.shape[1]).repeat(len(mask), 1)}

    return collated


def lengths(rows: Dataset) -> np.ndarray:
    """Return the tokens of each row."""
    return np.asarray(pc.list_value_length(rows.data["input_ids"]).to_numpy())
