"""The columns of the training sets in words, and the configs in which the card shows them."""

PASSPORT = {
    "id": "expert : sampling config : row of the instruction",
    "author": "expert that wrote the instruction, from nothing but its chat template, or that "
    "stands for a file of instructions",
    "cluster": "id that stands for its near-duplicates",
    "difficulty": "median of `difficulty_scores`, 1 to 10 (Eq. 1)",
    "rank": "place in k-center greedy's order over its author's instructions",
    "radius": "covering radius after this pick, cosine distance",
    "shard": "expert / sampling config: the file that it was mined into; `file` for instructions "
    "of a file",
    "row": "number in its shard",
    "sampling": "temperature and top-p of the mining",
    "seed": "of this row's mining",
    "model": "that mined it, or the file that held it",
    "revision": "of that model",
    "prefix_sha256": "of the token ids of the chat template before the user's turn",
    "stability": "share of 200 resamples of its votes in which the winner stays",
    "difficulty_scores": "every difficulty judge and its score; null where none could be read",
    "answers": "every answerer, its seed, how it ended, its tokens",
    "votes": "every vote: players, judge, whose answer was shown first, tokens that the judge did "
    "not read of an answer too long for it, verdict, vote",
    "battles": "every battle: votes for each, all votes (0: nobody was asked, x is expected), "
    "local score x (Eq. 2), expected score X (Eq. 3)",
    "scores": "every candidate: battles, mean x, mean X, score e (Eq. 5)",
    "ratings": "every expert's rating that entered Eq. 5",
    "judge_prompt_sha256": "of the prompt that asked for the votes",
}
SFT = {
    "messages": "the instruction and the gold answer, as a conversation",
    "prompt": "the instruction, the first turn of `messages`",
    "completion": "the gold answer, its last turn, which alone carries loss in TRL",
    "winner": "expert that answered",
    "score": "its score e (Eq. 5)",
    "margin": "that score less the best other candidate's, null without one; below 0 in controls",
}
PREFERENCES = {
    "prompt": "the instruction, as a conversation",
    "chosen": "the gold answer",
    "rejected": "an answer that scored lower",
    "chosen_expert": "who wrote the one",
    "rejected_expert": "who wrote the other",
    "margin": "difference of their scores e (Eq. 5)",
}
SCORED = {
    "instruction": "its text",
    "candidate": "expert that answered",
    "answer": "its text",
    "n_tokens": "of the answer",
    "battles": "that the candidate fought on it",
    "local": "mean x over them (Eq. 2)",
    "expected": "mean X over them (Eq. 3)",
    "score": "e (Eq. 5)",
    "gold": "whether it is the gold answer of its instruction",
}
# Config of the card → its file, and the columns that it shows (all where none are named).
LEAN = ["id", "prompt", "completion", "author", "winner", "difficulty", "margin"]
PAIRS = ["id", "prompt", "chosen", "rejected", "chosen_expert", "rejected_expert", "margin"]
CONFIGS: dict[str, tuple[str, list[str]]] = {
    "sft": ("sft.parquet", LEAN),
    "preferences": ("preferences.parquet", PAIRS),
    "scored": ("scored.parquet", []),
    "passport": ("sft.parquet", []),
}
