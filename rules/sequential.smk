# `arena.judging: sequential`: the votes that fix every result and every gold answer, no others.
# Judges take turns in the order of `experts`: whoever comes first is asked most.


rule judge_in_turn:
    "Phase 1: one model load asks a judge for results that those before it left open (METHOD 8)."
    input:
        **ARENA,
        before=heard_before,
    output:
        out("asked/0/{judge}.parquet"),
    log:
        out("logs/judge_in_turn/{judge}.log"),
    benchmark:
        out("logs/judge_in_turn/{judge}.tsv")
    conda:
        "../envs/generate.yaml"
    resources:
        **gpus(lambda wc: CONFIG.expert(wc.judge).gpus),
    params:
        record=lambda wc: record("judge_in_turn", **voting_slice(wc.judge), judges=JUDGES),
        running=running("judge"),
    script:
        "../scripts/judge_in_turn.py"


rule plan_votes:
    "Phase 2: the votes of a round that could still change a gold answer (Eq. 5)."
    input:
        battles=ARENA["battles"],
        answers=ARENA["answers"],
        votes=lambda wc: votes_before(int(wc.round)),
    output:
        out("asked/{round}/plan.parquet"),
    log:
        out("logs/plan_votes/{round}.log"),
    benchmark:
        out("logs/plan_votes/{round}.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=planned_votes,
        floor=floor("arena"),
    script:
        "../scripts/plan_votes.py"
