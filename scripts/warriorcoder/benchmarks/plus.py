"""HumanEval(+) and MBPP(+): evalplus' extraction and comparison.

Base inputs give the plain metric; base and plus inputs together the `+` metric. Expected values
come from the canonical solutions, executed here; candidates run in the sandbox without them.
"""

from collections.abc import Iterator

from evalplus.data.mbpp import mbpp_deserialize_inputs
from evalplus.eval._special_oracle import MBPP_OUTPUT_NOT_NONE_TASKS
from evalplus.gen.util import trusted_exec

from warriorcoder.benchmarks import replay
from warriorcoder.benchmarks.files import DatasetError
from warriorcoder.benchmarks.sanitize import fenced, sanitize
from warriorcoder.sandbox import Outcome, Program, Sandbox

SLOWER = 4.0  # evalplus' factor on the canonical solution's time


def extract(kind: str, problem: dict, raw: str, style: str) -> str:
    if style == "completion":
        code = problem["prompt"].strip() + raw
    else:
        code = fenced(raw)
    return sanitize(code, problem["entry_point"])


def judge(kind: str, pairs: list[tuple[dict, str]], sandbox: Sandbox) -> list[dict[str, str]]:
    """Status per metric of each (problem, program). Plus inputs run where base inputs passed."""
    plus = f"{kind}+"
    verdicts = [{kind: status} for status in _part(kind, "base", pairs, sandbox)]
    passed = [index for index, verdict in enumerate(verdicts) if verdict[kind] == "pass"]
    statuses = _part(kind, "plus", [pairs[index] for index in passed], sandbox)
    for verdict in verdicts:
        verdict[plus] = verdict[kind]
    for index, status in zip(passed, statuses, strict=True):
        verdicts[index][plus] = status
    return verdicts


def inputs_of(kind: str, problem: dict, part: str) -> list:
    """The `base` or `plus` inputs; MBPP+'s get back the types that JSON took from them.

    evalplus knows those by task id, so a set of one's own needs ids that it does not know.
    """
    inputs = problem[f"{part}_input"]
    if kind != "mbpp":
        return inputs
    try:
        return mbpp_deserialize_inputs(problem["task_id"], inputs)
    except (TypeError, ValueError, AttributeError) as error:
        raise DatasetError(
            f"{part}_input of {problem['task_id']} is not what evalplus expects of that task id "
            f"({error}); use the published file, or ids above Mbpp/974"
        ) from None


def ground_truth(kind: str, problem: dict, inputs: list) -> tuple[list, float]:
    """Expected values by the canonical solution, and the seconds that it took."""
    values, seconds = trusted_exec(
        problem["prompt"] + problem["canonical_solution"],
        inputs,
        problem["entry_point"],
        record_time=True,
        output_not_none=kind == "mbpp" and problem["entry_point"] in MBPP_OUTPUT_NOT_NONE_TASKS,
    )
    return values, sum(seconds)


def _part(kind: str, part: str, pairs: list, sandbox: Sandbox) -> list[str]:
    waiting: dict[int, tuple[list, list]] = {}  # inputs and expected values of programs under way

    def programs() -> Iterator[Program]:
        task, inputs, expected, seconds = None, [], [], 0.0
        for index, (problem, source) in enumerate(pairs):
            if problem["task_id"] != task:
                task, inputs = problem["task_id"], inputs_of(kind, problem, part)
                expected, seconds = ground_truth(kind, problem, inputs)
            waiting[index] = inputs, expected
            limit = max(sandbox.seconds, SLOWER * seconds + 1)
            yield Program(source, problem["entry_point"], inputs, limit)

    return [
        _status(kind, problem, *waiting.pop(index), outcome)
        for index, ((problem, _), outcome) in enumerate(
            zip(pairs, sandbox.stream(programs()), strict=True)
        )
    ]


def _status(kind: str, problem: dict, inputs: list, expected: list, outcome: Outcome) -> str:
    if outcome.status != "ok":
        return outcome.status
    return "pass" if replay.passes(kind, problem, inputs, expected, outcome.values) else "fail"
