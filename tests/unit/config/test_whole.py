import copy
import json

import jsonschema
import pytest
import yaml
from data import ROOT

from warriorcoder.config import reference
from warriorcoder.config.reading import ConfigError, load, parse, validate
from warriorcoder.config.whole import Config

ADDED = ROOT / "config/baselines.yaml"  # to the config of a run
SHIPPED = sorted(set((ROOT / "config").glob("*.yaml")) - {ADDED})
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
        ({"rosters__roster_1__steps": 0}, r"roster_1\.steps: .*greater than 0"),
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


def test_a_key_that_a_file_gives_twice_is_refused(tmp_path):
    path = tmp_path / "twice.yaml"
    path.write_text((ROOT / "config/miniature.yaml").read_text() + "seed: 3\n")
    with pytest.raises(ConfigError, match="seed is there twice"):
        load(path)
    assert parse("a: &a {x: 1}\nb: &b {<<: *a, x: 2}\nc: {<<: *b, x: 3}")["c"] == {"x": 3}


SEEDS = "config/overlap_seed_tasks.jsonl"


@pytest.mark.parametrize(
    ("expert", "generates"),
    [
        ({"instructions": SEEDS}, ("answer", "judge")),
        ({"answers": SEEDS}, ("mine", "judge")),
        ({"instructions": SEEDS, "answers": SEEDS, "roles": ["mine", "answer"]}, ()),
    ],
)
def test_a_file_replaces_what_an_expert_would_generate(expert, generates):
    first, *others = MINIATURE["experts"]
    assert validate(changed(experts=[first | expert, *others])).experts[0].generates == generates


@pytest.mark.parametrize(
    ("expert", "says"),
    [
        ({"instructions": "x.txt"}, r"athene\.instructions: 'x.txt' should be a file .jsonl or"),
        ({"answers": "x.jsonl"}, r"athene\.answers: there is no file 'x.jsonl' in"),
        (
            {"answers": SEEDS, "roles": ["mine", "judge"]},
            "'athene': answers belongs to role answer, which it lacks. Add the role, or remove",
        ),
    ],
)
def test_a_file_that_cannot_replace_anything_is_refused(expert, says):
    first, *others = MINIATURE["experts"]
    with pytest.raises(ConfigError, match=says):
        validate(changed(experts=[first | expert, *others]))


HERE = {"base_url": "http://127.0.0.1:8000/v1"}


@pytest.mark.parametrize(
    ("expert", "says"),
    [
        ({"api": HERE}, None),
        ({"api": HERE | {"protocol": "chat"}, "roles": ["answer", "judge"]}, None),
        ({"api": HERE | {"protocol": "chat"}, "instructions": SEEDS}, None),
        (
            {"api": HERE | {"protocol": "chat"}},
            r"'athene': a chat server .* cannot be mined. Give it roles: \[answer, judge\], or api",
        ),
        (
            {"api": HERE | {"protocol": "chat"}, "roles": ["judge"], "chat_template": "x.jinja"},
            "its own template. Remove chat_template",
        ),
        ({"api": HERE, "engine": {"dtype": "float16"}}, "decides how it runs. Remove engine"),
        ({"api": {}}, r"api\.base_url: missing"),
        ({"api": {"base_url": "127.0.0.1:8000"}}, r"api\.base_url: is http\(s\)://HOST/v1"),
        ({"api": {"base_url": "https://u:s3cret@x.org/v1"}}, "key_env names"),
        ({"api": {"base_url": "https://x.org/v1?key=s3cret"}}, "key_env names"),
        ({"api": HERE | {"key_env": "sk-s3cret"}}, "NAME .* Never write a key"),
        ({"api": HERE | {"key_env": "s3cret"}}, "NAME .* Never write a key"),
        ({"api": HERE | {"body": {"stream": True}}}, "'stream' is set by the pipeline"),
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
        (URL | {"hub": {"repo": "a/b", "revision": "0" * 40, "file": "c"}}, "Keep one"),
        (URL | {"hub": {"repo": "a/b", "revision": "main", "file": "c"}}, "hub.revision"),
        (URL | {"chain_of_thought": True}, "chain_of_thought is a key of CRUXEval. humaneval"),
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
    raw = yaml.safe_load((ROOT / "config/paper.yaml").read_text())
    raw["experts"][4] |= {"engine": {"tensor_parallel": 2}}
    config = validate(raw)
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
    raw["training"] |= {"gpus": 6, "nodes": 2, "global_batch": 48}
    with pytest.raises(ConfigError, match="training.gpus: 3 on a node is no multiple of .* 2"):
        validate(raw)


def test_the_target_is_sampled_on_the_gpus_of_one_node_in_copies_of_its_own_width():
    raw = yaml.safe_load((ROOT / "config/paper.yaml").read_text())
    raw["training"] |= {"nodes": 2, "gpus": 16, "engine": {"tensor_parallel": 1}}
    config = validate(raw)
    assert config.target.gpus == 8
    assert config.engine_of(config.target).tensor_parallel == 1
    assert config.engine.tensor_parallel is None


@pytest.mark.parametrize(("gpus", "ranks"), [(None, 1), (0, 1), (4, 4)])
@pytest.mark.parametrize("given", [{}, {"processes": None}])
def test_a_training_has_a_rank_for_each_of_its_gpus_and_one_on_the_cpu(gpus, ranks, given):
    raw = changed()
    raw["training"] |= {"gpus": gpus, **given}
    assert validate(raw).training.processes == ranks


@pytest.mark.parametrize(
    ("gpus", "batch", "most", "rows"),
    [(1, 16, 8, 8), (2, 16, 8, 8), (4, 16, 8, 4), (8, 16, 8, 2), (5, 60, 8, 6), (7, 7, 8, 1)],
)
def test_a_rank_takes_as_many_rows_at_once_as_divide_its_share(gpus, batch, most, rows):
    training = changed(training__global_batch=batch, training__micro_batch=most)
    training["training"] |= {"gpus": gpus}
    found = validate(training).training
    assert found.micro_batch == rows
    assert found.global_batch % (found.micro_batch * (found.processes or 1)) == 0
    again = validate(training | {"training": found.model_dump()}).training
    assert again == found, "the training reads the section from the record once more"


@pytest.mark.parametrize(
    ("gpus", "nodes", "fix"),
    [
        (3, 1, "gpus to 2 or 4"),
        (24, 1, "gpus to 16"),
        (6, 2, "gpus to 4 or 8"),
        (6, 3, "global_batch to a multiple of 6"),
    ],
)
def test_ranks_that_cannot_share_the_batch_are_told_the_nearest_that_can(gpus, nodes, fix):
    raw = changed()
    raw["training"] |= {"gpus": gpus, "nodes": nodes}
    with pytest.raises(ConfigError) as error:
        validate(raw)
    said = f"training: {gpus} ranks cannot share global_batch 16 evenly. Set {fix}."
    assert str(error.value).splitlines()[-1].strip() == said


def test_a_roster_that_sets_no_length_trains_as_all_do():
    """Epochs are whole steps of all rows that are left, and one at least."""
    own = {"rosters__roster_1__epochs": 3.2, "rosters__roster_2__steps": 7}
    config = validate(changed(**own))
    assert config.training_of("roster_5") == config.training
    assert config.training_of("roster_2").steps_over(10_000) == 7
    passes = config.training_of("roster_1")
    assert [passes.steps_over(rows) for rows in (80, 78, 1)] == [16, 16, 1]  # batches of 16
    assert config.training_of("roster_5").steps_over(1) == config.training.steps
