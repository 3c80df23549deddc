"""If these tests fail, a rule finds a package here and not in its environment.

Snakemake puts the packages beside itself at the end of a script's path, so what an environment
lacks is quietly taken from there, at another version, and fails only on another machine.
"""

import ast
import re
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from warriorcoder.environments import locks
from warriorcoder.provenance import digests

ROOT = Path(__file__).parents[2]
RULES = "\n".join(path.read_text() for path in sorted((ROOT / "rules").glob("*.smk")))
USES = re.findall(
    r'conda:\s+"\.\./envs/([^"]+)\.yaml"(?:(?!\brule\b).)*?script:\s+"\.\./scripts/(\w+)\.py"',
    RULES,
    re.DOTALL,
)
NEEDS = {"sandbox": "bubblewrap", "ranks": "gxx_linux-64"}  # module → a program, by conda package
installed = cache(packages_distributions)


def imported(path: Path) -> set[str]:
    """Top-level modules that a file imports, anywhere in it, of neither Python nor ours."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - {"warriorcoder"}


def test_every_rule_with_a_script_names_its_environment():
    assert len(USES) == len(re.findall(r"^ +script:$", RULES, re.M)) > 30


@pytest.mark.parametrize("environment, script", sorted(set(USES)))
def test_a_rule_imports_only_what_its_environment_holds(environment, script):
    files = digests.sources(ROOT / f"scripts/{script}.py")
    missing = {name for path in files for name in imported(path)}
    if environment != "{environment}":  # of any: the standard library must do
        pins = locks.read(ROOT / f"envs/{environment}.txt")
        missing = {
            name
            for name in missing
            if not any(locks.normal(each) in pins for each in installed().get(name, [name]))
        }
    assert not missing, f"add to envs/{environment}.in, then make lock"


@pytest.mark.parametrize("environment, script", sorted(set(USES)))
def test_a_rule_that_starts_a_program_finds_it_in_its_environment(environment, script):
    files = digests.sources(ROOT / f"scripts/{script}.py")
    parts = {part for path in files for part in path.with_suffix("").parts}
    needed = {package for module, package in NEEDS.items() if module in parts}
    if needed:
        held = {
            each.split("=")[0] for each in locks.conda_packages(ROOT / f"envs/{environment}.in")
        }
        assert needed <= held
