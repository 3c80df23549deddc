"""If these tests fail, a second question gives no mark, another one, or costs old rows."""

import json

import polars as pl
import pytest
import torch
from asked import model as served
from served import Server
from shapes import SHAPES, tokenizer
from unit.arena.test_votes import cast
from unit.models.test_model import ENGINE, model

from warriorcoder.arena.verdicts import parse_verdict
from warriorcoder.config.arena import Voting
from warriorcoder.config.difficulty import Difficulty
from warriorcoder.config.experts import Engine, Expert
from warriorcoder.curation import raters
from warriorcoder.curation.difficulty import parse_score
from warriorcoder.models import ask_again
from warriorcoder.models.engines import EngineError, Request, Sampling
from warriorcoder.models.engines.openai import _chosen
from warriorcoder.models.model import Model
from warriorcoder.models.reasoning import Reply

AGAIN = {"on_invalid": "ask_again"}
RATING = Difficulty(max_tokens=2, **AGAIN)  # too few for a mark
TASKS = pl.DataFrame({"id": list("abcdef"), "text": [f"Add {n} to x." for n in range(6)]})
MARKS = RATING.marks


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "rows.sqlite"


def test_every_judge_that_gave_no_mark_gets_one_and_is_marked(cache):
    """Two tokens hold no mark. A judge that is asked once keeps its row, and says no more."""
    judge, answers = model(cache), {f"i{n}": f"x = {n}" for n in range(6)}
    once = cast(judge, answers, max_tokens=2)
    assert set(once["verdict"]) == {"invalid"} and once["again"].null_count() == 6
    again = cast(judge, answers, max_tokens=2, **AGAIN)
    assert (judge.rows.generated, judge.rows.reused) == (6 + 6, 6)
    assert [f"[[{verdict}]]" for verdict in again["verdict"]] == again["again"].to_list()
    assert again.select("raw", "seed", "finish_reason").equals(
        once.select("raw", "seed", "finish_reason")
    )
    heard = cast(judge, answers, **AGAIN)
    assert heard["again"].null_count() == 6 and "invalid" not in heard["verdict"].to_list()


def test_ratings_without_a_mark_get_one(cache):
    rated = raters.rate(model(cache), TASKS, RATING, run_seed=0)
    assert [f"[[{score}]]" for score in rated["score"]] == rated["again"].to_list()
    assert raters.rate(model(cache), TASKS, Difficulty(max_tokens=2), 0)["score"].null_count() == 6


def test_the_choice_is_the_likeliest_token_by_token(cache):
    """A second implementation walks the marks' tokens with plain forward passes."""
    one = model(cache)
    requests = [
        Request(id, one.chat.prompt(text), 0) for id, text in TASKS.select("id", "text").iter_rows()
    ]
    said = [reply.text for reply in one.choose(requests, MARKS, 9)]
    end = one.chat.reply_stops().ids[0]
    allowed = [[*one.chat.ids(mark), end] for mark in MARKS]
    naive = []
    for request in requests:
        tokens: list[int] = []
        while end not in tokens:
            ids = torch.tensor([[*request.prompt, *tokens]])
            with torch.inference_mode():
                scores = one._loaded.model(ids).logits[0, -1]
            begun = [row for row in allowed if row[: len(tokens)] == tokens]
            tokens.append(max({row[len(tokens)] for row in begun}, key=lambda id: scores[id]))
        naive.append(one.tokenizer.decode(tokens[:-1]))
    assert said == naive


def test_keys_of_rows_without_choices_are_those_of_older_caches(cache):
    spec = Expert(name="a", model="o/m", revision="c" * 40)
    one = Model(spec, Engine(kind="vllm", dtype="float32"), cache)
    request, how = Request("r", (1, 2), 7), (1.0, 0.99, 9, (2,), ("x",))
    old = "b7800360ae768c0c99c7d5fe73feb9a460840531a31bd20daaf8db30ca098d7c"
    assert one._keys([request], Sampling(*how)) == [old]
    keys = [one._keys([request], Sampling(*how, choices)) for choices in (("a",), ("b",))]
    assert keys[0] != keys[1] and [old] not in keys


def second(one: Model, reply: Reply) -> str:
    return str(one.tokenizer.decode(ask_again._second(one, request(one), reply, "Say it.").prompt))


def request(one: Model) -> Request:
    return Request("i", one.chat.prompt("Which one?"), 0)


def test_a_thought_that_the_template_opens_is_closed_before_the_mark(tmp_path):
    tokenizer(SHAPES["qwq"]).save_pretrained(tmp_path)
    spec = Expert(name="thinker", model=str(tmp_path), reasoning="think")
    one = Model(spec, Engine(kind="vllm"), tmp_path / "rows.sqlite")
    said = second(one, Reply("", "Is it A?", "thought", 9))
    assert "<think>\nIs it A?<|im_end|>" in said
    assert said.endswith("<think>\n</think>\n\n")


@pytest.mark.parametrize("free", [-500, -30, 16, 17, 900])
def test_a_long_text_leaves_room_for_the_mark(cache, free):
    text = "so that " * 500

    def tokens(context: int | None) -> int:
        one = Model(model(cache).spec, ENGINE.model_copy(update={"max_model_len": context}), cache)
        return len(ask_again._second(one, request(one), Reply(text, text, "length", 9), "Q").prompt)

    whole = tokens(99_999)
    assert tokens(whole + free) == min(whole, whole + free - ask_again.ROOM)


@pytest.fixture(scope="module")
def server():
    server = Server("athene")
    yield server
    server.stop()


@pytest.mark.parametrize("protocol", ["completions", "chat"])
def test_a_server_chooses_as_the_engine_that_serves_it(protocol, server, cache, tmp_path):
    local = Model(
        Expert(name="athene", model=model(cache).spec.model),
        Engine(kind="transformers", dtype="float32", batch_size=1),
        tmp_path / "local.sqlite",
    )
    own = {} if protocol == "completions" else {"roles": ("judge",)}
    remote = served(cache, server.url, protocol=protocol, **own)
    theirs = raters.rate(remote, TASKS, RATING, run_seed=0)
    ours = raters.rate(local, TASKS, RATING, run_seed=0)
    assert theirs.equals(ours) and theirs["score"].null_count() == 0


def test_a_server_without_the_field_is_named_and_asked_without_it(cache):
    strict = Server("athene", strict=True)
    how = {"protocol": "chat", "roles": ("judge",)}
    with pytest.raises(EngineError, match=r"response_format.*`api\.body: \{FIELD: null\}`"):
        raters.rate(served(cache, strict.url, **how), TASKS, RATING, run_seed=0)
    free = served(cache, strict.url, **how, body={"response_format": None})
    rated = raters.rate(free, TASKS, Difficulty(max_tokens=24, **AGAIN), run_seed=0)
    assert not any("response_format" in body for body in strict.bodies[-len(rated) :])
    strict.stop()


def test_an_object_that_is_cut_or_foreign_is_no_mark():
    assert _chosen(json.dumps({"mark": "[[A]]"})) == "[[A]]"
    for text in ('{"mark": "[[A', "[[Tie]]", "[1]", '{"verdict": 1}', "", "null"):
        assert _chosen(text) == text
        assert parse_verdict(text) == ("Tie" if text == "[[Tie]]" else "invalid")


def test_the_marks_are_those_that_the_parsers_read():
    assert [parse_score(mark) for mark in MARKS] == list(range(1, 11))
    voting = Voting(max_tokens=9, tie_mark="C", **AGAIN)
    assert [parse_verdict(mark, "C") for mark in voting.marks] == ["A", "B", "Tie"]
