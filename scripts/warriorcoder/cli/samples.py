"""Sample files of users: JSON with `task_id` and `solution` or `completion` per sample."""

from dataclasses import dataclass
from pathlib import Path
from string import digits

from warriorcoder.cli.errors import InputError
from warriorcoder.core import inputs

FORMS = ("solution", "completion")


@dataclass(frozen=True)
class Sample:
    """One line: the task and the text, in one of `FORMS`."""

    task_id: str
    form: str
    text: str


def read(path: str | Path, task_ids: list[str]) -> list[Sample]:
    """Read the samples in a file, in its order. The number alone also names a task.

    Raises:
        FileError: the file cannot be read.
        InputError: a sample is invalid. The message names its line.
    """
    known = {task_id[len(task_id.rstrip(digits)) :]: task_id for task_id in task_ids}
    known |= {task_id: task_id for task_id in task_ids}
    samples = [_sample(where, item, known) for _, where, item in inputs.items(path)]
    if not samples:
        raise InputError(f"{path}: no sample in it. Write one JSON object per line.")
    return samples


def _sample(where: str, item, known: dict[str, str]) -> Sample:
    if not isinstance(item, dict) or "task_id" not in item:
        raise InputError(f"{where}: no task_id. Write {{'task_id': …, 'solution': …}}.")
    task_id = known.get(str(item["task_id"]))
    if task_id is None:
        raise InputError(
            f"{where}: the data set has no task {inputs.short(item['task_id'])} (it has "
            f"{next(reversed(known.values()))!r}). Fix the task_id, or give the right data set."
        )
    forms = [form for form in FORMS if form in item]
    if len(forms) != 1:
        raise InputError(f"{where}: {' and '.join(forms) or 'neither'}. Give one of {FORMS}.")
    if not isinstance(item[forms[0]], str):
        kind = type(item[forms[0]]).__name__
        raise InputError(f"{where}: {forms[0]} is a {kind}. Give a string, one sample per line.")
    return Sample(task_id, forms[0], item[forms[0]])
