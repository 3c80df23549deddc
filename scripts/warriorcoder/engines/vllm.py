"""vLLM's offline API: token-id prompts, a seed per request, prefix caching, tensor parallelism."""

from vllm import LLM, SamplingParams
from vllm.inputs import TokensPrompt

from warriorcoder.engines import Completion, Request, Sampling
from warriorcoder.engines.transformers import finish


class VLLMEngine:
    batch_size = None  # rows do not depend on their neighbours

    def __init__(
        self,
        model: str,
        revision: str | None,
        tokenizer,
        dtype: str,
        gpus: int,
        max_model_len: int | None,
        gpu_memory_utilization: float,
    ):
        self.tokenizer = tokenizer
        self.llm = LLM(
            model,
            revision=revision,
            tokenizer_revision=revision,
            dtype=dtype,
            tensor_parallel_size=max(gpus, 1),
            max_model_len=max_model_len,
            gpu_memory_utilization=gpu_memory_utilization,
            enable_prefix_caching=True,
        )

    def generate(self, requests: list[Request], sampling: Sampling) -> list[list[Completion]]:
        """One completion per request, as one group."""
        outputs = self.llm.generate(
            [TokensPrompt(prompt_token_ids=list(request.prompt)) for request in requests],
            [
                SamplingParams(
                    temperature=sampling.temperature,
                    top_p=sampling.top_p,
                    max_tokens=sampling.max_tokens,
                    seed=request.seed,
                    stop_token_ids=list(sampling.stop_ids),
                    stop=list(sampling.stop_texts),
                    skip_special_tokens=False,
                )
                for request in requests
            ],
        )
        return [
            [
                finish(request.id, list(output.outputs[0].token_ids), sampling, self.tokenizer)
                for request, output in zip(requests, outputs, strict=True)
            ]
        ]
