# Tables, figures, judges against execution, and the summary.

from warriorcoder.report.comparison import main_roster

TABLES = {
    "table1": "Table 1: HumanEval and MBPP",
    "table2": "Table 2: CRUXEval",
    "table3": "Table 3: DS-1000",
    "table5": "Table 5: number of experts",
}
RESULTS = every("benchmarks/{model}/{benchmark}/results.json")
TRUTH = [out("truth.json")] if CONFIG.analysis.truth else []
CORPUS = CONFIG.analysis.overlap_corpus
REPORT = [
    *expand(out("report/{name}.html"), name=["table1", "table2", "table3", "table4", "table5"]),
    *([out("report/figure3.svg")] if CORPUS else []),
    *expand(out("report/{name}.svg"), name=["lift", "figure4", "figure5", "funnel", "ratings"]),
    *expand(out("report/{name}.html"), name=["judges", "lengths", "examples"]),
    out("report/summary.json"),
]


MAIN = main_roster(merge(rosters(), lengths())["rosters"])


rule tabulate_benchmarks:
    "Tables 1, 2, 3 and 5: our figures beside the paper's."
    input:
        results=RESULTS,
        trained=every("checkpoints/{roster}/COMPLETED"),
    output:
        csv=out("report/{table}.csv"),
        html=in_report("{table}.html", "1 Results", lambda wc: TABLES[wc.table], "benchmarks"),
    log:
        logs("tabulate_benchmarks/{table}.log"),
    benchmark:
        logs("tabulate_benchmarks/{table}.tsv")
    wildcard_constraints:
        table=one_of(TABLES),
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "tabulate_benchmarks",
            rosters,
            lengths,
            table=lambda wc: wc.table,
            benchmarks=list(CONFIG.benchmarks),
        ),
    script:
        "../scripts/tabulate_benchmarks.py"


rule plot_lift:
    "Table 5 as a figure."
    input:
        results=RESULTS,
    output:
        figure=in_report("lift.svg", "1 Results", "Table 5 as a figure"),
    log:
        logs("plot_lift/all.log"),
    benchmark:
        logs("plot_lift/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record("plot_lift", rosters, lengths, benchmarks=list(CONFIG.benchmarks)),
    script:
        "../scripts/plot_lift.py"


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
        record=record("tabulate_categories", authors=AUTHORS),
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
            authors=AUTHORS,
            corpus=lambda wc: CORPUS and (CORPUS.sha256 or fingerprint(CORPUS.dataset)),
        ),
    script:
        "../scripts/plot_overlap.py"


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


rule plot_difficulty:
    "Figure 5: difficulty of the mined instructions."
    input:
        difficulty=difficulty_of(AUTHORS),
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
            raters=RATERS,
        ),
    script:
        "../scripts/plot_difficulty.py"


rule plot_funnel:
    "What each stage kept and dropped."
    input:
        funnel=expand(
            out("funnel/{stage}/{author}.parquet"), author=AUTHORS, stage=["curate", "select"]
        ),
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
        record=record("plot_funnel", authors=AUTHORS),
    script:
        "../scripts/plot_funnel.py"


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


rule tabulate_examples:
    "Appendix A: example instructions."
    input:
        curated=every("curated/{author}.parquet"),
        difficulty=difficulty_of(AUTHORS),
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
            raters=RATERS,
        ),
    script:
        "../scripts/tabulate_examples.py"


rule assess_judges:
    "Judges and gold answers against execution, where the world can tell."
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
    "Parse rates, ties, leanings, agreement, accuracy."
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
    "How long experts write in each role, and how often they are cut off."
    input:
        mined=every("mined/{author}/{sampling}/{part}.parquet"),
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


rule write_summary:
    "Every headline figure under a stable key."
    input:
        results=RESULTS,
        judges=out("report/judges.csv"),
        funnel=out("report/funnel.csv"),
        truth=TRUTH,
        ratings=every("ratings/{roster}.parquet"),
        selected=every("selected/{author}.parquet"),
        battles=BATTLES,
        sft=every("gold/{roster}/sft.parquet"),
    output:
        summary=out("report/summary.json"),
        costs=out("report/costs.csv"),
        costs_page=in_report("costs.html", "4 Cost", "Time, memory, model loads"),
    log:
        logs("write_summary/all.log"),
    benchmark:
        logs("write_summary/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "write_summary",
            "name",
            rosters,
            lengths,
            "analysis.truth",
            "rating.snapshot",
            authors=AUTHORS,
            benchmarks=list(CONFIG.benchmarks),
            logs=out("logs"),
        ),
    script:
        "../scripts/write_summary.py"
