"""vLLM's offline engine in this process, fed so that hundreds of sequences are always in flight.

Token-id prompts, a seed per request, and stops that the request alone decides: what vLLM would read
from a checkpoint's `generation_config.json` (`Model.ends` has its ends of text) is left out. Prefix
caching is on, and every prompt of the method begins with what it shares with others
(warriorcoder.models.prompts).
Whether weights are quantized (FP8, AWQ, …) vLLM reads from the checkpoint.
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
from vllm.sampling_params import RequestOutputKind

from warriorcoder.models import tokenizer
from warriorcoder.models.engines import Completion, Request, Sampling
from warriorcoder.models.engines.transformers import finish

IN_FLIGHT = 2048  # handed to vLLM at a time: more than it runs at once, so it never waits
TOGETHER = 1.0  # seconds whose completions come as one group

# Without a GPU, vLLM serves tests: seeded requests crash it there with chunked prefill.
ON_CPU = {"enforce_eager": True, "enable_chunked_prefill": False, "max_num_batched_tokens": 8192}
CPU_ENVIRONMENT = {"VLLM_ENABLE_V1_MULTIPROCESSING": "0", "VLLM_CPU_KVCACHE_SPACE": "1"}


class VLLMEngine:
    """`context` is the longest sum of prompt and new tokens."""

    def __init__(
        self,
        model: str,
        dtype: str,
        tensor_parallel: int,
        max_model_len: int | None,
        gpu_memory_utilization: float,
    ):
        on_cpu = current_platform.is_cpu()
        for name, value in CPU_ENVIRONMENT.items() if on_cpu else ():
            os.environ.setdefault(name, value)
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
            **(ON_CPU if on_cpu else {}),
        ).llm_engine
        self.context = self.engine.model_config.max_model_len

    def generate(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> Iterator[list[Completion]]:
        """One completion per request, in groups as they end. Each prompt must fit the context."""
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
    """Greedy requests go without a seed, and those without stop texts without text: both cost."""
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
    )
