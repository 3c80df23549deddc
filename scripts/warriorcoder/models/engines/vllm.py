"""vLLM's offline engine in this process, with hundreds of sequences always in flight.

A request holds token ids, a seed and its stops. The settings of `generation_config.json` are left
out (`Model.ends` reads the ends of text from that file). Prefix caching is on, and every prompt of
the method begins with the part that it shares with other prompts. vLLM reads the quantization of
the weights (FP8, AWQ, …) from the checkpoint.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from vllm import LLM, SamplingParams
from vllm.inputs import tokens_input
from vllm.platforms import current_platform
from vllm.sampling_params import RequestOutputKind, StructuredOutputsParams

from warriorcoder.models import tokenizer
from warriorcoder.models.engines import Completion, Request, Sampling
from warriorcoder.models.engines.transformers import finish

IN_FLIGHT = 2048  # requests in vLLM's queue: more than it runs at once, so that it never waits
TOGETHER = 1.0  # seconds of work that make one group of completions

# Without a GPU, vLLM serves tests. Seeded requests crash it there with chunked prefill.
ON_CPU = {"enforce_eager": True, "enable_chunked_prefill": False, "max_num_batched_tokens": 8192}
CPU_ENVIRONMENT = {"VLLM_ENABLE_V1_MULTIPROCESSING": "0", "VLLM_CPU_KVCACHE_SPACE": "1"}


class VLLMEngine:
    """A checkpoint in vLLM. `context` is the largest sum of prompt and new tokens."""

    def __init__(
        self,
        model: str,
        dtype: str,
        tensor_parallel: int,
        max_model_len: int | None,
        gpu_memory_utilization: float,
        max_num_seqs: int | None = None,
        max_num_batched_tokens: int | None = None,
        extra: dict | None = None,
    ):
        on_cpu = current_platform.is_cpu()
        for name, value in CPU_ENVIRONMENT.items() if on_cpu else ():
            os.environ.setdefault(name, value)
        load = {"max_num_seqs": max_num_seqs, "max_num_batched_tokens": max_num_batched_tokens}
        given = {name: value for name, value in load.items() if value} | (extra or {})
        self.tokenizer = tokenizer.load(model)
        self.folder = tempfile.TemporaryDirectory()
        self.tokenizer.save_pretrained(self.folder.name)  # vLLM's own choice may be another
        shutil.copy(Path(model) / "config.json", self.folder.name)
        self.engine = LLM(
            model,
            tokenizer=self.folder.name,
            dtype=dtype,
            tensor_parallel_size=tensor_parallel,
            max_model_len=max_model_len,
            gpu_memory_utilization=gpu_memory_utilization,
            enable_prefix_caching=True,
            **((ON_CPU if on_cpu else {}) | given),
        ).llm_engine
        self.context = self.engine.model_config.max_model_len

    def generate(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> Iterator[list[Completion]]:
        """Yield one completion per request, in groups. Each prompt must fit the context."""
        waiting, made, told = iter(requests), [], time.monotonic()
        while True:
            for request in islice(waiting, IN_FLIGHT - self.engine.get_num_unfinished_requests()):
                self.engine.add_request(
                    request.id, tokens_input(list(request.prompt)), parameters(request, sampling)
                )
            if not self.engine.has_unfinished_requests():
                break
            for output in self.engine.step():
                (said,) = output.outputs
                tokens = list(said.token_ids)
                made.append(
                    finish(output.request_id, tokens, sampling, self.tokenizer, said.finish_reason)
                )
            if made and time.monotonic() - told > TOGETHER:
                yield made
                made, told = [], time.monotonic()
        if made:
            yield made


def parameters(request: Request, sampling: Sampling) -> SamplingParams:
    """Return vLLM's settings of a request.

    A greedy request has no seed, and a request without stop texts no text, since both cost time.
    """
    return SamplingParams(
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        max_tokens=sampling.max_tokens,
        seed=request.seed if sampling.temperature > 0 else None,
        ignore_eos=True,
        stop_token_ids=list(sampling.stop_ids),
        stop=list(sampling.stop_texts),
        detokenize=bool(sampling.stop_texts),
        skip_special_tokens=False,
        output_kind=RequestOutputKind.FINAL_ONLY,
        structured_outputs=StructuredOutputsParams(choice=list(sampling.choices))
        if sampling.choices
        else None,
    )
