"""Benchmark files: JSON lines, plain or gzipped, one problem a line."""

import gzip
import hashlib
import json
import zlib
from pathlib import Path

FUNCTION_KEYS = "task_id prompt entry_point canonical_solution base_input plus_input atol".split()
KEYS = {
    "humaneval": FUNCTION_KEYS,
    "mbpp": FUNCTION_KEYS,
    "cruxeval-input": "id code input output".split(),
    "cruxeval-output": "id code input output".split(),
    "ds1000": "prompt code_context reference_code metadata".split(),
}


class DatasetError(ValueError):
    """A file that is no benchmark of its kind; names file, line and what is wrong."""


def load(kind: str, path: str | Path) -> list[dict]:
    """The problems in a file, in its order, each with its `task_id`.

    Raises:
        DatasetError: the file is missing, not JSON lines, or lacks a key of `kind`.
    """
    problems, lines = [], {}
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            problem = json.loads(line)
        except ValueError as error:
            raise DatasetError(f"{where}: not JSON ({error}); fetch the file again") from None
        missing = [key for key in KEYS[kind] if key not in problem]
        if missing:
            raise DatasetError(f"{where}: no {missing}; is this a file of kind {kind}?")
        problem["task_id"] = task_id(kind, problem)
        if problem["task_id"] in lines:
            first = lines[problem["task_id"]]
            raise DatasetError(f"{where}: {problem['task_id']} is already on line {first}")
        lines[problem["task_id"]] = number
        problems.append(problem)
    if not problems:
        raise DatasetError(f"{path}: no problem in it; fetch the file again")
    return problems


def dataset_sha256(path: str | Path) -> str:
    """sha256 of the file as it lies there, compressed or not."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _text(path: str | Path) -> str:
    try:
        data = Path(path).read_bytes()
        return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()
    except FileNotFoundError:
        raise DatasetError(f"{path}: no such file; fetch it, or mend `dataset`") from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: cannot be read ({error}); fetch the file again") from None


def task_id(kind: str, problem: dict) -> str:
    """The problem's own id; DS-1000's is `DS-1000/{problem_id}`."""
    if kind == "ds1000":
        return f"DS-1000/{problem['metadata']['problem_id']}"
    return problem["id" if kind.startswith("cruxeval") else "task_id"]
