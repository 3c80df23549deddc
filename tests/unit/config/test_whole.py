import copy
import json

import jsonschema
import pytest
import yaml
from data import ROOT

from warriorcoder.config import reference
from warriorcoder.config.reading import ConfigError, load, validate
from warriorcoder.config.whole import Config

SEEDS = "config/overlap_seed_tasks.jsonl"
HERE = {"base_url": "http://127.0.0.1:8000/v1"}
URL = {"url": "https://x.org/set", "sha256": "0" * 64, "dataset": "resources/set.jsonl"}
ADDED = {ROOT / f"config/{name}.yaml" for name in ("baselines", "methods")}  # to a run's config
SHIPPED = sorted(set((ROOT / "config").glob("*.yaml")) - ADDED)
MINIATURE, PAPER = (
    yaml.safe_load((ROOT / f"config/{name}.yaml").read_text()) for name in ("miniature", "paper")
)


def changed(base=MINIATURE, **changes):
    """A config with `a__b=value` set at a.b; the miniature's, if no other is given."""
    raw = copy.deepcopy(base)
    for path, value in changes.items():
        *parents, key = path.split("__")
        place = raw
        for parent in parents:
            place = place[int(parent) if parent.isdigit() else parent]
        place[key] = value
    return raw


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_configs_are_valid(path):
    config = load(path)
    assert config.name == path.stem
    for benchmark in config.benchmarks.values():
        assert benchmark.environment is None or (ROOT / benchmark.environment).exists()


def test_the_shipped_schema_and_reference_are_the_models():
    assert reference.SCHEMA.read_text() == reference.schema(), "run `make schema`"
    assert reference.README.read_text() == reference.readme(), "run `make schema`"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_configs_fit_the_schema_that_editors_read(path):
    jsonschema.validate(yaml.safe_load(path.read_text()), json.loads(reference.schema()))


def test_every_key_has_a_description():
    schema = Config.model_json_schema()
    for name, model in schema["$defs"].items():
        for key, field in model["properties"].items():
            assert "description" in field or "$ref" in field, f"{name}.{key}"


@pytest.mark.parametrize(
    "change, says",
    [
        ({"rating__K": 40}, r"rating\.K: unknown key"),
        ({"arena__schedule": "swiss"}, r"arena\.schedule: .*'attacker'.*'swiss'"),
        ({"rating__k": 0}, r"rating\.k: .*greater than 0.* 0"),
        ({"rating__alpha": 1.5}, r"rating\.alpha: .*less than or equal to 1.* 1\.5"),
        ({"mining__per_config": "many"}, r"mining\.per_config: .*'many'"),
        ({"experts": MINIATURE["experts"] * 2}, "expert 'athene' is named twice"),
        ({"experts": MINIATURE["experts"][:2]}, "no expert|at least 3 experts"),
        ({"rosters__roster_2__experts": ["athene", "nobody"]}, "roster_2.experts: 'nobody'"),
        ({"arena__tie_mark": "A"}, r"arena\.tie_mark: 'A' has another meaning"),
        ({"arena__tie_mark": "]]"}, r"arena\.tie_mark: .* should be letters"),
        ({"arena__max_answer_tokens": 0}, r"arena\.max_answer_tokens: .*greater than 0"),
        ({"export": {"min_margin": 2}}, r"export\.min_margin: .*less than or equal to 1"),
        (
            {"training__processes": 3},
            "training: 3 ranks cannot share global_batch 16 evenly. Set processes to 2 or 4.",
        ),
        ({"sandbox__isolation": "process"}, "i_accept_weak_isolation"),
        ({"benchmarks__humaneval__decodings": [{"report": [5]}]}, "pass@5 needs n >= 5"),
        ({"benchmarks__humaneval__decodings": [{"report": [0]}]}, r"report\.0: .*greater than 0"),
        ({"benchmarks__humaneval__decodings": [{}, {"n": 2}]}, "pass@1 is reported twice"),
        ({"benchmarks__again": MINIATURE["benchmarks"]["mbpp"]}, "benchmarks.again: .* mbpp's as"),
        ({"rosters__roster_1__epochs": 0}, r"roster_1\.epochs: .*greater than 0"),
        ({"rosters__roster_1__steps": 1}, r"roster_1\.steps: .*greater than or equal to 2"),
        ({"training__steps": 1}, r"training\.steps: .*greater than or equal to 2"),
        ({"training__checkpoint_minutes": 0}, r"checkpoint_minutes: .*greater than 0"),
        ({"training__validation_share": 1}, r"training\.validation_share: .*less than 1"),
        ({"training__report_to": ["wand"]}, r"training\.report_to\.0: .*'wandb'.*'wand'"),
        ({"training__balance": "even"}, r"training\.balance: .*'tokens' or 'rows'.*'even'"),
        ({"training__accumulation": "fp16"}, r"training\.accumulation: .*'fp32'.*'fp16'"),
        ({"training__attention": "flash"}, r"training\.attention: .*'sdpa'.*'flash'"),
        (
            {"rosters__roster_1__steps": 9, "rosters__roster_1__epochs": 2},
            "rosters.roster_1: steps and epochs both set .* Keep one",
        ),
        ({"training__steps": None}, "training: the length .* is missing. Give steps or epochs"),
        ({"training__epochs": 2}, "training: the length .* is given twice. Give steps or epochs"),
        ({"rosters__base": {"experts": ["athene"]}}, "rosters.base: .*Choose another name"),
        ({"mining__temperatures": [-1]}, r"mining\.temperatures\.0: .*greater than or equal to 0"),
        ({"mining__top_ps": [0]}, r"mining\.top_ps\.0: .*greater than 0"),
        ({"answers__top_p": 0}, r"answers\.top_p: .*greater than 0"),
        ({"curation__min_chars": 9999}, "min_chars 9999 is more than max_chars .*Lower min_chars"),
    ],
)
def test_a_wrong_value_gives_one_message_with_key_and_fix(change, says):
    with pytest.raises(ConfigError, match=says):
        validate(changed(**change))


def told(raw) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        validate(raw)
    return str(caught.value).splitlines()[1:]


def test_one_mistake_is_told_once():
    [line] = told(changed(PAPER, fidelity="papr"))
    assert line.startswith("  fidelity: ")
    [line] = told(changed(experts__0__api={"base_url": "x"}))  # no word of gpus, which wait for it
    assert line.startswith("  experts.athene.api.base_url: ")
    [line] = told(changed(difficulty__judges_per_author=5))
    assert line.startswith("  difficulty.judges_per_author: 5 judges wanted")  # config: … no more


def test_what_a_preset_would_fill_is_told_with_it():
    lines = told({key: value for key, value in PAPER.items() if key not in ("fidelity", "name")})
    by_preset = [line for line in lines if "a preset as `fidelity`: one of paper" in line]
    assert "  rating: missing. Add it, or a preset as `fid" in "\n".join(by_preset)
    assert [line.partition(":")[0] for line in lines if line not in by_preset] == ["  name"]


def test_the_miniatures_sets_follow_its_results():
    config = validate(changed(results="/else/where"))
    assert config.benchmarks["mbpp"].dataset == "/else/where/datasets/mbpp.jsonl"
    assert validate(MINIATURE).benchmarks["mbpp"].dataset == "results/datasets/mbpp.jsonl"


def test_a_missing_key_is_named():
    raw = changed()
    del raw["mining"]["max_tokens"]
    with pytest.raises(ConfigError, match=r"mining\.max_tokens: missing"):
        validate(raw)


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ({"dtype": "auto"}, r"engine\.extra.*'dtype' cannot be given here. Set engine.dtype"),
        ({"trust_remote_code": True}, r"engine\.extra.*'trust_remote_code'.* Remove it"),
    ],
)
def test_an_argument_of_vllm_has_one_place(extra, says):
    with pytest.raises(ConfigError, match=says):
        validate(changed(engine={"kind": "vllm", "extra": extra}))


def test_an_expert_runs_as_all_do_but_for_what_it_sets_itself():
    raw = yaml.safe_load((ROOT / "config/paper.yaml").read_text())
    raw["experts"][4] |= {"engine": {"tensor_parallel": 2}}
    config = validate(raw)
    plain, wide = config.expert("athene-v2"), config.expert("qwq-preview")
    assert config.engine_of(plain) == config.engine
    own = config.engine_of(wide)
    assert (own.tensor_parallel, own.max_model_len, own.dtype) == (2, 32768, "bfloat16")


def test_names_are_in_the_order_of_experts_whatever_the_order_in_a_roster():
    rosters = {"two": {"experts": ["quq", "dscoder"]}, "one": {"experts": ["llamax"]}}
    experts = [dict(expert) for expert in MINIATURE["experts"]]
    experts[1]["roles"] = ["answer"]  # dscoder
    config = validate(changed(rosters=rosters, experts=experts))
    assert [expert.name for expert in config.experts] == [
        "athene",
        "dscoder",
        "llamax",
        "quen",
        "quq",
    ]
    assert config.rosters["two"].experts == ["dscoder", "quq"]
    assert config.judges == ["athene", "llamax", "quen", "quq"]
    assert config.answerers == ["dscoder", "llamax", "quq"]
    assert config.authors == ["llamax", "quq"]
    k = config.difficulty.judges_per_author
    others = {"llamax": ["athene", "quen", "quq"], "quq": ["athene", "llamax", "quen"]}
    assert config.raters == {author: judges[:k] for author, judges in others.items()}


def test_a_row_of_the_results_has_the_key_of_its_model():
    experts = [dict(expert) for expert in MINIATURE["experts"]]
    experts[0]["roles"] = ["mine", "answer", "judge", "benchmark"]
    models = {"other": {"model": "an/other", "gpus": 3}}
    config = validate(changed(models=models, experts=experts))
    keys = {row: config.key_of(row) for row in [*config.scored, *config.rosters]}
    target = dict.fromkeys(["base", *config.rosters], "training")
    assert keys == target | {"other": "models.other", "athene": "experts.athene"}
    for row, model in config.scored.items():
        assert config.model_of(row) == model
    assert config.model_of("roster_1") == config.target


def test_a_run_takes_weights_from_the_hub_only_of_models_that_generate_here():
    first, second, third, *others = MINIATURE["experts"]
    files = {"instructions": SEEDS, "answers": SEEDS, "roles": ["mine", "answer"]}
    experts = [
        first | {"model": "a/generates", "revision": "0" * 40},
        second | {"model": "a/files"} | files,
        third | {"model": "a/served", "api": HERE},
        *others,
    ]
    assert validate(changed(experts=experts)).snapshots == {
        "experts.athene": ("a/generates", "0" * 40, True),
        "experts.dscoder": ("a/files", None, False),
        "experts.llamax": ("a/served", None, False),
    }
