"""If these tests fail, a training of 6.7 billion parameters on 8 ranks needs hundreds of GB.

They measure the growth of private memory (RssAnon) by the rows of 2 million tokens, and while
a checkpoint and the trained weights of 104 million random parameters are written, on two ranks.
"""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM
from unit.training.target import ENVIRONMENT, byte_tokenizer, run_file

pytestmark = pytest.mark.slow
RANKS, ROWS = 2, 9000
A_TOKEN = 16  # bytes, over all ranks together
A_PARAMETER = (3, 0.1)  # bytes of a save, on rank 0 and on each other rank
# Freed memory goes back to the system at once, not only what exceeds a fixed 64 MB.
AT_ONCE = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
MEASURING = """
import ctypes, json, os, sys, threading, time
from warriorcoder.training import checkpoints, rows, weights
from warriorcoder.training import train as training

trim, said, rank = ctypes.CDLL("libc.so.6").malloc_trim, {}, os.environ["RANK"]


def private():
    lines = open("/proc/self/status").read().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def growing(name, whole, kept=False):
    def measured(*args, **more):
        trim(0)
        before = most = private()
        done = threading.Event()

        def watch():
            nonlocal most
            while not done.wait(0.005):
                most = max(most, private())

        watcher = threading.Thread(target=watch)
        watcher.start()
        given = whole(*args, **more)
        done.set()
        watcher.join()
        trim(0)
        said[name] = (private() if kept else most) - before
        return given

    return measured


def read(*args):
    data = shared(*args)
    said["tokens"] = int(rows.lengths(data).sum())
    for row in data.select(range(0, len(data), 50)):
        assert len(row["labels"]) == len(row["input_ids"])
    return data


checkpoints.SHARE = 1e9
shared, rows.shared = rows.shared, growing("rows", read, kept=True)
checkpoints.Checkpoints.write = growing("checkpoint", checkpoints.Checkpoints.write)
weights.save = growing("weights", weights.save)
run = training.Run.read(sys.argv[1])
training.train(run)
with open(f"{run.output}.{rank}.memory", "w") as file:
    json.dump(said, file)
"""


@pytest.fixture(scope="module", params=[2, 3], ids=["ZeRO-2", "ZeRO-3"])
def measured(request, tmp_path_factory) -> list[dict]:
    """Return what each rank measured."""
    folder: Path = tmp_path_factory.mktemp("memory")
    byte_tokenizer().save_pretrained(folder / "base")
    config = LlamaConfig(
        vocab_size=260,
        hidden_size=640,
        intermediate_size=1760,
        num_hidden_layers=21,
        num_attention_heads=10,
        max_position_embeddings=512,
        tie_word_embeddings=True,
    )
    torch.manual_seed(0)
    model = LlamaForCausalLM(config).bfloat16()
    parameters = sum(each.numel() for each in model.parameters())
    model.save_pretrained(folder / "base")
    rows = [
        [
            {"role": "user", "content": f"Add {n} to x."},
            {"role": "assistant", "content": f"x = x + {n}\n" * 20},
        ]
        for n in range(ROWS)
    ]
    pq.write_table(pa.table({"messages": rows}), folder / "gold.parquet")
    keys = {"global_batch": RANKS, "micro_batch": 1, "steps": 2, "zero_stage": request.param}
    file = run_file(folder, "out", processes=RANKS, max_length=500, checkpoint_minutes=1e-9, **keys)
    script = folder / "measuring.py"
    script.write_text(MEASURING)
    torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={RANKS}"]
    subprocess.run([sys.executable, *torchrun, script, file], env=ENVIRONMENT | AT_ONCE, check=True)
    said = [json.loads((folder / f"out.{rank}.memory").read_text()) for rank in range(RANKS)]
    return [each | {"parameters": parameters} for each in said]


def test_rows_are_shared_by_all_ranks(measured):
    tokens = measured[0]["tokens"]
    assert tokens > 2e6
    assert sum(each["rows"] for each in measured) < A_TOKEN * tokens, measured


@pytest.mark.parametrize("what", ["checkpoint", "weights"])
def test_a_save_takes_memory_on_rank_0_alone(measured, what):
    assert measured[0]["parameters"] > 1e8
    for each, limit in zip(measured, A_PARAMETER, strict=True):
        assert each[what] < limit * each["parameters"], measured
