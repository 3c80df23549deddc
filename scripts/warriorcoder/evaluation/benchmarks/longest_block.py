"""The longest block of valid Python in a text, as evalplus 0.3.1 chooses it.

evalplus tries every pair of lines. Here each line is tried as the start of one statement, and a
block is a chain of statements. A statement is read in windows of 1, 2, 4, … lines, so that a line
of prose costs one short parse. The work grows with the text: statements that no window closes are
given up when the parser has read the text `READINGS` times.
"""

import ast
from bisect import bisect_left
from codeop import PyCF_ALLOW_INCOMPLETE_INPUT  # type: ignore[attr-defined]  # not in typeshed
from enum import Enum
from itertools import accumulate

READINGS, FREE = 30, 20_000  # parsed characters: readings of the whole text, and a free start
FLAGS = ast.PyCF_ONLY_AST | PyCF_ALLOW_INCOMPLETE_INPUT


class State(Enum):
    """The start of a program that is no whole program."""

    UNFINISHED = "more lines may complete it"
    WRONG = "no further line can repair it"


class Blocks:
    """The blocks of valid Python in `lines`. `spent` counts the characters that were parsed."""

    def __init__(self, lines: list[str]):
        self.lines = lines
        self.spent = 0
        self.limit = READINGS * sum(map(len, lines)) + FREE
        # Python ends a line at a lone carriage return, too.
        self.returns = [line.removesuffix("\r").count("\r") for line in lines]
        self.filled = [0, *accumulate(bool(line.strip()) for line in lines)]

    def longest(self) -> str | None:
        """Return the block with the most non-blank lines, the earliest of equals."""
        pairs = [(i, j) for i, j in enumerate(self._ends()) if j > i]
        pairs.sort(key=lambda pair: self.filled[pair[0]] - self.filled[pair[1] + 1])
        for i, j in pairs:
            if self.filled[j + 1] == self.filled[i]:
                break
            for end in (j, j + 1):  # a blank line ends the block whose last sign is a backslash
                if self.filled[end + 1 : end + 2] != self.filled[j + 1 : j + 2]:
                    break
                if isinstance(self._parse(i, end), ast.Module):
                    return "\n".join(self.lines[i : end + 1])
        return None

    def _ends(self) -> list[int]:
        """Return the last line of the longest block from each line, the line itself if none."""
        count = len(self.lines)
        ends = [*range(count)]
        whole = [-1] * count  # the end of the chain with its blank lines, -1 for no statement
        for i in reversed(range(count)):
            line = self.lines[i].strip(" \t\r\f")
            empty = not line or (line.startswith("#") and "\r" not in line)
            statement = i if empty else self._statement(i)
            if statement is None:
                continue
            after = statement + 1
            whole[i] = whole[after] if after < count and whole[after] >= 0 else statement
            last = bisect_left(self.filled, self.filled[whole[i] + 1]) - 1
            ends[i] = max(last, min(i + 1, whole[i]))
        return ends

    def _statement(self, i: int) -> int | None:
        """Return the last line of the statement that begins at line `i`.

        Of a statement that goes wrong the part before counts, if it is valid.
        """
        size, right = 1, i - 1  # no error up to the line `right`
        while True:
            j = min(i + size, len(self.lines)) - 1
            state = self._parse(i, j)
            if state is State.WRONG:
                return self._before(i, right, j)
            if isinstance(state, ast.Module) and len(state.body) > 1:
                if (end := self._first(i, state)) < j:
                    return end
            right = j
            if j == len(self.lines) - 1 or self.spent > self.limit:
                return self._before(i, right, j + 1)
            size *= 2

    def _first(self, i: int, module: ast.Module) -> int:
        """Return the last line of the first statement, and of all others on its lines."""
        end = module.body[0].end_lineno or 0
        for statement in module.body[1:]:
            if statement.lineno > end:
                break
            end = max(end, statement.end_lineno or 0)
        return self._line(i, end)

    def _line(self, i: int, number: int) -> int:
        """Return the line that holds Python's line `number` of the block from line `i`."""
        while number > 1 + self.returns[i]:
            number -= 1 + self.returns[i]
            i += 1
        return i

    def _before(self, i: int, right: int, wrong: int) -> int | None:
        """Return the last line before `wrong` with which the block from line `i` is valid."""
        while wrong - right > 1:
            middle = (right + wrong) // 2
            if self._parse(i, middle) is State.WRONG:
                wrong = middle
            else:
                right = middle
        while right >= i and self.spent <= self.limit:
            if isinstance(self._parse(i, right), ast.Module):
                return right
            right = self._opened(i, right) - 1
        return None

    def _opened(self, i: int, j: int) -> int:
        """Return a line from which on the unfinished block from line `i` to `j` is unfinished."""
        self.spent += self._size(i, j)
        try:
            ast.parse("\n".join(self.lines[i : j + 1]))
        except SyntaxError as error:
            if "was never closed" in error.msg or "unterminated triple-quoted" in error.msg:
                return self._line(i, error.lineno or 1)
            if "expected 'except' or 'finally'" in error.msg:
                tries = (n for n in range(j, i - 1, -1) if self.lines[n].lstrip()[:3] == "try")
                return next(tries, j)
        return j

    def _parse(self, i: int, j: int) -> ast.Module | State:
        self.spent += self._size(i, j)
        try:
            return compile("\n".join(self.lines[i : j + 1]), "", "exec", FLAGS)
        except MemoryError:
            return State.WRONG
        except SyntaxError as error:
            return State.UNFINISHED if error.msg == "incomplete input" else State.WRONG

    def _size(self, i: int, j: int) -> int:
        return sum(map(len, self.lines[i : j + 1])) + 1


def longest_block(text: str) -> str:
    """Return the longest block in `text`, or its first line if there is none.

    Raises:
        ValueError: the text holds a null byte or half of a surrogate pair.
    """
    lines = text.split("\n")
    if len(lines) > 1:
        text.encode()
        if "\0" in text:
            raise ValueError("source code cannot contain null bytes")
    found = Blocks(lines).longest()
    return lines[0] if found is None else found
