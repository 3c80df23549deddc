"""The hostile programs: data, one file a class, one section (`# === name`) a program."""

import re
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"
FACTOR = 7919  # what programs have to multiply by, and find out nowhere but here


@dataclass(frozen=True)
class Case:
    """A program. group: `honest`, `cheats` or `attacks`; theme: its file's name."""

    group: str
    theme: str
    name: str
    source: str

    @property
    def problem(self) -> str:
        """The problem that judges the program, a key of `PROBLEMS`."""
        if self.theme == "reading":
            return "secret"
        if self.group == "attacks":
            return "attack"
        return self.theme if self.theme in PROBLEMS else "scale"


def load() -> list[Case]:
    """All programs, honest ones first."""
    return [
        Case(group, path.stem, name, source)
        for group in ("honest", "cheats", "attacks")
        for path in sorted((PROGRAMS / group).glob("*.py"))
        for name, source in _sections(path.read_text())
    ]


def _sections(text: str) -> list[tuple[str, str]]:
    _, *parts = re.split(r"^# === (.*)\n", text, flags=re.MULTILINE)
    return list(zip(parts[::2], parts[1::2], strict=True))


def _function(name: str, arguments: str, value: str, base: list, plus: list) -> dict:
    return {
        "prompt": f"def {name}({arguments}):\n",
        "canonical_solution": f"    return {value}\n",
        "entry_point": name,
        "base_input": base,
        "plus_input": plus,
        "atol": 0,
    }


CRUX = {"code": "import math\ndef f(x):\n    return x * 7 + 1\n", "input": "7", "output": "50"}
PROBLEMS = {  # name: (kind, problem)
    "scale": (
        "humaneval",
        _function("scale", "x", f"x * {FACTOR}", [[1], [2], [3]], [[10], [-4]]),
    ),
    "own_tests": (
        "humaneval",
        {
            "prompt": "def scale(x, by=1):\n",
            "canonical_solution": f"    return x * {FACTOR} * by\n",
            "entry_point": "scale",
            "test": f"def check(candidate):\n    assert candidate(1) == {FACTOR}\n"
            f"    assert candidate(2, by=2) == {FACTOR * 4}\n",
        },
    ),
    "attack": ("humaneval", _function("attack", "", "'escaped'", [[]], [])),
    "probe": ("humaneval", _function("probe", "", "'clean'", [[]], [])),
    "secret": ("humaneval", _function("attack", "", "{secret!r}", [[]], [])),
    "cruxeval_input": ("cruxeval-input", CRUX),
    "cruxeval_output": ("cruxeval-output", CRUX),
}
HONEST = f"def scale(x): return x * {FACTOR}\n"
UNGUARD = """
import builtins, ctypes, importlib, io, os, posix, subprocess, sys
builtins.open = io.open
for name in dir(posix):
    if name != "environ" and not name.startswith("__"): setattr(os, name, getattr(posix, name))
if subprocess.Popen is None: importlib.reload(subprocess)
def rename(name): ctypes.CDLL(None).prctl(15, name.encode())
"""  # evalplus' guard sets these to None, no more; `rename` marks a process
PROBE = """
def probe():
    for folder in filter(os.path.isdir, (".", "/tmp", "/dev/shm", "/var/tmp")):
        if any(WORLD["mark"] in name for name in os.listdir(folder)): return folder
    return "clean"
"""


def problems(secret: str) -> dict[str, tuple[str, dict]]:
    """`PROBLEMS` with task ids, and with what only the scorer knows."""
    made = {}
    for number, (name, (kind, problem)) in enumerate(PROBLEMS.items()):
        task = {"task_id": f"HumanEval/{9000 + number}"} | problem
        if name == "secret":
            task["canonical_solution"] = task["canonical_solution"].format(secret=secret)
        made[name] = kind, task
    return made
