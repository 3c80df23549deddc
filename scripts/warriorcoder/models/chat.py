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

from transformers import PreTrainedTokenizerBase

SENTINEL = "Sentinel7Text"
WORD_OR_SIGN = re.compile(r"\w+|[^\w\s]")
FIRST_WORDS = ("Write", "How", "Implement", "Given", "Can", "def")
FIX = "give a file with another template under this expert's key chat_template"


class ChatError(ValueError):
    """A tokenizer without a usable chat template; the message names expert and fix."""


@dataclass(frozen=True)
class Stops:
    """Where a turn ends: on one of these token ids, or before one of these texts."""

    ids: tuple[int, ...]
    texts: tuple[str, ...]


class Chat:
    """One tokenizer with its chat template, its date pinned.

    `ends` are token ids that end any turn besides the tokenizer's own and the template's marks.
    """

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerBase,
        today: date,
        name: str = "the model",
        ends: tuple[int, ...] = (),
    ):
        if not tokenizer.chat_template:
            raise ChatError(
                f"{name}: its tokenizer has no chat template; "
                "give a file with one under this expert's key chat_template"
            )
        self.tokenizer, self.today, self.name, self.ends = tokenizer, today, name, ends

    def prefix(self, system: str) -> tuple[int, ...]:
        """Token ids up to and including the opening of the user turn (METHOD 1).

        They are what conversations share whose users begin with different letters. A token that
        would hold both the last of the prefix and the first of the user's text (a space before a
        word) is thereby left to the model.
        """
        return tuple(os.path.commonprefix([self._begun(system, word) for word in FIRST_WORDS]))

    def prompt(self, user: str, system: str | None = None) -> tuple[int, ...]:
        """Token ids of a conversation up to and including the opening of the reply."""
        return self.ids(self._render(self._turns(system, user), generation=True))

    def before(self, system: str) -> str:
        """What stands before a user's text: the prefix, and a space that may be left out of it."""
        text = self._render(self._turns(system, SENTINEL), generation=False)
        return text[: self._find(text)]

    def opening(self, system: str | None = None) -> str:
        """What stands between a user's text and the reply: one turn's end, the next one's header,
        and in some families the beginning of a thought."""
        text = self._render(self._turns(system, SENTINEL), generation=True)
        return text[self._find(text) + len(SENTINEL) :]

    def user_stops(self, system: str) -> Stops:
        """Where the user turn ends: at the template's own mark, or before the reply's opening."""
        return self._stops(self.opening(system))

    def reply_stops(self) -> Stops:
        """Where the reply ends."""
        reply = [{"role": "assistant", "content": SENTINEL}]
        text = self._render(self._turns(None, "Hello.") + reply, generation=False)
        return self._stops(text[self._find(text) + len(SENTINEL) :])

    def without_specials(self, text: str) -> str:
        """`text` without special tokens and outer white space."""
        for token in self.specials:
            text = text.replace(token, "")
        return text.strip()

    def ids(self, text: str) -> tuple[int, ...]:
        """Token ids of a text alone."""
        return tuple(self.tokenizer(text, add_special_tokens=False)["input_ids"])

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

    @cached_property
    def specials(self) -> list[str]:
        """Texts of all special tokens, longest first."""
        tokens = self.tokenizer.added_tokens_decoder.values()
        return sorted({str(t) for t in tokens if t.special}, key=lambda t: (-len(t), t))

    @cached_property
    def takes_system(self) -> bool:
        """Whether the template prints a system message. Some raise an error, some drop it."""
        try:
            return SENTINEL in self._render(_conversation(SENTINEL, "Hello."), generation=False)
        except ChatError:
            return False

    @cached_property
    def _control(self) -> re.Pattern:
        frame = self._render(self._turns(None, SENTINEL), generation=True)
        added = self.tokenizer.added_tokens_decoder.values()
        spelled = {str(t).strip() for t in added if t.special or str(t) in frame} - {""}
        longest_first = sorted(spelled, key=lambda t: (-len(t), t))
        words = [text.strip() for text in self.user_stops("").texts]  # after any white space
        parts = [*map(re.escape, longest_first), *(rf"(?<!\S){re.escape(word)}" for word in words)]
        return re.compile("|".join(parts) or "(?!)")

    def _turns(self, system: str | None, user: str) -> list[dict]:
        """A first turn. Where the family knows no system role, its text goes before the user's."""
        if system and not self.takes_system:
            return _conversation(None, f"{system}\n\n{user}")
        return _conversation(system, user)

    def _render(self, conversation: list[dict], generation: bool) -> str:
        try:
            return self.tokenizer.apply_chat_template(
                conversation,
                tokenize=False,
                add_generation_prompt=generation,
                date_string=self.today.strftime("%d %b %Y"),
                strftime_now=self.today.strftime,
            )
        except Exception as error:  # a template is a program of its own
            roles = ", ".join(message["role"] for message in conversation)
            raise ChatError(
                f"{self.name}: its chat template fails on the turns {roles} "
                f"({type(error).__name__}: {error}); {FIX}"
            ) from error

    def _find(self, text: str) -> int:
        if text.count(SENTINEL) != 1:
            raise ChatError(
                f"{self.name}: its chat template prints a message {text.count(SENTINEL)} times, "
                f"not once; {FIX}"
            )
        return text.index(SENTINEL)

    def _begun(self, system: str, word: str) -> tuple[int, ...]:
        """Token ids of a conversation whose user's text begins with `word`."""
        text = self._render(self._turns(system, f"{word} {SENTINEL}"), generation=False)
        self._find(text)
        return self.ids(text)

    def _stops(self, after: str) -> Stops:
        """The token of its own that `after` begins with, or the words there before any special."""
        ids = {self.tokenizer.eos_token_id, *self.ends} - {None}
        added = {str(token): id for id, token in self.tokenizer.added_tokens_decoder.items()}
        marks = [token for token in added if after.lstrip().startswith(token)]
        if marks:
            return Stops(tuple(sorted(ids | {added[max(marks, key=len)]})), ())
        places = [after.index(token) for token in self.specials if token in after]
        words = after[: min(places, default=len(after))].rstrip()
        return Stops(tuple(sorted(ids)), (words,) if words else ())


class ServedChat:
    """The chat of a server that renders its own template: prompts are messages."""

    def prompt(self, user: str, system: str | None = None) -> tuple[dict[str, str], ...]:
        """The messages of a conversation up to the reply."""
        return tuple(_conversation(system, user))

    def opening(self, system: str | None = None) -> str:
        """Nothing: whether the server's template opens a thought cannot be known."""
        return ""

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
