"""The pipeline's front door and its inner walls."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("micro")  # one worker runs the pipeline, once

ROOT = Path(__file__).parents[2]


def test_a_config_file_replaces_the_default_and_does_not_mix_with_it(project):
    done = project.snakemake("-n", "--configfile", "config/paper.yaml", "--", "data")
    assert done.returncode == 0, done.stdout[-3000:]
    assert "athene-v2" in done.stdout and "llamax" not in done.stdout


def test_scripts_never_read_the_config():
    for script in (ROOT / "scripts").glob("*.py"):
        assert "snakemake.config" not in script.read_text(), script.name


def test_the_library_never_imports_snakemake():
    for module in (ROOT / "scripts/warriorcoder").rglob("*.py"):
        assert "import snakemake" not in module.read_text(), module.name
        assert "from snakemake" not in module.read_text(), module.name
