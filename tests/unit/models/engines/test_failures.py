"""Failures of models: what a message must name, from the errors that libraries really raise."""

import pytest

from warriorcoder.models.engines import EngineError
from warriorcoder.models.engines.failures import explain, explained


@pytest.mark.parametrize(
    "text",  # of torch and of vLLM 0.32 on GPUs
    [
        "OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total ...",
        "ValueError: No available memory for the cache blocks. Try increasing ...",
        "ValueError: To serve at least one request with the model's max seq len (32768), (10.0 GiB "
        "KV cache is needed, which is larger than the available KV cache memory (2.0 GiB).",
        "ValueError: Free memory on device cuda:0 (3.1/79.1 GiB) on startup is less than desired",
    ],
)
def test_too_little_memory_names_the_keys_that_help(text):
    said = explain("athene", "Nexusflow/Athene-V2-Chat", text)
    assert said.startswith("athene: Nexusflow/Athene-V2-Chat cannot be run: it does not fit")
    assert all(key in said for key in ("gpus", "tensor_parallel", "max_model_len"))


def test_the_cause_is_the_first_error_that_the_inner_processes_printed():
    printed = [
        "(EngineCore pid=7) ERROR 11-25 [core.py:1] EngineCore failed to start.",
        "(EngineCore pid=7) ValueError: No available memory for the cache blocks.",
        "RuntimeError: Engine core initialization failed. See root cause above.",
    ]
    said = explain("quq", "m", printed[-1], printed)
    assert "it does not fit" in said
    assert "See root cause above.: ValueError: No available memory" in said


def test_an_unknown_failure_is_told_whole_and_keeps_its_cause():
    with pytest.raises(EngineError, match="quq: m cannot be run: .*KeyError: 'odd'") as failed:
        with explained("quq", "m"):
            raise KeyError("odd")
    assert isinstance(failed.value.__cause__, KeyError)
