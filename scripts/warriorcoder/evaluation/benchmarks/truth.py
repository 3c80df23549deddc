"""Ground truth of HumanEval+ and MBPP+: the values and the times of reference solutions.

evalplus' `trusted_exec` runs them in this process, since they come with the data set. A task's
values can have 150 MB, so that files are written and read one task and part (`base`, `plus`) at a
time. Values have the typed encoding in which sandboxed programs answer, so that equal answers are
equal text. A value that no program could send (1 GB on one input of Mbpp/255) is left out with its
input.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import polars as pl
from evalplus.data.mbpp import mbpp_deserialize_inputs
from evalplus.eval._special_oracle import MBPP_OUTPUT_NOT_NONE_TASKS
from evalplus.gen.util import trusted_exec

from warriorcoder.core import tables
from warriorcoder.evaluation.benchmarks.bounded import read
from warriorcoder.evaluation.benchmarks.files import DatasetError
from warriorcoder.evaluation.sandbox.inside.values import encode
from warriorcoder.evaluation.tables import GROUND_TRUTH

PARTS = ("base", "plus")
MOST = 250_000_000  # bytes of all values of a task, which have to leave the sandbox


@dataclass(frozen=True)
class Answers:
    """The inputs of a task's part, with the right value (as JSON) and the time of each."""

    inputs: list
    encoded: list[str]
    seconds: list[float]

    def values(self) -> list:
        """Return the right values, as new objects."""
        return [*map(read, self.encoded)]


def write(
    kind: str,
    problems: list[dict],
    dataset_sha256: str,
    path: str | Path,
    record: dict | None = None,
) -> None:
    """Write the ground truth of a data set. Tasks with tests instead of inputs have no rows."""
    made_from = _made_from(dataset_sha256)
    rows = (
        pl.DataFrame(row | made_from, schema=GROUND_TRUTH.schema) for row in _rows(kind, problems)
    )
    tables.write_groups(rows, GROUND_TRUTH, path, record)


class GroundTruth:
    """A file of `write`, read by task.

    Raises:
        TableError: the file is missing, broken, or of another data set or release of evalplus.
    """

    def __init__(self, path: str | Path, dataset_sha256: str):
        self._groups = tables.Groups(GROUND_TRUTH, path)
        wanted = {key: value for key, (value,) in _made_from(dataset_sha256).items()}
        found = self._groups.read(0, [*wanted]).row(0, named=True) if len(self._groups) else wanted
        if found != wanted:
            raise tables.TableError(
                f"{path}: made from {found}, not {wanted}. Delete it and run again: rm '{path}'"
            )
        keys = [self._groups.read(i, ["task_id", "part"]).row(0) for i in range(len(self._groups))]
        self._at = {key: group for group, key in enumerate(keys)}
        self._seconds = {
            key: self._groups.read(group, ["seconds"]).item().to_list()
            for key, group in self._at.items()
        }

    def answers(self, kind: str, problem: dict, part: str) -> Answers:
        """Return the answers of a task's part, without inputs that are left out."""
        key = problem["task_id"], part
        (encoded,) = self._groups.read(self._at[key], ["values"]).row(0)
        rows = zip(inputs_of(kind, problem, part), encoded, self._seconds[key], strict=True)
        kept = [row for row in rows if row[1] is not None]
        return Answers(*map(list, zip(*kept, strict=True))) if kept else Answers([], [], [])

    def seconds(self, task_id: str, part: str) -> float:
        """Return the reference's time on all inputs of a task's part."""
        return sum(filter(None, self._seconds[task_id, part]))

    def left_out(self) -> dict[tuple[str, str], int]:
        """Return (task_id, part) → number of inputs whose right values are too large to send."""
        counts = {key: seconds.count(None) for key, seconds in self._seconds.items()}
        return {key: count for key, count in counts.items() if count}


def inputs_of(kind: str, problem: dict, part: str) -> list:
    """Return the `base` or `plus` inputs. MBPP+'s get back the types that JSON removed.

    evalplus knows these types by task id, so that other sets need other ids.

    Raises:
        DatasetError: the inputs do not fit the task id.
    """
    inputs = problem[f"{part}_input"]
    if kind != "mbpp":
        return inputs
    try:
        return mbpp_deserialize_inputs(problem["task_id"], inputs)
    except (TypeError, ValueError, AttributeError) as error:
        raise DatasetError(
            f"{part}_input of {problem['task_id']} is not what evalplus expects of that task id "
            f"({error}). Use the published file, or ids above Mbpp/974."
        ) from None


def compute(kind: str, problem: dict, part: str) -> tuple[list, list[float]]:
    """Return the reference's values on a part's inputs, and the seconds of each call."""
    return trusted_exec(
        problem["prompt"] + problem["canonical_solution"],
        inputs_of(kind, problem, part),
        problem["entry_point"],
        record_time=True,
        output_not_none=kind == "mbpp" and problem["entry_point"] in MBPP_OUTPUT_NOT_NONE_TASKS,
    )


def _made_from(dataset_sha256: str) -> dict[str, list[str]]:
    return {"dataset_sha256": [dataset_sha256], "evalplus": [version("evalplus")]}


def _rows(kind: str, problems: list[dict]) -> Iterator[dict[str, list]]:
    for problem in problems:
        for part in PARTS if "base_input" in problem else ():
            values, seconds = compute(kind, problem, part)
            encoded = _texts(values)
            times = [
                None if text is None else each for text, each in zip(encoded, seconds, strict=True)
            ]
            place = {"task_id": [problem["task_id"]], "part": [part]}
            yield place | {"values": [encoded], "seconds": [times]}


def _texts(values: list) -> list[str | None]:
    """Return `values` as JSON, the largest left out until the rest has `MOST` bytes.

    It empties `values` to save memory.
    """
    values.reverse()
    texts: list[str | None] = []
    sizes: list[int] = []
    while values:
        text = json.dumps(encode(values.pop()))
        texts.append(text)
        sizes.append(len(text))
    for index in sorted(range(len(texts)), key=lambda i: -sizes[i]):
        if sum(sizes) <= MOST:
            break
        texts[index], sizes[index] = None, 0
    return texts
