"""A tokenizer's chat template: the mining prefix, the prompts and the ends of turns.

The mining prefix is the text before the user's turn. A prompt is the text before the reply. The
code derives both, and the end of each turn, by rendering the template with a sentinel. It holds no
facts about single model families. Training and inference read the end of a reply from `Chat`.
"""

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from transformers import PreTrainedTokenizerBase

SENTINEL = "Sentinel7Text"
WORD_OR_SIGN = re.compile(r"\w+|[^\w\s]")
FIRST_WORDS = ("Write", "How", "Implement", "Given", "Can", "def")
KEY = "this expert's key chat_template"


class ChatError(ValueError):
    """A tokenizer without a usable chat template. The message names the expert and the fix."""


@dataclass(frozen=True)
class Stops:
    """The end of a turn: one of these token ids, or the place before one of these texts."""

    ids: tuple[int, ...]
    texts: tuple[str, ...]


class Chat:
    """A tokenizer with its chat template and a fixed date.

    Args:
        tokenizer: the model's tokenizer.
        today: the date that the template prints, if it prints one.
        name: the model's name in error messages.
        ends: further token ids that end any turn, for example those of `generation_config.json`.
        key: the config key of the template, for error messages.

    Raises:
        ChatError: the tokenizer has no chat template.
    """

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerBase,
        today: date,
        name: str = "the model",
        ends: tuple[int, ...] = (),
        *,
        key: str = KEY,
    ):
        if not tokenizer.chat_template:
            raise ChatError(
                f"{name}: its tokenizer has no chat template. Name a file with one in {key}."
            )
        self.tokenizer, self.today, self.name, self.ends = tokenizer, today, name, ends
        self.key = key

    def prefix(self, system: str) -> tuple[int, ...]:
        """Return the token ids up to and including the opening of the user turn (METHOD 1).

        They are the common prefix of conversations whose users begin with different words. A token
        that joins the end of the prefix with the start of the user's text (a space before a word)
        is not part of it, so the model generates that token.
        """
        return tuple(os.path.commonprefix([self._begun(system, word) for word in FIRST_WORDS]))

    def prompt(self, user: str, system: str | None = None) -> tuple[int, ...]:
        """Return the token ids of a conversation up to and including the opening of the reply."""
        return self.ids(self.render(self._turns(system, user), generation=True))

    def next_prompt(self, prompt: Sequence, reply: str, user: str) -> tuple[int, ...]:
        """Return the token ids of a prompt, its reply, and another turn of the user's."""
        talk = [*_conversation(None, "Hello."), {"role": "assistant", "content": SENTINEL}]
        text = self.render([*talk, *_conversation(None, user)], generation=True)
        after = text[self._find(text) + len(SENTINEL) :]
        return (*prompt, *self.ids(reply + after))

    def before(self, system: str) -> str:
        """Return the text before the user's: the prefix, and any space that it leaves out."""
        text = self.render(self._turns(system, SENTINEL), generation=False)
        return text[: self._find(text)]

    def opening(self, system: str | None = None) -> str:
        """Return the text between the user's text and the reply.

        It holds the end of the user's turn, the header of the reply, and in some families the
        opening of a thought.
        """
        text = self.render(self._turns(system, SENTINEL), generation=True)
        return text[self._find(text) + len(SENTINEL) :]

    def user_stops(self, system: str) -> Stops:
        """Return the end of the user's turn: the template's token, or the reply's opening."""
        return self._stops(self.opening(system))

    def reply_stops(self) -> Stops:
        """Return the end of the reply, at which inference stops."""
        return self._stops(self._after_reply())

    def reply_end(self) -> str:
        """Return the text of the token that ends a reply, which training teaches the model.

        Raises:
            ChatError: the template writes no token behind a reply, so that a model cannot stop.
        """
        after = self._after_reply()
        _, token = self._ending(after)
        if token is None:
            raise ChatError(
                f"{self.name}: its chat template ends a reply with {after!r}, which holds no token "
                f"that ends a turn. Name a template whose replies end with one in {self.key}."
            )
        return token

    def render(self, conversation: list[dict], generation: bool) -> str:
        """Return the text of a conversation, with the opening of a reply if `generation`.

        Raises:
            ChatError: the template refuses the conversation.
        """
        try:
            text = self.tokenizer.apply_chat_template(
                conversation,
                tokenize=False,
                add_generation_prompt=generation,
                date_string=self.today.strftime("%d %b %Y"),
                strftime_now=self.today.strftime,
            )
            return str(text)
        except Exception as error:  # a template is a program of its own
            roles = ", ".join(message["role"] for message in conversation)
            raise ChatError(
                f"{self.name}: its chat template fails on the turns {roles} "
                f"({type(error).__name__}: {error}). Name another template in {self.key}."
            ) from error

    def without_specials(self, text: str) -> str:
        """Return `text` without special tokens and outer white space."""
        for token in self.specials:
            text = text.replace(token, "")
        return text.strip()

    def ids(self, text: str) -> tuple[int, ...]:
        """Return the token ids of a text alone."""
        return tuple(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def start(self, text: str, tokens: int | None) -> tuple[str, int]:
        """Return the first `tokens` tokens of `text` (None: all), and the number of others."""
        if tokens is None or (lost := len(self.ids(text)) - tokens) <= 0:
            return text, 0
        encoded = self.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        return text[: encoded["offset_mapping"][tokens - 1][1]], lost

    def size(self, text: str) -> int:
        """Return the number of tokens of a text alone."""
        return len(self.ids(text))

    def inert(self, text: str) -> str:
        """Return `text` so that it can neither end its turn nor open another one.

        A space breaks every spelling of a control token, and of the words before which the user's
        turn ends.
        """
        return self._control.sub(lambda found: f"{found[0][:1]} {found[0][1:]}", text)

    @cached_property
    def specials(self) -> list[str]:
        """The texts of all special tokens, longest first."""
        tokens = self.tokenizer.added_tokens_decoder.values()
        return sorted({str(t) for t in tokens if t.special}, key=lambda t: (-len(t), t))

    @cached_property
    def takes_system(self) -> bool:
        """True if the template prints a system message. Some raise an error, some drop it."""
        try:
            return SENTINEL in self.render(_conversation(SENTINEL, "Hello."), generation=False)
        except ChatError:
            return False

    @cached_property
    def _control(self) -> re.Pattern:
        frame = self.render(self._turns(None, SENTINEL), generation=True)
        added = self.tokenizer.added_tokens_decoder.values()
        spelled = {str(t).strip() for t in added if t.special or str(t) in frame} - {""}
        longest_first = sorted(spelled, key=lambda t: (-len(t), t))
        words = [text.strip() for text in self.user_stops("").texts]  # after any white space
        parts = [*map(re.escape, longest_first), *(rf"(?<!\S){re.escape(word)}" for word in words)]
        return re.compile("|".join(parts) or "(?!)")

    def _turns(self, system: str | None, user: str) -> list[dict]:
        """Return a first turn. Without a system role the system text goes before the user's."""
        if system and not self.takes_system:
            return _conversation(None, f"{system}\n\n{user}")
        return _conversation(system, user)

    def _after_reply(self) -> str:
        reply = [{"role": "assistant", "content": SENTINEL}]
        text = self.render(self._turns(None, "Hello.") + reply, generation=False)
        return text[self._find(text) + len(SENTINEL) :]

    def _find(self, text: str) -> int:
        if text.count(SENTINEL) != 1:
            raise ChatError(
                f"{self.name}: its chat template prints a message {text.count(SENTINEL)} times, "
                f"not once. Name another template in {self.key}."
            )
        return text.index(SENTINEL)

    def _begun(self, system: str, word: str) -> tuple[int, ...]:
        """Return the token ids of a conversation whose user's text begins with `word`."""
        text = self.render(self._turns(system, f"{word} {SENTINEL}"), generation=False)
        self._find(text)
        return self.ids(text)

    def _stops(self, after: str) -> Stops:
        """Return the stops of a turn behind whose text the template prints `after`."""
        ids = {self.tokenizer.eos_token_id, *self.ends} - {None}
        words, token = self._ending(after)
        if token and not words:
            return Stops(tuple(sorted(ids | {self._added[token]})), ())
        return Stops(tuple(sorted(ids)), (words,) if words else ())

    def _ending(self, after: str) -> tuple[str, str | None]:
        """Return the first token in `after` that is more than white space, and the words before it.

        The longest token wins where several begin at one place. Either part may be missing.
        """
        found = [(after.index(t), -len(t), t) for t in self._added if t.strip() and t in after]
        if not found:
            return after.rstrip(), None
        place, _, token = min(found)
        return after[:place].rstrip(), token

    @cached_property
    def _added(self) -> dict[str, int]:
        return {str(token): id for id, token in self.tokenizer.added_tokens_decoder.items()}


class ServedChat:
    """The chat of a server that renders its own template, so that prompts are messages."""

    specials = ()  # such servers send none

    def prompt(self, user: str, system: str | None = None) -> tuple[dict[str, str], ...]:
        """Return the messages of a conversation up to the reply."""
        return tuple(_conversation(system, user))

    def next_prompt(self, prompt: Sequence, reply: str, user: str) -> tuple[dict[str, str], ...]:
        """Return the messages of a prompt, its reply, and another turn of the user's."""
        return (*prompt, {"role": "assistant", "content": reply}, *_conversation(None, user))

    def opening(self, system: str | None = None) -> str:
        """Return no text, since a server does not show if its template opens a thought."""
        return ""

    def start(self, text: str, tokens: int | None) -> tuple[str, int]:
        """Return the same as `Chat.start`, with words and signs in place of the server's tokens."""
        words = [found.end() for found in WORD_OR_SIGN.finditer(text)]
        if tokens is None or len(words) <= tokens:
            return text, 0
        return text[: words[tokens - 1]], len(words) - tokens

    def size(self, text: str) -> int:
        """Return the number of words and signs of a text, in place of the server's tokens."""
        return len(WORD_OR_SIGN.findall(text))

    def inert(self, text: str) -> str:
        """Return `text` unchanged, since the server keeps texts in their turns."""
        return text

    def reply_stops(self) -> Stops:
        """Return no stops, since the server ends the reply."""
        return Stops((), ())

    def without_specials(self, text: str) -> str:
        """Return `text` without outer white space, since such servers send no special tokens."""
        return text.strip()


def sha256(ids: tuple[int, ...]) -> str:
    """Return the hash of a prefix's token ids, which every mined row holds."""
    return hashlib.sha256(json.dumps(ids).encode()).hexdigest()


def _conversation(system: str | None, user: str) -> list[dict]:
    head = [{"role": "system", "content": system}] if system else []
    return [*head, {"role": "user", "content": user}]
