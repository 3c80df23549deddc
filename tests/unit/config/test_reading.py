"""A YAML file is read as Snakemake reads it, or refused in one line."""

import gzip

import pytest
from data import ROOT
from unit.config.test_whole import MINIATURE

from warriorcoder.config.reading import ConfigError, load, parse, validate


def test_a_key_that_a_file_gives_twice_is_refused(tmp_path):
    path = tmp_path / "twice.yaml"
    text = (ROOT / "config/miniature.yaml").read_text() + "seed: 3\n"
    path.write_text(text)
    last = len(text.splitlines())
    said = f"twice.yaml, line {last}: the key 'seed' is there twice"
    with pytest.raises(ConfigError, match=said):
        load(path)
    assert parse("a: &a {x: 1}\nb: &b {<<: *a, x: 2}\nc: {<<: *b, x: 3}")["c"] == {"x": 3}


@pytest.mark.parametrize(
    "data, says",
    [
        (b"a: {b: 1, b: 2}", "line 1: the key 'b' is there twice"),
        (b"x:\n  - a: 1\n    a: 1", "line 3: the key 'a' is there twice"),
        (b"a: [", "line 1: expected the node content"),
        (b"a: 2025-13-45", "no YAML .month must be in 1..12"),
        (b"a: \x07", "no YAML .unacceptable character"),
        (b"[" * 100_000, "nested too deeply"),
        (b"", "holds NoneType, no keys"),
        (b"- a", "holds list, no keys"),
        (b"name: caf\xe9", "line 1: not UTF-8"),
        (b"a: 1\n\x00", "line 2: holds a zero byte"),
    ],
)
def test_what_is_no_yaml_of_keys_is_refused_in_one_line(data, says, tmp_path):
    (tmp_path / "c.yaml").write_bytes(data)
    with pytest.raises(ConfigError, match=f"c.yaml(, |: ){says}") as error:
        load(tmp_path / "c.yaml")
    assert "\n" not in str(error.value)


def test_aliases_that_multiply_are_refused_shortly(tmp_path):
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    (tmp_path / "c.yaml").write_text("\n".join(["a0: &a0 x", *levels, "name: *a29", "seed: *a29"]))
    with pytest.raises(ConfigError, match="seed: .*valid integer") as error:
        load(tmp_path / "c.yaml")
    assert len(str(error.value)) < 9000


def test_a_config_may_have_a_byte_order_mark(tmp_path):
    text = (ROOT / "config/miniature.yaml").read_text().replace("\n", "\r\n")
    (tmp_path / "c.yaml").write_bytes(text.encode("utf-8-sig"))
    assert load(tmp_path / "c.yaml") == validate(MINIATURE)


def test_what_snakemake_cannot_read_is_refused(tmp_path):
    text = (ROOT / "config/miniature.yaml").read_bytes()
    for data in (text.decode().encode("utf-16"), gzip.compress(text)):
        (tmp_path / "c.yaml").write_bytes(data)
        with pytest.raises(ConfigError, match="c.yaml: not UTF-8, and Snakemake reads no other"):
            load(tmp_path / "c.yaml")
