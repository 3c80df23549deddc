"""Checks of the folders that `warriorcoder publish` writes."""

import json
import re
from pathlib import Path

import polars as pl
from huggingface_hub import DatasetCard, ModelCard

REQUIRED = ("dataLimitations", "dataBiases", "personalSensitiveInformation", "dataUseCases")
REQUIRED += ("dataSocialImpact", "hasSyntheticData")


def check(folder: Path, kinds: dict[str, str], scratch: Path) -> list[str]:
    """Check all folders below one, and return the ids of the data sets.

    `kinds`: roster, as in the names of folders → `winner`, `random` or `one`.
    """
    datasets = []
    for roster, kind in kinds.items():
        [data] = folder.glob(f"*/*-{roster}-data")
        [model] = folder.glob(f"*/*-{roster}")
        check_dataset(data, kind, scratch)
        check_model(model, kind)
        datasets.append(data)
    [report] = folder.glob("*/*-report")
    page = (report / "README.md").read_text().split("app_file: ")[1].split("\n")[0]
    assert (report / page).exists() and (report / "battles/index.html").exists()
    return datasets


def check_dataset(folder: Path, kind: str, scratch: Path) -> None:
    from datasets import get_dataset_config_names, load_dataset

    text = (folder / "README.md").read_text()
    card = DatasetCard(text).data.to_dict()
    assert (folder / card["license_link"]).exists()
    names = [each["config_name"] for each in card["configs"]]
    assert get_dataset_config_names(str(folder)) == names
    assert ("preferences" in names) is (kind != "one")
    for each in card["configs"]:
        rows = load_dataset(str(folder), each["config_name"], split="train", cache_dir=str(scratch))
        frame = pl.read_parquet(folder / each["data_files"])
        assert len(rows) == len(frame) > 0
        assert {*rows.column_names} == {*each.get("columns", frame.columns)}
    default = load_dataset(str(folder), split="train", cache_dir=str(scratch))
    assert {"prompt", "completion"} <= {*default.column_names}
    assert "votes" not in default.column_names
    said = {"winner": "The winners are a training set", "random": "drawn at random"}
    assert (said | {"one": "no battle"})[kind] in " ".join(text.split())
    named = {"winner": "", "random": " (control)", "one": " (one expert)"}
    assert re.fullmatch(r"WarriorCoder, \w+(.*)", card["pretty_name"])[1] == named[kind]
    about = json.loads((folder / "croissant.json").read_text())
    assert {each["@id"] for each in about["recordSet"]} == {*names}
    assert all(about[f"rai:{key}"] for key in REQUIRED)
    assert about["prov:wasDerivedFrom"] and about["prov:wasGeneratedBy"]
    assert f"NAMESPACE/{'NAME'}" not in text


def check_model(folder: Path, kind: str) -> None:
    card = ModelCard((folder / "README.md").read_text())
    assert (folder / "model.safetensors").exists() and not (folder / "COMPLETED").exists()
    assert ("control" in card.text) is (kind == "random")
    found = card.data.eval_results
    assert found and all(0 <= each.metric_value <= 100 for each in found)
    assert card.data.datasets == [f"{folder.parent.name}/{folder.name}-data"]
