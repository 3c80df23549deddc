"""Change formulas in one place at a time, and list the changes that no test notices.

    make mutants                                          # the formulas of METHOD
    make mutants FILES="scripts/warriorcoder/arena/elo.py"

mutmut tries each file with the test file of its name. It works on a copy in `.cache/mutants`, and
runs in an environment of its own that finds the project's packages. tests/README.md says why the
mutants that survive may live.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".cache/mutants/project"
FORMULAS = (
    "arena/tally",
    "arena/elo",
    "arena/bradley_terry",
    "arena/rate",
    "arena/schedule",
    "gold/final_score",
    "gold/winners",
    "evaluation/benchmarks/metrics",
)
SETTINGS = """\
[mutmut]
source_paths = src
process_isolation = forkserver
timeout_multiplier = 5
pytest_add_cli_args = --hypothesis-profile=mutants
only_mutate =
{files}
pytest_add_cli_args_test_selection =
{tests}
"""


def main(files: list[str]) -> int:
    names = [str(Path(file).with_suffix("").relative_to("scripts/warriorcoder")) for file in files]
    names = names or list(FORMULAS)
    shutil.rmtree(FOLDER, ignore_errors=True)
    ignore = shutil.ignore_patterns("__pycache__", "weights")
    shutil.copytree(ROOT / "scripts/warriorcoder", FOLDER / "src/warriorcoder", ignore=ignore)
    shutil.copytree(ROOT / "tests", FOLDER / "tests", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", FOLDER)
    mutated = [f"  src/warriorcoder/{name}.py" for name in names]
    tests = [f"  tests/unit/{Path(name).parent}/test_{Path(name).name}.py" for name in names]
    settings = SETTINGS.format(files="\n".join(mutated), tests="\n".join(tests))
    (FOLDER / "setup.cfg").write_text(settings)
    packages = ROOT / f".venv/lib/python3.{sys.version_info.minor}/site-packages"
    environment = os.environ | {"PYTHONPATH": str(packages), "POLARS_MAX_THREADS": "1"}
    mutmut = [sys.executable, "-m", "mutmut"]
    done = subprocess.run([*mutmut, "run"], cwd=FOLDER, env=environment)
    subprocess.run([*mutmut, "results"], cwd=FOLDER, env=environment)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
