"""If these tests fail, a comparison pairs what is not the same, or gives a wrong reason."""

import copy

import pytest
from unit.report.paired.runs import RECORD, TWO, write_gold, write_scores

from warriorcoder.report.paired import crowns, origins, page
from warriorcoder.report.paired.comparing import Comparison
from warriorcoder.report.paired.sides import NotComparable, Side, figures


def side(folder, name, **more):
    return Side(name, folder / name, "main", **more)


def changed(**scores):
    """TWO with other numbers of candidates: p=(x, X)."""
    new = copy.deepcopy(TWO)
    for name, (x, big_x) in scores.items():
        new["i"][name] = (*new["i"][name][:2], x, big_x)
    return new


def reason(folder, b=TWO, a=TWO, alphas=(0.5, 0.5), **more):
    """The reason for which the gold answer of `i` differs."""
    write_gold(folder / "a", scored=a, record=RECORD | {"rating": {"alpha": alphas[0]}})
    record = RECORD | {"rating": {"alpha": alphas[1]}} | more.pop("record", {})
    write_gold(folder / "b", scored=b, record=record, **more)
    one, two = (crowns.Gold.of(side(folder, name)) for name in "ab")
    found = crowns.changes(one, two, ("a", "b"))
    counts = dict(crowns.counts(one, two, found).iter_rows())
    assert sum(counts.values()) == len(a.keys() | b.keys())
    return found["reason"].to_list()


def test_an_equal_gold_answer_is_no_change(tmp_path):
    assert reason(tmp_path) == []


def test_votes_ratings_and_alpha_are_told_apart(tmp_path):
    assert reason(tmp_path, changed(p=(0.1, 0.5), q=(0.9, 0.5))) == [crowns.VOTES]
    assert reason(tmp_path, changed(p=(0.9, 0.0), q=(0.1, 1.0))) == [crowns.RATINGS]
    mixed = changed(p=(0.9, 0.2), q=(0.1, 0.8))
    assert reason(tmp_path, mixed, mixed, alphas=(0.3, 0.9)) == [crowns.ALPHA]
    both = changed(p=(0.5, 0.3), q=(0.5, 0.7))  # p leads by 0.4, less 0.4 by either alone
    assert reason(tmp_path, both, changed(p=(0.8, 0.5), q=(0.2, 0.5)), (0.5, 0.5)) == [
        crowns.TOGETHER
    ]


def test_a_tie_is_named_where_a_side_has_equal_scores(tmp_path):
    assert reason(tmp_path, changed(q=(0.9, 0.6)), changed(q=(0.9, 0.5))) == [crowns.TIE]


def test_other_instructions_texts_answers_and_candidates_are_named(tmp_path):
    other = {"j": TWO["i"]}
    assert reason(tmp_path, other) == ["instruction only in a", "instruction only in b"]
    assert reason(tmp_path, texts={"i": "another"}) == [crowns.REWRITTEN]
    said = copy.deepcopy(TWO)
    said["i"]["p"] = ("P2", *said["i"]["p"][1:])
    assert reason(tmp_path, said) == [crowns.ANSWER]
    assert reason(tmp_path, {"i": {"q": TWO["i"]["q"]}}) == [crowns.ABSENT]
    swapped = changed(p=(0.1, 0.5), q=(0.9, 0.5))
    assert reason(tmp_path, swapped, record={"gold": "random"}) == [crowns.DRAWN]


def test_problems_that_flipped_are_paired_by_name(tmp_path):
    write_scores(tmp_path / "a", ["+", "-", "+"])
    write_scores(tmp_path / "b", ["+", "+", "-"])
    found = Comparison.of(side(tmp_path, "a"), side(tmp_path, "b"))
    assert found.flips().rows() == [
        ("HumanEval pass@1", "t/1", 0.0, 1.0),
        ("HumanEval pass@1", "t/2", 1.0, 0.0),
    ]
    [row] = found.table().to_dicts()
    assert (row["gained"], row["lost"], row["n"], row["verdict"]) == (1, 1, 3, "noise")
    assert row["smallest"] is None and found.gold is None
    text = page.text(found)
    assert "gained  t/1" in text and "lost    t/2" in text
    assert "t/2" in page.page("Title", [found], []).html()


def test_a_difference_on_many_problems_is_resolved(tmp_path):
    write_scores(tmp_path / "a", ["-"] * 20)
    write_scores(tmp_path / "b", ["+"] * 10 + ["-"] * 10)
    [row] = Comparison.of(side(tmp_path, "a"), side(tmp_path, "b")).table().to_dicts()
    assert (row["difference"], row["verdict"]) == (0.5, "resolved")


def test_shares_of_several_samples_are_compared(tmp_path):
    write_scores(tmp_path / "a", ["+-", "--"])
    write_scores(tmp_path / "b", ["++", "--"])
    [figure] = figures(side(tmp_path, "a"), side(tmp_path, "b"))
    assert (figure.a.tolist(), figure.b.tolist()) == ([0.5, 0.0], [1.0, 0.0])


def test_another_data_set_is_refused_and_other_limits_are_noted(tmp_path):
    write_scores(tmp_path / "a", ["+", "-"])
    write_scores(tmp_path / "b", ["+", "-"], evalplus="0.2")
    [figure] = figures(side(tmp_path, "a"), side(tmp_path, "b"))
    assert figure.notes == ['evalplus: "0.3.1" and "0.2"']
    write_scores(tmp_path / "b", ["+", "-"], dataset_sha256="0" * 64, version="tiny 2")
    with pytest.raises(NotComparable, match="'he' is not comparable: .* tiny 1 .f+., .* tiny 2 "):
        figures(side(tmp_path, "a"), side(tmp_path, "b"))


def test_problems_that_one_side_lacks_are_left_out_and_noted(tmp_path):
    write_scores(tmp_path / "a", ["+", "-", "+"])
    write_scores(tmp_path / "b", ["-", "-"])
    [figure] = figures(side(tmp_path, "a"), side(tmp_path, "b"))
    assert figure.problems == ["t/0", "t/1"]
    assert figure.notes == ["problems: 3 and 2, 2 shared"]


def test_a_missing_benchmark_names_those_that_can_be_compared(tmp_path):
    write_scores(tmp_path / "a", ["+"])
    write_scores(tmp_path / "a", ["+"], benchmark="mbpp")
    write_scores(tmp_path / "b", ["+"])
    with pytest.raises(NotComparable, match="b .*no results of benchmark mbpp.*--benchmark he"):
        figures(side(tmp_path, "a"), side(tmp_path, "b"))
    assert figures(side(tmp_path, "a", benchmarks=("he",)), side(tmp_path, "b"))
    with pytest.raises(NotComparable, match="no results of benchmark 'ds'. It has he"):
        figures(side(tmp_path, "b", benchmarks=("ds",)), side(tmp_path, "a"))


def test_a_broken_file_is_named_with_its_fix(tmp_path):
    path = write_scores(tmp_path / "a", ["+"])
    path.write_text("{")
    with pytest.raises(NotComparable, match="results.json: not complete JSON .*Delete it"):
        _ = side(tmp_path, "a").scored
    path.write_text("{}")
    with pytest.raises(NotComparable, match="results.json: key 'dataset_sha256' is missing"):
        _ = side(tmp_path, "a").scored


def test_config_code_and_files_that_differ_are_named_with_their_stages(tmp_path):
    write_gold(tmp_path / "a")
    write_gold(tmp_path / "b", record={"rating": {"alpha": 0.9}, "gold": "winner", "code": "2"})
    write_scores(tmp_path / "a", ["+"], record={"code": "1"})
    write_scores(tmp_path / "b", ["+"], record={"code": "2"})
    write_scores(tmp_path / "b", ["+"], benchmark="mbpp")
    assert origins.differences(side(tmp_path, "a"), side(tmp_path, "b")) == {
        "code": ["gold", "scores"],
        "rating.alpha: 0.5 → 0.9": ["gold"],
        "files only in b: 1": ["scores"],
    }


def test_the_names_of_two_models_are_no_difference(tmp_path):
    for model in ("main", "other"):
        record = {"name": model, "model": f"results/checkpoints/{model}", "seed": 1}
        write_scores(tmp_path / "a", ["+"], model=model, record=record)
    one, two = (Side(name, tmp_path / "a", name) for name in ("main", "other"))
    assert origins.differences(one, two) == {}


def test_two_benchmarks_with_the_same_figure_keep_their_names_and_flips(tmp_path):
    for benchmark in ("old", "new"):
        write_scores(tmp_path / "a", ["+", "-"], benchmark=benchmark)
        write_scores(tmp_path / "b", ["-", "-"], benchmark=benchmark)
    found = Comparison.of(side(tmp_path, "a"), side(tmp_path, "b"))
    titles = ["HumanEval pass@1 (new)", "HumanEval pass@1 (old)"]
    assert found.table()["figure"].to_list() == titles
    assert found.flips()["figure"].to_list() == titles


def test_models_without_a_benchmark_are_compared_by_their_gold_answers(tmp_path):
    for name in "ab":
        write_gold(tmp_path / name)
    found = Comparison.of(side(tmp_path, "a"), side(tmp_path, "b"))
    assert "same" in page.text(found) and "gold answers" in page.page("T", [found], []).html()
