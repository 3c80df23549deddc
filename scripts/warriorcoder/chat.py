"""A tokenizer's own chat template, asked the three questions of the method.

What does the model read before the user speaks (mining), what before it answers (answers, votes),
and where does each turn end. Everything is derived by rendering the template with a sentinel;
nothing about any model family is typed in.
"""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from jinja2.exceptions import TemplateError
from transformers import PreTrainedTokenizerBase

SENTINEL = "Sentinel7Text"
WORD_OR_SIGN = re.compile(r"\w+|[^\w\s]")
FIRST_WORDS = ("Write", "How", "Implement", "Given", "Can", "def")


class ChatError(ValueError):
    """A tokenizer without a usable chat template; the message names the fix."""


@dataclass(frozen=True)
class Stops:
    """Where a turn ends: on one of these token ids, or before one of these texts."""

    ids: tuple[int, ...]
    texts: tuple[str, ...]


class Chat:
    """One tokenizer with its chat template, its date pinned."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, today: date, name: str = "the model"):
        if not tokenizer.chat_template:
            raise ChatError(
                f"{name}: its tokenizer has no chat template; "
                "give a file with one under the key chat_template"
            )
        self.tokenizer, self.today, self.name = tokenizer, today, name

    def prefix(self, system: str) -> tuple[int, ...]:
        """Token ids up to and including the opening of the user turn (METHOD, mining).

        A token that would hold both the last of the prefix and the first of the user's text (a
        space before a word) is left to the model: the prefix is what all openings have in common.
        """
        return tuple(os.path.commonprefix([self._before(system, word) for word in FIRST_WORDS]))

    def prompt(self, user: str, system: str | None = None) -> tuple[int, ...]:
        """Token ids of a conversation up to and including the opening of the reply."""
        text = self._render(_conversation(system, user), generation=True)
        return tuple(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def user_stops(self, system: str) -> Stops:
        """Where the user turn ends: at the template's own mark, or before the reply's opening."""
        text = self._render(_conversation(system, SENTINEL), generation=True)
        return self._stops(text[self._find(text) + len(SENTINEL) :])

    def reply_stops(self) -> Stops:
        """Where the reply ends."""
        reply = [{"role": "assistant", "content": SENTINEL}]
        text = self._render(_conversation(None, "Hello.") + reply, generation=False)
        return self._stops(text[self._find(text) + len(SENTINEL) :])

    def without_specials(self, text: str) -> str:
        """`text` without special tokens and outer white space."""
        for token in self.specials:
            text = text.replace(token, "")
        return text.strip()

    def ids(self, text: str) -> list[int]:
        """Token ids of a text alone."""
        return self.tokenizer(text, add_special_tokens=False)["input_ids"]

    def start(self, text: str, tokens: int | None) -> tuple[str, int]:
        """The first `tokens` tokens of `text` (None: all) as text, and how many are left out."""
        if tokens is None or (lost := len(self.ids(text)) - tokens) <= 0:
            return text, 0
        encoded = self.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        return text[: encoded["offset_mapping"][tokens - 1][1]], lost

    def inert(self, text: str) -> str:
        """`text` that cannot end its turn or open another: a space breaks what is spelled like a
        control token, or like the words before which the user's turn ends."""
        return self._control.sub(lambda found: f"{found[0][:1]} {found[0][1:]}", text)

    @property
    def specials(self) -> list[str]:
        """Texts of all special tokens, longest first."""
        tokens = self.tokenizer.added_tokens_decoder.values()
        return sorted({str(t) for t in tokens if t.special}, key=lambda t: (-len(t), t))

    @cached_property
    def _control(self) -> re.Pattern:
        frame = self._render(_conversation(None, SENTINEL), generation=True)
        added = self.tokenizer.added_tokens_decoder.values()
        spelled = {str(t).strip() for t in added if t.special or str(t) in frame} - {""}
        longest_first = sorted(spelled, key=lambda t: (-len(t), t))
        words = [text.strip() for text in self.user_stops("").texts]  # after any white space
        parts = [*map(re.escape, longest_first), *(rf"(?<!\S){re.escape(word)}" for word in words)]
        return re.compile("|".join(parts) or "(?!)")

    def _render(self, conversation: list[dict], generation: bool) -> str:
        def render(messages):
            return self.tokenizer.apply_chat_template(
                messages,
                tokenize=False,
                add_generation_prompt=generation,
                date_string=self.today.strftime("%d %b %Y"),
                strftime_now=self.today.strftime,
            )

        try:
            return render(conversation)
        except TemplateError:
            if conversation[0]["role"] != "system":
                raise
            # Some families know no system role: their cards put its text before the user's.
            system, user, *rest = conversation
            merged = {"role": "user", "content": f"{system['content']}\n\n{user['content']}"}
            return render([merged, *rest])

    def _find(self, text: str) -> int:
        if text.count(SENTINEL) != 1:
            raise ChatError(f"{self.name}: its chat template does not print a message just once")
        return text.index(SENTINEL)

    def _before(self, system: str, word: str) -> list[int]:
        """Token ids that end before a user's text which begins with `word`."""
        user = f"{word} {SENTINEL}"
        text = self._render(_conversation(system, user), generation=False)
        cut = self._find(text) - len(user) + len(SENTINEL)
        encoded = self.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        pairs = zip(encoded["input_ids"], encoded["offset_mapping"], strict=True)
        return [token for token, (_, end) in pairs if end <= cut]

    def _stops(self, after: str) -> Stops:
        """The first special token of `after`, or its text where words come before any."""
        ids = {self.tokenizer.eos_token_id} - {None}
        places = [(after.index(token), token) for token in self.specials if token in after]
        before = after[: min(places)[0]] if places else after
        if places and not before.strip():
            first = min(places, key=lambda place: (place[0], -len(place[1])))[1]
            ids.add(self.tokenizer.convert_tokens_to_ids(first))
            return Stops(tuple(sorted(ids)), ())
        return Stops(tuple(sorted(ids)), (before.rstrip(),) if before.strip() else ())


class ServedChat:
    """The chat of a server that renders its own template: prompts are messages."""

    def prompt(self, user: str, system: str | None = None) -> tuple[dict[str, str], ...]:
        """The messages of a conversation up to the reply."""
        return tuple(_conversation(system, user))

    def start(self, text: str, tokens: int | None) -> tuple[str, int]:
        """As `Chat.start`; words and signs stand for tokens, which only the server can tell."""
        words = [found.end() for found in WORD_OR_SIGN.finditer(text)]
        if tokens is None or len(words) <= tokens:
            return text, 0
        return text[: words[tokens - 1]], len(words) - tokens

    def inert(self, text: str) -> str:
        """`text` as it is: keeping it in its turn is the server's part."""
        return text

    def reply_stops(self) -> Stops:
        """None: the server knows where a reply ends."""
        return Stops((), ())

    def without_specials(self, text: str) -> str:
        """`text` without outer white space: such servers send no special tokens."""
        return text.strip()


def sha256(ids: tuple[int, ...]) -> str:
    """Of a prefix's token ids; kept with every mined row."""
    return hashlib.sha256(json.dumps(ids).encode()).hexdigest()


def _conversation(system: str | None, user: str) -> list[dict]:
    head = [{"role": "system", "content": system}] if system else []
    return [*head, {"role": "user", "content": user}]
