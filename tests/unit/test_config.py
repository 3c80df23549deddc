import copy
from pathlib import Path

import pytest
import yaml

from warriorcoder import reference
from warriorcoder.config import Config, ConfigError, load, validate

ROOT = Path(__file__).parents[2]
MINIATURE = yaml.safe_load((ROOT / "config/miniature.yaml").read_text())


def changed(**changes):
    """The miniature's config with `a__b=value` set at a.b."""
    raw = copy.deepcopy(MINIATURE)
    for path, value in changes.items():
        *parents, key = path.split("__")
        place = raw
        for parent in parents:
            place = place[parent]
        place[key] = value
    return raw


@pytest.mark.parametrize("name", ["miniature", "paper"])
def test_shipped_configs_are_valid(name):
    load(ROOT / f"config/{name}.yaml")


def test_the_shipped_schema_and_reference_are_the_models():
    assert reference.SCHEMA.read_text() == reference.schema(), "run `make schema`"
    assert reference.README.read_text() == reference.readme(), "run `make schema`"


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
        ({"training__global_batch": 17}, "multiple of micro_batch"),
        ({"sandbox__isolation": "process"}, "i_accept_weak_isolation"),
        ({"benchmarks__humaneval__decodings": [{"report": [5]}]}, "pass@5 needs n >= 5"),
    ],
)
def test_a_wrong_value_gives_one_message_with_key_and_fix(change, says):
    with pytest.raises(ConfigError, match=says):
        validate(changed(**change))


URL = {"url": "https://x.org/set", "sha256": "0" * 64, "dataset": "resources/set.jsonl"}


@pytest.mark.parametrize(
    ("benchmark", "says"),
    [
        (URL, None),
        (URL | {"dataset": "data/set.jsonl"}, "under resources/: dataset is 'data/set.jsonl'"),
        (URL | {"sha256": None}, "add its sha256"),
        (URL | {"hub": {"repo": "a/b", "revision": "0" * 40, "file": "c"}}, "keep one"),
        (URL | {"hub": {"repo": "a/b", "revision": "main", "file": "c"}}, "hub.revision"),
        (URL | {"chain_of_thought": True}, "chain_of_thought is CRUXEval's; humaneval"),
    ],
)
def test_where_a_benchmark_comes_from(benchmark, says):
    raw = changed(benchmarks__humaneval=MINIATURE["benchmarks"]["humaneval"] | benchmark)
    if says is None:
        assert validate(raw).benchmarks["humaneval"].url == URL["url"]
    else:
        with pytest.raises(ConfigError, match=says):
            validate(raw)


def test_one_path_has_one_source():
    raw = changed(benchmarks__humaneval=MINIATURE["benchmarks"]["humaneval"] | URL)
    raw["benchmarks"]["mbpp"] |= URL
    validate(raw)
    raw["benchmarks"]["mbpp"]["sha256"] = "1" * 64
    with pytest.raises(ConfigError, match="benchmarks.mbpp.dataset: resources/set.jsonl has"):
        validate(raw)


def test_a_missing_key_is_named():
    raw = changed()
    del raw["mining"]["max_tokens"]
    with pytest.raises(ConfigError, match=r"mining\.max_tokens: missing"):
        validate(raw)


def test_two_experts_leave_no_judge():
    raw = changed(
        experts=MINIATURE["experts"][:2], rosters={"both": {"experts": ["athene", "dscoder"]}}
    )
    with pytest.raises(ConfigError, match="at least 3 experts"):
        validate(raw)


def test_an_expert_runs_as_all_do_but_for_what_it_sets_itself():
    config = load(ROOT / "config/paper.yaml")
    plain, wide = config.expert("athene-v2"), config.expert("qwq-preview")
    assert config.engine_of(plain) == config.engine
    own = config.engine_of(wide)
    assert (own.tensor_parallel, own.max_model_len, own.dtype) == (2, 32768, "bfloat16")


def test_gpus_that_make_no_whole_copies_of_a_model_are_refused():
    raw = changed(engine={"kind": "vllm", "tensor_parallel": 2})
    raw["experts"][0] |= {"gpus": 3}
    with pytest.raises(ConfigError, match="experts.athene.gpus: 3 is no multiple of .* 2"):
        validate(raw)
    raw["experts"][0] |= {"engine": {"tensor_parallel": 3}}
    validate(raw)
