"""Croissant 1.1 metadata of a data set: its files and columns, responsible AI, and provenance.

Files are at their addresses on the hub. Beside the core vocabulary stand the eight properties that
data-set tracks ask for: limits, biases, personal data, uses, social impact, synthetic data,
sources (`prov:wasDerivedFrom`) and stages (`prov:wasGeneratedBy`).
"""

from pathlib import Path

import polars as pl

from warriorcoder.gold.columns import CONFIGS, PASSPORT, PREFERENCES, SCORED, SFT
from warriorcoder.provenance.digests import checksum
from warriorcoder.publish.passport import Passport

FILE = "croissant.json"
CONTEXT: dict = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "prov": "http://www.w3.org/ns/prov#",
    "dct": "http://purl.org/dc/terms/",
    "name": {"@container": "@language"},
    "description": {"@container": "@language"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "conformsTo": "dct:conformsTo",
}
TERMS = (
    "arrayShape citeAs column containedIn equivalentProperty extract field fileObject fileProperty"
)
TERMS += (
    " fileSet format includes isArray isLiveDataset jsonPath key md5 parentField path recordSet"
)
TERMS += " references regex repeated replace samplingRate separator source subField transform"
CONTEXT |= {term: f"cr:{term}" for term in TERMS.split()}
CONTEXT |= {term: {"@id": f"cr:{term}", "@type": "@json"} for term in ("data", "examples")}
CITE = (
    "@article{feng2025warriorcoder, title={WarriorCoder: Learning from Expert Battles to Augment "
    "Code Large Language Models}, author={Feng, Huawen and others}, year={2025}}"
)
TYPES = {
    pl.String: "sc:Text",
    pl.Int64: "sc:Integer",
    pl.Float64: "sc:Float",
    pl.Boolean: "sc:Boolean",
}
RESPONSIBLE = {
    "rai:dataLimitations": "Nobody has checked the texts for correctness. The texts are code and "
    "English, as the models write them, and hold the mistakes of these models.",
    "rai:personalSensitiveInformation": "No personal data were collected. Models may repeat such "
    "data from their own training. Nobody has checked the texts for it.",
    "rai:dataUseCases": "Training and study of code models: supervised fine-tuning, preference "
    "learning, and the study of judging by models. No use as a benchmark of correctness.",
    "rai:dataSocialImpact": "Models that train on texts of models may become more alike, and may "
    "write code with the same faults. The licences of the models may restrict the use.",
    "rai:hasSyntheticData": True,
    "rai:dataCollectionType": ["Synthetic"],
}
BIASES = {
    "winner": "Judges are models. They may prefer the answer that they read first, longer answers "
    "and answers of their own kind. The report of the run measures position and length.",
    "random": "Answers are drawn at random from all candidates, as a control.",
    "one": "One model wrote instructions and answers, so the set has its habits.",
}


def describe(
    folder: Path, repository: str, creator: str, passport: Passport, version: str, date: str
) -> dict:
    """Return the metadata of the data set in a folder.

    Args:
        repository: its id on the hub.
        creator: the account that publishes it.
        passport: its making.
        version: of this set, such as 1.0.0.
        date: of its publication, YYYY-MM-DD.
    """
    url = f"https://huggingface.co/datasets/{repository}"
    said, frames = BIASES[passport.kind], {}
    for name, (file, columns) in CONFIGS.items():
        frame = pl.scan_parquet(folder / file)
        if frame.select(pl.len()).collect().item():
            schema = frame.collect_schema()
            frames[name] = (file, {each: schema[each] for each in columns or schema.names()})
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": repository.rpartition("/")[2],
        "description": f"Roster {passport.roster} of a run of WarriorCoder. {said}",
        "url": url,
        "license": f"{url}/blob/main/LICENSE.md",
        "creator": {"@type": "sc:Organization", "name": creator},
        "datePublished": date,
        "version": version,
        "citeAs": CITE,
        "keywords": ["code", "synthetic", "instruction tuning", "preference data"],
        "isLiveDataset": False,
        "distribution": [
            _file(folder, url, file) for file in dict.fromkeys(file for file, _ in frames.values())
        ],
        "recordSet": [_records(name, *each) for name, each in frames.items()],
        **RESPONSIBLE,
        "rai:dataBiases": said,
        "rai:dataCollection": " ".join(stage.did for stage in passport.stages),
        "prov:wasDerivedFrom": [
            {
                "@type": "prov:Entity",
                **({"@id": each.url} if each.url else {}),
                "prov:label": f"{each.model} {each.revision[:12]}".strip(),
                "license": each.licence.name,
            }
            for each in passport.models
        ],
        "prov:wasGeneratedBy": [
            {
                "@type": "prov:Activity",
                "prov:label": stage.name,
                "sc:description": f"{stage.did} Digests of its config and code: "
                f"{', '.join(stage.digests)}.",
            }
            for stage in passport.stages
        ],
    }


def _file(folder: Path, url: str, file: str) -> dict:
    return {
        "@type": "cr:FileObject",
        "@id": file,
        "name": file,
        "contentUrl": f"{url}/resolve/main/{file}",
        "contentSize": f"{(folder / file).stat().st_size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": checksum(folder / file),
    }


def _records(name: str, file: str, columns: dict[str, pl.DataType]) -> dict:
    told = PASSPORT | (PREFERENCES if name == "preferences" else SFT)
    told = PASSPORT | SCORED if name == "scored" else told
    fields = [
        _field(f"{name}/{column}", kind, file, column) | {"description": told[column]}
        for column, kind in columns.items()
    ]
    return {"@type": "cr:RecordSet", "@id": name, "name": name, "field": fields}


def _field(id: str, kind, file: str, column: str, key: str | None = None) -> dict:
    """Return the field of a column: a value, or a list of structs with a sub-field per key."""
    field: dict = {"@type": "cr:Field", "@id": id, "name": id.replace("/", "_")}
    if isinstance(kind, pl.List) and isinstance(kind.inner, pl.Struct):
        keys = kind.inner.fields
        parts = [_field(f"{id}/{k.name}", k.dtype, file, column, k.name) for k in keys]
        return field | {"repeated": True, "subField": parts}
    source: dict = {"fileObject": {"@id": file}, "extract": {"column": column}}
    if key:
        source["transform"] = {"jsonPath": f"$[*].{key}"}
    return field | {"dataType": TYPES[kind.base_type()], "source": source}
