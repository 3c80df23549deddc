"""`warriorcoder rate`: anyone's battle log, rated; what cannot be used, named."""

import gzip
import json
import random
import subprocess
import sys

import evalica
import polars as pl
import pytest
from data import shared

from warriorcoder.cli import main


def rate(file, *more: str) -> dict:
    assert main(["rate", "--battles", str(file), "--out", "out.json", *map(str, more)]) == 0
    with open("out.json") as out:
        return json.load(out)


@pytest.mark.parametrize("name", ["food", "simple"])
def test_published_scores_of_elo_and_bradley_terry_are_met(folder, name):
    """Their other rows are other models: `newman` gives ties a parameter of their own, the rest
    (average_win_rate, counting, eigen, pagerank) are not Bradley-Terry or Elo."""
    found = rate(shared("elo") / f"{name}.csv", "--k", 4)
    golden = pl.read_csv(shared("elo") / f"{name}-golden.csv", infer_schema_length=None)
    for method in ("elo", "bradley_terry"):
        rows = golden.filter(algorithm=method).select(pl.col("item").cast(pl.String), "score")
        assert len(rows) == 5
        assert found[method] == pytest.approx(dict(rows.rows()), abs=1e-9, rel=0)


def a_log(seed: int, players=("ann", "bo", "cy", "di"), battles=300) -> list[tuple]:
    draw = random.Random(seed)
    return [
        (*draw.sample(players, 2), draw.choice(["left", "left", "right", "tie"]))
        for _ in range(battles)
    ]


def write(path, rows, names=("left", "right", "winner")):
    frame = pl.DataFrame(rows, schema=list(names), orient="row")
    frame.write_parquet(path) if str(path).endswith("parquet") else frame.write_csv(path)


@pytest.mark.parametrize("seed", range(5))
def test_random_logs_are_rated_as_evalica_rates_them(folder, seed):
    rows = a_log(seed)
    write("log.csv", rows)
    found = rate("log.csv", "--k", 32, "--initial", 1500)
    marks = {"left": evalica.Winner.X, "right": evalica.Winner.Y, "tie": evalica.Winner.Draw}
    left, right, winners = zip(*rows, strict=True)
    log = (left, right, [marks[winner] for winner in winners])
    elo = evalica.elo(*log, k=32, initial=1500).scores
    assert found["elo"] == pytest.approx(elo.to_dict(), abs=1e-9, rel=0)
    theirs = evalica.bradley_terry(*log, tolerance=1e-14, limit=100_000).scores
    theirs = (theirs / theirs.sum()).to_dict()
    assert found["bradley_terry"] == pytest.approx(theirs, abs=1e-9, rel=0)


def test_every_method_has_an_interval_around_its_score(folder):
    write("log.csv", a_log(1))
    found = rate("log.csv")
    for method in ("elo", "elo_permuted", "bradley_terry"):
        assert (
            found["intervals"][method].keys() == found[method].keys() == set("ann bo cy di".split())
        )
        for name, (low, high) in found["intervals"][method].items():
            assert low < high
            assert low <= found[method][name] <= high or method == "elo"
    assert sum(found["elo_permuted"].values()) == pytest.approx(4000)
    assert sum(found["bradley_terry"].values()) == pytest.approx(1)


def test_intervals_hold_95_percent_of_the_draws(folder):
    """Of 16 games with 8 wins, 95 % of all resamples hold 4 to 12 wins and 90 % hold 5 to 11."""
    write("log.csv", [("ann", "bo", winner) for winner in ("left", "right")] * 8)
    for low, high in rate("log.csv")["intervals"]["bradley_terry"].values():
        assert (low, high) == pytest.approx((4 / 16, 12 / 16), abs=1e-9)


def test_columns_may_have_other_names_and_the_file_may_be_parquet(folder):
    rows = a_log(2)
    write("log.csv", rows)
    write("log.parquet", [(w, a, b, 1) for a, b, w in rows], ("who", "model_a", "model_b", "turn"))
    renamed = ["--left", "model_a", "--right", "model_b", "--winner", "who"]
    assert rate("log.parquet", *renamed) == rate("log.csv")


def test_a_seed_decides_every_draw(folder):
    write("log.csv", a_log(3))
    file, seeded = rate("log.csv"), rate("log.csv", "--order", "seeded", "--seed", 7)
    assert seeded == rate("log.csv", "--order", "seeded", "--seed", 7)
    assert seeded["elo"] != rate("log.csv", "--order", "seeded", "--seed", 8)["elo"]
    assert seeded["elo"] != file["elo"]
    assert seeded["bradley_terry"] == pytest.approx(file["bradley_terry"], abs=1e-9)


def test_players_who_cannot_be_compared_are_named(folder, capsys):
    write("log.csv", [("a", "b", "left"), ("b", "a", "left"), ("c", "a", "left")])
    found = rate("log.csv")
    assert found["notes"] and found["notes"][0].endswith("a, b / c")
    assert "a, b / c" in capsys.readouterr().out
    write("log.csv", a_log(1))
    assert rate("log.csv")["notes"] == []


def test_words_of_chatbot_arena_are_results(folder):
    words = ["model_a", "model_b", "tie", "tie (bothbad)", "both_bad"]
    names = ("model_a", "model_b", "winner")
    write("arena.csv", [("ann", "bo", word) for word in words], names)
    ours = ["left", "right", "tie", "tie", "tie"]
    write("log.csv", [("ann", "bo", winner) for winner in ours])
    assert rate("arena.csv", "--left", "model_a", "--right", "model_b") == rate("log.csv")


GOOD = "left,right,winner\na,b,left\n"


@pytest.mark.parametrize(
    "text, row, said",
    [
        (GOOD + "b,a,draw\n", 2, "winner is 'draw'. Write left, right or tie"),
        (GOOD + "b,a,\n", 2, "winner is ''. Write left, right or tie"),
        (GOOD + "b,a,left\n,a,left\nb,,left\n", 3, "left is empty. Name the player. (1 more"),
        (GOOD + "b, ,left\n", 2, "right is empty. Name the player"),
        (GOOD + "b,b,tie\n", 2, "b plays against itself"),
        ("left,right,winner\n", None, "no battle in it. Write one row per battle"),
        ("", None, "is empty. Write a header"),
        (
            "left,right\na,b\n",
            None,
            "no column 'winner'. It has left, right. Name the right column",
        ),
        (GOOD + "\na,b,left,b\n", 3, "has 4 cells, the header 3. Put a name with a comma into"),
        (GOOD + 'a,"b,left\n', 2, "no CSV (unexpected end of data). Fix the row"),
        ("left,left,winner\na,b,tie\n", None, "2 columns 'left'. It has left, left, winner."),
        (GOOD + "b, b\u200b,left\n", 2, "b plays against itself"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_row_and_the_fix(folder, capsys, text, row, said):
    (folder / "log.csv").write_text(text)
    assert main(["rate", "--battles", "log.csv", "--out", "out.json"]) == 2
    where = "log.csv" if row is None else f"log.csv, row {row}"
    error = capsys.readouterr().err
    assert error.startswith(f"warriorcoder rate: {where}: ") and said in error
    assert error.count("\n") == 1 and not (folder / "out.json").exists()


@pytest.mark.parametrize(
    "file, said",
    [
        ("none.csv", "none.csv: no such file"),
        ("none.parquet", "none.parquet: no such file"),
        ("[a]*.csv", "[a]*.csv: no such file"),
        ("*.parquet", "*.parquet: no such file"),
        ("https://example.org/log.csv", "log.csv: no such file"),
        ("log.txt", "is neither .csv nor .parquet"),
    ],
)
def test_what_is_no_table_is_refused(folder, capsys, file, said):
    write("a.csv", a_log(1))
    write("a.parquet", a_log(1))
    assert main(["rate", "--battles", file, "--out", "out.json"]) == 2
    assert said in capsys.readouterr().err


def test_a_parquet_file_that_is_cut_is_refused(folder, capsys):
    write("log.parquet", a_log(1))
    (folder / "log.parquet").write_bytes((folder / "log.parquet").read_bytes()[:200])
    assert main(["rate", "--battles", "log.parquet", "--out", "out.json"]) == 2
    assert "log.parquet: no complete Parquet file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "values, kind",
    [([["a"], ["b"]], "large_list<"), ([1.5, float("nan")], "double"), ([True, False], "bool")],
)
def test_a_column_that_holds_no_names_is_refused_with_its_type(folder, capsys, values, kind):
    frame = pl.DataFrame({"left": values, "right": ["c", "d"], "winner": ["left", "tie"]})
    frame.write_parquet("log.parquet")
    assert main(["rate", "--battles", "log.parquet", "--out", "out.json"]) == 2
    assert f"log.parquet: column 'left' is {kind}" in capsys.readouterr().err


PLAIN = "left,right,winner\nm1,m2,left\nm2,m1,tie\n"


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.replace("\n", "\n\n").encode(),
        f"\n\n{PLAIN}  \n\t\n".encode(),
        PLAIN.replace("\n", "\r\n\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        gzip.compress(PLAIN.encode("utf-32")),
        PLAIN.replace(",", " , ").replace("m1", "\ufeffm1\u00a0").encode(),
    ],
    ids="lines first spaces cr bom utf-16 utf-32.gz marks".split(),
)
def test_blank_lines_encodings_and_white_space_change_no_rating(folder, data):
    (folder / "plain.csv").write_text(PLAIN)
    (folder / "log[1].csv").write_bytes(data)
    plain, found = rate("plain.csv"), rate("log[1].csv")
    assert found | {"notes": []} == plain | {"notes": []} and found["battles"] == 2


def test_spellings_of_a_name_are_one_player_and_a_note(folder, capsys):
    names = ["mod\u00e9le", " mod\u00e9le", "mode\u0301le\u200b"]
    write("log.csv", [(name, "m2", winner) for name in names for winner in ("left", "right")])
    found = rate("log.csv")
    assert sorted(found["elo"]) == ["m2", "mod\u00e9le"]
    said = "mod\u00e9le: ' mod\\xe9le', 'mode\\u0301le\\u200b', 'mod\\xe9le' are one player"
    assert found["notes"] == [said] and said in capsys.readouterr().out


def test_control_characters_of_names_are_made_visible(folder, capsys):
    names = ["\x1b[31mred", "a\u202eb", "c\nd", "e\x9b0m"]
    write("log.csv", a_log(1, names))
    found = rate("log.csv")
    assert sorted(found["elo"]) == sorted(names)  # the file keeps them
    shown = capsys.readouterr().out
    assert all(name in shown for name in ("\\x1b[31mred", "a\\u202eb", "c\\nd", "e\\x9b0m"))
    assert not set("\x1b\u202e\x9b") & set(shown)
    write("log.csv", [("\x1b[2J", "\x1b[2J", "left")])
    assert main(["rate", "--battles", "log.csv", "--out", "out.json"]) == 2
    assert "\\x1b[2J plays against itself" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--k", "--initial"])
@pytest.mark.parametrize("value", ["1e308", "nan", "inf", "0", "-1", "1e6"])
def test_numbers_with_which_elo_overflows_are_refused(folder, capsys, option, value):
    write("log.csv", a_log(1))
    with pytest.raises(SystemExit):
        main(["rate", "--battles", "log.csv", "--out", "out.json", option, value])
    assert f"{value} is not above 0 and at most 100000" in capsys.readouterr().err


def test_the_command_works_as_it_is_typed(folder):
    write("log.csv", a_log(1))
    words = [sys.executable, "-m", "warriorcoder.cli", "rate", "--battles", "log.csv"]
    done = subprocess.run([*words, "--out", "out.json"], capture_output=True, text=True)
    assert done.returncode == 0 and "bradley_terry" in done.stdout
    done = subprocess.run([*words, "--out", "."], capture_output=True, text=True)
    assert done.returncode == 2 and "cannot be written" in done.stderr
    done = subprocess.run([*words, "--out", "o", "--k", "0"], capture_output=True, text=True)
    assert done.returncode == 2 and "not above 0" in done.stderr
