"""A task family: its wordings, its right and its plausibly wrong solutions, its inputs."""

from dataclasses import dataclass
from textwrap import dedent

AREAS = ("strings", "lists", "numbers", "dicts", "algorithms")


@dataclass(frozen=True, eq=False)
class Family:
    """One kind of programming task.

    Texts use `{p}` and `{q}` for the parameters, `{c}` for the constant, `{f}` for the function.
    `inputs` has one letter a parameter: s string, l list of ints, o ordered list without
    repeats, w list of words, n int, k small int, d dict from word to int, z nested list,
    b string of brackets. `descriptions` are what the experts speak; `held_out` is a wording that
    no chat corpus contains and the benchmarks use. `cases` are argument lists tested beside
    the random ones.
    """

    key: str
    area: str
    difficulty: int
    inputs: str
    nouns: tuple[str, str]
    descriptions: tuple[str, str]
    held_out: str
    good: tuple[str, ...]
    buggy: tuple[str, ...]
    constants: tuple[int, ...] = ()
    cases: tuple = ()

    @property
    def wordings(self) -> tuple[str, ...]:
        """Return all descriptions, the held-out one last."""
        return (*self.descriptions, self.held_out)


def code(*bodies: str) -> tuple[str, ...]:
    """Return function bodies without their common indentation."""
    return tuple(dedent(body).strip("\n") for body in bodies)
