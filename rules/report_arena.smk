# The report's part about experts and judges: ratings, agreement, judges against execution.


rule plot_win_rates:
    "Figure 4: win rates of the experts."
    input:
        battles=BATTLES,
        votes=sum(VOTES.values(), []),
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
        record=record("plot_win_rates", lambda wc: roster(MAIN)),
    script:
        "../scripts/plot_win_rates.py"


rule plot_ratings:
    "Elo of one order and of many, Bradley-Terry without and with its judges."
    input:
        ratings=every("ratings/{roster}.parquet"),
        facts=every("gold/{roster}/diagnostics.json"),
    output:
        csv=out("report/ratings.csv"),
        html=in_report("ratings.html", "2 Arena", "Ratings"),
        figure=in_report("ratings.svg", "2 Arena", "Ratings, figure"),
    log:
        logs("plot_ratings/all.log"),
    benchmark:
        logs("plot_ratings/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record("plot_ratings", rosters, roster=MAIN),
    script:
        "../scripts/plot_ratings.py"


rule assess_judges:
    "Accuracy of judges and gold answers against execution, on tasks of the miniature's world."
    input:
        selected=every("selected/{author}.parquet"),
        answers=every("answers/{author}/{answerer}.parquet"),
        votes=sum(VOTES.values(), []),
        scored=every("gold/{roster}/scored.parquet"),
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
            rosters,
            "sandbox.isolation",
            "sandbox.container",
            "sandbox.memory_mb",
            "sandbox.seconds",
            judges=JUDGES,
        ),
    script:
        "../scripts/assess_judges.py"


rule tabulate_judges:
    "Parse rates, ties, biases, agreement and accuracy of the judges."
    input:
        votes=sum(VOTES.values(), []),
        answers=every("answers/{author}/{answerer}.parquet"),
        difficulty=difficulty_of(AUTHORS),
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
            judges=JUDGES,
            raters=RATERS,
        ),
    script:
        "../scripts/tabulate_judges.py"


rule tabulate_lengths:
    "Lengths of what experts write in each role, and shares that were cut off."
    input:
        mined=mined_of(AUTHORS),
        difficulty=difficulty_of(AUTHORS),
        answers=every("answers/{author}/{answerer}.parquet"),
        votes=sum(VOTES.values(), []),
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
            experts=EXPERTS,
            authors=AUTHORS,
            answerers=FIGHTERS,
            judges=JUDGES,
            raters=RATERS,
        ),
    script:
        "../scripts/tabulate_lengths.py"


rule write_explorer:
    "Every instruction of the main roster with its answers and votes, as pages that open from disk."
    input:
        selected=of_main(of_roster("selected/{author}.parquet")),
        answers=of_main(of_roster("answers/{author}/{answerer}.parquet")),
        votes=of_main(votes_of),
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
            lambda wc: roster(MAIN),
            "name",
            "rating.snapshot",
            "rating.alpha",
            pages=fingerprint(str(SCRIPTS / "warriorcoder/report/battles/pages")),
        ),
    script:
        "../scripts/write_explorer.py"
