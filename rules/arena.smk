rule schedule_battles:
    "Schedule of the battles on an author's instructions (METHOD 7)."
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
    "One model load answers the instructions of all battles of an expert (METHOD 6)."
    input:
        selected=every("selected/{author}.parquet"),
        battles=every("battles/{author}.parquet"),
    output:
        expand(
            out("answers/{author}/{answerer}.parquet"), author=CONFIG.authors, allow_missing=True
        ),
    log:
        logs("answer_instructions/{answerer}.log"),
    benchmark:
        logs("answer_instructions/{answerer}.tsv")
    wildcard_constraints:
        answerer=one_of(name for name in CONFIG.answerers if not CONFIG.expert(name).answers),
    conda:
        "../envs/generate.yaml"
    resources:
        **gpus(lambda wc: CONFIG.expert(wc.answerer).gpus),
    params:
        record=record(
            "answer_instructions",
            lambda wc: slices.expert(CONFIG, wc.answerer),
            "answers",
            lambda wc: slices.max_tokens(CONFIG, "answers", wc.answerer),
            lambda wc: slices.alone(CONFIG, wc.answerer),
        ),
        authors=CONFIG.authors,
        running=untracked(lambda wc: slices.running(CONFIG, CONFIG.expert(wc.answerer))),
    script:
        "../scripts/answer_instructions.py"


rule enter_answers:
    "An expert's answers from a file (`experts[].answers`)."
    input:
        selected=every("selected/{author}.parquet"),
        battles=every("battles/{author}.parquet"),
        file=ancient(lambda wc: find(CONFIG.expert(wc.answerer).answers)),
    output:
        expand(
            out("answers/{author}/{answerer}.parquet"), author=CONFIG.authors, allow_missing=True
        ),
    log:
        logs("enter_answers/{answerer}.log"),
    benchmark:
        logs("enter_answers/{answerer}.tsv")
    wildcard_constraints:
        answerer=one_of(name for name in CONFIG.answerers if CONFIG.expert(name).answers),
    conda:
        "../envs/generate.yaml"
    params:
        record=record(
            "enter_answers",
            lambda wc: {"expert": slices.model(CONFIG.expert(wc.answerer))},
            lambda wc: slices.alone(CONFIG, wc.answerer),
            file=lambda wc: slices.file(CONFIG.expert(wc.answerer).answers),
        ),
        authors=CONFIG.authors,
        running=untracked(lambda wc: slices.running(CONFIG, CONFIG.expert(wc.answerer))),
    script:
        "../scripts/enter_answers.py"


rule rate_experts:
    "Elo and Bradley-Terry over a roster's battles (Eqs. 2-4, METHOD 9 and 10)."
    input:
        battles=battles_of,
        tallied=tallied_of,
        answers=lambda wc: of_roster("answers/{author}/{answerer}.parquet", wc.roster),
        votes=lambda wc: votes_among(CONFIG.rosters[wc.roster].experts),
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
            lambda wc: slices.roster(CONFIG, wc.roster),
            "rating.k",
            "rating.initial",
            "rating.permutations",
            "rating.bootstrap",
        ),
    script:
        "../scripts/rate_experts.py"
