# `arena.judging: swiss | information | skipping`: a part of all battles; the others are expected.


rule plan_battles:
    "The battles of a round, each with its chance, and the votes on them (docs/arena.md)."
    input:
        pairs=ARENA["battles"],
        fought=fought_before,
        votes=lambda wc: votes_before(int(wc.round)),
    output:
        battles=out("asked/{round}/battles.parquet"),
        asked=out("asked/{round}/plan.parquet"),
    log:
        out("logs/plan_battles/{round}.log"),
    benchmark:
        out("logs/plan_battles/{round}.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=planned_battles,
        floor=floor("arena"),
    script:
        "../scripts/plan_battles.py"


rule expect_results:
    "All battles of a roster: as voted, or as the votes on the same answers let expect."
    input:
        pairs=of_roster("battles/{author}.parquet"),
        fought=FOUGHT,
        votes=votes_of,
    output:
        out("tallied/{roster}.parquet"),
    log:
        out("logs/expect_results/{roster}.log"),
    benchmark:
        out("logs/expect_results/{roster}.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=expectation,
    script:
        "../scripts/expect_results.py"
