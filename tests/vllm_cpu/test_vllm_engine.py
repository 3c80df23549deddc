"""The engine on real weights: seeds, cuts, copies, contexts, processes that end early."""

import json
import shutil
import threading
import time
from pathlib import Path

import psutil
import pytest
import torch
from safetensors.torch import load_file, save_file
from vllm_cpu.shipped import VLLM, WEIGHTS, mining, model

from warriorcoder.config.experts import Expert
from warriorcoder.models import system_prompt
from warriorcoder.models.engines import EngineError, Request, Sampling
from warriorcoder.models.engines.failures import explained
from warriorcoder.models.engines.replicas import Replicas
from warriorcoder.models.engines.vllm import VLLMEngine
from warriorcoder.models.model import Model

pytestmark = pytest.mark.vllm


def test_seeded_rows_are_the_same_whatever_the_batch_and_the_cut(fresh):
    whole = fresh("whole")
    requests, sampling = mining(whole, 400)
    made = whole.generate(requests, sampling)
    assert [completion.id for completion in made] == [request.id for request in requests]
    assert len({completion.text for completion in made}) > 200

    cut = fresh("cut")
    pieces = [cut.generate(requests[i : i + 67], sampling) for i in range(0, 400, 67)]
    assert sum(pieces, []) == made
    alone = fresh("alone")
    assert alone.generate(requests[399:], sampling) == made[399:]
    assert fresh("backwards").generate(requests[::-1], sampling) == made[::-1]


def test_another_seed_is_another_row(fresh):
    one = fresh()
    (first, *_), sampling = mining(one, 1)
    others = [Request(f"s{seed}", first.prompt, seed) for seed in range(20)]
    assert len({completion.text for completion in one.generate(others, sampling)}) > 10


def test_two_copies_share_the_rows_and_make_the_same_ones(fresh, tmp_path):
    copies = model(
        tmp_path / "two.sqlite", engine=VLLM.model_copy(update={"tensor_parallel": 1}), gpus=2
    )
    one = fresh()
    requests, sampling = mining(one, 200)
    assert copies.generate(requests, sampling) == one.generate(requests, sampling)
    assert len(copies._loaded.replicas) == 2 and copies.rows.loads == 1
    copies.report(tmp_path / "rows.json")
    spent = json.loads((tmp_path / "rows.json").read_text())
    seconds = spent["load_seconds"] + spent["generate_seconds"]
    assert spent["gpu_seconds"] == pytest.approx(2 * seconds) and seconds > 0


def test_two_ranks_of_tensor_parallel_say_the_same_greedily(fresh, tmp_path, monkeypatch):
    monkeypatch.setenv("VLLM_CPU_OMP_THREADS_BIND", "0|1")  # one core each
    split = model(tmp_path / "split.sqlite", gpus=2)
    one = fresh()
    requests, sampling = mining(one, 4)
    greedy = type(sampling)(0.0, 1.0, 60, sampling.stop_ids)
    assert split.generate(requests[:1], greedy) == one.generate(requests[:1], greedy)
    assert len(split._loaded.replicas) == 1


def test_one_prompt_that_is_too_long_costs_no_other_row(fresh):
    one = fresh()
    requests, sampling = mining(one, 30)
    long = Request("long", requests[0].prompt * 100, 7)
    with pytest.raises(EngineError, match=r"athene: 1 prompts leave no room .*long.*max_model_len"):
        one.generate([*requests[:10], long, *requests[10:]], sampling)
    again = fresh()
    again.generate(requests, sampling)
    assert (again.rows.generated, again.rows.reused) == (0, 30)


@pytest.mark.parametrize("inner", ["0", "1"], ids=["one process", "vLLM in one of its own"])
def test_a_process_that_dies_costs_only_rows_that_it_had_not_sent(inner, tmp_path, monkeypatch):
    """On GPUs vLLM has an inner process, which must not outlive the one that started it."""
    monkeypatch.setenv("VLLM_ENABLE_V1_MULTIPROCESSING", inner)
    one, family = model(tmp_path / "rows.sqlite"), []
    requests, sampling = mining(one, 3000, max_tokens=120)

    def kill():
        while not one.rows.generated:
            time.sleep(0.02)
        process = psutil.Process(one._loaded.replicas[0].process.pid)
        family.extend(process.children(recursive=True))
        process.kill()

    threading.Thread(target=kill).start()
    with pytest.raises(EngineError, match="athene: .*its process ended with code -9"):
        one.generate(requests, sampling)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive and bool(family) == bool(int(inner))
    kept = one.rows.generated
    assert 0 < kept < 3000
    again = model(tmp_path / "rows.sqlite")
    assert len(again.generate(requests, sampling)) == 3000
    assert (again.rows.reused, again.rows.generated) == (kept, 3000 - kept)


def altered(folder: Path, **changes) -> str:
    """A copy of an expert with other values in its config.json."""
    shutil.copytree(WEIGHTS / "athene", folder)
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return str(folder)


def quantized(folder: Path) -> str:
    """An expert in int8 by channel (compressed-tensors), as its config.json says."""
    groups = {name: {"num_bits": 8, "type": "int", "symmetric": True} for name in ("w", "a")}
    groups["w"] |= {"strategy": "channel", "dynamic": False}
    groups["a"] |= {"strategy": "token", "dynamic": True}
    scheme = {"targets": ["Linear"], "weights": groups["w"], "input_activations": groups["a"]}
    how = {"quant_method": "compressed-tensors", "format": "int-quantized", "ignore": ["lm_head"]}
    how |= {"quantization_status": "compressed", "config_groups": {"group_0": scheme}}
    source, weights = altered(folder, quantization_config=how), {}
    for name, values in load_file(WEIGHTS / "athene/model.safetensors").items():
        if "proj" in name and values.ndim == 2:
            scale = values.float().abs().amax(1, keepdim=True) / 127
            weights[name.replace(".weight", ".weight_scale")] = scale
            values = (values.float() / scale).round().to(torch.int8)
        weights[name] = values
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return source


def test_a_quantized_checkpoint_answers_nearly_as_the_whole_one(fresh, tmp_path):
    whole = fresh()
    spec = Expert(name="athene", model=quantized(tmp_path / "expert"))
    small = Model(spec, VLLM, tmp_path / "small.sqlite")
    tasks = [f"Write a function that adds {number} to x." for number in range(30)]
    requests = [Request(task, whole.chat.prompt(task, system_prompt.SYSTEM), 0) for task in tasks]
    stops = whole.chat.reply_stops()
    greedy = Sampling(0.0, 1.0, 60, stops.ids, stops.texts)
    pairs = zip(whole.generate(requests, greedy), small.generate(requests, greedy), strict=True)
    assert 15 <= sum(a == b for a, b in pairs) < 30


def without_weights(folder: Path) -> str:
    source = altered(folder)
    (folder / "model.safetensors").unlink()
    return source


def cut_short(folder: Path) -> str:
    source = altered(folder)
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:500_000])
    return source


SETTINGS = {"dtype": "float32", "tensor_parallel": 1, "max_model_len": None}
SETTINGS |= {"gpu_memory_utilization": 0.9, "max_num_seqs": 8, "max_num_batched_tokens": 4096}
QUANTIZED = {"quant_method": "gptq", "bits": 4, "group_size": 128, "desc_act": False, "sym": True}
BROKEN = {
    "weights cut short": (cut_short, {}, "cut or damaged"),
    "more context than the model has": (altered, {"max_model_len": 99999}, "lower max_model_len"),
    "heads that do not divide": (altered, {"tensor_parallel": 3}, "a tensor_parallel"),
    "a quantized checkpoint's dtype": (
        lambda folder: altered(folder, quantization_config=QUANTIZED),
        {},
        "give a dtype",
    ),
    "an unknown argument": (altered, {"extra": {"no_such_thing": 1}}, "no_such_thing"),
    "no such folder": (str, {}, "fix `model`"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_keeps_a_model_from_loading_is_said_with_its_remedy(what, tmp_path):
    make, own, expected = BROKEN[what]
    source = make(tmp_path / "expert")
    with pytest.raises(EngineError, match=f"(?s)^athene: .*{expected}"):
        with explained("athene", source):
            VLLMEngine(source, **SETTINGS | own)


def test_a_model_that_does_not_fit_says_what_would_make_it(tmp_path, monkeypatch):
    monkeypatch.setenv("VLLM_CPU_KVCACHE_SPACE", "4000")  # GiB
    with pytest.raises(EngineError, match="(?s)^athene: .*does not fit .*max_model_len"):
        with explained("athene", "athene"):
            VLLMEngine(str(WEIGHTS / "athene"), **SETTINGS)


def test_a_cause_in_an_inner_process_is_found_in_what_it_printed(tmp_path, monkeypatch):
    """On GPUs vLLM loads models in a process of its own, and its error says no more than that."""
    monkeypatch.setenv("VLLM_ENABLE_V1_MULTIPROCESSING", "1")
    source, given = without_weights(tmp_path / "expert"), SETTINGS | {"tensor_parallel": None}
    with pytest.raises(EngineError, match=r"(?s)^athene: .*lacks weights.*Engine core init"):
        Replicas("athene", 0, model=source, **given)


def test_gpus_that_make_no_whole_copies_are_refused_before_anything_starts():
    with pytest.raises(EngineError, match="tensor_parallel 2 does not divide the job's 3 GPUs"):
        Replicas("athene", 3, 2, model="none")
