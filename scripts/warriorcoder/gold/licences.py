"""Licences of models on the hub, as their pages named them in November 2026.

A data set of their texts and a model trained on it may be bound by them. Nobody downloads a page to
write a card, so a model that is not listed gets a link to its page.
"""

from dataclasses import dataclass

from warriorcoder.download.hub import on_hub

HUB = "https://huggingface.co"
DEEPSEEK = "deepseek-license"


@dataclass(frozen=True)
class Licence:
    """The name of a licence and the address of its text."""

    name: str
    link: str


KNOWN = {
    "Nexusflow/Athene-V2-Chat": ("nexusflow-research-license", "Nexusflow_Research_License_.pdf"),
    "deepseek-ai/DeepSeek-Coder-V2-Lite-Instruct": (DEEPSEEK, "LICENSE"),
    "deepseek-ai/deepseek-coder-6.7b-base": (DEEPSEEK, "LICENSE"),
    "meta-llama/Llama-3.3-70B-Instruct": ("llama3.3", "LICENSE"),
    "Qwen/Qwen2.5-72B-Instruct": ("qwen", "LICENSE"),
    "Qwen/QwQ-32B-Preview": ("apache-2.0", "LICENSE"),
}


def of(model: str) -> Licence:
    """Return the licence of a model: of the hub, in a folder, or in a file of texts."""
    if model in KNOWN:
        name, file = KNOWN[model]
        return Licence(name, f"{HUB}/{model}/blob/main/{file}")
    if on_hub(model):
        return Licence("see its page", f"{HUB}/{model}")
    return Licence("of its owner", "–")
