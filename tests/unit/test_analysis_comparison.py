"""What would be wrong if these failed: a table sets figures of different data sets side by side."""

import json

import pytest

from warriorcoder.analysis import categories, comparison, paper

EXPERTS = ["a", "b", "c", "d", "e"]
ROSTERS = {
    "control": {"experts": EXPERTS, "gold": "random"},
    "five": {"experts": EXPERTS, "gold": "winner"},
    "one": {"experts": EXPERTS[:1], "gold": "winner"},
    "two": {"experts": EXPERTS[:2], "gold": "winner"},
}


def write(folder, model, benchmark, metrics, version="tiny 1", n=8):
    path = folder / "benchmarks" / model / benchmark / "results.json"
    path.parent.mkdir(parents=True)
    scores = {
        metric: {f"pass@{k}": {"value": value, "ci95": [value - 0.1, value + 0.1]}}
        for (metric, k), value in metrics.items()
    }
    statuses = [dict.fromkeys(["decoding", "sample", *scores], 0)]
    tasks = [{"task_id": f"t/{task}", "statuses": statuses} for task in range(n)]
    tasks.append(
        {"task_id": "t/other", "statuses": [{"decoding": 0, "sample": 0, "other": "pass"}]}
    )
    path.write_text(json.dumps({"version": version, "metrics": scores, "per_task": tasks}))
    return path


@pytest.fixture
def results(tmp_path):
    paths = []
    for n, model in enumerate(["base", *ROSTERS]):
        score = 0.25 + n / 10
        paths.append(
            write(
                tmp_path, model, "he", {("humaneval", 1): score, ("humaneval+", 1): score - 0.125}
            )
        )
        paths.append(write(tmp_path, model, "crux", {("cruxeval-input", 5): 0.5}, n=4))
        paths.append(write(tmp_path, model, "ds", {("ds1000/Numpy", 1): 0.5, ("ds1000", 1): 0.25}))
        paths.append(write(tmp_path, model, "old", {("mbpp", 1): 0.5}, version="old"))
        paths.append(write(tmp_path, model, "new", {("mbpp", 1): 0.75}, version="new"))
    return comparison.read_results(paths)


def test_the_main_roster_is_the_largest_that_trains_on_winners():
    assert comparison.main_roster(ROSTERS) == "five"


def test_table_1_holds_the_base_and_the_main_model_and_all_printed_figures(results):
    table = comparison.compare("table1", results, ROSTERS)
    assert table["model"].unique(maintain_order=True).to_list() == ["base", "five"]
    printed = table.filter(source="paper")
    assert printed["value"].to_list() == [47.6, 39.6, 70.2, 56.6, 80.5, 75.6, 76.2, 64.8]
    assert printed["n"].null_count() == 8
    ours = table.filter(source="ours", model="five", metric="humaneval").row(0, named=True)
    assert (ours["value"], ours["n"], ours["dataset"]) == (pytest.approx(45), 8, "tiny 1")
    assert (ours["low"], ours["high"]) == (pytest.approx(35), pytest.approx(55))


@pytest.mark.parametrize("name", list(comparison.TITLES))
def test_no_column_holds_figures_of_two_data_sets_or_of_two_sources(results, name):
    table = comparison.compare(name, results, ROSTERS)
    [shown] = comparison.page(name, table).tables
    heads = [head.split("\n") for head in shown.frame.columns[1:]]
    assert len(set(map(tuple, heads))) == len(heads)
    for row in table.iter_rows(named=True):
        dataset = row["dataset"] + (f", n = {row['n']}" if row["n"] else "")
        [column] = [
            head
            for head in heads
            if head[1:] == [row["source"], dataset]
            and head[0].endswith(f" pass@{row['k']}")
            and head[0].startswith(comparison.METRICS.get(row["metric"], row["metric"][7:]) + " ")
        ]
        texts = shown.frame["\n".join(column)].to_list()
        assert any(text and text.startswith(f"{row['value']:.1f}") for text in texts)
    figures = sum(shown.frame[name].count() for name in shown.frame.columns[1:])
    assert figures == len(table)


def test_one_metric_on_two_versions_of_a_set_gets_two_columns(results):
    [shown] = comparison.page("table1", comparison.compare("table1", results, ROSTERS)).tables
    ours = [name for name in shown.frame.columns if name.startswith("MBPP pass@1\nours")]
    assert ours == ["MBPP pass@1\nours\nnew, n = 8", "MBPP pass@1\nours\nold, n = 8"]


def test_table_5_orders_rosters_by_size_and_gives_a_control_no_printed_figure(results):
    table = comparison.compare("table5", results, ROSTERS)
    order = ["base", "one", "two", "five", "control"]
    assert table["model"].unique(maintain_order=True).to_list() == order
    printed = table.filter(source="paper", metric="humaneval")
    assert printed.select("model", "value").rows() == [("one", 75.4), ("two", 77.2), ("five", 80.5)]


def test_a_library_joins_the_papers_spelling(results):
    table = comparison.compare("table3", results, ROSTERS)
    ours = table.filter(source="ours", model="five")
    assert set(ours["metric"]) == {"ds1000", "ds1000/NumPy"}
    [shown] = comparison.page("table3", table).tables
    assert shown.frame.columns[-1].startswith("Overall pass@1\npaper")


def test_a_results_file_without_a_key_is_named(tmp_path):
    path = write(tmp_path, "base", "he", {("humaneval", 1): 0.5})
    broken = json.loads(path.read_text())
    del broken["version"]
    path.write_text(json.dumps(broken))
    with pytest.raises(ValueError, match=r"base/he/results.json: key 'version' is missing"):
        comparison.read_results([path])


def test_the_printed_figures_fit_the_data_sets_they_stand_under():
    """A greedy pass@1 is k / n: the paper's Table 1 tells which MBPP+ release each row used."""

    def fits(value, n):
        return any(round(100 * k / n, 1) == value for k in range(n + 1))

    for printed in paper.PRINTED["table1"]:
        assert fits(printed.value, int(printed.dataset.rsplit(" ", 1)[1])), printed
    assert not fits(70.2, 378) and not fits(64.8, 399)


@pytest.mark.parametrize(
    ("instruction", "category"),
    [
        ("Write a Python function that reverses a list.", "Code Generation"),
        ("I need a function that never raises an error. Please help.", "Code Generation"),
        ("How do I sort a dictionary by value?", "Code Generation"),
        ("Convert the string to a list of words.", "Code Generation"),
        ("Write a Python function to speed test a sort.", "Code Generation"),
        ("Fix the bug.\n```python\ndef f(x): return y\n```", "Code Debugging"),
        ("My code does not work. I get a TypeError: what now?", "Code Debugging"),
        ("Optimize this function:\n```python\npass\n```", "Code Optimization"),
        ("Can you make this loop faster?", "Code Optimization"),
        ("What does f([1, 2]) return?\n```python\ndef f(x):\n    return x\n```", "Code Reasoning"),
        ("Predict the output of the following program.", "Code Reasoning"),
        ("Explain how this code works.\n```python\nfix_bug()\n```", "Code Analysis"),
        ("What does this function do?", "Code Analysis"),
        ("What is the difference between a list and a tuple?", "Theoretical Explanation"),
        ("Explain the concept of closures in Python.", "Theoretical Explanation"),
        ("Translate this Java program to Python.", "Code Transpile"),
        ("Rewrite the following function in Rust.", "Code Transpile"),
    ],
)
def test_category(instruction, category):
    assert categories.categorise(instruction) == category


def test_shares_of_all_seven_categories_add_up():
    shared = categories.shares(["Fix the bug.", "Write a function.", "Write a class.", "Hm."])
    assert shared["category"].to_list() == list(paper.CATEGORIES)
    assert shared["rows"].to_list() == [3, 1, 0, 0, 0, 0, 0]
    assert shared["share"].sum() == 100
    assert shared["paper"].sum() == pytest.approx(100)
