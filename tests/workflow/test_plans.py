"""The pipeline's front door and its inner walls."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_config_file_replaces_the_default_and_does_not_mix_with_it(project):
    done = project.snakemake("-n", "--configfile", "config/paper.yaml", "--", "data")
    assert done.returncode == 0, done.stdout[-3000:]
    assert "athene-v2" in done.stdout and "llamax" not in done.stdout


def test_a_key_that_a_config_gives_twice_is_refused_with_its_line(project, tmp_path):
    text = Path(ROOT / "config/miniature.yaml").read_text()
    (tmp_path / "twice.yaml").write_text(f"{text}seed: 3\n")
    done = project.snakemake("-n", "--configfile", str(tmp_path / "twice.yaml"))
    assert done.returncode != 0
    line = text.count("\n") + 1
    assert f"twice.yaml, line {line}: the key 'seed' is there twice" in done.stdout


def test_why_names_every_changed_key_and_not_the_first_alone(project):
    raw = project.config
    raw["mining"]["temperatures"], raw["rating"]["k"], raw["training"]["steps"] = [1.0], 32, 3
    project.configure(raw)
    why = [sys.executable, "scripts/explain_plan.py"]
    told = subprocess.run(why, cwd=project.folder, stdout=subprocess.PIPE, text=True).stdout
    assert "Changed: samplings.t1.1-p0.99: {" in told
    assert "Changed: rating.k: 40.0 → 32.0\n  rate_experts one, three\n" in told
    assert "Changed: training.steps: 2 → 3\n  train_target one, three\n" in told


def test_scripts_never_read_the_config():
    for script in (ROOT / "scripts").glob("*.py"):
        assert "snakemake.config" not in script.read_text(), script.name


def test_the_library_never_imports_snakemake():
    for module in (ROOT / "scripts/warriorcoder").rglob("*.py"):
        assert "import snakemake" not in module.read_text(), module.name
        assert "from snakemake" not in module.read_text(), module.name
