"""Training on a tiny target: real TRL, real DeepSpeed, in processes of their own."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from huggingface_hub import ModelCard
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM
from transformers import PreTrainedTokenizerFast as FastTokenizer

from warriorcoder.config.slices import MACHINE
from warriorcoder.config.training import Training
from warriorcoder.core import seeds, tables
from warriorcoder.models import chat
from warriorcoder.training import card, conversations, gold, history, seal
from warriorcoder.training.seal import finished

SCRIPTS = Path(conversations.__file__).parents[2]
TEMPLATE = """{{- bos_token }}
{%- for message in messages %}
    {%- if message['role'] == 'user' %}
        {{- '### Instruction:\n' + message['content'] + '\n' }}
    {%- else %}
        {{- '### Response:\n' + message['content'] + '\n<|EOT|>\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '### Response:' }}
{%- endif %}"""
GOLD = [
    [
        {"role": "user", "content": f"Add {n} to x." + " Please!" * (n % 4)},
        {"role": "assistant", "content": f"x = x + {n}\n" * (1 + n % 3)},
    ]
    for n in range(30)
]
ENVIRONMENT = os.environ | {
    "PYTHONPATH": str(SCRIPTS),
    "CUDA_VISIBLE_DEVICES": "",
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",
    "TOKENIZERS_PARALLELISM": "false",
    "TORCHDYNAMO_DISABLE": "1",
    "HF_HUB_OFFLINE": "1",
}


def byte_tokenizer() -> FastTokenizer:
    """Each byte is a token, so that every mistake by one token shows as one by a letter."""
    specials = ["<pad>", "<s>", "</s>", "<|EOT|>"]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate(specials + letters)}
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(specials)
    tokenizer = FastTokenizer(
        tokenizer_object=backend, pad_token="<pad>", bos_token="<s>", eos_token="</s>"
    )
    tokenizer.chat_template = TEMPLATE
    return tokenizer


@pytest.fixture(scope="module")
def workplace(tmp_path_factory) -> Path:
    """A folder with the target `base` and `gold.parquet`."""
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
    return folder


def run_file(folder: Path, name: str, **changes) -> Path:
    """The file of a run whose checkpoint will be `folder / name`."""
    training = {
        "base": str(folder / "base"),
        "zero_stage": 1,
        "precision": "fp32",
        "max_length": 120,
        "global_batch": 8,
        "micro_batch": 8,
        "steps": 12,
        "learning_rate": 0.01,
        "weight_decay": 0.0,
        "warmup_ratio": 0.2,
        "timeout_minutes": 95,
    }
    run = {
        "training": Training(**training | changes).model_dump(),
        "gold": str(folder / "gold.parquet"),
        "output": str(folder / name),
        "seed": 5,
        "decided": "all that decides them",
        "measured": str(folder / f"{name}.measured"),
    }
    path = folder / f"{name}.json"
    path.write_text(json.dumps(run))
    return path


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


def said(folder: Path) -> dict:
    return finished(folder, "all that decides them")


def weights(folder: Path) -> bytes:
    return (folder / "model.safetensors").read_bytes()


def test_loss_covers_the_reply_and_its_end_and_nothing_else():
    tokenizer = byte_tokenizer()
    rows = conversations.tokenize(tokenizer, GOLD, max_length=500)
    for messages, ids, labels in zip(GOLD, rows.ids, rows.labels, strict=True):
        learnt = [token for token, label in zip(ids, labels, strict=True) if label != -100]
        assert learnt == [label for label in labels if label != -100]
        assert tokenizer.decode(learnt) == "\n" + messages[1]["content"] + "\n<|EOT|>"
        assert labels[-len(learnt) :] == learnt, "the reply is the end of the row"


def test_prompt_tokens_are_those_of_inference():
    tokenizer = byte_tokenizer()
    rows = conversations.tokenize(tokenizer, GOLD, max_length=500)
    asked = chat.Chat(tokenizer, conversations.TODAY)
    for messages, ids, labels in zip(GOLD, rows.ids, rows.labels, strict=True):
        prompt = asked.prompt(messages[0]["content"])
        assert tuple(ids[: len(prompt)]) == prompt
        assert labels.count(-100) == len(prompt)


def test_a_control_token_that_is_spelled_out_is_none():
    turns = [{"role": role, "content": "Why <|EOT|>?"} for role in ("user", "assistant")]
    rows = conversations.tokenize(byte_tokenizer(), [turns], max_length=500)
    assert [ids.count(3) for ids in rows.ids] == [labels.count(3) for labels in rows.labels] == [1]
    assert byte_tokenizer().decode(rows.ids[0]).count("Why < |EOT|>?") == 2


def test_long_rows_are_cut_and_counted_and_prompts_without_room_dropped():
    tokenizer = byte_tokenizer()
    whole = conversations.tokenize(tokenizer, GOLD, max_length=500)
    lengths = [len(ids) for ids in whole.ids]
    prompts = [labels.count(-100) for labels in whole.labels]
    limit = int(np.median(prompts))
    rows = conversations.tokenize(tokenizer, GOLD, max_length=limit)
    assert rows.cut == sum(length > limit for length in lengths)
    assert rows.dropped == sum(prompt >= limit for prompt in prompts) > 0
    assert {len(ids) for ids in rows.ids} == {limit}
    assert all(labels[-1] != -100 for labels in rows.labels)


def test_template_that_never_says_stop_is_refused():
    tokenizer = byte_tokenizer()
    tokenizer.chat_template = TEMPLATE.replace("<|EOT|>", "")
    with pytest.raises(chat.ChatError, match="the target: .*no token.*training.chat_template"):
        conversations.tokenize(tokenizer, GOLD, max_length=500)


def test_conversation_without_reply_names_its_row():
    with pytest.raises(conversations.RowError, match="row 1"):
        conversations.tokenize(byte_tokenizer(), [GOLD[0], GOLD[1][:1]], max_length=500)


@given(
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=20),
    steps=st.integers(1, 8),
    batch=st.integers(1, 8),
    seed=st.integers(0, 99),
)
def test_every_epoch_sees_every_row_once_whatever_the_lengths(lengths, steps, batch, seed):
    batches = conversations.order(lengths, steps, batch, seed).reshape(steps, batch)
    equal = conversations.order([1] * len(lengths), steps, batch, seed).reshape(steps, batch)
    assert np.array_equal(np.sort(batches, axis=1), np.sort(equal, axis=1))
    assert (np.diff(np.asarray(lengths)[batches], axis=1) <= 0).all()
    seen = np.bincount(equal.ravel(), minlength=len(lengths))
    assert seen.max() - seen.min() <= 1
    assert sorted(equal.ravel()[: len(lengths)]) == sorted(set(equal.ravel()[: len(lengths)]))


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


def written(folder: Path) -> dict[str, int]:
    """When each file of a checkpoint was written, but for the marker."""
    return {p.name: p.stat().st_mtime_ns for p in folder.iterdir() if p.name != "COMPLETED"}


def run_script(folder: Path, script: str = "train_target", **changes) -> subprocess.Popen:
    """A script as Snakemake would run it, for the checkpoint `folder / "scripted"`."""
    given = json.loads(run_file(folder, "scripted", **{"steps": 2} | changes).read_text())
    machine = {key: given["training"].pop(key) for key in MACHINE}
    code = (
        "import json, runpy, sys; from types import SimpleNamespace as N\n"
        "class Outputs(list):\n"
        "    marker = property(lambda self: self[0])\n"
        "g = json.loads(sys.argv[1])\n"
        "snakemake = N(log=[g['output'] + '.log'], input=N(gold=g['gold']), threads=1,\n"
        "  resources={}, output=Outputs([g['output'] + '/COMPLETED']),\n"
        f"  params=N(device='cpu', machine={machine},\n"
        "    record=g | {'base': 'b', 'template': None}))\n"
        f"runpy.run_path({str(SCRIPTS / f'{script}.py')!r}, {{'snakemake': snakemake}})\n"
    )
    environment = os.environ | {"PYTHONPATH": str(SCRIPTS), "HF_HUB_OFFLINE": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", code, json.dumps(given)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )


def test_script_takes_its_ranks_with_it_when_terminated_and_succeeds_when_rerun(workplace):
    script, log = run_script(workplace), workplace / "scripted.log"
    while not (log.exists() and log.read_text()):
        assert script.poll() is None, "it ended before its rank said anything"
        time.sleep(0.01)
    ranks = Path(f"/proc/{script.pid}/task/{script.pid}/children").read_text().split()
    script.terminate()
    assert script.wait() != 0
    assert not Path(f"/proc/{ranks[0]}").exists()
    assert not (workplace / "scripted" / "COMPLETED").exists()
    assert run_script(workplace).wait() == 0, log.read_text()
    made = workplace / "scripted"
    facts, times = json.loads((made / "COMPLETED").read_text()), written(made)
    cost = json.loads(Path(f"{log}.cost.json").read_text())
    assert 0 < cost["work_seconds"] < cost["seconds"]
    assert facts["steps"] == 2 and facts["record"]["seed"] == 5

    (made / "COMPLETED").unlink()  # as Snakemake does before it runs a job
    assert run_script(workplace).wait() == 0, log.read_text()
    assert json.loads((made / "COMPLETED").read_text()) == facts and written(made) == times
    assert "training is skipped" in log.read_text()


def test_two_rows_are_tried_on_all_ranks_and_leave_no_checkpoint(workplace, tmp_path):
    for name in ("base", "gold.parquet"):
        (tmp_path / name).symlink_to(workplace / name)
    keys = {"processes": 2, "micro_batch": 2, "zero_stage": 2}
    (tmp_path / "scripted").mkdir()
    assert run_script(tmp_path, "check_training", **keys).wait() == 0
    log = (tmp_path / "scripted.log").read_text()
    assert len(re.findall("'loss':", log)) == 2, log[-3000:]
    made = tmp_path / "scripted" / "COMPLETED"
    assert json.loads(made.read_text())["processes"] == 2
    assert list((tmp_path / "scripted").iterdir()) == [made]


def test_a_target_whose_reply_no_token_ends_fails_at_the_trial(workplace, tmp_path):
    for name in ("base", "gold.parquet"):
        (tmp_path / name).symlink_to(workplace / name)
    template = tmp_path / "own.jinja"
    template.write_text(TEMPLATE.replace("<|EOT|>", ""))
    assert run_script(tmp_path, "check_training", chat_template=str(template)).wait() != 0
    log = (tmp_path / "scripted.log").read_text()
    assert "holds no token that ends a turn" in log and "training.chat_template" in log


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
