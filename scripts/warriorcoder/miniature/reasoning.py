"""Short functions whose output on a short input is asked for."""

from random import Random
from typing import NamedTuple


class Puzzle(NamedTuple):
    """`def f({parameter}): return {expression}` applied to `argument` (Python source text)."""

    area: str
    parameter: str
    expression: str
    argument: str

    @property
    def source(self) -> str:
        """Return the source of the function."""
        return f"def f({self.parameter}):\n    return {self.expression}"

    @property
    def output(self) -> str:
        """Return the literal that the call returns, by execution."""
        return repr(eval(f"(lambda {self.parameter}: {self.expression})({self.argument})"))


OPERATIONS = {
    ("lists", "xs"): ("xs[0]", "xs[-1]", "xs[1:]", "xs[:-1]", "len(xs)", "max(xs)", "xs + [1]"),
    ("numbers", "n"): ("n + 1", "n - 1", "n * 2", "n > 4", "n % 2"),
    ("strings", "s"): ("s + s", "s + '!'", "s == 'sun'", "[s]"),
}
WORDS = ("sun", "moon", "map", "tree", "data", "code")


def sample(rng: Random) -> Puzzle:
    """Return a random puzzle."""
    (area, parameter), expressions = rng.choice(list(OPERATIONS.items()))
    expression = rng.choice(expressions)
    if parameter == "xs":
        argument = repr([rng.randint(1, 9) for _ in range(rng.randint(2, 4))])
    elif parameter == "n":
        argument = str(rng.randint(1, 9))
    else:
        argument = repr(rng.choice(WORDS))
    return Puzzle(area, parameter, expression, argument)


def wrong_output(puzzle: Puzzle, rng: Random) -> str:
    """Return a literal unlike the right one: the output of another operation of the same kind."""
    expressions = OPERATIONS[puzzle.area, puzzle.parameter]
    outputs = [puzzle._replace(expression=expression).output for expression in expressions]
    return rng.choice([output for output in outputs if output != puzzle.output])
