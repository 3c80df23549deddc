"""Messages on a model that did not load or run, with the expert, the key and the fix."""

import json
import re
from collections.abc import Sequence
from contextlib import contextmanager

from warriorcoder.config.experts import Api, Expert
from warriorcoder.models.engines import EngineError

# Messages of Hugging Face's libraries, PyTorch and vLLM, and the fix. The first match wins.
REMEDIES = {
    r"No module named 'vllm'": (
        "vLLM is in envs/generate.yaml: start Snakemake with `--sdm conda` (for doctor see "
        "docs/experts.md)"
    ),
    r"Failed to infer device type|No CUDA GPUs are available|no NVIDIA driver": (
        "vLLM sees no GPU: give it `gpus`, on a machine that has them"
    ),
    r"contains custom code|consider setting `?trust_remote_code": (
        "its repository wants to run its own code, which is not allowed here: choose a checkpoint "
        "whose architecture vLLM knows, or put it behind a server (`api`)"
    ),
    r"not a local folder and is not a valid model identifier|Repo id must be in the form": (
        "fix `model`: a hub id, or a folder that exists"
    ),
    r"Cannot find any model weights|no file named (?:model\.safetensors|pytorch_model)|"
    r"\.safetensors.{0,40}(?:No such file|not found)|No such file.{0,200}\.safetensors": (
        "its folder or snapshot lacks weights (*.safetensors): complete the download"
    ),
    r"SafetensorError|HeaderTooSmall|HeaderTooLarge|InvalidHeader|incomplete metadata|"
    r"MetadataIncompleteBuffer": (
        "a file of its weights is cut or damaged: delete that file and download it again"
    ),
    r"OutOfMemoryError|out of memory|No available memory for the cache|Free memory on device|"
    r"KV cache is needed|Available KV cache memory|kv cache allocation is less|"
    r"on startup is less": (
        "it does not fit (`warriorcoder doctor --config FILE` shows what does): give it more "
        "`gpus` (and tensor_parallel), lower max_model_len (of its `engine`, or of all), choose a "
        "quantized checkpoint, or change "
        "gpu_memory_utilization: higher if no other process uses the GPU, lower if another "
        "process holds memory"
    ),
    r"derived max_model_len": "lower max_model_len (of its `engine`, or of all)",
    r"divisible by tensor parallel|tensor parallel size": (
        "give a tensor_parallel (of its `engine`, or of all) that divides its attention heads, "
        "mostly 1, 2, 4 or 8"
    ),
    r"not supported for quantization method": (
        "give a dtype (of its `engine`, or of all) that its quantized checkpoint supports: auto, "
        "or float16"
    ),
    r"architectures .* (?:are )?not supported|does not recognize this architecture": (
        "this version of vLLM or transformers does not know it: choose another `model`"
    ),
}
CAUSE = re.compile(r"\b[\w.]*(?:Error|Exception|Interrupt)\b.*?: .+")
NOTHING_SAID = re.compile(r"See root cause|See stack trace|process ended|EngineDeadError")


def explain(name: str, model: str, text: str, printed: Sequence[str] = ()) -> str:
    """Return one message from an exception's `text` and the lines that its process `printed`."""
    if NOTHING_SAID.search(text):
        said = [found[0] for line in printed if (found := CAUSE.search(line))]
        said = [line for line in said if not NOTHING_SAID.search(line)] or said or [*printed[-3:]]
        text = f"{text}: {said[0]}" if said else text
    whole = "\n".join([text, *printed])
    known = (remedy for pattern, remedy in REMEDIES.items() if re.search(pattern, whole, re.S))
    last = f"; last: {' | '.join([*printed][-3:])[-400:]}" if printed else ""
    remedy = next(known, f"the job's log has all that was printed{last}")
    return f"{name}: {model} cannot be run: {remedy} ({' '.join(text.split())[:600]})"


@contextmanager
def explained(name: str, model: str):
    """Turn every exception inside into an `EngineError` with the expert and the fix."""
    try:
        yield
    except EngineError:
        raise
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        raise EngineError(explain(name, model, text)) from error


def quote(error: Exception, api: Api, key: str) -> str:
    """Return the error of a server in the server's words, without the key."""
    if isinstance(error, TimeoutError):
        return f"no answer within {api.timeout:g} s"
    cause = f" ({error.__cause__})" if error.__cause__ else ""
    said = _body(error) or f"{error}{cause}"
    return (said.replace(key, "***") if key else said)[:400]


def _body(error: Exception) -> str:
    """Return the status and the whole body of a server's reply, or no text without a reply."""
    response = getattr(error, "response", None)
    if response is None:
        return ""
    try:
        body = json.dumps(json.loads(response.text), ensure_ascii=False)
    except (ValueError, RecursionError):
        body = " ".join(response.text.split())
    return f"Error code: {response.status_code}" + (f": {body}" if body else "")


def unwritable(spec: Expert, row: str) -> str:
    """Return the message on a row whose token ids no text gives, with the fix."""
    return (
        f"expert {spec.name!r}, row {row}: no text gives the token ids of its prompt when it is "
        "encoded again, so it cannot go under api.prompt: text. Set api.prompt: ids, on a server "
        "that takes token ids. `api.refused: empty` takes an empty text for it. All finished rows "
        "are kept."
    )


def misread(spec: Expert, row: str, tokens: int, read: int | None) -> str:
    """Return the message on a server that read another number of tokens than a text has."""
    assert spec.api
    return (
        f"expert {spec.name!r}, row {row}: {spec.api.base_url} read {read} tokens of a prompt with "
        f"{tokens}. Its tokenizer is not that of {spec.model!r}, or it puts other tokens before a "
        "text. Fix its model or `model`, or set api.prompt: ids. All finished rows are kept."
    )


def unserved(spec: Expert, key: str, row: str, error: Exception, passing: bool) -> str:
    """Return the message on a row that an expert's server did not complete, with the fix.

    `passing` marks an error of a kind that may pass, which lasted too long.
    """
    assert spec.api
    api, status = spec.api, getattr(error, "status_code", None)
    if passing:
        fix = f"Repair the server, or raise api.patience ({api.patience:g} s)"
    elif status in (401, 403):
        fix = (
            f"Put a valid key into the environment variable {api.key_env}"
            if api.key_env
            else "Name the environment variable that holds its key in api.key_env"
        )
    elif status == 404:
        model = api.model or spec.model
        fix = f"It does not serve api.model ({model!r}) or api.protocol ({api.protocol}). Fix them"
    else:
        fix = (
            "Is the prompt longer than its context, or against its policy? `api.refused: empty` "
            "takes an empty text for it. Does the server not know a field of the request? "
            "`api.body: {FIELD: null}` removes the field"
        )
    return (
        f"expert {spec.name!r}, row {row}: {api.base_url}: {quote(error, api, key)}. "
        f"{fix}. All finished rows are kept. Run snakemake again."
    )
