"""If this test fails, the first error of an empty stage is one of training's."""

import pyarrow as pa
import pyarrow.parquet as pq


def test_an_expert_of_whom_nothing_is_left_fails_there_and_the_others_go_on(project):
    mined = sorted((project.folder / "results/mined/quq").rglob("*.parquet"))
    for path in mined:  # no row ended its turn
        table = pq.read_table(path)
        place = table.schema.names.index("finish_reason")
        field = table.schema.field(place)
        pq.write_table(
            table.set_column(place, field, pa.array(["length"] * len(table), field.type)),
            path,
        )
    curated = [f"results/curated/{expert}.parquet" for expert in ("athene", "llamax", "quq")]
    done = project.snakemake("--cores", "1", "--forcerun", "curate_instructions", "--", *curated)
    assert done.returncode and done.stdout.count("failed: ") == 1
    assert "EmptyStage: curation of quq: no row is left of 48" in done.stdout
    assert "truncated: 48 rows" in done.stdout and "keep rows: mining.max_tokens" in done.stdout
    assert [(project.folder / path).exists() for path in curated] == [True, True, False]


def test_a_roster_whose_gold_is_all_left_out_fails_and_the_others_go_on(project):
    raw = project.config
    raw["export"] = {"min_margin": 1}  # where nobody fought there is no margin
    project.configure(raw)
    gold = [f"results/gold/{roster}/sft.parquet" for roster in ("one", "three")]
    done = project.snakemake("--cores", "1", *gold)
    assert done.returncode and done.stdout.count("failed: ") == 1
    assert "EmptyStage: gold of three: no row is left of" in done.stdout
    assert "keep rows: export.min_margin" in done.stdout
    assert [(project.folder / path).exists() for path in gold] == [True, False]
