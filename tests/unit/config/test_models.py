"""Rows beside the base and the rosters, and published figures, in the config."""

import copy
import re

import jsonschema
import pytest
import yaml
from data import ROOT
from snakemake.utils import update_config

from warriorcoder.config import reference
from warriorcoder.config.reading import ConfigError, validate
from warriorcoder.evaluation.benchmarks import KINDS
from warriorcoder.report.paper import LIBRARIES

MINIATURE, PAPER, BASELINES = (
    yaml.safe_load((ROOT / f"config/{name}.yaml").read_text())
    for name in ("miniature", "paper", "baselines")
)
WEIGHTS = "scripts/warriorcoder/miniature/weights"
BASE = {"model": f"{WEIGHTS}/base", "style": "chat"}
CHAT = {"base_url": "http://127.0.0.1:8000/v1", "protocol": "chat"}
FIGURE = {"metric": "mbpp", "value": 70.2, "version": "v1", "style": "chat", "source": "a paper"}


def with_baselines() -> dict:
    """The paper's config and its baselines, merged as Snakemake merges several files."""
    raw = copy.deepcopy(PAPER)
    update_config(raw, BASELINES)
    return raw


def config(**changed):
    return validate(copy.deepcopy(MINIATURE) | changed)


def _named(name: str, *roles: str) -> list[dict]:
    """The miniature's experts, and one more with a name."""
    return [*MINIATURE["experts"], MINIATURE["experts"][0] | {"name": name, "roles": [*roles]}]


def test_rows_are_the_base_then_models_then_benchmarked_experts():
    experts = copy.deepcopy(MINIATURE["experts"])
    experts[1]["roles"] = ["mine", "answer", "judge", "benchmark"]
    made = config(
        models={"base-in-chat": BASE, "a": BASE | {"style": "completion"}}, experts=experts
    )
    assert list(made.scored) == ["base", "base-in-chat", "a", "dscoder"]
    styles = {row: made.style(row) for row in (*made.scored, "roster_1")}
    assert styles == {
        "base": "completion",
        "base-in-chat": "chat",
        "a": "completion",
        "dscoder": "chat",
        "roster_1": "chat",
    }
    assert made.scored["a"].model == f"{WEIGHTS}/base" and made.scored["a"].name == "a"
    assert made.scored["dscoder"] == made.expert("dscoder")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"models": {"base": BASE}}, "models.base: 'base' is reserved"),
        ({"experts": _named("base")}, "experts.base: 'base' is reserved"),
        ({"experts": _named("base", "benchmark")}, "experts.base: 'base' is reserved"),
        ({"rosters": {"base": {"experts": ["quq"]}}}, "rosters.base: 'base' is reserved"),
        ({"models": {"roster_1": BASE}}, "rosters.roster_1: 'roster_1' is a row of the tables"),
        ({"models": {"athene": BASE}}, "models.athene: 'athene' is an expert.*role benchmark"),
        ({"models": {"a_B": BASE}}, "models.a_B: .*small letters"),
        ({"models": {"a": {"style": "chat"}}}, "models.a.model: missing"),
        ({"models": {"a": BASE | {"style": "x"}}}, "models.a.style: .*'completion' or 'chat'"),
        ({"models": {"a": BASE | {"model": "x"}}}, "models.a.model: 'x' is no folder in .*"),
        (
            {"models": {"a": BASE | {"model": "o/x", "revision": "main"}}},
            "models.a.revision: 'main' is no commit",
        ),
        (
            {"models": {"a": BASE | {"chat_template": "none.jinja"}}},
            "models.a.chat_template: there is no file 'none.jinja'",
        ),
        (
            {"models": {"a": BASE | {"api": CHAT, "style": "completion"}}},
            "models.a: a chat server puts its own template.*Take style: chat",
        ),
        (
            {"models": {"a": BASE | {"api": CHAT, "engine": {"dtype": "float16"}}}},
            "models.a: its server decides how it runs. Remove engine",
        ),
        (
            {"models": {"a": BASE | {"reasoning": "think", "style": "completion"}}},
            "models.a: a bare prompt opens no thought. Take style: chat",
        ),
        ({"published": {"roster_1": [FIGURE]}}, "published.roster_1: .*is not scored before"),
        ({"published": {"base": [FIGURE | {"value": 702}]}}, "published.base.0.value: .* 100"),
        ({"published": {"base": [FIGURE | {"source": ""}]}}, "published.base.0.source: .*1 char"),
        ({"published": {"base": [FIGURE | {"metric": "mbp"}]}}, "published.base.0.metric: 'mbp'"),
    ],
)
def test_a_row_that_cannot_stand_in_a_table_is_refused_with_its_fix(changed, says):
    with pytest.raises(ConfigError, match=says):
        config(**changed)


def test_vllm_needs_room_for_a_benchmark_behind_the_prompt():
    engine = {"kind": "vllm", "max_model_len": 4096}
    small = BASE | {"engine": {"max_model_len": 100}}
    says = r"benchmarks.humaneval.max_tokens: 120 leave a prompt no room in models.a.engine"
    with pytest.raises(ConfigError, match=says):
        config(engine=engine, models={"a": small})


def test_the_papers_baselines_fit_its_config_and_the_schema():
    raw = with_baselines()
    jsonschema.validate(raw, reference._model())
    made = validate(raw)
    assert list(made.published) == list(made.scored)
    assert len(made.published["base"]) == len(PAPER["published"]["base"])
    pinned = {name: model.revision for name, model in made.models.items() if model.revision}
    assert all(re.fullmatch("[0-9a-f]{40}", revision) for revision in pinned.values())
    assert "magicoder-s-ds" in pinned


PROBLEMS = {
    "HumanEval": 164,
    "MBPP+ v0.1.0": 399,
    "MBPP+ v0.2.0": 378,
    "MBPP test split (500)": 500,
    "CRUXEval": 800,
    "DS-1000": 1000,
}
SIZES = {library.lower(): n for library, (n, _) in LIBRARIES.items()}


@pytest.mark.parametrize("row", sorted(with_baselines()["published"]))
def test_each_published_figure_is_a_whole_count_of_its_problems(row):
    """A mistyped figure or version fits no count."""
    for figure in with_baselines()["published"][row]:
        [n] = {n for name, n in PROBLEMS.items() if figure["version"].startswith(name)}
        kind, _, library = figure["metric"].partition("/")
        assert kind.rstrip("+") in KINDS
        if figure.get("setting", "greedy") == "greedy":
            n = SIZES[library.lower()] if library else n
            counts = {f"{100 * k / n:.1f}" for k in range(n + 1)}
            assert f"{figure['value']:.1f}" in counts, figure


def test_the_libraries_of_the_bases_ds1000_figures_add_up_to_the_whole():
    figures = {figure["metric"].lower(): figure["value"] for figure in PAPER["published"]["base"]}
    solved = [round(figures[f"ds1000/{library}"] * n / 100) for library, n in SIZES.items()]
    assert sum(solved) == 10 * figures["ds1000"]


@pytest.mark.parametrize("row", sorted(with_baselines()["published"]))
def test_a_published_figure_has_the_version_and_decoding_of_a_benchmark_or_another_version(row):
    """A mistyped version or setting would never be compared."""
    made = validate(with_baselines())
    columns = {
        (bench.version, decoding.setting(bench.chain_of_thought), k)
        for bench in made.benchmarks.values()
        for decoding in bench.decodings
        for k in decoding.report
    }
    versions = {version for version, _, _ in columns}
    forty = "T 0.2, top-p 0.5, 40 samples"  # an option of config/paper.yaml
    for figure in made.published[row]:
        ours = (figure.version, figure.setting, figure.k) in columns
        assert ours or figure.version not in versions or figure.setting == forty, figure
