rule schedule_battles:
    "Who meets whom on an author's instructions (METHOD 7)."
    input:
        out("selected/{author}.parquet"),
    output:
        out("battles/{author}.parquet"),
    log:
        out("logs/schedule_battles/{author}.log"),
    benchmark:
        out("logs/schedule_battles/{author}.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "schedule_battles",
            schedule=CONFIG.arena.schedule,
            rosters=BATTLING,
        ),
    script:
        "../scripts/schedule_battles.py"


rule answer_instructions:
    "One model load answers everything that an expert's battles need (METHOD 6)."
    input:
        selected=expand(out("selected/{author}.parquet"), author=AUTHORS),
        battles=expand(out("battles/{author}.parquet"), author=AUTHORS),
    output:
        expand(out("answers/{author}/{answerer}.parquet"), author=AUTHORS, allow_missing=True),
    log:
        out("logs/answer_instructions/{answerer}.log"),
    benchmark:
        out("logs/answer_instructions/{answerer}.tsv")
    conda:
        "../envs/generate.yaml"
    resources:
        **gpus(lambda wc: CONFIG.expert(wc.answerer).gpus),
    params:
        record=answering,
        authors=AUTHORS,
        running=running("answerer"),
    script:
        "../scripts/answer_instructions.py"


# What a judge reads.
ARENA = {
    "selected": expand(out("selected/{author}.parquet"), author=AUTHORS),
    "battles": expand(out("battles/{author}.parquet"), author=AUTHORS),
    "answers": expand(
        out("answers/{author}/{answerer}.parquet"), author=AUTHORS, answerer=FIGHTERS
    ),
}


if CONFIG.arena.judging != "full":

    include: "rounds.smk"
    include: "budgeted.smk" if BUDGETED else "sequential.smk"

else:

    rule judge_battles:
        "One model load casts all votes of a judge; its own battles stay empty (METHOD 8)."
        input:
            **ARENA,
        output:
            [out(f"votes/{author}/{pair}/{{judge}}.parquet") for author, pair in CELLS],
        log:
            out("logs/judge_battles/{judge}.log"),
        benchmark:
            out("logs/judge_battles/{judge}.tsv")
        conda:
            "../envs/generate.yaml"
        resources:
            **gpus(lambda wc: CONFIG.expert(wc.judge).gpus),
        params:
            record=lambda wc: record("judge_battles", **voting_slice(wc.judge)),
            cells=CELLS,
            floor=floor("arena"),
            running=running("judge"),
        script:
            "../scripts/judge_battles.py"


rule rate_experts:
    "Elo and Bradley-Terry over a roster's battles (Eqs. 2-4, METHOD 9 and 10)."
    input:
        battles=FOUGHT or of_roster("battles/{author}.parquet"),
        tallied=tallied_of,
        answers=of_roster(
            "answers/{author}/{answerer}.parquet", answerer=lambda wc: ROSTERS[wc.roster]
        ),
        votes=votes_of,
    output:
        ratings=out("ratings/{roster}.parquet"),
        outcomes=out("outcomes/{roster}.parquet"),
        orders=out("orders/{roster}.parquet"),
        effects=out("effects/{roster}.parquet"),
    log:
        out("logs/rate_experts/{roster}.log"),
    benchmark:
        out("logs/rate_experts/{roster}.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=rating,
    script:
        "../scripts/rate_experts.py"


rule crown_answers:
    "The best answer to every instruction (Eq. 5), and the training sets (METHOD 11 and 12)."
    input:
        unpack(lineage_of),
        battles=FOUGHT or of_roster("battles/{author}.parquet"),
        answers=of_roster(
            "answers/{author}/{answerer}.parquet", answerer=lambda wc: ROSTERS[wc.roster]
        ),
        votes=votes_of,
        ratings=out("ratings/{roster}.parquet"),
        outcomes=out("outcomes/{roster}.parquet"),
        orders=out("orders/{roster}.parquet"),
    output:
        scored=out("gold/{roster}/scored.parquet"),
        sft=out("gold/{roster}/sft.parquet"),
        preferences=out("gold/{roster}/preferences.parquet"),
        card=out("gold/{roster}/README.md"),
        diagnostics=out("gold/{roster}/diagnostics.json"),
    log:
        out("logs/crown_answers/{roster}.log"),
    benchmark:
        out("logs/crown_answers/{roster}.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=crowning,
    script:
        "../scripts/crown_answers.py"
