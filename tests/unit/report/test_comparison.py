"""If these tests fail, a table sets figures of different data sets side by side."""

import json

import pytest

from warriorcoder.report import comparison, lift, measured, paper
from warriorcoder.report.pages import Table

EXPERTS = ["a", "b", "c", "d", "e"]
ROSTERS = {
    "control": {"experts": EXPERTS, "gold": "random"},
    "five": {"experts": EXPERTS, "gold": "winner"},
    "one": {"experts": EXPERTS[:1], "gold": "winner"},
    "two": {"experts": EXPERTS[:2], "gold": "winner"},
}


def write(folder, model, benchmark, metrics, version="tiny 1", n=8, **changed):
    path = folder / "benchmarks" / model / benchmark / "results.json"
    path.parent.mkdir(parents=True)
    scores = {
        metric: {f"pass@{k}": {"value": value, "ci95": [value - 0.1, value + 0.1]}}
        for (metric, k), value in metrics.items()
    }
    ks = sorted({k for _, k in metrics})
    statuses = [{"decoding": 0, "sample": 0} | dict.fromkeys(scores, "pass")]
    tasks = [{"task_id": f"t/{task}", "statuses": statuses} for task in range(n)]
    tasks.append(
        {"task_id": "t/other", "statuses": [{"decoding": 0, "sample": 0, "other": "pass"}]}
    )
    result = {"version": version, "metrics": scores, "per_task": tasks}
    result |= {"dataset_sha256": f"sha of {version}", "evalplus": "0.3.1"}
    result |= {"isolation": "bubblewrap", "chain_of_thought": False, "max_tokens": 512}
    result["decodings"] = [{"n": max(ks), "temperature": 0.0, "top_p": 1.0, "report": ks}]
    path.write_text(json.dumps(result | changed))
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
    return measured.read_results(paths)


def test_the_main_roster_is_the_largest_that_trains_on_winners():
    assert comparison.main_roster(ROSTERS) == "five"


def models(shown: Table) -> list[str]:
    return shown.frame.columns[len(comparison.ABOUT) :]


def test_table_1_holds_the_base_and_the_main_model_and_all_printed_figures(results):
    table = comparison.compare("table1", results, ROSTERS)
    assert table["model"].unique(maintain_order=True).to_list() == ["base", "five"]
    printed = table.filter(source="paper")
    assert printed["value"].to_list() == [47.6, 39.6, 70.2, 56.6, 80.5, 75.6, 76.2, 64.8]
    assert printed["n"].null_count() == 8
    ours = table.filter(source="ours", model="five", metric="humaneval").row(0, named=True)
    assert (ours["value"], ours["n"], ours["dataset"]) == (pytest.approx(45), 8, "tiny 1")
    assert (ours["low"], ours["high"]) == (pytest.approx(35), pytest.approx(55))


def test_other_models_stand_between_the_base_and_the_main_model_with_their_prompts(tmp_path):
    rows = ("base", "mine", "one", "five")
    results = measured.read_results(
        write(tmp_path, row, "he", {("humaneval", 1): 0.5}) for row in rows
    )
    styles = {"base": "completion", "mine": "chat"}
    table = comparison.compare("table1", results, ROSTERS, styles)
    assert table["model"].unique(maintain_order=True).to_list() == ["base", "mine", "five"]
    [shown] = comparison.page("table1", table, {}).tables
    assert models(shown) == ["base", "mine\nchat prompts", "five\n5 experts"]
    fifth = comparison.compare("table5", results, ROSTERS, styles)
    assert "mine" not in fifth["model"]


@pytest.mark.parametrize("name", list(comparison.TITLES))
def test_no_row_holds_figures_of_two_data_sets_or_of_two_sources(results, name):
    table = comparison.compare(name, results, ROSTERS)
    [shown] = comparison.page(name, table, {}).tables
    heads = shown.frame.select(comparison.ABOUT).rows()
    assert len(set(heads)) == len(heads)
    for row in table.iter_rows(named=True):
        dataset = row["dataset"] + (f", n = {row['n']}" if row["n"] else "")
        behind = (row["source"], dataset, "greedy" if row["source"] == "ours" else None)
        [place] = [
            place
            for place, head in enumerate(heads)
            if head[1:] == behind
            and head[0].endswith(f" pass@{row['k']}")
            and head[0].startswith(comparison.METRICS.get(row["metric"], row["metric"][7:]) + " ")
        ]
        texts = [shown.frame[model][place] for model in models(shown)]
        assert any(text and text.startswith(f"{row['value']:.1f}") for text in texts)
    assert sum(shown.frame[model].count() for model in models(shown)) == len(table)


def test_one_metric_on_two_versions_of_a_set_gets_two_rows(results):
    table = comparison.compare("table1", results, ROSTERS)
    [shown] = comparison.page("table1", table, {}).tables
    ours = shown.frame.filter(source="ours", metric="MBPP pass@1")
    assert ours["data set"].to_list() == ["new, n = 8", "old, n = 8"]


def test_table_5_orders_rosters_by_size_and_gives_a_control_no_printed_figure(results):
    table = comparison.compare("table5", results, ROSTERS)
    order = ["base", "one", "two", "five", "control"]
    assert table["model"].unique(maintain_order=True).to_list() == order
    printed = table.filter(source="paper", metric="humaneval")
    assert printed.select("model", "value").rows() == [("one", 75.4), ("two", 77.2), ("five", 80.5)]


@pytest.mark.parametrize("length", [{"epochs": 3.2}, {"steps": 9}])
def test_a_training_of_its_own_length_is_a_control_and_its_epochs_are_shown(results, length):
    rosters = ROSTERS | {"control": {"experts": EXPERTS, "gold": "winner"} | length}
    assert comparison.main_roster(rosters) == "five"
    table = comparison.compare("table5", results, rosters)
    assert table["model"].unique(maintain_order=True).to_list()[-1] == "control"
    assert set(table.filter(source="paper")["model"]) == {"one", "two", "five"}
    epochs = {"one": 16.0, "two": 8.0, "five": 3.2771, "control": 3.2}
    [shown] = comparison.page("table5", table, epochs).tables
    assert models(shown) == [
        "base",
        "one\n1 expert, 16 epochs",
        "two\n2 experts, 8 epochs",
        "five\n5 experts, 3.28 epochs",
        "control\n5 experts, 3.2 epochs",
    ]


def test_a_method_is_a_control_and_named_above_its_figures(results):
    rosters = {name: spec | {"method": "sft"} for name, spec in ROSTERS.items()}
    rosters |= {"control": {"experts": EXPERTS, "method": "lora"}}
    assert comparison.main_roster(rosters) == "five"
    table = comparison.compare("table5", results, rosters)
    assert table["model"].unique(maintain_order=True).to_list()[-1] == "control"
    [shown] = comparison.page("table5", table, {}, {"control": "lora"}).tables
    assert models(shown)[-1] == "control\n5 experts, lora"


def test_a_library_joins_the_papers_spelling(results):
    table = comparison.compare("table3", results, ROSTERS)
    ours = table.filter(source="ours", model="five")
    assert set(ours["metric"]) == {"ds1000", "ds1000/NumPy"}
    [shown] = comparison.page("table3", table, {}).tables
    assert shown.frame.row(-1)[:2] == ("Overall pass@1", "paper")


def test_a_results_file_without_a_key_is_named(tmp_path):
    path = write(tmp_path, "base", "he", {("humaneval", 1): 0.5})
    broken = json.loads(path.read_text())
    for key in broken:
        path.write_text(json.dumps({name: broken[name] for name in broken.keys() - {key}}))
        with pytest.raises(ValueError, match=rf"base/he/results.json: key '{key}' is missing"):
            measured.read_results([path])


def test_the_printed_figures_fit_the_data_sets_they_stand_under():
    """A greedy pass@1 is k / n: which MBPP+ release has the n that a printed figure needs."""

    def fits(value, dataset):
        n = int(dataset.rsplit(" ", 1)[1])
        return any(round(100 * k / n, 1) == value for k in range(n + 1))

    for table in ("table1", "table3", "table5"):
        for printed in paper.PRINTED[table]:
            versions = [paper.MBPP, paper.MBPP_OLD]
            versions = versions if printed.metric.startswith("mbpp") else [paper.HUMANEVAL]
            if printed.dataset == paper.NONE:
                assert not any(fits(printed.value, version) for version in versions), printed
            else:
                assert fits(printed.value, printed.dataset), printed
    assert not fits(70.2, paper.MBPP) and not fits(64.8, paper.MBPP_OLD)
    unfit = [p.value for p in paper.PRINTED["table5"] if p.dataset == paper.NONE]
    assert unfit == [75.4, 77.2, 73.3, 74.5]


SAMPLED = [{"n": 1, "temperature": 0.2, "top_p": 0.95, "report": [1]}]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"dataset_sha256": "another"}, "dataset_sha256.*`version` of its own"),
        ({"evalplus": "0.2.1"}, "evalplus.*score again what is older"),
        ({"isolation": "process"}, "isolation.*one `sandbox.isolation`"),
        ({"max_tokens": 2048}, "max_tokens.*sample and score again"),
        ({"n": 7}, "different n .*score all problems"),
    ],
)
def test_figures_under_unlike_conditions_are_refused_by_file_and_fix(changed, told, tmp_path):
    paths = [
        write(tmp_path, "base", "he", {("humaneval", 1): 0.5}),
        write(tmp_path, "five", "he", {("humaneval", 1): 0.5}, **changed),
    ]
    with pytest.raises(ValueError, match=told) as error:
        measured.read_results(paths)
    assert all(str(path) in str(error.value) for path in paths)
    assert "humaneval pass@1 on 'tiny 1'" in str(error.value)


@pytest.mark.parametrize(
    ("changed", "setting"),
    [
        ({"decodings": SAMPLED}, "T 0.2, top-p 0.95, 1 samples"),
        ({"chain_of_thought": True}, "greedy, chain of thought"),
    ],
)
def test_another_decoding_or_prompt_is_another_row(changed, setting, tmp_path):
    metrics = {("cruxeval-input", 1): 0.5}
    paths = [
        write(tmp_path, "base", "crux", metrics),
        write(tmp_path, "five", "crux", metrics, **changed),
    ]
    table = comparison.compare("table2", measured.read_results(paths), ROSTERS)
    [shown] = comparison.page("table2", table, {}).tables
    ours = shown.frame.filter(source="ours")
    assert ours["decoding"].to_list() == sorted(["greedy", setting])
    assert all(row[len(comparison.ABOUT) :].count(None) == 1 for row in ours.rows())


def test_one_measurement_under_two_names_is_refused(tmp_path):
    paths = [write(tmp_path, "base", name, {("humaneval", 1): 0.5}) for name in ("he", "again")]
    with pytest.raises(ValueError, match="base/he/.* and .*base/again/.*Keep one"):
        measured.read_results(paths)


def test_what_weakens_a_figure_is_said_beside_it(tmp_path):
    late = [{"decoding": 0, "sample": 0, "humaneval": "timeout", "humaneval+": "timeout"}]
    fine = [{"decoding": 0, "sample": 0, "humaneval": "pass", "humaneval+": "pass"}]
    half = [{"decoding": 0, "sample": 0, "humaneval": "pass", "humaneval+": "timeout"}]
    paths = [
        write(
            *(tmp_path, "five", "he", {("humaneval", 1): 0.5, ("humaneval+", 1): 0.25}),
            per_task=[{"task_id": str(n), "statuses": s} for n, s in enumerate([late, fine, half])],
            isolation="process",
            reference={"run": 20, "passed": 18, "failed": ["t/1", "t/2"], "slowdown": 1.66},
            notes=["HumanEval/32 re-scored"],
        ),
        write(tmp_path, "five", "mbpp", {("mbpp", 1): 0.75}, reference={"slowdown": 1.5}),
    ]
    table = comparison.compare("table1", measured.read_results(paths), ROSTERS)
    shown = comparison.page("table1", table, {})
    [five] = (model for model in models(shown.tables[0]) if model.startswith("five"))
    cells = dict(shown.tables[0].frame.filter(source="ours").select("metric", five).rows())
    weak = "isolation: process\nmachine 1.7x slow\n2 references failed"
    assert cells == {
        "HumanEval pass@1": f"50.0 ¹\n[40.0, 60.0]\n1 timed out\n{weak}",
        "HumanEval+ pass@1": f"25.0 ¹\n[15.0, 35.0]\n2 timed out\n{weak}",
        "MBPP pass@1": "75.0\n[65.0, 85.0]",
    }
    assert shown.notes[0] == "¹ HumanEval/32 re-scored"


def test_the_lift_figure_names_the_data_sets_and_keeps_them_apart(results):
    axes = lift.draw(comparison.compare("table5", results, ROSTERS)).axes[0]
    assert {text.get_text() for text in axes.get_legend().get_texts()} == {
        "HumanEval: the paper's models",
        "MBPP: the paper's models",
        "HumanEval: tiny 1, n = 8, greedy",
        "MBPP: old, n = 8, greedy",
        "MBPP: new, n = 8, greedy",
    }
    places = [round(bar.get_x(), 6) for bar in axes.patches]
    assert len(set(places)) == len(places) == 15


def test_the_lift_figure_marks_the_papers_figures_over_rosters_of_their_size(results):
    compared = comparison.compare("table5", results, ROSTERS)
    axes = lift.draw(compared).axes[0]
    ours = compared.filter(source="ours", metric="humaneval")
    marks = {line.get_label(): line for line in axes.lines}["HumanEval: the paper's models"]
    middles = [bar.get_x() + bar.get_width() / 2 for bar in axes.patches]
    at = dict(zip(ours["model"], middles, strict=False))
    printed = {1: 75.4, 2: 77.2, 5: 80.5}
    sized = {r["model"]: r["experts"] for r in ours.iter_rows(named=True) if r["gold"] == "winner"}
    drawn = dict(zip(marks.get_xdata(), marks.get_ydata(), strict=True))
    assert drawn == pytest.approx({at[m]: printed[n] for m, n in sized.items() if n in printed})
