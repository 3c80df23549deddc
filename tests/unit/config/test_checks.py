"""Values that fit alone and not together, or that only a job would find wrong."""

import pytest
from unit.config.test_whole import MINIATURE, PAPER, URL, changed

from warriorcoder.config.reading import ConfigError, validate

NO_HOME = "no folder in .*, and no model of the hub"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"results": ""}, "results: '' should be the name of a folder"),
        ({"results": "r/{x}"}, "results: 'r/{x}' should be .* without { and }"),
        ({"name": "My Run"}, "name: 'My Run' should be small letters"),
        ({"rosters__A b": {"experts": ["quq"]}}, r"rosters\.A b: 'A b' should be small .* '_'"),
        ({"seed": True}, "seed: expected no boolean, got true"),
        ({"mining__temperatures": [1, True]}, "mining.temperatures: expected no boolean, got true"),
        ({"answers__temperature": float("nan")}, "answers.temperature: .*finite"),
        ({"rating__k": float("inf")}, "rating.k: .*finite"),
        ({"rating__k": 1e308}, "rating.k: .*less than or equal to 100000"),
        ({"rating__initial": 1e308}, "rating.initial: .*less than or equal to 100000"),
        ({"sandbox__seconds": 1e308}, "sandbox.seconds: .*less than or equal to 86400"),
        ({"arena__temperature": 2.1}, "arena.temperature: .*less than or equal to 2"),
        ({"training__learning_rate": 1}, "training.learning_rate: .*less than 1"),
        ({"mining__temperatures": [1.0, 1]}, "mining.temperatures: 1.0 is there twice"),
        ({"mining__top_ps": [1.0, 1]}, "mining.top_ps: 1.0 is there twice"),
        ({"experts__1__roles": ["mine", "mine"]}, "experts.dscoder.roles: 'mine' is there twice"),
        ({"rosters__roster_1__experts": ["quq", "quq"]}, "roster_1.experts: 'quq' is there twice"),
        ({"mining__parts": 37}, "mining: parts 37 of per_config 36 rows"),
        ({"training__gpus": 2, "training__processes": 1}, "processes 1 for gpus 2: .* Remove proc"),
        ({"experts__0__roles": ["answer"]}, "roster_1.experts: none has role mine"),
        ({"difficulty__judges_per_author": 50}, "judges_per_author: 50 judges wanted"),
        ({"world": None}, r"truth: belongs .* Add `world`(.|\n)*ds1000.dataset: belongs"),
        ({"experts__0__model": ""}, f"experts.athene.model: '' is {NO_HOME}"),
        ({"experts__0__model": "gpt2"}, rf"athene.model: 'gpt2' is {NO_HOME} \(owner/name\)"),
        ({"experts__0__model": "./none"}, f"athene.model: './none' is {NO_HOME}"),
        ({"training__base": "/no/such/folder"}, f"training.base: '/no/such/folder' is {NO_HOME}"),
        ({"compression__embedder": "models/of/mine"}, f"compression.embedder: .* is {NO_HOME}"),
        ({"compression__embedder": "package:numpy/x"}, f"compression.embedder: .* is {NO_HOME}"),
        ({"compression__embedder": "package:not_in_this_environment/model"}, None),
        ({"experts__0__revision": "mine"}, None),  # a folder's is a label
        ({"experts__0__chat_template": "x"}, "athene.chat_template: there is no file 'x'"),
        ({"training__chat_template": "x"}, "training.chat_template: there is no file 'x'"),
        (
            {"analysis__overlap_corpus": {"dataset": "x"}},
            "overlap_corpus.dataset: there is no file 'x'",
        ),
        ({"benchmarks__mbpp__environment": "envs/x.txt"}, "mbpp.environment: there is no file"),
        ({"benchmarks__mbpp__environment": "x"}, "mbpp.environment: 'x' should be envs/NAME.txt"),
        ({"benchmarks__mbpp__dataset": "{results}/x"}, "dataset: there is no file 'results/x'"),
        ({"experts__0__gpus": -1}, "experts.athene.gpus: .*greater than or equal to 0"),
        ({"base": PAPER, "training__revision": "refs/pr/1"}, "training.revision: 'refs/pr/1' is"),
        (
            {"base": PAPER, "experts__0__revision": "main"},
            "athene-v2.revision: .*`warriorcoder pin",
        ),
        ({"base": PAPER, "benchmarks__mbpp__sha256": "0"}, "sha256: '0' should be 64 digits"),
        ({"base": PAPER, "benchmarks__mbpp__url": "x.org"}, "url: 'x.org' should be http"),
        (
            {"base": PAPER, "mining__max_tokens": 32768},
            "mining.max_tokens: 32768 .* engine.max_model_len, 32768",
        ),
        (
            {"base": PAPER, "experts__4__max_tokens": {"arena": 40000}},
            "experts.qwq-preview.max_tokens.arena: 40000 .* no room",
        ),
        (
            {"base": PAPER, "experts__0__engine": {"max_model_len": 1024}},
            "answers.max_tokens: 8192 .* experts.athene-v2.engine.max_model_len, 1024",
        ),
        (
            {"base": PAPER, "training__engine": {"max_model_len": 512}},
            "benchmarks.mbpp.max_tokens: 512 .* training.engine.max_model_len, 512",
        ),
    ],
)
def test_what_would_fail_in_a_job_is_refused_before(change, says):
    if says is None:
        validate(changed(**change))
    else:
        with pytest.raises(ConfigError, match=says):
            validate(changed(**change))


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


def test_two_experts_leave_no_judge():
    raw = changed(
        experts=MINIATURE["experts"][:2], rosters={"both": {"experts": ["athene", "dscoder"]}}
    )
    with pytest.raises(ConfigError, match="at least 3 experts"):
        validate(raw)


def test_gpus_that_make_no_whole_copies_of_a_model_are_refused():
    raw = changed(engine={"kind": "vllm", "tensor_parallel": 2})
    raw["experts"][0] |= {"gpus": 3}
    with pytest.raises(
        ConfigError, match="experts.athene.gpus: 3 on a node is no multiple of .* 2"
    ):
        validate(raw)
    raw["experts"][0] |= {"engine": {"tensor_parallel": 3}}
    validate(raw)
    raw["training"] |= {"gpus": 6, "nodes": 2, "global_batch": 48}
    with pytest.raises(ConfigError, match="training.gpus: 3 on a node is no multiple of .* 2"):
        validate(raw)
