# Votes in rounds: what a round asks for follows from the votes of those before it.
# No checkpoint: a round's files are known beforehand, what stands in them is not.

from warriorcoder.arena.sequential import rounds

# Round 0 is phase 1 of sequential judging.
ROUNDS = budgeted_rounds() if BUDGETED else list(range(rounds.ROUNDS + 1))


def votes_before(round):
    """All judges' votes of the rounds before one."""
    before = [number for number in ROUNDS if number < round]
    return expand(out("asked/{round}/{judge}.parquet"), round=before, judge=JUDGES)


rule judge_planned:
    "One model load casts a judge's votes of a round; no votes, no load."
    input:
        **ARENA,
        plan=out("asked/{round}/plan.parquet"),
    output:
        out("asked/{round}/{judge}.parquet"),
    log:
        out("logs/judge_planned/{round}-{judge}.log"),
    benchmark:
        out("logs/judge_planned/{round}-{judge}.tsv")
    conda:
        "../envs/generate.yaml"
    resources:
        **gpus(lambda wc: CONFIG.expert(wc.judge).gpus),
    params:
        record=lambda wc: record("judge_planned", **voting_slice(wc.judge)),
        running=running("judge"),
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
        out("logs/gather_votes/{judge}.log"),
    benchmark:
        out("logs/gather_votes/{judge}.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=lambda wc: record("gather_votes", **voting_slice(wc.judge)),
        cells=CELLS,
        floor=floor("arena"),
    script:
        "../scripts/gather_votes.py"
