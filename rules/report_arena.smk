# The report's part about experts and judges: ratings, agreement, judges against execution.


rule plot_win_rates:
    "Figure 4: win rates of the experts."
    input:
        battles=BATTLES,
        votes=votes_among(CONFIG.answerers),
    output:
        csv=out("report/figure4.csv"),
        figure=in_report("figure4.svg", "2 Arena", "Figure 4: win rates"),
    log:
        logs("plot_win_rates/all.log"),
    benchmark:
        logs("plot_win_rates/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record("plot_win_rates", slices.roster(CONFIG, MAIN)),
    script:
        "../scripts/plot_win_rates.py"


rule plot_ratings:
    "Elo of one order and of many, Bradley-Terry, and judge-aware Bradley-Terry."
    input:
        ratings=every("ratings/{crowned}.parquet"),
        facts=every("gold/{crowned}/diagnostics.json"),
    output:
        csv=out("report/ratings.csv"),
        html=in_report("ratings.html", "2 Arena", "Ratings"),
        figure=in_report("ratings.svg", "2 Arena", "Ratings, figure"),
    log:
        logs("plot_ratings/all.log"),
    benchmark:
        logs("plot_ratings/all.tsv")
    localrule: True
    conda:
        "../envs/analyse.yaml"
    params:
        record=record("plot_ratings", slices.rosters(CONFIG), roster=MAIN),
    script:
        "../scripts/plot_ratings.py"


rule assess_judges:
    "Accuracy of judges and gold answers against execution, on tasks of the miniature's world."
    input:
        selected=every("selected/{author}.parquet"),
        answers=every("answers/{author}/{answerer}.parquet"),
        votes=votes_among(CONFIG.answerers),
        scored=every("gold/{crowned}/scored.parquet"),
    output:
        out("truth.json"),
    log:
        logs("assess_judges/all.log"),
    benchmark:
        logs("assess_judges/all.tsv")
    conda:
        "../envs/evaluate.yaml"
    params:
        record=record(
            "assess_judges",
            slices.rosters(CONFIG),
            "sandbox.isolation",
            "sandbox.container",
            "sandbox.memory_mb",
            "sandbox.seconds",
            judges=CONFIG.judges,
        ),
    script:
        "../scripts/assess_judges.py"


rule tabulate_judges:
    "Parse rates, ties, biases, agreement and accuracy of the judges."
    input:
        votes=votes_among(CONFIG.answerers),
        answers=every("answers/{author}/{answerer}.parquet"),
        difficulty=difficulty_of(CONFIG.authors),
        effects=out(f"effects/{MAIN}.parquet"),
        truth=TRUTH,
    output:
        csv=out("report/judges.csv"),
        pairs=out("report/judges_pairs.csv"),
        agreement=out("report/judges_agreement.csv"),
        html=in_report("judges.html", "2 Arena", "Judges"),
    log:
        logs("tabulate_judges/all.log"),
    benchmark:
        logs("tabulate_judges/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "tabulate_judges",
            "analysis.truth",
            roster=MAIN,
            judges=CONFIG.judges,
            raters=CONFIG.raters,
        ),
    script:
        "../scripts/tabulate_judges.py"


rule tabulate_lengths:
    "Lengths of the experts' texts in each role, and the share that was cut off."
    input:
        mined=mined_of(CONFIG.authors),
        difficulty=difficulty_of(CONFIG.authors),
        answers=every("answers/{author}/{answerer}.parquet"),
        votes=votes_among(CONFIG.answerers),
    output:
        csv=out("report/lengths.csv"),
        html=in_report("lengths.html", "2 Arena", "Lengths and truncation"),
    log:
        logs("tabulate_lengths/all.log"),
    benchmark:
        logs("tabulate_lengths/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "tabulate_lengths",
            experts=[expert.name for expert in CONFIG.experts],
            authors=CONFIG.authors,
            answerers=CONFIG.answerers,
            judges=CONFIG.judges,
            raters=CONFIG.raters,
        ),
    script:
        "../scripts/tabulate_lengths.py"


rule write_explorer:
    "Every instruction of the main roster with its answers and votes, as pages that open from disk."
    input:
        selected=of_roster("selected/{author}.parquet", MAIN),
        answers=of_roster("answers/{author}/{answerer}.parquet", MAIN),
        votes=votes_among(CONFIG.rosters[MAIN].experts),
        outcomes=out(f"outcomes/{MAIN}.parquet"),
        scored=out(f"gold/{MAIN}/scored.parquet"),
        sft=out(f"gold/{MAIN}/sft.parquet"),
        ratings=out(f"ratings/{MAIN}.parquet"),
    output:
        directory(out("report/battles")),
    log:
        logs("write_explorer/all.log"),
    benchmark:
        logs("write_explorer/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "write_explorer",
            slices.roster(CONFIG, MAIN),
            "name",
            "rating.snapshot",
            "rating.alpha",
            pages=fingerprint(str(SCRIPTS / "warriorcoder/report/battles/pages")),
        ),
    script:
        "../scripts/write_explorer.py"
