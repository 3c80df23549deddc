"""Change → the exact set of jobs that a dry run plans."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("micro")  # one worker runs the pipeline, once


ROOT = Path(__file__).parents[2]
AUTHORS = ("athene", "llamax", "quq")
ROSTERS = ("one", "three")
BENCHMARKS = ("humaneval", "mbpp", "cruxeval-i", "cruxeval-o", "ds1000")


def jobs(rule, *names):
    return {f"{rule} {name}" for name in names}


REPORT_OF_RESULTS = {f"tabulate_table{n}" for n in (1, 2, 3, 5)} | {"plot_lift"}
FROM_TRAINING = (
    jobs("train_target", *ROSTERS)
    | jobs("generate_samples", *ROSTERS)
    | {f"score_benchmark {r} {b}" for r in ROSTERS for b in BENCHMARKS}
    | REPORT_OF_RESULTS
    | {"write_summary"}
)
FROM_GOLD = jobs("crown_answers", *ROSTERS) | FROM_TRAINING | {"assess_judges", "tabulate_judges"}
FROM_GOLD |= {"plot_ratings"}
FROM_RATINGS = jobs("rate_experts", *ROSTERS) | FROM_GOLD
FROM_SELECTION = (
    jobs("select_instructions", *AUTHORS)
    | jobs("schedule_battles", *AUTHORS)
    | jobs("answer_instructions", *AUTHORS)
    | jobs("judge_battles", *AUTHORS)
    | {"plot_funnel", "plot_overlap", "tabulate_categories", "plot_win_rates"}
    | FROM_RATINGS
)


def test_nothing_changed_plans_nothing(project):
    assert project.plan() == set()


def test_a_comment_in_a_script_and_a_helper_plans_nothing(project):
    for name in ("scripts/rate_experts.py", "scripts/warriorcoder/ratings.py"):
        path = project.folder / name
        path.write_text(path.read_text() + "\n# a remark\n")
    assert project.plan() == set()


@pytest.mark.parametrize(
    "section, key, value, expected",
    [
        ("rating", "k", 32, FROM_RATINGS),
        ("rating", "alpha", 0.5, FROM_GOLD),
        ("training", "steps", 3, FROM_TRAINING),
        ("decontamination", "ngram_words", 8, FROM_SELECTION),
        ("analysis", "examples", 3, {"tabulate_examples"}),
    ],
)
def test_a_changed_key_plans_what_depends_on_it(project, section, key, value, expected):
    raw = project.config
    raw[section][key] = value
    project.configure(raw)
    assert project.plan() == expected


def test_an_edited_helper_plans_its_users_and_what_follows(project):
    path = project.folder / "scripts/warriorcoder/ratings.py"
    path.write_text(path.read_text().replace("/ 400", "/ 401"))
    assert project.plan() == FROM_RATINGS | {"plot_win_rates"}


def test_an_added_temperature_mines_again_and_leaves_the_base_alone(project):
    raw = project.config
    raw["mining"]["temperatures"].append(1.2)
    project.configure(raw)
    planned = project.plan()
    assert {job for job in planned if job.startswith("mine_")} == {
        f"mine_instructions {expert} 1-of-1" for expert in AUTHORS
    }
    assert "generate_samples base" not in planned
    assert "build_miniature_benchmarks" not in planned


def test_an_appended_expert_mines_nobody_else(project):
    raw = project.config
    raw["experts"].append({"name": "quen", "model": "scripts/warriorcoder/miniature/weights/quen"})
    raw["rosters"]["four"] = {"experts": ["athene", "llamax", "quq", "quen"]}
    project.configure(raw)
    planned = project.plan()
    for rule in ("mine_instructions", "curate_instructions"):
        assert {job.split()[1] for job in planned if job.startswith(rule)} == {"quen"}, rule
    assert {job for job in planned if job.startswith("train_target")} >= {"train_target four"}
    assert "generate_samples base" not in planned


def test_a_config_file_replaces_the_default_and_does_not_mix_with_it(project):
    done = project.snakemake("-n", "--configfile", "config/paper.yaml", "--", "data")
    assert done.returncode == 0, done.stdout[-3000:]
    assert "athene-v2" in done.stdout and "llamax" not in done.stdout


def test_scripts_never_read_the_config():
    for script in (ROOT / "scripts").glob("*.py"):
        assert "snakemake.config" not in script.read_text(), script.name


def test_the_library_never_imports_snakemake():
    for module in (ROOT / "scripts/warriorcoder").rglob("*.py"):
        assert "import snakemake" not in module.read_text(), module.name
        assert "from snakemake" not in module.read_text(), module.name
