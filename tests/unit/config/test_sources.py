"""Files, servers and data sets that a config names: each is taken or refused with the fix."""

import pytest
from unit.config.test_whole import HERE, MINIATURE, SEEDS, URL, changed

from warriorcoder.config.reading import ConfigError, validate


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
        ({"api": HERE | {"prompt": "text"}}, None),
        (
            {"api": HERE | {"prompt": "text", "protocol": "chat"}, "roles": ["judge"]},
            "a chat server takes messages. Remove prompt",
        ),
        ({"api": HERE | {"concurrency": 0}}, r"api\.concurrency: .*greater than 0"),
    ],
)
def test_an_expert_behind_a_server(expert, says):
    first, *others = MINIATURE["experts"]
    raw = changed(experts=[first | expert, *others])
    del raw["rosters"]["roster_1"], raw["rosters"]["roster_1_epochs"]  # she is alone there
    if says is None:
        assert validate(raw).experts[0].gpus == 0  # the server has them
    else:
        with pytest.raises(ConfigError, match=says) as caught:
            validate(raw)
        assert "s3cret" not in str(caught.value)


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
