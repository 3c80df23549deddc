rule schedule_battles:
    "Who meets whom on an author's instructions (METHOD 7)."
    input:
        out("selected/{author}.parquet"),
    output:
        out("battles/{author}.parquet"),
    log:
        logs("schedule_battles/{author}.log"),
    benchmark:
        logs("schedule_battles/{author}.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record("schedule_battles", "arena.schedule", rosters=BATTLING),
    script:
        "../scripts/schedule_battles.py"


rule answer_instructions:
    "One model load answers everything that an expert's battles need (METHOD 6)."
    input:
        selected=every("selected/{author}.parquet"),
        battles=every("battles/{author}.parquet"),
    output:
        expand(out("answers/{author}/{answerer}.parquet"), author=AUTHORS, allow_missing=True),
    log:
        logs("answer_instructions/{answerer}.log"),
    benchmark:
        logs("answer_instructions/{answerer}.tsv")
    conda:
        "../envs/generate.yaml"
    resources:
        **gpus(lambda wc: CONFIG.expert(wc.answerer).gpus),
    params:
        record=record(
            "answer_instructions",
            runs("answerer"),
            "answers",
            max_tokens("answers", "answerer"),
            alone,
        ),
        authors=AUTHORS,
        running=untracked(lambda wc: running(CONFIG.expert(wc.answerer))),
    script:
        "../scripts/answer_instructions.py"


# --- votes: `arena.judging` chooses the rules -----------------------------------------------------

# What a judge reads.
ARENA = {
    "selected": every("selected/{author}.parquet"),
    "battles": every("battles/{author}.parquet"),
    "answers": every("answers/{author}/{answerer}.parquet"),
}
# What decides how a judge votes on a battle, whoever fights it.
VOTING = (
    runs("judge"),
    "arena.orders",
    "arena.tie_mark",
    "arena.max_answer_tokens",
    "arena.temperature",
    "arena.top_p",
    "arena.max_tokens",
    max_tokens("arena", "judge"),
    lambda wc: {"prompt": battle_prompt.identity(CONFIG.arena.tie_mark)},
)


if CONFIG.arena.judging == "full":

    rule judge_battles:
        "One model load casts all votes of a judge; its own battles stay empty (METHOD 8)."
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
            running=untracked(lambda wc: running(CONFIG.expert(wc.judge))),
        script:
            "../scripts/judge_battles.py"


# Votes in rounds: what a round asks for follows from the votes of those before it.
# No checkpoint: a round's files are known beforehand, what stands in them is not.
if CONFIG.arena.judging != "full":

    rule judge_planned:
        "One model load casts a judge's votes of a round; no votes, no load."
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
            running=untracked(lambda wc: running(CONFIG.expert(wc.judge))),
        script:
            "../scripts/judge_planned.py"

    rule gather_votes:
        "A judge's votes of all rounds, where all that reads votes looks for them."
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


# The votes that fix every result and every gold answer, no others. Judges take turns in the order
# of `experts`: whoever comes first is asked most.
if CONFIG.arena.judging == "sequential":

    rule judge_in_turn:
        "Phase 1: one model load asks a judge for results that those before it left open (METHOD 8)."
        input:
            **ARENA,
            before=lambda wc: expand(out("asked/0/{judge}.parquet"), judge=before(wc.judge, JUDGES)),
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
            record=record("judge_in_turn", *VOTING, judges=JUDGES),
            running=untracked(lambda wc: running(CONFIG.expert(wc.judge))),
        script:
            "../scripts/judge_in_turn.py"

    rule plan_votes:
        "Phase 2: the votes of a round that could still change a gold answer (Eq. 5)."
        input:
            battles=ARENA["battles"],
            answers=ARENA["answers"],
            votes=votes_before,
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
                judges=JUDGES,
                rosters={
                    name: experts
                    for name, experts in BATTLING.items()
                    if CONFIG.rosters[name].gold == "winner"
                },
            ),
            floor=untracked(CONFIG.arena.min_parse_rate),
        script:
            "../scripts/plan_votes.py"


# `arena.judging: swiss | information | skipping`: a part of all battles; the others are expected.
if CONFIG.arena.budgeted:

    rule plan_battles:
        "The battles of a round, each with its chance, and the votes on them (docs/arena.md)."
        input:
            pairs=ARENA["battles"],
            fought=lambda wc: expand(out("asked/{round}/battles.parquet"), round=rounds_before(wc)),
            votes=votes_before,
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
                judges=JUDGES,
                rosters=BATTLING,
            ),
            floor=untracked(CONFIG.arena.min_parse_rate),
        script:
            "../scripts/plan_battles.py"

    rule expect_results:
        "All battles of a roster: as voted, or as the votes on the same answers let expect."
        input:
            pairs=of_roster("battles/{author}.parquet"),
            fought=BATTLES,
            votes=votes_of,
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
                experts=lambda wc: ROSTERS[wc.roster],
                judges=JUDGES,
            ),
        script:
            "../scripts/expect_results.py"


# --- ratings --------------------------------------------------------------------------------------


rule rate_experts:
    "Elo and Bradley-Terry over a roster's battles (Eqs. 2-4, METHOD 9 and 10)."
    input:
        battles=battles_of,
        tallied=tallied_of,
        answers=of_roster("answers/{author}/{answerer}.parquet"),
        votes=votes_of,
    output:
        ratings=out("ratings/{roster}.parquet"),
        outcomes=out("outcomes/{roster}.parquet"),
        orders=out("orders/{roster}.parquet"),
        effects=out("effects/{roster}.parquet"),
    log:
        logs("rate_experts/{roster}.log"),
    benchmark:
        logs("rate_experts/{roster}.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "rate_experts",
            lambda wc: roster(wc.roster),
            "rating.k",
            "rating.initial",
            "rating.permutations",
            "rating.bootstrap",
        ),
    script:
        "../scripts/rate_experts.py"
