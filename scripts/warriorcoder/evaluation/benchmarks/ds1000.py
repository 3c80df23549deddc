"""DS-1000: complete a data-science program; its own `code_context` tests it.

The test computes the expected answer in the program's own process. It runs isolated in the sandbox,
but a program that sets out to forge its verdict can. The official limit is 120 s a problem;
TensorFlow and PyTorch need an address space of 8192 MB; the reference solutions need the packages
of `envs/ds1000.txt` and the tables of `assets`.
"""

from warriorcoder.evaluation.sandbox import Program, Sandbox

# Module → package. Importing them costs more than most programs: once, before programs are forked.
# Not seaborn, which registers colour maps that a program could then use without importing it.
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
    """The official post-processing, in its order."""
    code = raw.split("</code>")[0]
    code = code.replace("```python", "").split("```")[0]
    return code.split("\nEND SOLUTION")[0].replace("<code>", "")


def program(problem: dict, solution: str) -> str:
    """The whole test program around a solution."""
    context = problem["code_context"]
    tests = "test_execution(code)\n"
    if "test_string(" in context:
        tests += "test_string(code)\n"
    return f"{context}\ncode = {solution!r}\n{tests}"


def judge(kind: str, pairs: list[tuple[dict, str]], sandbox: Sandbox) -> list[dict[str, str]]:
    """`pass` where the program runs to its end, `fail` where its test says that a value is wrong;
    also under the library's name.
    """
    outcomes = sandbox.stream(Program(program(*pair)) for pair in pairs)
    verdicts = []
    for (problem, _), outcome in zip(pairs, outcomes, strict=True):
        wrong = outcome.error.startswith("AssertionError")
        status = "pass" if outcome.status == "ok" else "fail" if wrong else outcome.status
        library = problem["metadata"]["library"]
        verdicts.append({kind: status, f"{kind}/{library}": status})
    return verdicts
