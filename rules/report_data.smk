# The report's part about instructions: categories, overlap, difficulty, the yield funnel.


rule tabulate_categories:
    "Table 4: shares of task categories."
    input:
        selected=every("selected/{author}.parquet"),
    output:
        csv=out("report/table4.csv"),
        html=in_report("table4.html", "3 Data", "Table 4: task categories"),
    log:
        logs("tabulate_categories/all.log"),
    benchmark:
        logs("tabulate_categories/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record("tabulate_categories", authors=CONFIG.authors),
    script:
        "../scripts/tabulate_categories.py"


rule plot_overlap:
    "Figure 3: ROUGE-L with an existing training set."
    input:
        selected=every("selected/{author}.parquet"),
        corpus=ancient(CONFIG.file_of(CORPUS) if CORPUS else []),
    output:
        csv=out("report/figure3.csv"),
        figure=in_report("figure3.svg", "3 Data", "Figure 3: overlap"),
    log:
        logs("plot_overlap/all.log"),
    benchmark:
        logs("plot_overlap/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "plot_overlap",
            authors=CONFIG.authors,
            corpus=lambda wc: CORPUS and (CORPUS.sha256 or fingerprint(CORPUS.dataset)),
        ),
    script:
        "../scripts/plot_overlap.py"


rule plot_difficulty:
    "Figure 5: difficulty of the mined instructions."
    input:
        difficulty=difficulty_of(CONFIG.authors),
    output:
        csv=out("report/figure5.csv"),
        figure=in_report("figure5.svg", "3 Data", "Figure 5: difficulty"),
    log:
        logs("plot_difficulty/all.log"),
    benchmark:
        logs("plot_difficulty/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "plot_difficulty",
            "difficulty.threshold",
            "difficulty.levels",
            raters=CONFIG.raters,
        ),
    script:
        "../scripts/plot_difficulty.py"


rule plot_funnel:
    "Rows that each stage kept and dropped."
    input:
        funnel=every("funnel/{stage}/{author}.parquet", stage=["curate", "select"]),
        dropped=every("dropped/{stage}/{author}.parquet", stage=["curate", "select"]),
    output:
        csv=out("report/funnel.csv"),
        html=in_report("funnel.html", "3 Data", "Yield funnel"),
        figure=in_report("funnel.svg", "3 Data", "Yield funnel, figure"),
    log:
        logs("plot_funnel/all.log"),
    benchmark:
        logs("plot_funnel/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record("plot_funnel", authors=CONFIG.authors),
    script:
        "../scripts/plot_funnel.py"


rule tabulate_examples:
    "Appendix A: example instructions."
    input:
        curated=every("curated/{author}.parquet"),
        difficulty=difficulty_of(CONFIG.authors),
    output:
        csv=out("report/examples.csv"),
        html=in_report("examples.html", "3 Data", "Example instructions"),
    log:
        logs("tabulate_examples/all.log"),
    benchmark:
        logs("tabulate_examples/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "tabulate_examples",
            "difficulty.threshold",
            "difficulty.levels",
            "analysis.examples",
            raters=CONFIG.raters,
        ),
    script:
        "../scripts/tabulate_examples.py"
