"""Models read what the benchmark's authors would have them read."""

from pathlib import Path

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from warriorcoder.config.experts import Engine, Expert
from warriorcoder.evaluation import benchmarks, samples
from warriorcoder.models.engines import Completion
from warriorcoder.models.model import Model

WEIGHTS = Path(samples.__file__).parents[1] / "miniature/weights"
FUNCTION = {"task_id": "HumanEval/0", "prompt": 'def f(x):\n    """Double it."""\n'}
CRUX = {"id": "sample_0", "code": "def f(x):\n    return x", "input": "1", "output": "1"}
GREEDY = {"n": 1, "temperature": 0.0, "top_p": 1.0}


class Reading(Model):
    """A model that keeps what it is given, and says nothing."""

    def generate(self, requests, sampling):
        self.prompts = [self.tokenizer.decode(request.prompt) for request in requests]
        self.stops = sampling.stop_texts
        return [Completion(request.id, "", "stop", 0) for request in requests]


@pytest.fixture
def model(tmp_path):
    spec = Expert(name="base", model=str(WEIGHTS / "base"), gpus=0)
    return Reading(spec, Engine(kind="transformers", dtype="float32"), tmp_path / "rows.sqlite")


def asked(model: Model, kind: str, problem: dict, style: str, **more) -> str:
    benchmark = {"name": "b", "kind": kind, "max_tokens": 8, "decodings": [GREEDY], **more}
    frame = samples.sample(model, benchmark, [problem], style, 1)
    assert len(frame) == 1
    return model.prompts[0]


def test_a_base_model_may_indent_where_its_tokens_join_line_ends_with_indentation(model):
    given = asked(model, "humaneval", FUNCTION, "completion")
    assert given == FUNCTION["prompt"].strip()


def test_a_base_model_reads_evalplus_prompt_where_its_tokens_do_not(model):
    alphabet = {letter: n for n, letter in enumerate(pre_tokenizers.ByteLevel.alphabet())}
    letters = Tokenizer(models.BPE(alphabet, []))
    letters.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    letters.decoder = decoders.ByteLevel()
    model.tokenizer = PreTrainedTokenizerFast(tokenizer_object=letters)
    given = asked(model, "humaneval", FUNCTION, "completion")
    assert given == FUNCTION["prompt"].strip() + "\n"


@pytest.mark.parametrize("chain_of_thought", [False, True])
@pytest.mark.parametrize("style", benchmarks.STYLES)
def test_a_chain_of_thought_is_asked_for_where_the_config_says_so(chain_of_thought, style, model):
    told = {"chain_of_thought": True} if chain_of_thought else {}
    given = asked(model, "cruxeval-output", CRUX, style, **told)
    text = benchmarks.prompt("cruxeval-output", CRUX, style, chain_of_thought)
    assert text in given and text.endswith("[THOUGHT]\n") == chain_of_thought
    assert (given == text) == (style == "completion")
    assert "[/ANSWER]" in model.stops


def test_a_chat_model_reads_its_own_template(model):
    given = asked(model, "humaneval", FUNCTION, "chat")
    before, after = given.split(benchmarks.prompt("humaneval", FUNCTION, "chat"))
    assert before.endswith("### Instruction:\n") and after.startswith("\n### Response:")


class Thinking(Reading):
    """A model that writes one text, whatever it is asked."""

    says = ""

    def generate(self, requests, sampling):
        super().generate(requests, sampling)
        return [Completion(request.id, self.says, "stop", 9) for request in requests]


@pytest.mark.parametrize(
    ("says", "heard", "reason"),
    [
        ("<think>[ANSWER]2[/ANSWER]? No.</think>[ANSWER]1[/ANSWER]", "[ANSWER]1[/ANSWER]", "stop"),
        ("<think>[ANSWER]2[/ANSWER]", "", "thought"),
    ],
)
def test_of_a_reasoning_model_the_final_answer_counts_and_no_stop_cuts_its_thought(
    says, heard, reason, tmp_path
):
    spec = Expert(name="r", model=str(WEIGHTS / "base"), gpus=0, reasoning="think")
    engine = Engine(kind="transformers", dtype="float32")
    model = Thinking(spec, engine, tmp_path / "rows.sqlite")
    model.says = says
    benchmark = {"name": "b", "kind": "cruxeval-output", "max_tokens": 8, "decodings": [GREEDY]}
    [row] = samples.sample(model, benchmark, [CRUX], "chat", 1).to_dicts()
    assert (row["raw"], row["finish_reason"], row["n_tokens"]) == (heard, reason, 9)
    assert "[/ANSWER]" not in model.stops
