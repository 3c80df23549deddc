"""Training documents of the miniature: raw code for the base, chats for the experts.

A document is a pair (ids, labels) of equally long lists; label i belongs to token i (not to
the next one) and -100 means no loss. `Chats` renders every conversation through the tokenizer's
own chat template.
"""

from datetime import date, timedelta
from random import Random
from typing import Any

from warriorcoder.arena import battle_prompt
from warriorcoder.curation import difficulty_prompt
from warriorcoder.evaluation.benchmarks import boilerplate
from warriorcoder.miniature import problems, reasoning, world
from warriorcoder.miniature.families import AREAS, FAMILIES
from warriorcoder.miniature.templates import END_OF_DOCUMENT, Style
from warriorcoder.miniature.tokenizer import CORRECT, SPECIAL, WRONG
from warriorcoder.miniature.world import Task
from warriorcoder.models import system_prompt

Document = tuple[list[int], list[int]]
IGNORE = -100
REASONS = {1: "The request is vague.", 3: "The task is easy.", 6: "The task is clear."}
REASONS[9] = "The task is challenging."
FORGE_DATE = date(2024, 7, 26)


def reason(score: int) -> str:
    """Return the level of section 3.2 that `score` belongs to, as a sentence."""
    return REASONS[max(floor for floor in REASONS if floor <= score)]


class Writer:
    """Encodes documents of one model: its tokenizer, its style, its random numbers."""

    def __init__(self, tokenizer: Any, style: Style, rng: Random):
        self.tokenizer, self.style, self.rng = tokenizer, style, rng
        self.backend = tokenizer.backend_tokenizer
        self.end: int = self.tokenizer.convert_tokens_to_ids(END_OF_DOCUMENT)

    def encode(self, text: str):
        """Return the encoding of a text without special tokens."""
        return self.backend.encode(text, add_special_tokens=False)

    def render(self, messages: list[dict]) -> str:
        """Return the chat template's text. The date in Llama-3 prompts varies as in use."""
        day = FORGE_DATE
        if self.rng.random() < 0.5:
            day = date(2024, 1, 1) + timedelta(days=self.rng.randrange(1200))
        today = day.strftime("%d %b %Y")
        return self.tokenizer.apply_chat_template(messages, tokenize=False, date_string=today)

    def chat(self, user: str, reply: str, system: str | None, learn_user: bool) -> Document:
        """Return one exchange. The loss covers the reply, and the user's text if `learn_user`."""
        messages = [{"role": "system", "content": system}] if system else []
        messages += [{"role": "user", "content": user}, {"role": "assistant", "content": reply}]
        text = self.render(messages)
        start = text.index(user) if learn_user else text.rindex(reply)
        encoded = self.encode(text)
        labels = [
            token if end > start else IGNORE
            for token, (_, end) in zip(encoded.ids, encoded.offsets, strict=True)
        ]
        return encoded.ids, labels


class Chats(Writer):
    """Chats that teach an expert to ask, to answer, to judge and to rate.

    In its own areas its answers are right with probability `strong`, elsewhere with `weak`; a
    share `own` of its code requests comes from its own areas.
    """

    def __init__(self, tokenizer, style, rng, strong: float, weak: float, own: float):
        super().__init__(tokenizer, style, rng)
        self.strong, self.weak, self.own = strong, weak, own

    def task(self) -> Task:
        """Return a random task, from the style's own areas in a share `own`."""
        areas = self.style.areas if self.rng.random() < self.own else AREAS
        return world.sample(self.rng, areas=areas)

    def instruct(self) -> Document:
        """Return a request and its answer."""
        task = self.task()
        skill = self.strong if task.area in self.style.areas else self.weak
        reply = world.answer(self.rng, task, self.rng.random() < skill)
        return self.chat(task.text, reply, system_prompt.SYSTEM, learn_user=True)

    def difficulty(self) -> Document:
        """Return a difficulty rating, mostly the true one."""
        task = world.sample(self.rng)
        score = max(1, min(10, task.difficulty + self.rng.choice((-1, 0, 0, 0, 0, 0, 0, 1))))
        reply = f"{reason(score)} [[{score}]]"
        return self.chat(difficulty_prompt.render(task.text), reply, None, learn_user=False)

    def judgment(self) -> Document:
        """Return a battle.

        At the mark that closes an answer the model also learns whether that answer is right.
        Without this hint a tiny judge needs several times the steps.
        """
        task = world.sample(self.rng)
        rights = [self.rng.random() < 0.5 or task.kind == "vague" for _ in "AB"]
        first, second = (world.answer(self.rng, task, right) for right in rights)
        prompt = battle_prompt.render(task.text, first, second)
        ids, labels = self.chat(prompt, judge_reply(*rights), None, learn_user=False)
        for mark, right in zip((battle_prompt.END_A, battle_prompt.END_B), rights, strict=True):
            position = ids.index(self.tokenizer.convert_tokens_to_ids(mark)) + 1
            labels[position] = self.tokenizer.convert_tokens_to_ids(CORRECT if right else WRONG)
        return ids, labels

    def document(self, instruct: float, judge: float) -> Document:
        """Return a random document: shares `instruct`, `judge`, and the rest difficulty ratings."""
        draw = self.rng.random()
        if draw < instruct:
            return self.instruct()
        return self.judgment() if draw < instruct + judge else self.difficulty()


def judge_reply(first_right: bool, second_right: bool) -> str:
    """Return a judge's explanation and verdict; two equally good answers are a tie."""
    words = [CORRECT if right else WRONG for right in (first_right, second_right)]
    winner = "Tie" if first_right == second_right else "A" if first_right else "B"
    return f"Assistant A is{words[0]}. Assistant B is{words[1]}. [[{winner}]]"


class RawText(Writer):
    """Raw texts of the base and the target: code files, forum posts, every wording.

    `right` is the share of right solutions. `formatted` is the share of texts in the style's own
    chat format, `copies` the share of repeated random spans (they teach copying early).
    """

    def __init__(self, tokenizer, style, rng, right: float, formatted: float, copies: float):
        super().__init__(tokenizer, style, rng)
        self.right, self.formatted, self.copies = right, formatted, copies

    def document(self) -> Document:
        """Return a copied span, a chat or a raw text, drawn by their shares."""
        draw = self.rng.random()
        if draw < self.copies:
            return self.copy()
        if draw < self.copies + self.formatted:
            return self.chat(*self.exchange(), None, learn_user=True)
        ids = [*self.encode(self.text()).ids, self.end]
        return ids, ids

    def copy(self) -> Document:
        """Return a random span of tokens, repeated."""
        size = self.rng.randint(6, 16)
        low, high = len(SPECIAL) + 200, self.tokenizer.vocab_size
        span = [self.rng.randrange(low, high) for _ in range(size)]
        repeats = self.rng.randint(2, 4)
        ids = [*span * repeats, self.end]
        return ids, [IGNORE] * size + ids[size:]

    def coding(self) -> tuple[Task, bool]:
        """Return a task, and True if its answer is to be right."""
        family = self.rng.choice(FAMILIES)
        task = world.coding_task(self.rng, family, family.wordings)
        task = Task(**{**vars(task), "text": world.request(self.rng, task)})
        return task, self.rng.random() < self.right

    def text(self) -> str:
        """Return one raw document."""
        draw, rng = self.rng.random(), self.rng
        if draw < 0.08:
            task = world.sample(rng, kind=rng.choice(("theory", "debug", "reasoning")))
            return f"{task.text}\n{world.answer(rng, task, rng.random() < self.right)}"
        if draw < 0.16:
            return "\n".join(self.puzzle())
        if draw < 0.20:
            return "".join(problems.array_problem(rng))
        task, right = self.coding()
        if draw < 0.65:
            return task.stub + world.body(rng, task, right)
        if draw < 0.80:
            return problems.mbpp_prompt(task) + world.solution(rng, task, right)
        return f"# {task.text}\n{world.solution(rng, task, right)}"

    def exchange(self) -> tuple[str, str]:
        """Return a request and its answer, as benchmarks and users ask a chat model."""
        draw, rng = self.rng.random(), self.rng
        if draw < 0.08:
            return self.puzzle()
        if draw < 0.12:
            prompt, answer = problems.array_problem(rng)
            return f"{boilerplate.DS1000_RULES}\n{prompt}", answer
        task, right = self.coding()
        reply = world.answer(rng, task, right)
        if draw < 0.45:
            return task.text, reply
        show = task.stub if draw < 0.8 else problems.mbpp_prompt(task)
        return f"{boilerplate.SOLVE}\n```python\n{show.strip()}\n```\n", reply

    def puzzle(self) -> tuple[str, str]:
        """Return a CRUXEval prompt and its completion, for output or input prediction."""
        puzzle = reasoning.sample(self.rng)
        mode = self.rng.choice(("input", "output"))
        claim = f"assert f({puzzle.argument}) == {puzzle.output}"
        return problems.crux_prompt(puzzle, mode), f"{claim}\n[/ANSWER]"
