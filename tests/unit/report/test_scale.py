"""If these tests fail, somebody reserves the wrong number of GPUs or disks."""

import runpy

import pytest
import yaml
from data import ROOT

from warriorcoder.arena.schedule import battles
from warriorcoder.config.reading import validate
from warriorcoder.report import scale

PAPER = yaml.safe_load((ROOT / "config/paper.yaml").read_text())
SMALL = yaml.safe_load((ROOT / "config/gpus-1x80.yaml").read_text())
MINIATURE = yaml.safe_load((ROOT / "config/miniature.yaml").read_text())


def rows(raw: dict) -> dict[str, float]:
    return {each.name: each.rows for each in scale.estimate(validate(raw), scale.Assumptions())}


def test_the_page_shows_what_the_configurations_give(monkeypatch):
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs/scale.md").read_text()
    script = runpy.run_path(str(ROOT / "scripts/estimate_scale.py"))
    family = [script["member"](name, script["load"](name)) for name in script["FAMILY"]]
    for part in [*script["figures"](PAPER).values(), *family]:
        assert part in page, "docs/scale.md is stale: make scale"


@pytest.mark.parametrize("schedule", ["single", "attacker", "round_robin"])
@pytest.mark.parametrize("raw", [PAPER, SMALL, MINIATURE])
def test_answers_and_votes_are_those_of_the_schedule(raw, schedule):
    """Counted one by one, for few instructions, as the stages themselves would ask."""
    k = 200
    raw = raw | {
        "arena": raw["arena"] | {"schedule": schedule},
        "compression": raw["compression"] | {"instructions_per_expert": k},
        "mining": raw["mining"] | {"per_config": 10_000},
    }
    rosters = {name: roster["experts"] for name, roster in raw["rosters"].items()}
    experts = [expert["name"] for expert in raw["experts"]]
    answers, votes = set(), 0
    for author in experts:
        ids = [f"{author}{n}" for n in range(k)]
        if [author] in rosters.values():
            answers |= {(id, author) for id in ids}
        several = {name: roster for name, roster in rosters.items() if len(roster) > 1}
        for battle in battles(ids, author, several, schedule, raw["seed"]).iter_rows(named=True):
            players = {battle["attacker"], battle["defender"]}
            answers |= {(battle["id"], player) for player in players}
            votes += len(set(experts) - players)
    estimated = rows(raw)
    assert estimated["answer_instructions"] == pytest.approx(len(answers), rel=0.01)
    assert estimated["judge_battles"] == pytest.approx(votes, rel=0.01)


def test_an_author_with_a_file_has_its_rows_and_mines_none(tmp_path):
    file = tmp_path / "given.jsonl"
    file.write_text("".join(f'{{"text": "Task {n}."}}\n' for n in range(400)))
    experts = [expert | {"instructions": str(file)} for expert in MINIATURE["experts"][:1]]
    raw = MINIATURE | {"experts": experts + MINIATURE["experts"][1:]}
    mined, entered = rows(MINIATURE), rows(raw)
    assert mined["mine_instructions"] == 5 * 9 * 36 and entered["mine_instructions"] == 4 * 9 * 36
    assert entered["rate_difficulty"] == (4 * 9 * 36 + 400) * 0.5
    assert entered["embed_instructions"] == (4 * 9 * 36 + 400) * 0.25
    few = rows(raw | {"mining": raw["mining"] | {"entered_share": 0.1}})
    assert few["embed_instructions"] == (4 * 9 * 36 + 40) * 0.25
    assert few["crown_answers"] < entered["crown_answers"], "10 of its rows are left for gold"


def test_a_budget_buys_its_share_of_the_votes_and_loads_judges_once_a_round():
    arena = PAPER["arena"] | {"schedule": "round_robin"}
    full, budgeted = (
        next(
            s
            for s in scale.estimate(validate(PAPER | {"arena": each}), scale.Assumptions())
            if s.name == "judge_battles"
        )
        for each in (arena, arena | {"judging": "information", "budget": 0.4})
    )
    assert budgeted.rows == pytest.approx(0.4 * full.rows)
    assert budgeted.gpu_hours > 0.4 * full.gpu_hours


@pytest.mark.parametrize("name", ["gpus-1x80", "gpus-4x48", "gpus-2x24"])
def test_a_config_for_few_gpus_takes_hours_and_has_judges_of_five_families(name):
    script = runpy.run_path(str(ROOT / "scripts/estimate_scale.py"))
    gpu, config = script["FAMILY"][name][0], validate(yaml.safe_load(config_text(name)))
    assumptions = scale.Assumptions(flops=scale.FLOPS[gpu])
    hours = sum(stage.gpu_hours for stage in scale.estimate(config, assumptions))
    assert 4 < hours / config.training.gpus < 48
    families = {expert.model.split("/")[-1].split("-")[0] for expert in config.experts}
    assert len(families) == len(config.experts) == 5


@pytest.mark.parametrize("name", ["gpus-1x80", "gpus-4x48", "gpus-2x24"])
def test_shipped_configs_have_the_papers_benchmarks(name):
    own = yaml.safe_load(config_text(name))
    assert all(own[key] == PAPER[key] for key in ("benchmarks", "sandbox", "analysis"))


def config_text(name: str) -> str:
    return (ROOT / f"config/{name}.yaml").read_text()


def test_a_text_is_no_longer_than_its_limit():
    short = PAPER | {"answers": PAPER["answers"] | {"max_tokens": 7}}
    stages = {each.name: each for each in scale.estimate(validate(short), scale.Assumptions())}
    made = stages["answer_instructions"]
    assert made.tokens == pytest.approx(7 * made.rows)


def test_a_model_in_the_tables_is_sampled_and_downloaded():
    """Its rows are the problems of every benchmark, as many as the base's."""
    extra = {"model": "WizardLM/WizardCoder-15B-V1.0", "gpus": 1}
    alone, beside = (
        {each.name: each for each in scale.estimate(validate(raw), scale.Assumptions())}
        for raw in (PAPER, PAPER | {"models": {"wizard": extra}})
    )
    rows = alone["generate_samples"].rows / (1 + len(PAPER["rosters"]))
    assert beside["generate_samples"].rows - alone["generate_samples"].rows == rows
    weights = "weights from the hub"
    assert beside[weights].gigabytes - alone[weights].gigabytes == pytest.approx(31)


def test_rows_before_the_arena_follow_the_keys():
    a = scale.Assumptions()
    assert rows(PAPER)["mine_instructions"] == 5 * 9 * 10_000
    assert rows(PAPER)["rate_difficulty"] == 5 * 9 * 10_000 * a.curated
    assert rows(scale.grow(PAPER, 20))["mine_instructions"] == 20 * 9 * 10_000


def test_training_takes_six_flops_for_every_parameter_and_token():
    stages = {each.name: each for each in scale.estimate(validate(PAPER), scale.Assumptions())}
    tokens = 3 * 448 * 512 * 1200
    starts = 3 * 8 * 6 / 60  # of three jobs on eight GPUs, six minutes each
    hours = 6 * 6.7e9 * tokens / (0.35 * 989e12) / 3600 + starts
    assert stages["train_target"].gpu_hours == pytest.approx(hours)
    assert stages["train_target"].gigabytes == pytest.approx(3 * 13.4)


def test_a_roster_may_set_steps_or_epochs_of_its_training():
    rosters = PAPER["rosters"]
    chosen = PAPER["compression"]["instructions_per_expert"]
    for length, trained in (({"steps": 90}, 90 * 512), ({"epochs": 2}, 2 * chosen)):
        raw = PAPER | {"rosters": {"roster_1": rosters["roster_1"] | length}}
        assert rows(raw)["train_target"] == pytest.approx(trained, rel=0.01)


def test_more_experts_leave_the_first_ones_and_their_rosters():
    grown = scale.grow(PAPER, 20, parts=10)
    assert grown["experts"][:5] == PAPER["experts"]
    assert len({expert["name"] for expert in grown["experts"]}) == 20
    assert list(grown["rosters"]) == [*PAPER["rosters"], "roster_10", "roster_20"]
    assert validate(grown).mining.parts == 10
