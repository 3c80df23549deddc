"""Benchmark files, plain or gzipped: JSON lines, one problem a line, or one JSON array.

HumanEval and MBPP come with inputs and a reference (evalplus' sets) or with tests (the original
sets). A problem of the original sets has `test` (HumanEval) or `test_list` (MBPP).
"""

import ast
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator
from pathlib import Path

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


class DatasetError(ValueError):
    """A file that is no benchmark of its kind. The message names file, line and error."""


def load(kind: str, path: str | Path) -> list[dict]:
    """Return the problems in a file, in order, each with its `task_id`.

    Raises:
        DatasetError: the file is missing, not JSON lines, or lacks a key of `kind`.
    """
    problems: list[dict] = []
    places: dict[str, str] = {}
    for where, problem in items(path):
        if not isinstance(problem, dict):
            raise DatasetError(f"{where}: not a JSON object. Is this a file of kind {kind}?")
        keys = OWN_TESTS[kind] if has_own_tests(kind, problem) else KEYS[kind]
        missing = [key for key in keys if key not in problem]
        if missing:
            raise DatasetError(f"{where}: no {missing}. Is this a file of kind {kind}?")
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


def _text(path: str | Path) -> str:
    try:
        data = Path(path).read_bytes()
        return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()
    except FileNotFoundError:
        raise DatasetError(f"{path}: no such file. Fetch it, or fix `dataset`.") from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: cannot be read ({error}). Fetch the file again.") from None


def task_id(kind: str, problem: dict) -> str:
    """Return the id of a problem, for example `DS-1000/{problem_id}` or `Mbpp/{number}`."""
    if kind == "ds1000":
        return f"DS-1000/{problem['metadata']['problem_id']}"
    own = problem["id" if kind.startswith("cruxeval") else "task_id"]
    return f"Mbpp/{own}" if kind == "mbpp" and isinstance(own, int) else own


def items(path: str | Path) -> Iterator[tuple[str, object]]:
    """Yield (place in the file, item) of JSON lines or one JSON array.

    Raises:
        DatasetError: the file is missing, cut or not JSON.
    """
    text = _text(path)
    if text.lstrip().startswith("["):
        for number, item in enumerate(_json(str(path), text), 1):
            yield f"{path}, item {number}", item
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"{path}, line {number}", _json(f"{path}, line {number}", line)


def _json(where: str, text: str):
    try:
        return json.loads(text)
    except ValueError as error:
        raise DatasetError(f"{where}: not JSON ({error}). Fetch the file again.") from None


def _check_answers(where: str, problem: dict) -> None:
    """Refuse a CRUXEval problem that scoring could not evaluate."""
    code, given, output = (problem[key] for key in ("code", "input", "output"))
    for key, value in {"code": code, "input": given, "output": output}.items():
        if not isinstance(value, str):
            raise DatasetError(f"{where}: {key} is {value!r}, not a text. Write it as Python code.")
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
    except (SyntaxError, TypeError) as error:
        raise DatasetError(f"{where}: code or test_list is no Python ({error})") from None
    tested = [node.id for node in called if isinstance(node, ast.Name) and node.id in defined]
    return {
        "prompt": f'"""\n{words}\n{problem["test_list"][0]}\n"""\n',
        "canonical_solution": problem["code"],
        "entry_point": (tested or defined)[0],
    }
