"""If these tests fail, the report is not what the run made, or varies by itself."""

import json
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from warriorcoder.arena.tables import RATINGS
from warriorcoder.config.difficulty import Difficulty
from warriorcoder.config.rating import Rating
from warriorcoder.curation.difficulty import level
from warriorcoder.report import (
    costs,
    difficulties,
    figures,
    headline,
    lift,
    measured,
    overlap,
    pages,
    standings,
    summary,
    win_rates,
    yields,
)

TAGS = ("title", "desc")
EXPERTS = ["a", "b", "c"]
ROSTERS = {
    "one": {"experts": ["a"], "gold": "winner"},
    "three": {"experts": EXPERTS, "gold": "winner"},
}


def table(columns: str, *rows: tuple) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=columns.split(), orient="row")


RATES = table("attacker defender battles win_rate", ("a", "b", 4, 0.75), ("b", "a", 4, 0.5))
RATED = table(
    "expert difficulty level rows",
    *(("a", float(score), level(score, "paper"), score) for score in range(1, 11)),
)
LEFT = table("expert sampling stage rows", *(("a", "s", stage, 9) for stage in yields.STAGES))
STANDINGS = table(
    "expert method rating low high",
    *((who, how, 0.5, 0.4, 0.6) for who in EXPERTS for how in standings.METHODS),
)
COMPARED = table(
    "model metric source k dataset setting n value low high",
    *((who, "mbpp", "ours", 1, "tiny", "greedy", 8, 50.0, 40.0, 60.0) for who in ROSTERS),
)
FIGURES = {
    "win rates": lambda: win_rates.draw(RATES, ["a", "b"]),
    "difficulty": lambda: difficulties.draw(RATED, Difficulty(max_tokens=9)),
    "overlap": lambda: overlap.draw(pl.DataFrame({"rouge_l": [0.1, 0.5]}), 2),
    "funnel": lambda: yields.draw(LEFT),
    "ratings": lambda: standings.draw(STANDINGS),
    "lift": lambda: lift.draw(COMPARED),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_is_the_same_bytes_each_time(figure, tmp_path):
    for name in ("one.svg", "two.svg"):
        figures.save(FIGURES[figure](), tmp_path / name, {"seed": 1})
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert b"<dc:date>" not in (tmp_path / "one.svg").read_bytes()


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_says_its_title_and_what_it_shows(figure, tmp_path):
    drawn = FIGURES[figure]()
    figures.save(drawn, tmp_path / "one.svg", {"seed": 1})
    names = ElementTree.parse(tmp_path / "one.svg").getroot()
    title, text = (names.findtext(f"{{http://www.w3.org/2000/svg}}{tag}") for tag in TAGS)
    assert title == drawn.get_suptitle() != "" and text == drawn.get_label() != ""


def test_mined_text_cannot_become_markup():
    frame = pl.DataFrame({"text": ["<script>alert('x')</script>"], "share": [0.256]})
    html = pages.Page("A & B", [pages.Table(frame, digits=2)], ["1 < 2"]).html()
    assert "<script>alert" not in html
    for text in ("A &amp; B", "&lt;script&gt;", "0.26", "1 &lt; 2"):
        assert text in html


@pytest.fixture
def logs(tmp_path):
    folder = tmp_path / "logs"
    jobs = {
        "mine/a.log": ({"seconds": 2.0, "cpu_seconds": 3.5, "max_rss_mb": 10.0}, (1, 40, 0)),
        "mine/b.log": ({"seconds": 1.0, "cpu_seconds": 0.5, "max_rss_mb": 30.0}, (0, 0, 40)),
        "train/one.log": ({"seconds": 8.0, "cpu_seconds": 8.0, "max_rss_mb": 20.0}, None),
    }
    for name, (cost, rows) in jobs.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Path(f"{path}.cost.json").write_text(json.dumps(cost))
        if rows:
            made = dict(zip(("loads", "generated", "reused"), rows, strict=True))
            made |= {"prompt_tokens": 7, "new_tokens": 9, "generate_seconds": 0.5}
            made |= {"gpu_seconds": 4.0, "model": "athene"}
            Path(f"{path}.rows.json").write_text(json.dumps(made))
    return folder


def test_costs_are_summed_by_rule(logs):
    assert costs.read(logs).rows() == [
        ("mine", 2, 3.0, 4.0, 30.0, 1, 40, 40, 14, 18, 1.0, 8.0),
        ("train", 1, 8.0, 8.0, 20.0, *[None] * 7),
    ]


def test_a_row_costs_its_share_of_the_seconds_and_gpus(logs):
    table, by_model = costs.page(costs.read(logs), costs.of_models(logs)).tables
    assert by_model.frame["model"].to_list() == ["athene"]
    assert by_model.frame["GPU-seconds per 1000 rows"].to_list() == [200]
    mined = table.frame.row(by_predicate=pl.col("rule") == "mine", named=True)
    assert mined["seconds per 1000 rows"] == 25 and mined["GPU-seconds per 1000 rows"] == 200
    trained = table.frame.row(by_predicate=pl.col("rule") == "train", named=True)
    assert trained["seconds per 1000 rows"] is None


def test_without_logs_the_costs_are_an_empty_table(tmp_path):
    assert costs.read(tmp_path / "nowhere").rows() == []
    assert "all" in costs.page(costs.read(tmp_path), costs.of_models(tmp_path)).html()


def test_a_cost_that_was_cut_short_is_named(logs):
    (logs / "mine/a.log.cost.json").write_text('{"seconds": 2')
    with pytest.raises(ValueError, match="mine/a.log.cost.json: not complete JSON"):
        costs.read(logs)


def test_the_summary_keeps_its_keys_and_the_headline_prints_them(logs):
    results = pl.DataFrame(
        [
            ("base", "he", "humaneval", 1, 8, 0.125, 0.0, 0.3, "tiny", "greedy"),
            ("one", "he", "humaneval", 1, 8, 0.25, 0.1, 0.5, "tiny", "greedy"),
            ("three", "he", "humaneval", 1, 8, 0.5, 0.2, 0.8, "tiny", "greedy"),
            ("three", "he", "humaneval+", 1, 8, 0.375, 0.2, 0.6, "tiny", "greedy"),
            ("three", "old", "humaneval", 1, 9, 0.75, 0.2, 0.8, "older", "greedy"),
        ],
        schema=list(measured.FIGURES)[:10],
        orient="row",
    )
    results = pl.concat([pl.DataFrame(schema=measured.FIGURES), results], how="diagonal_relaxed")
    judged = pl.DataFrame(
        {"votes": [8, 8], "parsed": [8, 4], "difficulty_ratings": 0, "difficulty_parsed": 0}
        | {"asked_again": [0, 8], "difficulty_asked_again": 0}
    )
    rated = pl.DataFrame(
        [
            ("three", "a", "elo_final", 1010.0, None, None),
            ("three", "a", "elo_permuted", 1005.0, 1000.0, 1010.0),
            ("three", "a", "bradley_terry", 0.4, 0.3, 0.5),
            ("one", "a", "elo_permuted", 1000.0, 1000.0, 1000.0),
        ],
        schema=RATINGS.schema,
        orient="row",
    )
    remaining = pl.DataFrame(
        [("a", "s", "mined", 9), ("a", "s", "selected", 3)],
        schema=["expert", "sampling", "stage", "rows"],
        orient="row",
    )
    counts = {"instructions": 3, "battles": 1234, "votes": 16, "sft_rows": {"three": 3}}
    found = summary.summarise(
        name="tiny run",
        rosters=ROSTERS,
        rating=Rating(snapshot="permuted"),
        results=results,
        judged=judged,
        remaining=remaining,
        ratings=rated,
        truth=None,
        counts=counts,
        spent=costs.read(logs),
    )
    assert json.loads(json.dumps(found)) == found
    assert found["pass_at_1"] == {"base": 0.125, "one": 0.25, "three": 0.5, "n": 8}
    assert found["pass_at_1_dataset"] == "tiny"
    assert found["pass_at_1_ci95"]["three"] == [0.2, 0.8]
    assert list(found["benchmarks"]["three"]) == [
        "humaneval pass@1 (tiny, greedy)",
        "humaneval+ pass@1",
        "humaneval pass@1 (older, greedy)",
    ]
    assert found["benchmarks"]["base"]["humaneval pass@1"]["dataset"] == "tiny"
    assert found["parse_rate"] == {"verdict": 0.75, "difficulty": None}
    assert found["judge_accuracy"] is None
    assert found["funnel"] == {"a": {"s": {"mined": 9, "selected": 3}}}
    assert (found["elo"], found["bradley_terry"]) == ({"a": 1005.0}, {"a": 0.4})
    assert found["counts"] == counts
    assert found["cpu_seconds"] == {"mine": 4.0, "train": 8.0, "total": 12.0}
    assert found["model_loads"] == {"mine": 1, "total": 1}
    assert found["generated_rows"] == {"mine": 40, "total": 40}
    assert found["benchmarks"]["three"]["humaneval+ pass@1"]["value"] == 0.375
    text = headline.text(found)
    lines = ("HumanEval (tiny, n = 8)", "three   50.0 %  [20.0, 80.0]")
    for line in (*lines, "verdicts parsed 75.0 % (50.0 % asked again)", "1,234 battles"):
        assert line in text
    assert "judges right" not in text
    found["judge_accuracy"] = 0.875
    assert "judges right 87.5 %" in headline.text(found)
