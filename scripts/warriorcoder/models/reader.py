"""A model's tokenizer and chat template, which need neither its weights nor an engine."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from warriorcoder.config.experts import Expert
from warriorcoder.core import inputs
from warriorcoder.core.paths import find
from warriorcoder.download import snapshots
from warriorcoder.models import tokenizer
from warriorcoder.models.chat import Chat, ChatError, ServedChat
from warriorcoder.models.engines.failures import explained


@dataclass
class Reader:
    """An expert or the target, ready to render and to count tokens.

    Args:
        spec: the model and the ways to reach it.
    """

    spec: Expert

    @classmethod
    def of_record(cls, record: dict, running: dict) -> "Reader":
        """Return the reader of a record's `expert`. `running` holds the `api` of a server."""
        served = {"api": running["api"]} if "api" in running else {}
        return cls(Expert(**record["expert"] | served))

    @cached_property
    def description(self) -> str:
        """The folder of tokenizer and configuration, which needs no weights."""
        return snapshots.folder(self.spec.model, self.spec.revision, weights=False)

    @cached_property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The tokenizer of the model."""
        folder = self.description
        with explained(self.spec.name, self.spec.model):
            return tokenizer.load(folder)

    @cached_property
    def chat(self) -> Chat | ServedChat:
        """The chat template, or the messages that a server renders."""
        if self.spec.chats:
            return ServedChat()
        if self.spec.chat_template:
            self.tokenizer.chat_template = template(self.spec)
        return Chat(self.tokenizer, self.spec.template_date, self.spec.name, self.ends)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """The token ids that end a text according to `generation_config.json`, if there is one."""
        path = Path(self.description) / "generation_config.json"
        if not path.exists():
            return ()
        with explained(self.spec.name, str(path)):
            ids = json.loads(path.read_text()).get("eos_token_id") or ()
        return (ids,) if isinstance(ids, int) else tuple(ids)


def template(spec: Expert) -> str:
    """Return the text of the chat template that an expert's config names."""
    try:
        return inputs.text(find(str(spec.chat_template)))
    except inputs.FileError as error:
        raise ChatError(f"{spec.name}: chat_template {error}") from None
