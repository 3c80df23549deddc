import copy
import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from warriorcoder import reference
from warriorcoder.config.whole import Config, ConfigError, load, validate

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "config").glob("*.yaml"))
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
        ({"arena__tie_mark": "A"}, r"arena\.tie_mark: 'A' says something else"),
        ({"arena__tie_mark": "]]"}, r"arena\.tie_mark: .* should be letters"),
        ({"arena__max_answer_tokens": 0}, r"arena\.max_answer_tokens: .*greater than 0"),
        ({"export": {"min_margin": 2}}, r"export\.min_margin: .*less than or equal to 1"),
        ({"training__global_batch": 17}, "multiple of micro_batch"),
        ({"sandbox__isolation": "process"}, "i_accept_weak_isolation"),
        ({"benchmarks__humaneval__decodings": [{"report": [5]}]}, "pass@5 needs n >= 5"),
        ({"benchmarks__humaneval__decodings": [{"report": [0]}]}, r"report\.0: .*greater than 0"),
        ({"benchmarks__humaneval__decodings": [{}, {"n": 2}]}, "pass@1 is reported twice"),
        ({"benchmarks__again": MINIATURE["benchmarks"]["mbpp"]}, "benchmarks.again: .* mbpp's as"),
        ({"rosters__base": {"experts": ["athene"]}}, "rosters.base: .*take another name"),
        ({"mining__temperatures": [-1]}, r"mining\.temperatures\.0: .*greater than or equal to 0"),
        ({"mining__top_ps": [0]}, r"mining\.top_ps\.0: .*greater than 0"),
        ({"answers__top_p": 0}, r"answers\.top_p: .*greater than 0"),
        ({"curation__min_chars": 9999}, "min_chars 9999 is more than max_chars .*lower it"),
    ],
)
def test_a_wrong_value_gives_one_message_with_key_and_fix(change, says):
    with pytest.raises(ConfigError, match=says):
        validate(changed(**change))


HERE = {"base_url": "http://127.0.0.1:8000/v1"}


@pytest.mark.parametrize(
    ("expert", "says"),
    [
        ({"api": HERE}, None),
        ({"api": HERE | {"protocol": "chat"}, "roles": ["answer", "judge"]}, None),
        (
            {"api": HERE | {"protocol": "chat"}},
            r"'athene': a chat server .* cannot be mined: give it roles: \[answer, judge\], or api",
        ),
        (
            {"api": HERE | {"protocol": "chat"}, "roles": ["judge"], "chat_template": "x.jinja"},
            "a template of its own: remove chat_template",
        ),
        ({"api": HERE, "engine": {"dtype": "float16"}}, "decides how it runs: remove engine"),
        ({"api": {}}, r"api\.base_url: missing"),
        ({"api": {"base_url": "127.0.0.1:8000"}}, r"api\.base_url: is http\(s\)://HOST/v1"),
        ({"api": {"base_url": "https://u:s3cret@x.org/v1"}}, "key_env names"),
        ({"api": {"base_url": "https://x.org/v1?key=s3cret"}}, "key_env names"),
        ({"api": HERE | {"key_env": "sk-s3cret"}}, "NAME .* never write a key"),
        ({"api": HERE | {"key_env": "s3cret"}}, "NAME .* never write a key"),
        ({"api": HERE | {"body": {"stream": True}}}, "'stream' is the pipeline's to set"),
        ({"api": HERE | {"concurrency": 0}}, r"api\.concurrency: .*greater than 0"),
    ],
)
def test_an_expert_behind_a_server(expert, says):
    first, *others = MINIATURE["experts"]
    raw = changed(experts=[first | expert, *others])
    del raw["rosters"]["roster_1"]  # she is alone there
    if says is None:
        assert validate(raw).experts[0].gpus == 0  # the server has them
    else:
        with pytest.raises(ConfigError, match=says) as caught:
            validate(raw)
        assert "s3cret" not in str(caught.value)


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


def test_a_set_may_be_sampled_in_two_ways():
    sampled = MINIATURE["benchmarks"]["mbpp"] | {"decodings": [{"n": 5, "temperature": 0.2}]}
    assert validate(changed(benchmarks__sampled=sampled)).benchmarks["sampled"].kind == "mbpp"


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
    with pytest.raises(
        ConfigError, match="experts.athene.gpus: 3 on a node is no multiple of .* 2"
    ):
        validate(raw)
    raw["experts"][0] |= {"engine": {"tensor_parallel": 3}}
    validate(raw)
    raw["training"] |= {"gpus": 6, "nodes": 2, "processes": 6, "global_batch": 48}
    with pytest.raises(ConfigError, match="training.gpus: 3 on a node is no multiple of .* 2"):
        validate(raw)


def test_the_target_is_sampled_on_the_gpus_of_one_node_in_copies_of_its_own_width():
    raw = yaml.safe_load((ROOT / "config/paper.yaml").read_text())
    raw["training"] |= {"nodes": 2, "gpus": 16, "processes": 16}
    config = validate(raw)
    assert config.target.gpus == 8
    assert config.engine_of(config.target).tensor_parallel == 1
    assert config.engine.tensor_parallel is None
