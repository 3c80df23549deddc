"""Problem sets of the miniature in the formats of the real benchmarks.

All coding problems use held-out wordings in the docstring presentation, neither of which any
chat corpus (hence any mined instruction) contains.
"""

from random import Random
from textwrap import indent

from warriorcoder.core import seeds
from warriorcoder.miniature import oracle, problems, reasoning, world
from warriorcoder.miniature.families import FAMILIES, Family
from warriorcoder.miniature.world import Task

SIZES = {"humaneval": 200, "mbpp": 100, "cruxeval": 30, "ds1000": 20}
TYPES = {"s": "str", "b": "str", "n": "int", "k": "int", "d": "dict"}  # the others are lists
BASE_INPUTS = 3

DS1000_CONTEXT = '''
import numpy as np
import copy


def generate_test_case(test_case_id):
    def define_test_input(test_case_id):
        return np.array({inputs}[test_case_id - 1])

    def generate_ans(data):
        {name} = data
        return {expression}

    test_input = define_test_input(test_case_id)
    expected_result = generate_ans(copy.deepcopy(test_input))
    return test_input, expected_result


def exec_test(result, ans):
    np.testing.assert_array_equal(result, ans)
    return 1


exec_context = r"""
import numpy as np
{name} = test_input
[insert]
"""


def test_execution(solution: str):
    code = exec_context.replace("[insert]", solution)
    for i in range({cases}):
        test_input, expected_result = generate_test_case(i + 1)
        test_env = {{"test_input": test_input}}
        exec(code, test_env)
        assert exec_test(test_env["result"], expected_result)
'''


def build(seed: int, sizes: dict[str, int] = SIZES) -> dict[str, list[dict]]:
    """Return the problem sets by name (`humaneval`, `mbpp`, …), one dict a problem."""
    makers = {"humaneval": humaneval, "mbpp": mbpp, "cruxeval": cruxeval, "ds1000": ds1000}
    unknown = set(sizes) - set(makers)
    if unknown:
        raise ValueError(
            f"sizes: unknown benchmark {sorted(unknown)}. Choose from {sorted(makers)}"
        )
    return {
        name: makers[name](Random(seeds.seed("miniature", "benchmarks", name, seed)), size)
        for name, size in sizes.items()
    }


def coding_tasks(rng: Random, size: int) -> list[Task]:
    """Return `size` different problems that go round all families, so that areas weigh the same."""
    order: list[Family] = []
    tasks: list[Task] = []
    stubs: set[str] = set()
    while len(tasks) < size:
        order = order or rng.sample(FAMILIES, len(FAMILIES))
        family = order.pop()
        task = world.coding_task(rng, family, (family.held_out,))
        while task.stub in stubs:
            task = world.coding_task(rng, family, (family.held_out,))
        stubs.add(task.stub)
        tasks.append(task)
    return tasks


def _contract(task: Task) -> str:
    checks = [
        f'assert isinstance({name}, {TYPES.get(letter, "list")}), "invalid inputs" # $_CONTRACT_$'
        for name, letter in zip(task.parameters, task.family.inputs, strict=True)
    ]
    return "\n" + indent("\n".join(checks), "    ") + "\n"


def _inputs(task: Task) -> dict:
    inputs = oracle.test_inputs(task.family, task.guard is not None)
    return {"base_input": inputs[:BASE_INPUTS], "plus_input": inputs[BASE_INPUTS:]}


def _assertions(task: Task, call: str, inputs: list[list]) -> str:
    outputs = oracle.right_outputs(task.family, task.constant, task.guard, inputs)
    return "\n".join(
        f"assert {call}({', '.join(map(repr, arguments))}) == {output!r}"
        for arguments, output in zip(inputs, outputs, strict=True)
    )


def humaneval(rng: Random, size: int) -> list[dict]:
    """Return problems in HumanEval+ format."""
    rows = []
    for number, task in enumerate(coding_tasks(rng, size)):
        inputs = _inputs(task)
        test = indent(_assertions(task, "candidate", inputs["base_input"]), "    ")
        rows.append(
            {
                "task_id": f"HumanEval/{number}",
                "prompt": task.stub,
                "entry_point": task.name,
                "canonical_solution": world.body(rng, task, right=True) + "\n",
                "test": f"\n\ndef check(candidate):\n{test}\n\n",
                "contract": _contract(task),
                **inputs,
                "atol": 0,
            }
        )
    return rows


def mbpp(rng: Random, size: int) -> list[dict]:
    """MBPP+ format; numbers start at 1001: evalplus knows smaller ones as tasks of its own."""
    rows = []
    for number, task in enumerate(coding_tasks(rng, size), start=1001):
        inputs = _inputs(task)
        rows.append(
            {
                "task_id": f"Mbpp/{number}",
                "prompt": problems.mbpp_prompt(task),
                "entry_point": task.name,
                "canonical_solution": f"\n{world.solution(rng, task, right=True)}\n",
                **inputs,
                "atol": 0,
                "contract": _contract(task),
                "assertion": f"\n{_assertions(task, task.name, inputs['base_input'])}\n",
            }
        )
    return rows


def cruxeval(rng: Random, size: int) -> list[dict]:
    """Return problems in CRUXEval format: different puzzles."""
    puzzles: dict[reasoning.Puzzle, None] = {}
    while len(puzzles) < size:
        puzzles[reasoning.sample(rng)] = None
    return [
        {"code": p.source, "input": p.argument, "output": p.output, "id": f"sample_{number}"}
        for number, p in enumerate(puzzles)
    ]


def ds1000(rng: Random, size: int) -> list[dict]:
    """Return problems in DS-1000's simplified format, NumPy only."""
    rows: dict[str, dict] = {}
    while len(rows) < size:
        name, question, expression = problems.array_question(rng)
        arrays = [[rng.randint(0, 9) for _ in range(rng.randint(3, 5))] for _ in range(3)]
        context = DS1000_CONTEXT.format(
            inputs=arrays, name=name, expression=expression, cases=len(arrays)
        )
        rows.setdefault(
            question,
            {
                "prompt": problems.array_prompt(name, question, arrays[0]),
                "reference_code": f"result = {expression}\n",
                "metadata": {
                    "problem_id": len(rows),
                    "library_problem_id": len(rows),
                    "library": "Numpy",
                    "test_case_cnt": len(arrays),
                    "perturbation_type": "Origin",
                    "perturbation_origin_id": len(rows),
                },
                "code_context": context,
            },
        )
    return list(rows.values())
