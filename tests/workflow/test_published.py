"""The folders for the hub of the micro run."""

from published import check

from warriorcoder import cli


def test_each_config_of_each_card_loads_and_tells_the_truth(finished, tmp_path):
    words = ["publish", str(finished.folder / "results"), "--namespace", "me", "--dry-run"]
    assert cli.main([*words, "--to", str(tmp_path / "hub")]) == 0
    kinds = {"one": "one", "three": "winner"}
    assert len(check(tmp_path / "hub", kinds, tmp_path / "datasets")) == 2
