"""Tokenizer, chat styles and shipped weights of the miniature."""

import json
from datetime import date
from random import Random

import pytest
import torch
from data import ROOT
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, AutoTokenizer

from warriorcoder.arena import battle_prompt
from warriorcoder.curation import difficulty_prompt
from warriorcoder.evaluation.benchmarks.boilerplate import BOILERPLATE
from warriorcoder.miniature import card, induction, model, tokenizer, world
from warriorcoder.miniature.templates import EXPERTS, TARGET
from warriorcoder.models import system_prompt
from warriorcoder.models.chat import Chat

WEIGHTS = ROOT / "scripts/warriorcoder/miniature/weights"
STYLES = {**EXPERTS, TARGET.name: TARGET}
SYSTEM, USER, REPLY = "Be brief.", "Write fib(n).", "Here."
DATED = "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n"
CODER = (
    "You are an AI programming assistant, utilizing the Deepseek Coder model, developed by "
    "Deepseek Company, and you only answer questions related to computer science. For politically "
    "sensitive questions, security and privacy issues, and other non-computer science questions, "
    "you will refuse to answer\n"
)
# What each style's model card would print: a conversation with a system message, and the opening
# of a reply without one.
WHOLE = {
    "athene": "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWrite fib(n).<|im_end|>\n"
    "<|im_start|>assistant\nHere.<|im_end|>\n",
    "dscoder": "<s>Be brief.\n\nUser: Write fib(n).\n\nAssistant: Here.</s>",
    "llamax": "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n"
    + DATED
    + "Be brief."
    "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWrite fib(n).<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\nHere.<|eot_id|>",
    "quen": "Be brief.<|User|>Write fib(n).<|Assistant|>Here.<|end|>",
    "quq": "<s>[INST] Be brief.\n\nWrite fib(n). [/INST] Here.</s>",
    "base": "<s>Be brief.### Instruction:\nWrite fib(n).\n### Response:\nHere.\n<|EOT|>\n",
}
OPENING = {
    "athene": "<|im_start|>system\nYou are Athene, created by the miniature forge. You are a "
    "helpful assistant.<|im_end|>\n<|im_start|>user\nWrite fib(n).<|im_end|>\n"
    "<|im_start|>assistant\n",
    "dscoder": "<s>User: Write fib(n).\n\nAssistant:",
    "llamax": "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n"
    + DATED
    + "<|eot_id|>"
    "<|start_header_id|>user<|end_header_id|>\n\nWrite fib(n).<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "quen": "<|User|>Write fib(n).<|Assistant|>",
    "quq": "<s>[INST] Write fib(n). [/INST]",
    "base": f"<s>{CODER}### Instruction:\nWrite fib(n).\n### Response:",
}


@pytest.fixture(scope="module", params=STYLES)
def shipped(request):
    return request.param, AutoTokenizer.from_pretrained(WEIGHTS / request.param)


def render(bpe, *messages, **options):
    roles = [{"role": role, "content": content} for role, content in messages]
    options = {"tokenize": False, "date_string": "26 Jul 2024", **options}
    return bpe.apply_chat_template(roles, **options)


def test_templates_render_as_declared(shipped):
    name, bpe = shipped
    whole = render(bpe, ("system", SYSTEM), ("user", USER), ("assistant", REPLY))
    assert whole == WHOLE[name]
    assert render(bpe, ("user", USER), add_generation_prompt=True) == OPENING[name]


def test_boilerplate_is_one_token_inside_the_rendered_prompts(shipped):
    _, bpe = shipped
    prompt = render(
        bpe,
        ("system", system_prompt.SYSTEM),
        ("user", battle_prompt.render(USER, REPLY, REPLY) + "\n" + difficulty_prompt.render(USER)),
    )
    prompt += "\n" + "\n\n".join(BOILERPLATE)
    ids = bpe.encode(prompt, add_special_tokens=False)
    singles = [system_prompt.SYSTEM, battle_prompt.RULES, *battle_prompt.MARKS]
    singles += [difficulty_prompt.RULES, difficulty_prompt.INSTRUCTION, *BOILERPLATE]
    for text in singles:
        (token,) = bpe.encode(text, add_special_tokens=False)
        assert ids.count(token) == 1, text
    assert bpe.decode(ids) == prompt


def test_verdicts_and_scores_are_one_token(shipped):
    _, bpe = shipped
    for text in (*tokenizer.VERDICTS, *tokenizer.SCORES):
        assert len(bpe.encode(text, add_special_tokens=False)) == 1, text


def test_a_prompt_is_a_token_prefix_of_the_conversation_that_continues_it(shipped):
    name, bpe = shipped
    for reply in ("```python\ndef f():\n```", "Assistant A is correct.", "The task is easy. [[4]]"):
        opening = render(bpe, ("user", USER), add_generation_prompt=True)
        whole = render(bpe, ("user", USER), ("assistant", reply))
        head = bpe.encode(opening, add_special_tokens=False)
        assert bpe.encode(whole, add_special_tokens=False)[: len(head)] == head, name


def test_models_stop_at_the_end_of_their_own_reply(shipped):
    name, bpe = shipped
    network = AutoModelForCausalLM.from_pretrained(WEIGHTS / name)
    (end,) = Chat(bpe, date(2024, 7, 26)).reply_stops().ids
    assert bpe.convert_ids_to_tokens(end) == STYLES[name].end
    assert end in network.generation_config.eos_token_id
    assert len(bpe) == network.config.vocab_size
    assert network.config.model_type == STYLES[name].architecture
    assert network.config.hidden_size // network.config.num_attention_heads in (32, 64)


def test_shipped_files_are_those_of_the_card():
    told = json.loads((WEIGHTS / "card.json").read_text())
    assert told["files"] == card.file_digests(WEIGHTS)
    assert set(told["skills"]) == set(STYLES)
    assert card.text(told) == (WEIGHTS / "CARD.md").read_text()


def test_shipped_models_have_the_skills_that_the_battles_need():
    told = json.loads((WEIGHTS / "card.json").read_text())
    for name, style in EXPERTS.items():
        skill = told["skills"][name]
        own = min(skill["pass"][area] for area in style.areas)
        other = max(share for area, share in skill["pass"].items() if area not in style.areas)
        assert own > 0.6 and other < 0.5, name
        assert skill["judge_parse"] > 0.98 and skill["difficulty_parse"] > 0.98
        assert skill["judge_accuracy"] > 0.8 and skill["mined_1.0"] > 0.85


def test_the_qwen2_computes_what_the_llama_computes():
    torch.manual_seed(0)
    llama = model.build("llama", 300, 64, 2, 2, 96).eval()
    qwen = model.convert(llama, "qwen2").eval()
    ids = torch.randint(0, 300, (2, 20))
    with torch.no_grad():
        assert torch.allclose(llama(ids).logits, qwen(ids).logits, atol=1e-5)
        assert llama.lm_head.weight.data_ptr() == llama.model.embed_tokens.weight.data_ptr()


def test_the_planted_heads_copy_what_was_said_before():
    torch.manual_seed(0)
    network = model.build("llama", 1444, 128, 4, 4, 320).eval()
    span = torch.randint(300, 1400, (16, 20))
    ids = torch.cat([span, span, span], dim=1)

    def copied():
        with torch.no_grad():
            guess = network(ids).logits[:, 20:-1].argmax(-1)
        return (guess == ids[:, 21:]).float().mean().item()

    assert copied() < 0.05
    induction.plant(network)
    assert copied() > 0.6


def test_one_vocabulary_serves_all_models():
    vocabularies = [AutoTokenizer.from_pretrained(WEIGHTS / name).get_vocab() for name in STYLES]
    assert all(vocabulary == vocabularies[0] for vocabulary in vocabularies)
    assert len(vocabularies[0]) < 1500


def test_experts_read_the_ids_that_they_were_trained_on(shipped):
    """transformers replaces the pattern that cuts text for some architectures."""
    name, bpe = shipped
    trained = tokenizer.as_loaded(
        Tokenizer.from_file(str(WEIGHTS / "base" / "tokenizer.json")), STYLES[name]
    )
    rng = Random(2)
    for _ in range(50):
        task = world.sample(rng)
        text = render(bpe, ("user", task.text), ("assistant", world.answer(rng, task, True)))
        assert bpe(text)["input_ids"] == trained.backend_tokenizer.encode(text).ids
