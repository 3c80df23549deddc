"""If these tests fail, a job on a GPU ends for lack of memory, or is refused although it fits."""

from dataclasses import replace

import pytest
import yaml
from data import ROOT

from warriorcoder.config.experts import Engine
from warriorcoder.config.reading import validate
from warriorcoder.models import fit, shapes
from warriorcoder.models.shapes import KNOWN

VLLM = Engine(kind="vllm", dtype="bfloat16", max_model_len=32768)
QWEN = KNOWN["Qwen/Qwen2.5-72B-Instruct"]
LITE = KNOWN["deepseek-ai/DeepSeek-Coder-V2-Lite-Instruct"]
OLMO = KNOWN["allenai/Olmo-3-7B-Instruct"]
FAMILY = {"gpus-1x80": (1, 80), "gpus-4x48": (4, 48), "gpus-2x24": (2, 24)}


def config(name: str, **training):
    raw = yaml.safe_load((ROOT / f"config/{name}.yaml").read_text())
    return validate(raw | {"training": raw["training"] | training})


# The published figures: Qwen2.5-72B's GQA, DeepSeek-V2's MLA of 512 + 64 numbers.
@pytest.mark.parametrize(
    ("shape", "width", "bytes_of_a_token"),
    [
        (QWEN, 1, 2 * 80 * 8 * 128 * 2),
        (QWEN, 4, 2 * 80 * 2 * 128 * 2),
        (QWEN, 8, 2 * 80 * 1 * 128 * 2),
        (QWEN, 16, 2 * 80 * 1 * 128 * 2),  # a head has a copy on two GPUs
        (LITE, 1, 27 * 576 * 2),
        (LITE, 4, 27 * 576 * 2),  # every GPU holds the latent vectors
        (KNOWN["deepseek-ai/deepseek-coder-6.7b-base"], 2, 2 * 32 * 16 * 128 * 2),
    ],
)
def test_a_token_of_the_kv_cache_takes_the_bytes_of_its_heads(shape, width, bytes_of_a_token):
    assert fit.kv_cache(shape, 4096, width, 2) == 4096 * bytes_of_a_token
    assert fit.kv_cache(shape, 4097, width, 2) == (4096 + fit.BLOCK) * bytes_of_a_token


def test_a_sliding_window_bounds_its_layers_and_no_other():
    full = fit.kv_cache(replace(OLMO, window=None, windowed=0), 65536, 1, 2)
    held = 4096 - 1 + fit.IN_FLIGHT
    expected = full * 8 / 32 + 24 * (-(-held // 16) + 1) * 16 * 2 * 32 * 128 * 2
    assert fit.kv_cache(OLMO, 65536, 1, 2) == expected
    assert fit.kv_cache(OLMO, 4096, 1, 2) > fit.kv_cache(OLMO, 2048, 1, 2)


@pytest.mark.parametrize(("gpus", "memory", "width"), [(4, 80e9, 4), (8, 80e9, 4), (4, 141e9, 2)])
def test_a_copy_takes_the_fewest_gpus_that_hold_it(gpus, memory, width):
    found = fit.fit(QWEN, VLLM, gpus, memory)
    assert (found.width, found.copies) == (width, gpus // width)
    assert found.contexts >= fit.ENOUGH
    if width > 1:
        fewer = fit.fit(QWEN, VLLM.model_copy(update={"tensor_parallel": width // 2}), gpus, memory)
        assert fewer.contexts < fit.ENOUGH


def test_a_width_of_the_config_wins():
    engine = VLLM.model_copy(update={"tensor_parallel": 8})
    assert fit.fit(QWEN, engine, 8, 80e9).width == 8


def test_a_model_that_fits_no_gpu_takes_all_and_says_so():
    found = fit.fit(QWEN, VLLM, 2, 24e9)
    assert found.width == 2 and found.room < 0 and found.contexts < 1


def test_a_copy_takes_no_number_of_gpus_that_its_heads_cannot_share():
    assert fit.widths(QWEN, 6) == [1, 2]
    assert fit.widths(KNOWN["microsoft/phi-4"], 4) == [1, 2]  # 40 heads, 10 of keys and values


def test_weights_keep_their_quantization_and_else_take_the_engines_type():
    awq = KNOWN["Qwen/Qwen2.5-Coder-7B-Instruct-AWQ"]
    assert awq.bytes("float16") == awq.bytes() == pytest.approx(5.57e9, rel=0.01)
    assert QWEN.bytes("float32") == 2 * QWEN.bytes("bfloat16")


def test_zero_shards_twenty_bytes_a_parameter():
    whole = config("gpus-1x80").training
    shape = replace(KNOWN[whole.base], parameters=1.0)

    def states(stage: int, ranks: int) -> float:
        spec = whole.model_copy(update={"zero_stage": stage, "processes": ranks})
        return (fit.training(shape, spec, 0) - fit.RESERVED) / 1e9

    assert [states(stage, 1) for stage in (1, 2, 3)] == [20, 20, 20]
    assert [states(stage, 4) for stage in (1, 2, 3)] == [8, 6.5, 5]


def test_the_most_rows_of_a_pass_divide_the_share_and_fit():
    spec = config("gpus-1x80").training
    shape = KNOWN[spec.base]
    memory = fit.training(shape, spec, 9)
    assert fit.most_rows(shape, spec, memory) == 8
    assert fit.most_rows(shape, spec, fit.training(shape, spec, 1) - 1) == 0


@pytest.mark.parametrize("name", FAMILY)
def test_a_config_fits_the_gpus_of_its_name(name):
    """At 80, 48 and 24 · 10⁹ bytes: cards hold up to 7 % more."""
    (gpus, memory), found = FAMILY[name], config(name)
    for key, spec in found.loaded.items():
        shape = KNOWN[spec.model]
        assert spec.gpus and spec.gpus <= gpus, key
        fitted = fit.fit(shape, found.engine_of(spec), spec.gpus, memory * 1e9)
        assert fitted.contexts >= fit.ENOUGH, (key, fitted)
    training = found.training
    assert training.gpus == gpus
    assert fit.training(KNOWN[training.base], training, training.micro_batch) < 0.95 * memory * 1e9
    assert not any(KNOWN[spec.model].gated for spec in found.loaded.values())


@pytest.mark.parametrize("ranks", [1, 2, 4, 8])
@pytest.mark.parametrize("name", FAMILY)
def test_a_config_trains_the_same_global_batch_on_other_numbers_of_gpus(name, ranks):
    found = config(name, gpus=ranks).training
    assert found.micro_batch * (found.processes or 0) <= found.global_batch
    assert found.global_batch == config(name).training.global_batch


def test_the_paper_fits_eighty_gigabytes_in_its_copies():
    found = config("paper")
    widths = {
        spec.name: fit.fit(KNOWN[spec.model], found.engine_of(spec), spec.gpus, 80e9)
        for spec in found.loaded.values()
    }
    assert {name: each.width for name, each in widths.items()} == {
        "athene-v2": 4,
        "dscoder-v2-lite": 1,
        "llama-3.3": 4,
        "qwen2.5": 4,
        "qwq-preview": 2,
        "base": 1,
    }
    assert widths["base"].copies == 8 and widths["qwq-preview"].copies == 2


def test_a_checkpoint_on_disk_is_read():
    found = shapes.of(str(ROOT / "scripts/warriorcoder/miniature/weights/athene"))
    assert found and found.parameters == pytest.approx(0.94e-3, rel=0.02)
    assert found.heads % found.kv_heads == 0 and found.layers > 1


def test_nothing_is_said_of_an_unknown_model(tmp_path):
    assert shapes.of("someone/unheard-of") is None
    assert shapes.read(str(tmp_path)) is None


def test_a_training_takes_memory_for_its_ranks_and_the_disk_for_two_checkpoints():
    def host(**keys) -> float:
        return fit.host_training(shapes.DEEPSEEK_6_7B, config("paper", **keys).training)

    one = host(gpus=8)
    assert one == 8 * fit.RANK + 4 * 6.7e9, "a copy of the fp32 weights over all ranks"
    two = host(gpus=16, nodes=2)
    assert two == 8 * fit.RANK + 2 * 6.7e9, "half of it on each node"
    on_cpus = host(gpus=0, processes=2)
    assert on_cpus == 2 * (fit.PROCESS + 20 * 6.7e9)
    assert fit.disk_training(6.7e9) == pytest.approx((2 + 2 * 12) * 6.7e9, rel=0.02)
    assert fit.disk_training(6.7e9, 0) == 2 * 6.7e9
