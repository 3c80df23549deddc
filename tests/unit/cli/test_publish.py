"""If these tests fail, `warriorcoder publish` takes an unfinished run or an impossible name."""

import json

import pytest

from warriorcoder.cli import main


@pytest.fixture
def run(folder):
    (folder / "results/report").mkdir(parents=True)
    one = {"experts": ["a"], "gold": "winner"}
    rosters = {"one": one, "lora": one | {"trains_on": "one", "method": "lora"}}
    record = {"name": "tiny", "rosters": rosters}
    (folder / "results/report/summary.json").write_text(json.dumps({"record": record}))
    return folder


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["absent"], "absent: no finished run, because report/summary.json is missing"),
        (["results", "--roster", "two"], "results: no roster 'two'. It has one, lora."),
        (["results", "--roster", "lora"], "--roster lora: it trains on the gold answers of one,"),
        (["results", "--namespace", "a/b"], "--namespace a/b: is no account name"),
        (["results", "--version", "1"], "--version 1: write it as 1.0.0"),
        (["results"], "gold/one/sft.parquet: is missing or incomplete. Run snakemake"),
    ],
)
def test_what_cannot_be_published_is_one_line(run, capsys, words, message):
    assert main(["publish", "--namespace", "me", *words, "--dry-run"]) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1
    assert not (run / "publish").exists()


def test_a_broken_summary_is_named(run, capsys):
    (run / "results/report/summary.json").write_text("{}")
    assert main(["publish", "results", "--namespace", "me", "--dry-run"]) == 2
    assert "summary.json: not complete ('record')" in capsys.readouterr().err


def test_a_push_is_never_the_default(run, capsys):
    with pytest.raises(SystemExit):
        main(["publish", "results", "--namespace", "me"])
    assert "one of the arguments --dry-run --push is required" in capsys.readouterr().err
