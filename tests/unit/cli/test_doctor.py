"""`warriorcoder doctor`: it prints what the stages use, and names what would spoil it."""

import copy
import dataclasses
import re
from pathlib import Path

import pytest
import yaml
from data import ROOT
from served import Server
from shapes import SHAPES, tokenizer

from warriorcoder.cli import main
from warriorcoder.config.experts import Engine, Expert
from warriorcoder.mining.mine import mine
from warriorcoder.models import system_prompt
from warriorcoder.models.model import Model

MINIATURE = yaml.safe_load((ROOT / "config/miniature.yaml").read_text())
WEIGHTS = ROOT / "scripts/warriorcoder/miniature/weights"


@pytest.fixture
def doctor(tmp_path, monkeypatch, capsys):
    """Examine the first expert of the miniature, changed by `spec`; status, output, error."""
    monkeypatch.chdir(tmp_path)
    for folder in ("config", "scripts"):  # what the miniature names besides
        Path(folder).symlink_to(ROOT / folder)

    def examine(expert="athene", samples=0, mining=None, **spec):
        raw = copy.deepcopy(MINIATURE)
        raw["experts"] = [each | {"model": str(ROOT / each["model"])} for each in raw["experts"]]
        changed = next(each for each in raw["experts"] if each["name"] == expert)
        changed |= spec
        raw["mining"] |= mining or {}
        Path("config.yaml").write_text(yaml.safe_dump(raw))
        words = ["--config", "config.yaml", "--expert", expert, "--samples", str(samples)]
        status = main(["doctor", *words])
        said = capsys.readouterr()
        return status, said.out, " ".join(said.err.split())

    return examine


@pytest.mark.parametrize("expert", [expert["name"] for expert in MINIATURE["experts"]])
def test_the_miniatures_experts_are_well_and_their_samples_are_mined_ones(doctor, tmp_path, expert):
    status, out, _ = doctor(expert, samples=2)
    assert status == 0, out
    assert "WARNING" not in out
    assert ("26 Jul 2024" in out) == ("(printed)" in out) == (expert == "llamax")
    assert ("no token ends the user's turn" in out) == (expert == "dscoder")
    spec = Expert(name=expert, model=str(WEIGHTS / expert))
    model = Model(spec, Engine(**MINIATURE["engine"]), tmp_path / "rows.sqlite")
    how = {"temperature": 1.0, "top_p": 0.99, "max_tokens": MINIATURE["mining"]["max_tokens"]}
    mined = mine(model, "t1.0-p0.99", **how, rows=range(2), run_seed=MINIATURE["seed"])
    for row in mined.iter_rows(named=True):
        assert f"sha256 {row['prefix_sha256']}" in out
        assert f"{row['id']}, {row['n_tokens']} tokens, stop" in out
        assert "".join(row["raw"].split()) in "".join(out.replace("│", "").replace("⏎", "").split())
    prefix = model.chat.prefix(system_prompt.SYSTEM)
    assert " ".join(map(str, prefix)) in " ".join(out.split())


def test_the_guide_shows_what_doctor_prints(doctor):
    _, out, _ = doctor("llamax")
    printed = "\n".join(line.rstrip() for line in out.partition("template date")[2].splitlines())
    guide = (ROOT / "docs/experts.md").read_text()
    assert printed.partition("llamax: warnings")[0] in guide, "docs/experts.md is stale"


def test_what_a_server_refuses_is_named_and_nothing_is_mined(doctor):
    server = Server("athene", strict=True)
    api = {"base_url": server.url, "model": "served"}
    status, out, _ = doctor(samples=1, api=api)
    said = " ".join(out.split())
    assert status == 1 and "WARNING: the server refuses the fields stop_token_ids, skip" in said
    assert "no samples: the server refuses the requests" in said

    fields = ("stop_token_ids", "skip_special_tokens", "spaces_between_special_tokens")
    status, out, _ = doctor(samples=1, api=api | {"body": dict.fromkeys(fields)})
    assert status == 0 and "takes the prompts and fields of the pipeline" in out
    assert "athene:t1.0-p0.99:000000, " in out

    chats = {"api": api | {"protocol": "chat"}, "instructions": "config/overlap_seed_tasks.jsonl"}
    status, out, error = doctor(samples=1, **chats)
    assert status == 0, error
    assert "takes the prompts and fields of the pipeline" in out
    asked = len(server.bodies)
    status, _, error = doctor(samples=0, **chats)
    assert status == 2 and "leaves nothing to examine" in error and len(server.bodies) == asked
    server.stop()


def test_a_server_that_is_away_is_named(doctor):
    api = {"base_url": "http://127.0.0.1:9/v1"}
    status, _, error = doctor(samples=1, api=api)
    assert status == 2 and "http://127.0.0.1:9/v1" in error


# What is worth a note in each shape; all else is as it should be.
NOTES = {
    "deepseek-v2": ["no token ends the user's turn"],
    "llama-2": ["no token ends the user's turn", "tokenized again"],
    "vicuna": ["no token ends the user's turn", "tokenizer begins texts with '<s>'"],
    "phi": ["tokenized again"],
    "gpt-oss": ["mentions thoughts"],
}
THINK = {"qwq": "think", "deepseek-r1": "think"}


@pytest.mark.parametrize("name", SHAPES)
def test_real_shapes_are_read_without_a_warning(doctor, tmp_path, name):
    tokenizer(SHAPES[name]).save_pretrained(tmp_path / name)
    status, out, err = doctor(model=str(tmp_path / name), reasoning=THINK.get(name, "none"))
    assert status == 0, out + err
    out = " ".join(out.split())
    for note in NOTES.get(name, []):
        assert note in out
    expected = len(NOTES.get(name, [])) + (name in THINK)
    assert f"warnings 0, notes {expected}" in out, out


@pytest.mark.parametrize("name", THINK)
def test_a_thought_that_the_prompt_opens_needs_a_family(doctor, tmp_path, name):
    tokenizer(SHAPES[name]).save_pretrained(tmp_path / name)
    status, out, _ = doctor(model=str(tmp_path / name))
    assert status == 1
    assert "WARNING: the generation prompt opens a thought and reasoning is 'none'" in out
    assert "Set reasoning: think" in " ".join(out.split())


TURNS = "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + END + '\n' }}"
TURNS += "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
ENDED = TURNS.replace("END", "'<|im_end|>'")


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{{ '<s><s>' }}" + ENDED, "begins with '<s>' twice"),
        ("{{ '<|im_start|>assistant\nHi!<|im_end|>\n' }}" + ENDED, "which opens a reply"),
        ("{% for m in messages %}{{ m.content }}{% endfor %}", "nothing ends the user's turn"),
    ],
)
def test_what_would_spoil_mining_is_a_warning(doctor, tmp_path, template, says):
    shape = dataclasses.replace(
        SHAPES["qwen"], bos="<s>", specials=("<s>", *SHAPES["qwen"].specials)
    )
    tokenizer(shape, template).save_pretrained(tmp_path / "made")
    status, out, _ = doctor(model=str(tmp_path / "made"))
    assert status == 1
    assert says in " ".join(out.split())


def test_a_template_may_come_from_a_file(doctor, tmp_path):
    (tmp_path / "own.jinja").write_text(ENDED)
    status, out, _ = doctor("quen", chat_template=str(tmp_path / "own.jinja"))
    assert status == 0
    assert "│ <|im_start|>user⏎" in out


def test_marks_that_the_model_was_not_trained_on_leak(doctor, tmp_path):
    text = "{% for m in messages %}{{ '<|User|>' if m.role == 'user' }}{{ m.content }}{% endfor %}"
    (tmp_path / "other.jinja").write_text(text + "{{ '\n### Response:' }}")
    status, out, _ = doctor("quen", samples=4, chat_template=str(tmp_path / "other.jinja"))
    assert status == 1
    assert "WARNING: 4 of 4 samples have special tokens" in " ".join(out.split())


def test_truncated_samples_are_a_warning_when_most_are(doctor):
    status, out, _ = doctor(samples=3, mining={"max_tokens": 4})
    assert status == 1
    assert "WARNING: 3 of 3 samples are truncated" in " ".join(out.split())


def test_who_is_not_mined_is_examined_all_the_same(doctor):
    status, out, _ = doctor("quq", samples=3, roles=["answer", "judge"])
    assert status == 0
    assert "no samples: this expert has no role mine" in out


@pytest.fixture
def target(tmp_path, monkeypatch, capsys):
    """Examine the miniature's target, with a template and keys; status, output, error."""
    monkeypatch.chdir(tmp_path)
    for folder in ("config", "scripts"):
        Path(folder).symlink_to(ROOT / folder)

    def examine(*words, template=None, **keys):
        raw = copy.deepcopy(MINIATURE)
        raw["training"] |= keys
        if template:
            Path("own.jinja").write_text(template)
            raw["training"]["chat_template"] = "own.jinja"
        Path("config.yaml").write_text(yaml.safe_dump(raw))
        status = main(["doctor", "--config", "config.yaml", *words])
        said = capsys.readouterr()
        return status, said.out, " ".join(said.err.split())

    return examine


def test_the_target_is_examined_as_a_target(target):
    status, out, _ = target("--expert", "base")
    assert status == 0 and "rows of at most 256 tokens" in out
    assert "INSTRUCTION" in out.partition("without loss")[2].partition("tokens with loss")[0]
    reply = out.partition("tokens with loss, the last of them '<|EOT|>'")[2]
    assert "ANSWER" in reply and "INSTRUCTION" not in reply
    assert "mining" not in out


TURN = "{% for m in messages %}### {{ m.role }}: {{ m.content }}"
UNTRAINABLE = {
    "no token ends a reply": (
        {"template": TURN + "\n{% endfor %}"},
        "holds no token that ends a turn. .* in training.chat_template",
    ),
    "the prompt differs once a reply follows": (
        {
            "template": "{% if messages | length > 1 %}Chat.{% endif %}"
            + TURN
            + "<|EOT|>{% endfor %}{% if add_generation_prompt %}### assistant: {% endif %}"
        },
        "renders the prompt differently when the reply follows. .* in training.chat_template",
    ),
    "more tokens than positions": (
        {"max_length": 1025},
        "training.max_length: 1025 tokens, but .* has 1024 positions. Set it to 1024 or less",
    ),
}


@pytest.mark.parametrize("name", UNTRAINABLE)
def test_a_target_that_training_would_refuse_is_told_with_the_key(target, name):
    keys, says = UNTRAINABLE[name]
    status, _, err = target("--expert", "base", **keys)
    assert status == 2 and re.search(says, err), err
    status, out, _ = target(**keys)
    [line] = [line for line in out.splitlines() if re.search(says, line)]
    assert status == 1 and line.startswith("error ")


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ({"model": "nobody/nothing"}, "athene.*nobody/nothing"),
        (
            {"chat_template": "missing.jinja"},
            "athene.chat_template: there is no file 'missing.jinja'",
        ),
        ({"reasoning": "loud"}, r"experts.athene.reasoning: .*'think'.*'loud'"),
    ],
)
def test_what_cannot_be_used_is_named(doctor, spec, says):
    status, _, err = doctor(**spec)
    assert status == 2
    assert re.search(says, err), err


def test_a_tokenizer_without_a_template_names_the_key(doctor, tmp_path):
    bare = tokenizer(SHAPES["qwen"])
    bare.chat_template = None
    bare.save_pretrained(tmp_path / "bare")
    status, _, err = doctor(model=str(tmp_path / "bare"))
    assert (status, "athene: its tokenizer has no chat template" in err) == (2, True)
    assert "key chat_template" in err


def test_an_unknown_expert_or_file_is_named(doctor, capsys):
    doctor()
    assert main(["doctor", "--config", "config.yaml", "--expert", "nobody"]) == 2
    assert "Choose from athene, dscoder" in capsys.readouterr().err
    assert main(["doctor", "--config", "none.yaml", "--expert", "athene"]) == 2
    assert "none.yaml: no such file" in capsys.readouterr().err
