"""A copying circuit as the initial value of a tiny Llama.

Most of what a coding answer needs (names, parameters, constants) is copied from the request. A
model of this size finds the circuit that copies (an *induction head*, Olsson et al. 2022) only
after tens of millions of tokens; here it is there from the first step and training refines it.

Layer 0, head 0 attends to the previous token and writes a projection of it into the residual
stream; layer 1, heads 0 and 1 look for the place whose previous token is the current token,
and write that place's own token.
"""

import math

import torch
from transformers import LlamaForCausalLM

from warriorcoder.miniature.model import ROPE_THETA

CONSTANT = 0.3  # coordinate 0 of every embedding; with tied embeddings it moves all logits alike
SHARP = 1.2  # how sharply the first head prefers distance 1
SEEN = 0.4  # norm of what it writes, beside embeddings of norm 0.24
MATCH = 3.5  # how sharply the second layer prefers a match
COPY = 1.0  # how much it writes of the token it found


@torch.no_grad()
def plant(model: LlamaForCausalLM) -> None:
    """Overwrite the heads named above. Needs two layers and four heads.

    Rotary pairs (i, i + size / 2) of a head turn by `frequency[i]` a position: the first head
    finds distance 1 with the fast ones, the second layer matches tokens with the slow ones.
    """
    config = model.config
    size, width = config.hidden_size // config.num_attention_heads, config.hidden_size
    half = size // 2
    frequency = ROPE_THETA ** (-torch.arange(half) / half)
    slow = [i for i in range(half) if frequency[i] < 0.01]
    rows = torch.tensor(slow + [i + half for i in slow])
    basis, _ = torch.linalg.qr(torch.randn(width - 1, width - 1))
    basis = torch.cat([torch.zeros(width - 1, 1), basis], dim=1)  # leaves coordinate 0 alone
    written, found = basis[: len(rows)], basis[len(rows) : len(rows) + 2 * size]
    identity = torch.randn(len(rows), width) / math.sqrt(width)
    identity[:, 0] = 0

    model.model.embed_tokens.weight[:, 0] = CONSTANT
    previous = model.model.layers[0].self_attn
    for weight in (previous.q_proj.weight, previous.k_proj.weight):
        weight[:size] = 0
    fast = frequency > 0.1
    previous.q_proj.weight[:half, 0] = SHARP * torch.cos(frequency) * fast
    previous.q_proj.weight[half:size, 0] = -SHARP * torch.sin(frequency) * fast
    previous.k_proj.weight[:half, 0] = SHARP
    previous.v_proj.weight[:size] = 0
    previous.v_proj.weight[rows] = identity
    previous.o_proj.weight[:, :size] = 0
    previous.o_proj.weight[:, rows] = SEEN / math.sqrt(len(rows)) * written.t()

    match = model.model.layers[1].self_attn
    for head in range(2):
        at = head * size
        match.q_proj.weight[at : at + size] = 0
        match.k_proj.weight[at : at + size] = 0
        match.q_proj.weight[at + rows] = MATCH * identity
        match.k_proj.weight[at + rows] = MATCH * written
        part = found[head * size : (head + 1) * size]
        match.v_proj.weight[at : at + size] = part
        match.o_proj.weight[:, at : at + size] = COPY * part.t()
