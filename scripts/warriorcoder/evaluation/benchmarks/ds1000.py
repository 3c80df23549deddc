"""DS-1000: a model completes a data-science program, which its `code_context` tests.

The test computes the expected answer in the process of the program. It is isolated in the sandbox,
but a program can forge its verdict. The official limit is 120 s per problem. TensorFlow and PyTorch
need an address space of 8192 MB. The reference solutions need the packages of `envs/ds1000.txt` and
the tables of `assets`.
"""

from warriorcoder.evaluation.sandbox import Program, Sandbox

# Tasks whose right answer is a random draw.
DRAWN = ("DS-1000/376",)
# Module → package. The sandbox imports them once before it forks programs, since an import takes
# longer than most programs. seaborn is left out, because it registers colour maps that a program
# could then use without importing it.
HEAVY = {
    "numpy": "numpy",
    "pandas": "pandas",
    "scipy.stats": "scipy",
    "sklearn": "scikit-learn",
    "matplotlib.pyplot": "matplotlib",
    "tensorflow": "tensorflow-cpu",
    "torch": "torch",
}


def extract(kind: str, problem: dict, raw: str, style: str) -> str:
    """Return the code in a model's text, by the official steps in the official order."""
    code = raw.split("</code>")[0]
    code = code.replace("```python", "").split("```")[0]
    return code.split("\nEND SOLUTION")[0].replace("<code>", "")


def program(problem: dict, solution: str) -> str:
    """Return the test program around a solution."""
    context = problem["code_context"]
    tests = "test_execution(code)\n"
    if "test_string(" in context:
        tests += "test_string(code)\n"
    return f"{context}\ncode = {solution!r}\n{tests}"


def judge(kind: str, pairs: list[tuple[dict, str]], sandbox: Sandbox) -> list[dict[str, str]]:
    """Return the status of each (problem, solution), also under the library's name.

    The status is `pass` if the program runs to its end, and `fail` if its test finds a wrong value.
    """
    outcomes = sandbox.stream(Program(program(*pair)) for pair in pairs)
    verdicts = []
    for (problem, _), outcome in zip(pairs, outcomes, strict=True):
        wrong = outcome.error.startswith("AssertionError")
        status = "pass" if outcome.status == "ok" else "fail" if wrong else outcome.status
        library = problem["metadata"]["library"]
        verdicts.append({kind: status, f"{kind}/{library}": status})
    return verdicts
