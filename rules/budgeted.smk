# `arena.judging: swiss | information | skipping`: a part of all battles; the others are expected.


rule plan_battles:
    "The battles of a round, each with its chance, and the votes on them (docs/arena.md)."
    input:
        pairs=ARENA["battles"],
        fought=lambda wc: expand(
            out("asked/{round}/battles.parquet"), round=range(1, int(wc.round))
        ),
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
        recipe=lambda wc: recipe(
            "plan_battles",
            round=int(wc.round),
            judges=JUDGES,
            orders=CONFIG.arena.orders,
            rosters=BATTLING,
            judging=CONFIG.arena.judging,
            budget=CONFIG.arena.budget,
            alpha=CONFIG.rating.alpha,
        ),
    script:
        "../scripts/plan_battles.py"
