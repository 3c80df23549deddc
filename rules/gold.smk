rule crown_answers:
    "The best answer to every instruction (Eq. 5), and the training sets (METHOD 11 and 12)."
    input:
        mined=lambda wc: mined_of(slices.roster(CONFIG, wc.roster)["authors"]),
        difficulty=lambda wc: difficulty_of(slices.roster(CONFIG, wc.roster)["authors"]),
        selected=lambda wc: of_roster("selected/{author}.parquet", wc.roster),
        battles=battles_of,
        answers=lambda wc: of_roster("answers/{author}/{answerer}.parquet", wc.roster),
        votes=lambda wc: votes_among(CONFIG.rosters[wc.roster].experts),
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
        logs("crown_answers/{roster}.log"),
    benchmark:
        logs("crown_answers/{roster}.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "crown_answers",
            lambda wc: slices.roster(CONFIG, wc.roster),
            "rating.snapshot",
            "rating.alpha",
            gold=lambda wc: CONFIG.rosters[wc.roster].gold,
            export=CONFIG.export.model_dump(exclude_none=True),
        ),
    script:
        "../scripts/crown_answers.py"
