"""Training on a tiny target: real TRL, real DeepSpeed, in processes of their own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from huggingface_hub import ModelCard
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM
from transformers import PreTrainedTokenizerFast as FastTokenizer
from unit.training.target import (
    ENVIRONMENT,
    GOLD,
    TEMPLATE,
    byte_tokenizer,
    run_file,
    said,
    weights,
)

from warriorcoder.core import seeds, tables
from warriorcoder.training import card, conversations, gold, history, seal


@pytest.fixture(scope="module")
def trained(workplace) -> Path:
    """Several runs in one process, because importing TRL and DeepSpeed takes most of the time."""
    runs = [
        run_file(workplace, "whole"),
        run_file(workplace, "again", report_to=["wandb"]),
        run_file(workplace, "accumulated", micro_batch=2),
        run_file(workplace, "sharded", zero_stage=3, precision="bf16"),
        run_file(workplace, "epochs", steps=None, epochs=3.2),
        run_file(workplace, "held-out", validation_share=0.2),
        run_file(workplace, "rows", balance="rows", micro_batch=2),
        run_file(workplace, "sdpa", attention="sdpa", micro_batch=2),
        run_file(workplace, "cosine", lr_schedule="cosine"),
    ]
    code = (
        "import json, sys, torch\n"
        "from accelerate.state import AcceleratorState\n"
        "from torch.distributed.distributed_c10d import _world\n"
        "from transformers import TrainerCallback\n"
        "from transformers.integrations import integration_utils\n"
        "from warriorcoder.training.train import Run, train\n"
        "told = []\n"
        "class Service(TrainerCallback):\n"
        "    def on_log(self, args, state, control, logs=None, **_):\n"
        "        told.append([args.run_name, state.global_step, logs.get('loss')])\n"
        "integration_utils.INTEGRATION_TO_CALLBACK['wandb'] = Service\n"
        "for path in sys.argv[1:]:\n"
        "    train(Run.read(path))\n"
        "    AcceleratorState._reset_state(True)\n"
        "backends = [group._get_backend(torch.device('cpu')) for group in _world.pg_map]\n"
        "seconds = [backend.options._timeout.total_seconds() for backend in backends]\n"
        f"open({str(workplace / 'told')!r}, 'w').write(json.dumps(told))\n"
        f"open({str(workplace / 'timeouts')!r}, 'w').write(json.dumps(seconds))\n"
    )
    command = [sys.executable, "-c", code, *runs]
    with (workplace / "log").open("w") as file:
        subprocess.run(command, env=ENVIRONMENT, check=True, stdout=file)
    return workplace


def test_the_rate_follows_its_schedule(trained):
    """WarmupLR stays at its peak; a cosine begins and ends at 0, counted out one by one."""
    logged = re.findall(r"'learning_rate': '([^']+)'", (trained / "log").read_text())
    rates, warm = np.array(logged, float).reshape(9, 12), 2  # steps: 0.2 × 12
    assert (rates[:-1, warm + 1 :] == 0.01).all()
    fall = [(1 + np.cos(np.pi * (step - warm + 1) / (12 - warm))) / 2 for step in range(warm, 12)]
    expected = [step / warm for step in range(warm)] + fall
    assert rates[-1] == pytest.approx(0.01 * np.array(expected), rel=1e-3, abs=1e-9)


def test_loss_goes_down_and_the_checkpoint_says_what_ran(trained):
    facts = said(trained / "whole")
    assert facts["loss_last"] < facts["loss_first"] - 1
    assert (facts["steps"], facts["rows"], facts["epochs"]) == (12, 30, 3.2)
    assert facts["deepspeed"] and facts["training"]["zero_stage"] == 1
    measured = json.loads((trained / "whole.measured").read_text())
    assert 0 < sum(measured["seconds"]) < 60 and len(measured["seconds"]) == 12
    assert measured["peak_bytes"] > 1e7 and not measured["resumed"] and measured["gpus"] == 0
    assert not list(trained.glob(".*.unfinished"))


def test_same_seed_makes_the_same_files(trained):
    for file in (trained / "whole").iterdir():
        again = (trained / "again" / file.name).read_bytes().replace(b"# again", b"# whole")
        assert file.read_bytes() == again, file.name


def test_the_history_holds_each_step(trained):
    steps = tables.read(history.STEPS, trained / "whole" / history.FILE)
    assert steps["step"].to_list() == list(range(1, 13))
    assert steps["epoch"].to_list() == pytest.approx([3.2 * step / 12 for step in range(1, 13)])
    facts = said(trained / "whole")
    assert [steps["loss"][0], steps["loss"][-1]] == [facts["loss_first"], facts["loss_last"]]
    assert steps["gradient_norm"].min() > 0 and steps["validation_loss"].null_count() == 12
    rows = conversations.tokenize(byte_tokenizer(), GOLD, max_length=120)
    whole = sum(len(ids) for ids in rows.ids)  # 12 × 8 rows are three epochs and a part
    assert 3 * whole < steps["tokens"].sum() < 4 * whole


def test_a_service_gets_each_step_of_its_run_alone(trained):
    told = json.loads((trained / "told").read_text())
    losses = tables.read(history.STEPS, trained / "again" / history.FILE)["loss"].to_list()
    assert {name for name, *_ in told} == {"again"}
    assert [loss for _, _, loss in told if loss is not None] == losses


def test_rows_held_out_are_not_trained_on_and_their_loss_is_that_of_the_weights(trained):
    """The loss is computed once more, row by row, from the checkpoint in bf16."""
    facts = said(trained / "held-out")
    assert (facts["rows"], facts["rows_held_out"], facts["epochs"]) == (24, 6, 4.0)
    steps = tables.read(history.STEPS, trained / "held-out" / history.FILE)
    assert steps["validation_loss"].null_count() == 0
    taught, held = held_out_of(30)
    assert len(set(taught) & set(held)) == 0 and len(held) == 6
    rows = conversations.tokenize(byte_tokenizer(), GOLD, max_length=120)
    model, losses = AutoModelForCausalLM.from_pretrained(trained / "held-out").float(), []
    for number in held:
        ids, labels = (torch.tensor([each[number]]) for each in (rows.ids, rows.labels))
        logits = model(ids).logits[0, :-1]
        losses.append(torch.nn.functional.cross_entropy(logits, labels[0, 1:], reduction="none"))
        losses[-1] = losses[-1][labels[0, 1:] != -100]
    assert steps["validation_loss"][-1] == pytest.approx(torch.cat(losses).mean().item(), abs=0.02)


def held_out_of(rows: int) -> tuple[list[int], list[int]]:
    """The rows that a training with seed 5 takes and leaves out at a share of 0.2."""
    drawn = seeds.rng(5, "held out").permutation(rows)[:6].tolist()
    return [row for row in range(rows) if row not in drawn], drawn


def test_the_card_loads_names_data_and_recipe_and_is_outside_of_the_identity(trained):
    folder = trained / "whole"
    loaded = ModelCard.load(folder / card.FILE)
    assert loaded.data.library_name == "transformers" and loaded.data.base_model is None
    assert gold.rows_digest(trained / "gold.parquet") in loaded.text
    assert "| `steps` | 12 |" in loaded.text and "| epochs | 3.2 |" in loaded.text
    assert not re.search(r"(?i)humaneval|mbpp|pass@", loaded.text)
    before = seal.identity(folder), said(folder)
    for name in (card.FILE, history.FILE):
        content = (folder / name).read_bytes()
        (folder / name).unlink()
        assert (seal.identity(folder), said(folder)) == before
        (folder / name).write_bytes(content)


def test_epochs_are_as_many_steps_as_the_rows_make(trained):
    assert weights(trained / "epochs") == weights(trained / "whole")
    facts = said(trained / "epochs")
    assert (facts["steps"], facts["rows"], facts["epochs"]) == (12, 30, 3.2)


def test_global_batch_counts_rows_however_it_is_cut(trained):
    whole, accumulated = (
        load_file(trained / name / "model.safetensors") for name in ("whole", "accumulated")
    )
    base = load_file(trained / "base" / "model.safetensors")
    for name, tensor in whole.items():
        moved = (tensor.float() - base[name].float()).norm()
        apart = (tensor.float() - accumulated[name].float()).norm()
        assert apart < 0.05 * moved, name


@pytest.mark.parametrize("other", ["accumulated", "rows", "sdpa"])
def test_each_step_has_the_same_loss_however_its_rows_are_cut_and_masked(trained, other):
    """Passes of equal tokens or rows, eager attention with a mask or SDPA without one."""
    whole, cut = (
        tables.read(history.STEPS, trained / name / history.FILE) for name in ("whole", other)
    )
    assert (whole["loss"] - cut["loss"]).abs()[:2].max() < 1e-5
    assert (whole["gradient_norm"] / cut["gradient_norm"] - 1).abs()[:2].max() < 1e-5
    assert (whole["loss"] - cut["loss"]).abs().max() < 0.02


def test_zero_3_in_bf16_learns_and_saves_whole_weights(trained):
    facts = said(trained / "sharded")
    assert facts["loss_last"] < facts["loss_first"] - 1
    shapes = {k: v.shape for k, v in load_file(trained / "whole" / "model.safetensors").items()}
    sharded = load_file(trained / "sharded" / "model.safetensors")
    assert {k: v.shape for k, v in sharded.items()} == shapes


def test_checkpoint_loads_as_bf16_and_stops_where_a_turn_ends(trained):
    model = AutoModelForCausalLM.from_pretrained(trained / "whole")
    assert model.dtype == torch.bfloat16
    assert model.config.use_cache
    assert model.generation_config.eos_token_id == [3, 2]
    tokenizer = FastTokenizer.from_pretrained(trained / "whole")
    assert tokenizer.chat_template == TEMPLATE
    assert tokenizer.eos_token == "<|EOT|>"
    assert os.stat(trained / "whole" / "model.safetensors").st_mode & 0o040


def test_two_ranks_learn_the_same_as_one(trained):
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    file = run_file(trained, "pair", micro_batch=2, processes=2)
    command = [sys.executable, *torchrun, "-m", "warriorcoder.training.rank", file]
    subprocess.run(command, env=ENVIRONMENT, check=True)
    assert said(trained / "pair")["layouts"] == [{"first_step": 1, "ranks": 2, "zero_stage": 1}]
    assert said(trained / "pair")["loss_last"] == pytest.approx(
        said(trained / "whole")["loss_last"], abs=0.02
    )


def test_the_timeout_is_that_of_the_group_and_of_those_that_deepspeed_adds(trained):
    seconds = json.loads((trained / "timeouts").read_text())
    assert len(seconds) > 1 and set(seconds) == {95 * 60}


def test_what_decides_no_weights_is_in_no_seal(trained):
    assert "steps" in said(trained / "whole")["training"]
    assert "_minutes" not in (trained / "whole" / seal.SEAL).read_text()


def test_a_rank_that_never_comes_ends_the_training_when_the_time_is_up(tmp_path, workplace):
    run = json.loads(run_file(workplace, "late", processes=2, micro_batch=2).read_text())
    code = (
        "import os, time, torch\n"
        "from warriorcoder.config.training import Training\n"
        "from warriorcoder.training import ranks\n"
        f"ranks.join(Training(**{run['training'] | {'timeout_minutes': 5 / 60}}))\n"
        "if os.environ['RANK'] == '1':\n"
        "    time.sleep(300)\n"
        "begun = time.monotonic()\n"
        "try:\n"
        "    torch.distributed.all_reduce(torch.ones(1))\n"
        "finally:\n"
        "    print('waited', time.monotonic() - begun, flush=True)\n"
    )
    script = tmp_path / "late.py"
    script.write_text(code)
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    done = subprocess.run(
        [sys.executable, *torchrun, script], env=ENVIRONMENT, capture_output=True, text=True
    )
    waited = float(re.search(r"waited ([\d.]+)", done.stdout)[1])
    assert done.returncode and 4 < waited < 60, done.stderr[-2000:]
    assert "imed out waiting 5000ms" in done.stderr


def test_rows_that_leave_nothing_to_learn_are_told_with_the_key(workplace):
    file = run_file(workplace, "nothing", max_length=4)
    command = [sys.executable, "-m", "warriorcoder.training.rank", file]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode and "no row is left of 30" in done.stderr
    assert "prompt_too_long: 30 rows" in done.stderr and "training.max_length" in done.stderr
