"""Training rows in a file: rank 0 tokenises them once, and all ranks map the file into memory.

A row is a conversation with labels, or a pair for DPO: a prompt, the gold answer and a worse one.
"""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import torch
from datasets import Dataset

from warriorcoder.config.methods import Objective
from warriorcoder.core.atomic import atomic
from warriorcoder.training import conversations, gold
from warriorcoder.training.conversations import IGNORED, Rows

TALKS = ("input_ids", "labels")
PAIRS = ("prompt_ids", "chosen_ids", "rejected_ids")
COUNTS = ("cut", "dropped", "unended")  # of `conversations.Rows`


def shared(
    folder: Path, tokenizer, file: str, max_length: int, objective: Objective = "sft"
) -> Dataset:
    """Return the rows of the gold file `file`. Every rank calls this with the same `folder`."""
    if torch.distributed.get_rank() == 0:
        write(folder, tokenizer, file, max_length, objective)
    torch.distributed.barrier()
    return Dataset.from_file(str(folder / "rows.arrow"))


def counted(folder: Path) -> dict[str, int]:
    """Return the numbers in `folder` of replies that were cut, and of rows that were dropped."""
    return json.loads((folder / "rows.json").read_text())


def write(
    folder: Path, tokenizer, file: str, max_length: int, objective: Objective = "sft"
) -> None:
    """Tokenise the gold file `file` into `folder`, a few rows at a time."""
    counts, begun = Counter(dict.fromkeys(COUNTS, 0)), 0
    names = PAIRS if objective == "dpo" else TALKS
    schema = pa.schema({name: pa.list_(pa.int32()) for name in names})
    with atomic(folder / "rows.arrow") as path, pa.OSFile(str(path), "wb") as sink:
        with pa.ipc.new_stream(sink, schema) as stream:
            for batch in gold.texts(file, objective):
                texts = [
                    conversations.tokenize(
                        tokenizer, each.conversations, max_length, cut=each.cut, first=begun
                    )
                    for each in batch
                ]
                columns = _pairs(*texts) if objective == "dpo" else texts[0][:2]
                stream.write_batch(pa.record_batch(list(columns), schema=schema))
                for name in COUNTS:
                    counts[name] += sum(getattr(each, name) for each in texts)
                begun += len(batch[0].conversations)
    counts["dropped"] //= len(names) - 1  # the texts of a pair have one prompt
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
    """Return the tokens of each row, or of the longer text of each pair."""
    if PAIRS[0] not in rows.column_names:
        return _tokens(rows, TALKS[0])
    prompt, *replies = (_tokens(rows, name) for name in PAIRS)
    return prompt + np.maximum(*replies)


def tokens(rows: Dataset) -> np.ndarray:
    """Return the tokens of each row, or of both texts of each pair."""
    if PAIRS[0] not in rows.column_names:
        return _tokens(rows, TALKS[0])
    prompt, *replies = (_tokens(rows, name) for name in PAIRS)
    return 2 * prompt + sum(replies)


def _tokens(rows: Dataset, column: str) -> np.ndarray:
    return np.asarray(pc.list_value_length(rows.data[column]).to_numpy())


def _pairs(chosen: Rows, rejected: Rows) -> tuple[list[list[int]], ...]:
    """Return the token ids of prompts and of both replies."""
    ends = [labels.count(IGNORED) for labels in chosen.labels]
    prompts = [ids[:end] for ids, end in zip(chosen.ids, ends, strict=True)]
    replies = (
        [ids[end:] for ids, end in zip(side.ids, ends, strict=True)] for side in (chosen, rejected)
    )
    return prompts, *replies
