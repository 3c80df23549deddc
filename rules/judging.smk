# Votes of the judges. `arena.judging` chooses the rules.

from warriorcoder.arena import battle_prompt

# Inputs of every judge.
ARENA = {
    "selected": every("selected/{author}.parquet"),
    "battles": every("battles/{author}.parquet"),
    "answers": every("answers/{author}/{answerer}.parquet"),
}
# Params that decide the vote of a judge on a battle.
VOTING = (
    lambda wc: slices.expert(CONFIG, wc.judge),
    "arena.orders",
    "arena.tie_mark",
    "arena.max_answer_tokens",
    "arena.temperature",
    "arena.top_p",
    "arena.max_tokens",
    "arena.on_invalid",
    lambda wc: slices.max_tokens(CONFIG, "arena", wc.judge),
    {"prompt": battle_prompt.identity(CONFIG.arena.tie_mark)},
)


if CONFIG.arena.judging == "full":

    rule judge_battles:
        "One model load casts all votes of a judge, except on its own battles (METHOD 8)."
        input:
            **ARENA,
        output:
            [out(f"votes/{author}/{pair}/{{judge}}.parquet") for author, pair in CELLS],
        log:
            logs("judge_battles/{judge}.log"),
        benchmark:
            logs("judge_battles/{judge}.tsv")
        conda:
            "../envs/generate.yaml"
        resources:
            **gpus(lambda wc: CONFIG.expert(wc.judge).gpus),
        params:
            record=record("judge_battles", *VOTING),
            cells=CELLS,
            floor=untracked(CONFIG.arena.min_parse_rate),
            running=untracked(lambda wc: slices.running(CONFIG, CONFIG.expert(wc.judge))),
        script:
            "../scripts/judge_battles.py"


# Votes in rounds: the votes of earlier rounds decide which votes a round asks for. The names of a
# round's files are known in advance, so no checkpoint is needed.
if CONFIG.arena.judging != "full":

    rule judge_planned:
        "One model load casts a judge's votes of a round. Without votes no model is loaded."
        input:
            **ARENA,
            plan=out("asked/{round}/plan.parquet"),
        output:
            out("asked/{round}/{judge}.parquet"),
        log:
            logs("judge_planned/{round}-{judge}.log"),
        benchmark:
            logs("judge_planned/{round}-{judge}.tsv")
        conda:
            "../envs/generate.yaml"
        resources:
            **gpus(lambda wc: CONFIG.expert(wc.judge).gpus),
        params:
            record=record("judge_planned", *VOTING),
            running=untracked(lambda wc: slices.running(CONFIG, CONFIG.expert(wc.judge))),
        script:
            "../scripts/judge_planned.py"

    rule gather_votes:
        "Copy a judge's votes of all rounds to the folder `votes`, which all later rules read."
        input:
            battles=ARENA["battles"],
            votes=expand(out("asked/{round}/{judge}.parquet"), round=ROUNDS, allow_missing=True),
        output:
            [out(f"votes/{author}/{pair}/{{judge}}.parquet") for author, pair in CELLS],
        log:
            logs("gather_votes/{judge}.log"),
        benchmark:
            logs("gather_votes/{judge}.tsv")
        conda:
            "../envs/analyse.yaml"
        params:
            record=record("gather_votes", *VOTING),
            cells=CELLS,
            floor=untracked(CONFIG.arena.min_parse_rate),
        script:
            "../scripts/gather_votes.py"


# Judges vote until every result and every gold answer is fixed. They take turns in the order of
# `experts`, so the first judge casts most votes.
if CONFIG.arena.judging == "sequential":

    rule judge_in_turn:
        "Phase 1: one model load casts a judge's votes on battles that are still open (METHOD 8)."
        input:
            **ARENA,
            before=lambda wc: expand(
                out("asked/0/{judge}.parquet"), judge=before(wc.judge, CONFIG.judges)
            ),
        output:
            out("asked/0/{judge}.parquet"),
        log:
            logs("judge_in_turn/{judge}.log"),
        benchmark:
            logs("judge_in_turn/{judge}.tsv")
        conda:
            "../envs/generate.yaml"
        resources:
            **gpus(lambda wc: CONFIG.expert(wc.judge).gpus),
        params:
            record=record("judge_in_turn", *VOTING, judges=CONFIG.judges),
            running=untracked(lambda wc: slices.running(CONFIG, CONFIG.expert(wc.judge))),
        script:
            "../scripts/judge_in_turn.py"

    rule plan_votes:
        "Phase 2: the votes of a round that could still change a gold answer (Eq. 5)."
        input:
            battles=ARENA["battles"],
            answers=ARENA["answers"],
            votes=before_round("asked/{round}/{judge}.parquet"),
        output:
            out("asked/{round}/plan.parquet"),
        log:
            logs("plan_votes/{round}.log"),
        benchmark:
            logs("plan_votes/{round}.tsv")
        conda:
            "../envs/analyse.yaml"
        params:
            record=record(
                "plan_votes",
                "arena.orders",
                "rating.k",
                "rating.initial",
                "rating.snapshot",
                "rating.permutations",
                "rating.alpha",
                round=lambda wc: int(wc.round),
                judges=CONFIG.judges,
                rosters={
                    name: experts
                    for name, experts in BATTLING.items()
                    if CONFIG.rosters[name].gold == "winner"
                },
            ),
            floor=untracked(CONFIG.arena.min_parse_rate),
        script:
            "../scripts/plan_votes.py"


# `arena.judging: swiss | information | skipping`: judges vote on a part of all battles. The results
# of the others are imputed.
if CONFIG.arena.budgeted:

    rule plan_battles:
        "The battles of a round, the probability of each, and the votes to cast (docs/arena.md)."
        input:
            pairs=ARENA["battles"],
            fought=before_round("asked/{round}/battles.parquet"),
            votes=before_round("asked/{round}/{judge}.parquet"),
        output:
            battles=out("asked/{round}/battles.parquet"),
            asked=out("asked/{round}/plan.parquet"),
        log:
            logs("plan_battles/{round}.log"),
        benchmark:
            logs("plan_battles/{round}.tsv")
        conda:
            "../envs/analyse.yaml"
        params:
            record=record(
                "plan_battles",
                "arena.orders",
                "arena.judging",
                "arena.budget",
                "rating.alpha",
                round=lambda wc: int(wc.round),
                judges=CONFIG.judges,
                rosters=BATTLING,
            ),
            floor=untracked(CONFIG.arena.min_parse_rate),
        script:
            "../scripts/plan_battles.py"

    rule expect_results:
        "Results of all battles of a roster, from votes or imputed from votes on the same answers."
        input:
            pairs=lambda wc: of_roster("battles/{author}.parquet", wc.roster),
            fought=BATTLES,
            votes=lambda wc: votes_among(CONFIG.rosters[wc.roster].experts),
        output:
            out("tallied/{roster}.parquet"),
        log:
            logs("expect_results/{roster}.log"),
        benchmark:
            logs("expect_results/{roster}.tsv")
        conda:
            "../envs/analyse.yaml"
        params:
            record=record(
                "expect_results",
                "arena.orders",
                roster=lambda wc: wc.roster,
                experts=lambda wc: CONFIG.rosters[wc.roster].experts,
                judges=CONFIG.judges,
            ),
        script:
            "../scripts/expect_results.py"
