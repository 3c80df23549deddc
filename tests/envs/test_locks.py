"""If these tests fail, an environment is not the one that its list asks for."""

import re
from pathlib import Path

import pytest
import yaml

from warriorcoder.environments import locks

ENVS = Path(__file__).parents[2] / "envs"
KINDS = ("generate", "embed", "train", "evaluate", "ds1000", "analyse")


def wanted(name: str) -> list[str]:
    """The requirements of a list and of the lists that it includes."""
    lines = []
    for line in (ENVS / f"{name}.in").read_text().splitlines():
        if line.startswith("-r "):
            lines += wanted(line[3:].removesuffix(".in"))
        elif line and not line.startswith("#"):
            lines.append(line)
    return lines


def test_there_is_one_environment_for_each_kind_of_work():
    assert {path.stem for path in ENVS.glob("*.yaml")} == set(KINDS)
    assert {path.stem for path in ENVS.glob("*.txt")} == {*KINDS, "miniature", "real", "vllm-cpu"}
    # Either would switch the `pip:` section off, or add to it what no digest covers.
    assert not [*ENVS.glob("*.pin.txt"), *ENVS.glob("*.post-deploy.sh")]


@pytest.mark.parametrize("name", [*KINDS, "miniature", "real", "vllm-cpu"])
def test_a_lock_holds_what_its_list_wants(name):
    pins = locks.read(ENVS / f"{name}.txt")
    for requirement in wanted(name):
        package, _, version = re.sub(r"\[.*\]", "", requirement).partition("==")
        assert pins[locks.normal(package)][0] == (version or pins[locks.normal(package)][0])


def test_vllm_on_a_cpu_is_the_vllm_of_the_experts():
    """And never in an environment of theirs: it is a third party's rebuild, for tests."""
    held = {name: locks.read(ENVS / f"{name}.txt") for name in (*KINDS, "miniature", "vllm-cpu")}
    ours, theirs = held["vllm-cpu"], held["generate"]
    assert [name for name, pins in held.items() if "vllm-cpu" in pins] == ["vllm-cpu"]
    assert ours["vllm-cpu"][0] == theirs["vllm"][0]
    for package in ("transformers", "tokenizers", "numpy", "polars", "pyarrow"):
        assert ours[package][0] == theirs[package][0], package


@pytest.mark.parametrize("name", KINDS)
def test_conda_gets_exact_versions_and_the_lock(name):
    path = ENVS / f"{name}.yaml"
    assert path.read_text() == locks.conda(ENVS / f"{name}.txt"), f"{path.name} is stale: make lock"
    *packages, pip = yaml.safe_load(path.read_text())["dependencies"]
    assert packages[:2] == ["python=3.11.7", "pip=25.3"]
    assert all(re.fullmatch(r"[\w-]+=\d+(\.\d+)+", package) for package in packages)
    hashed = [line for line in pip["pip"] if not line.startswith("--")]
    assert all(re.fullmatch(r"\S+==\S+( --hash=sha256:[0-9a-f]{64})+", line) for line in hashed)
    assert len(hashed) == len(locks.read(ENVS / f"{name}.txt"))


def test_tables_are_written_by_the_same_versions_everywhere():
    """Or a Parquet file's bytes would depend on the rule that writes it."""
    for package in ("polars", "pyarrow", "pydantic", "pyyaml"):
        rules = [name for name in KINDS if name != "ds1000"]  # runs programs, writes no table
        versions = {locks.read(ENVS / f"{name}.txt")[package][0] for name in (*rules, "miniature")}
        assert len(versions) == 1, (package, versions)


def test_users_get_the_gpu_build_of_torch_and_no_cpu_engine():
    for name in ("generate", "embed", "train"):
        pins = locks.read(ENVS / f"{name}.txt")
        assert pins["torch"][0] == "2.13.0" and "nvidia-cublas" in pins and "vllm-cpu" not in pins
    assert "torch" not in locks.read(ENVS / "evaluate.txt")


def test_an_sdist_is_pinned_only_where_there_is_no_wheel(tmp_path):
    file = '{{ url = "x", hashes = {{ sha256 = "{}" }} }}'.format
    (tmp_path / "pylock.toml").write_text(
        f'[[packages]]\nname = "a"\nversion = "1"\nsdist = {file("0" * 64)}\n'
        f"wheels = [{file('2' * 64)}, {file('1' * 64)}]\n"
        f'[[packages]]\nname = "b"\nversion = "2"\nsdist = {file("3" * 64)}\n'
    )
    (tmp_path / "x.in").write_text("# conda: python=3.11.7\na\nb\n")
    locks.write(tmp_path / "pylock.toml", tmp_path / "x.in")
    assert locks.read(tmp_path / "x.txt") == {
        "a": ("1", ["1" * 64, "2" * 64]),
        "b": ("2", ["3" * 64]),
    }
    assert yaml.safe_load((tmp_path / "x.yaml").read_text())["dependencies"][0] == "python=3.11.7"
