"""Programs in model output are what evalplus 0.3.1's own `codegen` makes of it."""

import ast
import importlib.util
import json

import pytest
from evalplus import codegen
from evalplus.provider import openai as evalplus_openai
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.evaluation import benchmarks
from warriorcoder.evaluation.benchmarks import scoring
from warriorcoder.evaluation.benchmarks.longest_block import Blocks, longest_block
from warriorcoder.evaluation.benchmarks.sanitize import sanitize

PROBLEMS = {
    "humaneval": {
        "task_id": "HumanEval/0",
        "entry_point": "f",
        "prompt": 'import math\n\n\ndef f(x):\n    """Double it.\n\n    >>> f(1)\n    2\n    """\n',
    },
    "mbpp": {
        "task_id": "Mbpp/2",
        "entry_point": "f",
        "prompt": '"""\nWrite a function f that doubles.\nassert f(1) == 2\n"""\n',
    },
}
CODE = "def f(x):\n    y = 2 * x\n    return y"
LONG = (
    "import math\n\n\nclass Point:\n    x = 1\n\n\ndef area(r):\n    return r\n\n\nprint(area(1))"
)
REPLIES = {
    "one fence": f"Sure!\n```python\n{CODE}\n```\nIt works.",
    "two fences": f"```python\n{CODE}\n```\nUse it:\n```python\nprint(f(1))\n```",
    "the longer fence": f"```python\n{CODE}\n```\nMore:\n```python\n{LONG}\n```",
    "shell first": f"Run\n```bash\npip install x\n```\nthen\n```python\n{CODE}\n```",
    "no tag": f"```\n{CODE}\n```",
    "no fence": CODE,
    "text before": f"Here is the function.\nIt doubles\n{CODE}\n",
    "unclosed": f"```python\n{CODE}",
    "cut in a line": f"```python\n{CODE}\n\ndef g(x):\n    return (x +",
    "main block": f"```python\n{CODE}\n\nif __name__ == '__main__':\n    print(f(2))\n```",
    "def main": f"```python\n{CODE}\n\ndef main():\n    print(f(2))\n\nmain()\n```",
    "helpers": "```python\nimport re\nN = 2\ndef g(x):\n    return N\ndef h(x):\n    return x\n"
    "def f(x):\n    return g(x)\n```",
    "a class": "```python\nclass f:\n    def __new__(cls, x):\n        return 2 * x\n```",
    "an expression": "f = lambda x: 2 * x",
    "no return": "def f(x):\n    print(x)\n",
    "tabs": CODE.replace("    ", "\t"),
    "windows": f"```python\n{CODE}\n```\n".replace("\n", "\r\n"),
    "odd letters": f"```python\n# naïve 日本 \U0001f600\n{CODE}\n```",
    "form feed": f"```python\n\x0c{CODE}\n```",
    "indented": "  ```python\n  def f(x):\n      return 2 * x\n  ```",
    "only words": "I do not know.",
    "empty": "",
}
COMPLETIONS = {
    "body": "    return 2 * x\n",
    "its own newline": "\n    return 2 * x\n",
    "next function": "    return 2 * x\n\n\ndef g(x):\n    return x\n",
    "a test": "    return 2 * x\n\nassert f(1) == 2\n",
    "a print": "    return 2 * x\nprint(f(1))\n",
    "main block": "    return 2 * x\n\n\nif __name__ == '__main__':\n    f(1)\n",
    "end mark": "    return 2 * x<|endoftext|>def f(x): pass",
    "whole function": f"{CODE}\n\n\ndef main():\n    pass\n",
    "tabs": "\tif x:\n\t\treturn 2 * x\n\treturn 0\n",
    "windows": "    y = x\r\n    return 2 * x\r\n",
    "class": "class A:\n    pass\n",
    "docstring": '    """Again."""\n    return 2 * x\n"""\nWrite',
    "unindented": "return 2 * x\n",
    "cut": "    return (2 *",
    "empty": "",
}


class Recorded:
    """A model for evalplus' `codegen`: it says what it was given, after evalplus' own cuts."""

    def __init__(self, raw: str, direct: bool):
        self.raw, self.direct = raw, direct

    def is_direct_completion(self) -> bool:
        return self.direct

    def codegen(self, prompt: str, do_sample: bool, num_samples: int) -> list[str]:
        self.prompt = prompt
        return [self.raw]


@pytest.fixture(autouse=True)
def sets(monkeypatch):
    """Our problems are evalplus' data sets."""
    for name, kind in (("get_human_eval_plus", "humaneval"), ("get_mbpp_plus", "mbpp")):
        tasks = {PROBLEMS[kind]["task_id"]: PROBLEMS[kind]}
        monkeypatch.setattr(codegen, name, lambda version, tasks=tasks: tasks)


def official(kind: str, model: Recorded, folder) -> str:
    """The program that evalplus' `codegen` writes."""
    path = folder / "samples.jsonl"
    codegen.codegen(str(path), model, kind, greedy=True)
    return json.loads(path.read_text())["solution"]


@pytest.mark.parametrize("reply", REPLIES)
@pytest.mark.parametrize("kind", PROBLEMS)
def test_a_chat_models_reply(kind, reply, tmp_path):
    raw = REPLIES[reply]
    program = scoring.extract(kind, PROBLEMS[kind], raw, "chat")
    assert program == official(kind, Recorded(raw, False), tmp_path)


@pytest.mark.parametrize("completion", COMPLETIONS)
@pytest.mark.parametrize("kind", PROBLEMS)
def test_a_base_models_completion(kind, completion, tmp_path):
    raw = COMPLETIONS[completion]
    cuts = [raw.index(stop) for stop in benchmarks.stops(kind, "completion") if stop in raw]
    cut = raw[: min(cuts, default=None)]
    model = Recorded(cut.replace("\t", "    "), True)  # as its decoders end
    program = scoring.extract(kind, PROBLEMS[kind], raw, "completion")
    assert program == official(kind, model, tmp_path)
    assert benchmarks.prompt(kind, PROBLEMS[kind], "completion") == model.prompt


def test_the_chat_prompt_is_evalplus_own(tmp_path, monkeypatch):
    asked = []

    def request(_, message, **__):
        asked.append(message)
        raise InterruptedError

    monkeypatch.setattr(evalplus_openai.openai_request, "make_auto_request", request)
    for kind, problem in PROBLEMS.items():
        with pytest.raises(InterruptedError):
            codegen.run_codegen("any", kind, str(tmp_path), greedy=True, backend="openai")
        assert asked.pop() == benchmarks.prompt(kind, problem, "chat")


def original():
    """evalplus' module before `longest_block` took its place in it."""
    spec = importlib.util.find_spec("evalplus.sanitize")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EVALPLUS = original()
LINES = st.sampled_from(
    [
        *CODE.split("\n"),
        *LONG.split("\n"),
        "",
        "   ",
        "```python",
        "```",
        "Sure!",
        "Sure",
        "x = (",
        ")",
    ]
    + ["    pass", "if x:", "else:", "'''", "\tpass", "# note", "return", "async def g():", "\\"]
    + [
        "try:",
        "except:",
        "    try:",
        "finally:",
        "elif y:",
        "@d",
        "x = [1,",
        "2]",
        "a\rb",
        "\x0cx=1",
    ]
    + [
        "x; y",
        "x = 1; y = '''",
        "x = 'a\\",
        "b'",
        "match x:",
        "    case 1:",
        "        z",
        "  # c",
        "\xa0",
        "# a\rb",
    ]
)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_the_longest_block_is_evalplus_own_choice(text):
    assert longest_block(text) == EVALPLUS.code_extract(text)
    assert sanitize(text, "f") == EVALPLUS.sanitize(text, "f")


PROSE = "The function takes a list (see below), so we'd return its sum: a, b and c. For example"
LINES_OF = {
    "prose": lambda n: f"{PROSE} {n}.",
    "words": lambda n: "Sure",
    "items": lambda n: f"{n}. Do it (as above",
    "one assignment a line": lambda n: f"x{n} = {n}",
    "a dict without end": lambda n: f"    'k{n}': {n}," if n else "D = {",
    "a function that is cut": lambda n: "    x = 1" if n else "def f():",
    "a try without except": lambda n: "    x = 1" if n else "try:",
    "branches": lambda n: "elif y: x = 1" if n else "if x: x = 1",
    "decorators": lambda n: "@decorated",
    "continued lines": lambda n: "x + \\",
    "brackets": lambda n: "f(",
}


@pytest.mark.parametrize("kind", LINES_OF)
def test_the_search_for_the_longest_block_grows_with_the_text(kind):
    """Counted in parsed characters: 0.7 s, 6.3 s and 45 s were 100, 200 and 400 lines of prose."""
    for count in (100, 400, 1600):
        lines = [LINES_OF[kind](n) for n in range(count)]
        blocks = Blocks(lines)
        blocks.longest()
        bounded = kind in ("decorators", "continued lines", "brackets")
        assert blocks.spent <= (blocks.limit * 1.5 if bounded else 10 * sum(map(len, lines)))


def test_code_among_much_prose_is_found_whole():
    lines = [PROSE] * 300
    assert longest_block("\n".join([*lines, *LONG.split("\n"), *lines])) == LONG


@given(st.text(st.sampled_from("\n\r\t ():='\"#\\fx1é😀\x0c"), max_size=40))
def test_the_longest_block_of_odd_text_is_evalplus_own_choice(text):
    assert longest_block(text) == EVALPLUS.code_extract(text)


@pytest.mark.parametrize(
    "text", ["\0", "def f(:", "(" * 5000, "", "x = '" + "\\d" * 9 + "'", "\ud800\nx = 1"]
)
@pytest.mark.parametrize("style", benchmarks.STYLES)
def test_text_on_which_evalplus_breaks_is_a_program_that_fails(text, style):
    program = scoring.extract("humaneval", PROBLEMS["humaneval"], text, style)
    assert isinstance(program, str)
    if text not in ("", "x = '" + "\\d" * 9 + "'") and style == "chat":
        with pytest.raises((SyntaxError, ValueError, RecursionError, MemoryError)):
            ast.parse(program)
