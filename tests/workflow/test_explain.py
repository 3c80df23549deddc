"""If these tests fail, `warriorcoder explain` tells what the files do not."""

import json
import re
from collections import Counter

import polars as pl
import pytest
from schemas import TABLES

from warriorcoder import cli
from warriorcoder.config.reading import load
from warriorcoder.core import tables
from warriorcoder.curation.tables import DIFFICULTY
from warriorcoder.provenance import records
from warriorcoder.report import row_history
from warriorcoder.report.row import Row

# How a story ends → the funnel's reason.
ENDS = {
    r"Dropped as junk: (\w+)\.": None,
    r"Dropped as exact duplicate of": "exact_duplicate",
    r"Dropped as near duplicate of": "near_duplicate",
    r"Dropped: no judge gave a score": "unparsed",
    r"Dropped as too easy": "too_easy",
    r"Dropped: it shares \d+ words in a row with \S+ of ([\w-]+)\.": None,
    r"Not selected: k-center": "not_a_centre",
    r"In the sets: conversations 1": "kept",
}


@pytest.fixture
def inside(finished, monkeypatch):
    monkeypatch.chdir(finished.folder)
    return finished


def read(project, table, pattern):
    return tables.read(TABLES[table], *sorted(project.folder.glob(f"results/{pattern}")))


def reason(text: str) -> str:
    found = [(match, why) for end, why in ENDS.items() if (match := re.search(end, text))]
    assert len(found) == 1, text
    match, why = found[0]
    return why or match[1]


def test_every_mined_row_ends_where_the_funnel_counted_it(inside):
    config, ends = load("config/miniature.yaml"), Counter()
    for id in read(inside, "mined", "mined/*/*/*.parquet")["id"]:
        last = list(row_history.tell(Row(config, "three", id)))[-1]
        ends[id.split(":")[0], reason("\n".join(last.lines))] += 1
    funnel = read(inside, "funnel", "funnel/*/*.parquet")
    counted = funnel.filter(~pl.col("stage").is_in(["mined", "curated"]))
    expected = counted.group_by("expert", "reason").agg(pl.sum("rows")).rows()
    assert ends == {(expert, why): rows for expert, why, rows in expected}
    assert {why for _, why in ends} >= {"kept", "too_easy", "not_a_centre", "exact_duplicate"}


def test_a_gold_rows_story_has_every_battle_vote_and_score(inside, capsys):
    votes = read(inside, "votes", "votes/*/*/*.parquet")
    scored = read(inside, "scored", "gold/three/scored.parquet")
    for id in scored["id"].unique():
        assert cli.main(["explain", id, "--roster", "three"]) == 0
        text = capsys.readouterr().out
        assert max(map(len, text.splitlines())) <= 100
        for vote in votes.filter(id=id).iter_rows(named=True):
            assert f"{vote['attacker']} against {vote['defender']}" in text
            told = re.search(
                rf"{vote['judge']} saw {vote['shown_first']} first and said (.*)", text
            )
            for_whom = {"tie": "it is a tie", "invalid": "nothing that counts"}
            assert for_whom.get(vote["vote"]) == told[1] or f"[[{vote['verdict']}]]" in told[1]
            assert vote.get(vote["vote"], "") in told[1]
        for row in scored.filter(id=id).iter_rows(named=True):
            assert re.search(rf"{row['candidate']}: rating \d+, .* e = {row['score']:.3f}", text)
        best = scored.filter(pl.col("gold"), id=id)["candidate"][0]
        assert f"{best} wins by" in text or f"{best} and" in text
        # All answers and all words of the judges stand behind the bar of a quote.
        words = re.sub(r"\s", "", "".join(re.findall(r"^    │ ?(.*)$", text, re.M)))
        for quoted in (*scored.filter(id=id)["answer"], *votes.filter(id=id)["raw"]):
            assert re.sub(r"\s", "", quoted) in words


def test_elo_is_said_to_overrule_where_the_votes_were_for_another(inside, capsys):
    scored = read(inside, "scored", "gold/three/scored.parquet")
    most = pl.col("local").max().over("id")
    overruled = scored.filter(pl.col("gold") & (pl.col("local") < most))["id"].to_list()
    for id in scored["id"].unique():
        cli.main(["explain", id])
        assert ("Elo overruled x" in capsys.readouterr().out) == (id in overruled)


def test_a_level_is_named_as_in_its_judges_prompt(project, monkeypatch, capsys):
    (path,) = project.folder.glob("results/difficulty/athene/llamax.parquet")
    made, rated = records.read(path), tables.read(DIFFICULTY, path).with_columns(score=pl.lit(5))
    made["difficulty"]["levels"] = "official-code"
    tables.write(rated, DIFFICULTY, path, made)
    monkeypatch.chdir(project.folder)
    cli.main(["explain", rated["id"][0]])
    assert "d = 5 (good)" in capsys.readouterr().out


def test_a_roster_of_one_has_its_own_answer(inside, capsys):
    id = read(inside, "selected", "selected/athene.parquet")["id"][0]
    assert cli.main(["explain", id, "--roster", "one"]) == 0
    assert "athene's own answer is gold" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words, error",
    [
        (["athene:t1.0-p0.99:000099"], "Close to it are: athene:t1.0-p0.99:000023"),
        (["athene:t1.0-p0.99:3"], "Close to it are: athene:t1.0-p0.99:000003"),
        (["athena:t1.0-p0.99:000003"], "Close to it are: athene:t1.0-p0.99:000003"),
        (["athene"], "no such row in results/mined. Close to it are: athene:t1."),
        (
            ["athene:t1.0-p0.99:000003", "--roster", "thre"],
            "--roster thre: no such roster. Choose from one, three.",
        ),
        (["quq:t1.0-p0.99:000003", "--roster", "one"], "quq is not in it. Choose from three."),
        (["athene:t1.0-p0.99:000003", "--config", "other.yaml"], "other.yaml: "),
        ([], "give either a ROW_ID, or --search"),
        (["athene:t1.0-p0.99:000003", "--random"], "give either a ROW_ID, or --search"),
        (["--random", "--search", "no text is like this"], "is like that. Leave an option out."),
    ],
)
def test_what_is_not_there_is_named_with_what_is_near(inside, capsys, words, error):
    assert cli.main(["explain", *words]) == 2
    said = capsys.readouterr()
    assert error in said.err and not said.out and said.err.count("\n") == 1


def test_options_find_the_instructions_that_a_naive_count_finds(inside, capsys):
    votes = read(inside, "votes", "votes/*/*/*.parquet").filter(pl.col("vote") != "invalid")
    said = votes.group_by("id", "attacker", "defender").agg(pl.col("vote").n_unique())
    expected = {
        "--disagree": set(said.filter(pl.col("vote") > 1)["id"]),
        "--search=FUNCTION": {
            row["id"]
            for row in read(inside, "selected", "selected/*.parquet").iter_rows(named=True)
            if "function" in row["text"].lower()
        },
    }
    for option, ids in expected.items():
        cli.main(["explain", option])
        *lines, count = capsys.readouterr().out.splitlines()
        assert {line.split()[0] for line in lines} == ids
        assert count == f"{len(ids)} of 9 instructions of roster three"
    assert expected["--search=FUNCTION"]
    cli.main(["explain", "--disagree", "--search=FUNCTION", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert {each["id"] for each in found} == set.intersection(*expected.values())
    cli.main(["explain", "--random", "--search=FUNCTION"])
    assert capsys.readouterr().out.split(",")[0] in expected["--search=FUNCTION"]


def test_json_has_every_text_whole_and_null_for_a_row_without_battles(inside, capsys):
    votes = read(inside, "votes", "votes/*/*/*.parquet")
    for id in read(inside, "selected", "selected/athene.parquet")["id"]:
        cli.main(["explain", id, "--json"])
        story = json.loads(capsys.readouterr().out)["story"]
        told = [vote["raw"] for battle in story["battles"] for vote in battle["votes"]]
        assert sorted(told) == sorted(votes.filter(id=id)["raw"])
        answers = read(inside, "answers", "answers/athene/*.parquet").filter(id=id)
        assert sorted(each["text"] for each in story["answers"]) == sorted(answers["text"])
        assert story["sft"]["id"] == id
    dropped = set(read(inside, "mined", "mined/*/*/*.parquet")["id"])
    dropped -= set(read(inside, "curated", "curated/*.parquet")["id"])
    cli.main(["explain", min(dropped), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["story"] is None and told["chapters"][-1]["title"] == "Curated"


def test_a_story_stops_with_the_file_that_is_missing(project, monkeypatch, capsys):
    monkeypatch.chdir(project.folder)
    id = read(project, "selected", "selected/athene.parquet")["id"][0]
    (project.folder / "results/outcomes/three.parquet").unlink()
    assert cli.main(["explain", id]) == 2
    assert "results/outcomes/three.parquet: no such file" in capsys.readouterr().err
