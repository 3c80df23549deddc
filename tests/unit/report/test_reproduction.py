"""If these tests fail, the Reproduction page judges a difference wrongly, or misses one."""

import copy

import polars as pl
import pytest
from unit.report.test_comparison import write

from warriorcoder.report import comparison, measured, paper, reproduction

EXPERTS = dict(zip("abcde", paper.EXPERTS, strict=True))
ROSTERS = {
    "five": {"experts": list(EXPERTS), "gold": "winner"},
    "control": {"experts": list(EXPERTS), "gold": "random"},
    "two": {"experts": ["a", "b"], "gold": "winner"},
    "two_long": {"experts": ["a", "b"], "gold": "winner", "epochs": 3.0},
}
HUMANEVAL, OLD, NEW = "HumanEval+ v0.1.10", "MBPP+ v0.1.0", "MBPP+ v0.2.0"
SHARED = pl.DataFrame(
    {"category": list(paper.CATEGORIES), "rows": [514, 122, 38, 29, 66, 222, 9]}
).with_columns(paper=pl.Series([share for share, _ in paper.CATEGORIES.values()]))
OVERLAPS = pl.DataFrame({"rouge_l": [0.1] * 70 + [0.4] * 29 + [0.7]})
DIFFICULTIES = pl.DataFrame({"difficulty": [None, 4.0, 6.0, 8.5, 9.0], "rows": [9, 10, 60, 20, 10]})


def run(**changed):
    record = {"rosters": ROSTERS, "experts": EXPERTS, "target": paper.TARGET}
    record |= {"entered": [], "world": False}
    for path, value in paper.SETTINGS.items():
        section, key = path.split(".")
        record.setdefault(section, {})[key] = value
    return copy.deepcopy(record) | changed


@pytest.fixture
def compared(tmp_path):
    """HumanEval of 164 and MBPP of 378 problems; each interval is the value give or take 10."""
    scores = {"base": 0.476, "five": 0.70, "two": 0.77, "two_long": 0.1, "control": 0.5}
    paths = []
    for model, score in scores.items():
        code = {("humaneval", 1): score, ("humaneval+", 1): score - 0.05}
        paths.append(write(tmp_path, model, "he", code, version=HUMANEVAL, n=164))
        paths.append(write(tmp_path, model, "mbpp", {("mbpp", 1): 0.7}, version=NEW, n=378))
    results = measured.read_results(paths)
    return {name: comparison.compare(name, results, ROSTERS) for name in paper.PRINTED}


def made(compared, overlaps=OVERLAPS, **changed):
    return reproduction.reproduce(run(**changed), compared, SHARED, overlaps, DIFFICULTIES)


def cell(frame, where, figure, model=""):
    found = frame.filter(where=where, figure=figure, model=model)
    assert len(found) == 1, found
    return found.row(0, named=True)


def test_a_difference_is_noise_within_our_interval_and_resolved_outside(compared):
    frame = made(compared)
    base = cell(frame, "Table 1", "HumanEval pass@1", "base")
    assert (base["verdict"], base["difference"]) == ("noise", pytest.approx(0))
    ours = cell(frame, "Table 1", "HumanEval pass@1", "WarriorCoder")
    assert ours["verdict"] == "resolved" and ours["difference"] == pytest.approx(70 - 80.5)
    assert ours["choices"] == ["greedy"]
    mbpp = cell(frame, "Table 1", "MBPP pass@1", "WarriorCoder")
    assert mbpp["verdict"] == "noise" and mbpp["difference"] == pytest.approx(70 - 76.2)


def test_figures_of_other_data_sets_are_shown_and_not_compared(compared):
    frame = made(compared)
    old = cell(frame, "Table 1", "MBPP pass@1", "base")
    assert old["verdict"] == "not comparable: ours is on MBPP+ v0.2.0, 378"
    assert old["ours"] == pytest.approx(70) and old["difference"] is None
    unfit = cell(frame, "Table 5", "HumanEval pass@1", "2 expert(s)")
    assert unfit["ours"] == pytest.approx(77)
    assert unfit["verdict"] == "not comparable: the printed figure fits no version's problems"


def test_what_did_not_run_says_so(compared):
    frame = made(compared, overlaps=None)
    assert "a roster of 1" in cell(frame, "Table 5", "MBPP pass@1", "1 expert(s)")["verdict"]
    assert "benchmark" in cell(frame, "Table 3", "Overall pass@1", "WarriorCoder")["verdict"]
    assert "overlap_corpus" in cell(frame, "Figure 3", "ROUGE below 0.3")["verdict"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"world": True}, "the miniature's models"),
        ({"experts": EXPERTS | {"c": "my/model"}}, r"not the paper's experts \(my/model\)"),
        ({"entered": ["b"]}, "texts of b are from files"),
        ({"experts": EXPERTS | {"b": paper.EXPERTS[0]}}, "4 of the paper's experts"),
    ],
)
def test_other_models_forbid_every_comparison_of_what_they_made(compared, changed, says):
    frame = made(compared, **changed)
    for where, figure, model in (
        ("Table 1", "HumanEval pass@1", "WarriorCoder"),
        ("Table 4", "Code Generation", ""),
        ("Figure 5", "difficulty 6-8 (good)", ""),
    ):
        row = cell(frame, where, figure, model)
        assert pl.Series([row["verdict"]]).str.contains(f"not comparable: .*{says}").all()
        assert row["ours"] is not None and row["difference"] is None
    base = cell(frame, "Table 1", "HumanEval pass@1", "base")
    assert (base["verdict"] == "noise") == (not changed.get("world"))


def test_another_target_leaves_the_data_comparable(compared):
    frame = made(compared, target="my/target")
    assert "my/target" in cell(frame, "Table 1", "HumanEval pass@1", "base")["verdict"]
    assert cell(frame, "Table 4", "Code Generation")["verdict"] == "noise"


def test_shares_and_statements_have_intervals_and_verdicts(compared):
    frame = made(compared)
    code = cell(frame, "Table 4", "Code Generation")
    assert code["low"] < 51.4 < code["high"] and code["ours"] == pytest.approx(51.4)
    below = cell(frame, "Figure 3", "ROUGE below 0.3")
    assert (below["ours"], below["difference"], below["verdict"]) == (70, 0, "noise")
    above = cell(frame, "Figure 3", "ROUGE above 0.6")
    assert (above["difference"], above["verdict"]) == (1, "resolved")
    good = cell(frame, "Figure 5", "difficulty 6-8 (good)")
    assert good["ours"] == 80 and good["verdict"] == "noise"
    assert cell(frame, "Figure 5", "difficulty 9-10 (excellent)")["ours"] == 10
    assert cell(frame, "Figure 4", "win rates of the experts")["ours"] is None


def test_settings_that_differ_stand_beside_the_figures_that_they_decide(compared):
    changed = {"rating": {"k": 32.0, "alpha": 0.7}, "difficulty": {"threshold": 5}}
    frame = made(compared, **changed)
    ours = cell(frame, "Table 1", "HumanEval pass@1", "WarriorCoder")
    assert ours["choices"] == ["greedy", "difficulty.threshold", "rating.k"]
    assert cell(frame, "Table 1", "HumanEval pass@1", "base")["choices"] == ["greedy"]
    assert "difficulty.threshold" in cell(frame, "Table 4", "Code Analysis")["choices"]
    assert "rating.k" not in cell(frame, "Table 4", "Code Analysis")["choices"]
    shown = reproduction.page(frame, run(**changed)).tables[1].frame
    assert shown.rows() == [("difficulty.threshold", "6", "5"), ("rating.k", "40.0", "32.0")]


def test_every_printed_figure_has_one_row_and_the_page_shows_it(compared):
    frame = made(compared)
    printed = sum(map(len, paper.PRINTED.values())) + len(paper.CATEGORIES) + len(paper.STATEMENTS)
    others = sum(v is not None for t in paper.OTHERS.values() for row in t.values() for v in row)
    assert len(frame) == printed + others == len(frame.select("where", "model", "figure").unique())
    shown = reproduction.page(frame, run())
    assert len(shown.tables[0].frame) == printed
    cells = sum(t.frame.drop("model").count().sum_horizontal().item() for t in shown.tables[2:])
    assert cells == others
    assert "–" in shown.html() and shown.caption[0].startswith(f"Of {printed} figures noise: ")
