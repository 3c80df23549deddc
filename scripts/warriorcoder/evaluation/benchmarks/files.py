"""Benchmark files, plain or gzipped: JSON lines, one problem a line, or one JSON array.

HumanEval and MBPP come with inputs and a reference (evalplus' sets) or with tests (the original
sets). A problem of the original sets has `test` (HumanEval) or `test_list` (MBPP).
"""

import ast
import hashlib
import math
from pathlib import Path
from typing import Any

from warriorcoder.core import inputs
from warriorcoder.core.inputs import FileError, short

INPUTS = "task_id prompt entry_point canonical_solution base_input plus_input atol".split()
KEYS = {
    "humaneval": INPUTS,
    "mbpp": INPUTS,
    "cruxeval-input": "id code input output".split(),
    "cruxeval-output": "id code input output".split(),
    "ds1000": "prompt code_context reference_code metadata".split(),
}
OWN_TESTS = {
    "humaneval": "task_id prompt entry_point canonical_solution test".split(),
    "mbpp": "task_id code test_list".split(),
}


TEXTS = {"prompt", "entry_point", "canonical_solution", "test", "code", "input", "output", "id"}
TEXTS |= {"code_context", "reference_code"}
LISTS = {"base_input": list, "plus_input": list, "test_list": str}


class DatasetError(FileError):
    """A file that is no benchmark of its kind. The message names file, line and error."""


def load(kind: str, path: str | Path) -> list[dict]:
    """Return the problems in a file, in order, each with its `task_id`.

    Raises:
        FileError: the file cannot be read, or an item is no JSON.
        DatasetError: a problem lacks a key of `kind`, or has a value of another type.
    """
    problems: list[dict] = []
    places: dict[str, str] = {}
    for _, where, problem in inputs.items(path):
        if not isinstance(problem, dict):
            raise DatasetError(f"{where}: not a JSON object. Is this a file of kind {kind}?")
        keys = OWN_TESTS[kind] if has_own_tests(kind, problem) else KEYS[kind]
        missing = [key for key in keys if key not in problem]
        if missing:
            raise DatasetError(f"{where}: no {missing}. Is this a file of kind {kind}?")
        _check(kind, where, problem, keys)
        problem["task_id"] = task_id(kind, problem)
        if kind.startswith("cruxeval"):
            _check_answers(f"{where}: {problem['task_id']}", problem)
        if problem["task_id"] in places:
            first = places[problem["task_id"]]
            raise DatasetError(f"{where}: {problem['task_id']} is already on {first}. Remove one.")
        if "test_list" in problem and "canonical_solution" not in problem:
            problem |= _as_program(where, problem)
        places[problem["task_id"]] = where.removeprefix(f"{path}, ")
        problems.append(problem)
    if not problems:
        raise DatasetError(f"{path}: no problem in it. Fetch the file again.")
    tested = [has_own_tests(kind, problem) for problem in problems]
    if len(set(tested)) > 1:
        odd = problems[tested.index(not tested[0])]["task_id"]
        raise DatasetError(
            f"{path}: some problems have base_input, and {odd} has none. Fetch the file again."
        )
    return problems


def has_own_tests(kind: str, problem: dict) -> bool:
    """Return True if a problem has tests instead of inputs and a reference."""
    return kind in OWN_TESTS and "base_input" not in problem and OWN_TESTS[kind][-1] in problem


def reference(kind: str, problem: dict) -> str:
    """Return the program, answer or solution that the data set gives."""
    match kind:
        case "cruxeval-input":
            return f"f({problem['input']})"
        case "cruxeval-output":
            return problem["output"]
        case "ds1000":
            return problem["reference_code"]
    return problem["prompt"] + problem["canonical_solution"]


def dataset_sha256(path: str | Path) -> str:
    """Return the sha256 of the file, without decompressing it."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def task_id(kind: str, problem: dict) -> str:
    """Return the id of a problem, for example `DS-1000/{problem_id}` or `Mbpp/{number}`."""
    if kind == "ds1000":
        return f"DS-1000/{problem['metadata']['problem_id']}"
    own = problem["id" if kind.startswith("cruxeval") else "task_id"]
    return f"Mbpp/{own}" if kind == "mbpp" and isinstance(own, int) else own


def _check(kind: str, where: str, problem: dict, keys: list[str]) -> None:
    """Refuse a value of a wrong type."""
    for key in keys:
        value = problem[key]
        if key in TEXTS:
            inputs.string(where, key, value)
        elif key in LISTS and not _is_list(value, LISTS[key]):
            items = "lists" if LISTS[key] is list else "texts"
            raise DatasetError(f"{where}: {key} is {short(value)}, no list of {items}. Fix it.")
        elif key == "atol" and not (_is_number(value) and 0 <= value < math.inf):
            raise DatasetError(f"{where}: atol is {short(value)}, no finite number. Fix it.")
        elif key == "metadata" and not (isinstance(value, dict) and "problem_id" in value):
            raise DatasetError(f"{where}: metadata is {short(value)}, without problem_id. Add it.")
    own = problem["metadata"]["problem_id"] if kind == "ds1000" else problem.get("task_id", "")
    numbered = kind in ("mbpp", "ds1000") and isinstance(own, int) and not isinstance(own, bool)
    if not (numbered or isinstance(own, str)):
        raise DatasetError(f"{where}: its id is {short(own)}. Give each problem an id of its own.")


def _is_list(value: Any, of: type) -> bool:
    if value == {}:  # MBPP+ writes this for no inputs
        return of is list
    return isinstance(value, list) and all(isinstance(item, of) for item in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_answers(where: str, problem: dict) -> None:
    """Refuse a CRUXEval problem that scoring could not evaluate."""
    code, given, output = (problem[key] for key in ("code", "input", "output"))
    for key, source in {"code": code, "input": f"[{given}]"}.items():
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            raise DatasetError(f"{where}: {key} is no Python ({error}). Fix it.") from None
    try:
        ast.literal_eval(output)
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        raise DatasetError(
            f"{where}: output is {output[:80]!r}, not a literal such as [1, 'a']. "
            "Write the value instead of an expression that makes it."
        ) from None


def _as_program(where: str, problem: dict) -> dict[str, str]:
    """Return the prompt (in evalplus' words), reference and entry point of a plain MBPP problem."""
    words = problem.get("text") or problem.get("prompt", "")
    try:
        tree = ast.parse(problem["code"])
        defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        called = ast.walk(ast.parse("\n".join(problem["test_list"])))
    except (SyntaxError, TypeError, ValueError, RecursionError) as error:
        raise DatasetError(f"{where}: code or test_list is no Python ({error})") from None
    if not (defined and problem["test_list"]):
        raise DatasetError(f"{where}: no function or no test in it. Fetch the file again.")
    tested = [node.id for node in called if isinstance(node, ast.Name) and node.id in defined]
    return {
        "prompt": f'"""\n{words}\n{problem["test_list"][0]}\n"""\n',
        "canonical_solution": problem["code"],
        "entry_point": (tested or defined)[0],
    }
