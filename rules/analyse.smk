TITLES = {
    "table1": "Table 1: HumanEval and MBPP",
    "table2": "Table 2: CRUXEval",
    "table3": "Table 3: DS-1000",
    "table5": "Table 5: number of experts",
}


for name, title in TITLES.items():

    rule:
        name:
            f"tabulate_{name}"
        input:
            results=RESULTS_JSON,
        output:
            csv=out(f"report/{name}.csv"),
            html=in_report(f"{name}.html", "1 Results", title),
        log:
            out(f"logs/tabulate_benchmarks/{name}.log"),
        benchmark:
            out(f"logs/tabulate_benchmarks/{name}.tsv")
        conda:
            "../envs/analyse.yaml"
        params:
            record=record(
                "tabulate_benchmarks",
                table=name,
                rosters=rosters_slice(),
                benchmarks=list(CONFIG.benchmarks),
            ),
        script:
            "../scripts/tabulate_benchmarks.py"


rule plot_lift:
    "Table 5 as a figure."
    input:
        results=RESULTS_JSON,
    output:
        figure=in_report("lift.svg", "1 Results", "Table 5 as a figure"),
    log:
        out("logs/plot_lift/all.log"),
    benchmark:
        out("logs/plot_lift/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record("plot_lift", rosters=rosters_slice(), benchmarks=list(CONFIG.benchmarks)),
    script:
        "../scripts/plot_lift.py"


rule tabulate_categories:
    "Table 4: shares of task categories."
    input:
        selected=expand(out("selected/{author}.parquet"), author=AUTHORS),
    output:
        csv=out("report/table4.csv"),
        html=in_report("table4.html", "3 Data", "Table 4: task categories"),
    log:
        out("logs/tabulate_categories/all.log"),
    benchmark:
        out("logs/tabulate_categories/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record("tabulate_categories", authors=AUTHORS),
    script:
        "../scripts/tabulate_categories.py"


rule plot_overlap:
    "Figure 3: ROUGE-L with an existing training set."
    input:
        selected=expand(out("selected/{author}.parquet"), author=AUTHORS),
        corpus=ancient(CONFIG.file_of(CORPUS) if CORPUS else []),
    output:
        csv=out("report/figure3.csv"),
        figure=in_report("figure3.svg", "3 Data", "Figure 3: overlap"),
    log:
        out("logs/plot_overlap/all.log"),
    benchmark:
        out("logs/plot_overlap/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "plot_overlap",
            authors=AUTHORS,
            corpus=CORPUS and (CORPUS.sha256 or fingerprint(CORPUS.dataset)),
        ),
    script:
        "../scripts/plot_overlap.py"


rule plot_win_rates:
    "Figure 4: win rates of the experts."
    input:
        battles=FOUGHT or expand(out("battles/{author}.parquet"), author=AUTHORS),
        votes=sum(VOTES.values(), []),
    output:
        csv=out("report/figure4.csv"),
        figure=in_report("figure4.svg", "2 Arena", "Figure 4: win rates"),
    log:
        out("logs/plot_win_rates/all.log"),
    benchmark:
        out("logs/plot_win_rates/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record("plot_win_rates", roster=MAIN, **arena_of(MAIN)),
    script:
        "../scripts/plot_win_rates.py"


rule plot_difficulty:
    "Figure 5: difficulty of the mined instructions."
    input:
        difficulty=DIFFICULTY,
    output:
        csv=out("report/figure5.csv"),
        figure=in_report("figure5.svg", "3 Data", "Figure 5: difficulty"),
    log:
        out("logs/plot_difficulty/all.log"),
    benchmark:
        out("logs/plot_difficulty/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "plot_difficulty",
            raters=RATERS,
            threshold=CONFIG.difficulty.threshold,
            levels=CONFIG.difficulty.levels,
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
        out("logs/plot_funnel/all.log"),
    benchmark:
        out("logs/plot_funnel/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record("plot_funnel", authors=AUTHORS),
    script:
        "../scripts/plot_funnel.py"


rule plot_ratings:
    "Elo of one order and of many, Bradley-Terry without and with its judges."
    input:
        ratings=expand(out("ratings/{roster}.parquet"), roster=ROSTERS),
        facts=expand(out("gold/{roster}/diagnostics.json"), roster=ROSTERS),
    output:
        csv=out("report/ratings.csv"),
        html=in_report("ratings.html", "2 Arena", "Ratings"),
        figure=in_report("ratings.svg", "2 Arena", "Ratings, figure"),
    log:
        out("logs/plot_ratings/all.log"),
    benchmark:
        out("logs/plot_ratings/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record("plot_ratings", roster=MAIN, rosters=rosters_slice()),
    script:
        "../scripts/plot_ratings.py"


rule tabulate_examples:
    "Appendix A: example instructions."
    input:
        curated=expand(out("curated/{author}.parquet"), author=AUTHORS),
        difficulty=DIFFICULTY,
    output:
        csv=out("report/examples.csv"),
        html=in_report("examples.html", "3 Data", "Example instructions"),
    log:
        out("logs/tabulate_examples/all.log"),
    benchmark:
        out("logs/tabulate_examples/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "tabulate_examples",
            raters=RATERS,
            threshold=CONFIG.difficulty.threshold,
            levels=CONFIG.difficulty.levels,
            examples=CONFIG.analysis.examples,
        ),
    script:
        "../scripts/tabulate_examples.py"


rule assess_judges:
    "Judges and gold answers against execution, where the world can tell."
    input:
        selected=expand(out("selected/{author}.parquet"), author=AUTHORS),
        answers=expand(
            out("answers/{author}/{answerer}.parquet"), author=AUTHORS, answerer=FIGHTERS
        ),
        votes=sum(VOTES.values(), []),
        scored=expand(out("gold/{roster}/scored.parquet"), roster=ROSTERS),
    output:
        out("truth.json"),
    log:
        out("logs/assess_judges/all.log"),
    benchmark:
        out("logs/assess_judges/all.tsv")
    conda:
        "../envs/evaluate.yaml"
    params:
        record=record(
            "assess_judges",
            judges=JUDGES,
            rosters=rosters_slice(),
            sandbox=without(CONFIG.sandbox, "i_accept_weak_isolation"),
        ),
    script:
        "../scripts/assess_judges.py"


rule tabulate_judges:
    "Parse rates, ties, leanings, agreement, accuracy."
    input:
        votes=sum(VOTES.values(), []),
        answers=expand(
            out("answers/{author}/{answerer}.parquet"), author=AUTHORS, answerer=FIGHTERS
        ),
        difficulty=DIFFICULTY,
        effects=out(f"effects/{MAIN}.parquet"),
        truth=TRUTH,
    output:
        csv=out("report/judges.csv"),
        pairs=out("report/judges_pairs.csv"),
        agreement=out("report/judges_agreement.csv"),
        html=in_report("judges.html", "2 Arena", "Judges"),
    log:
        out("logs/tabulate_judges/all.log"),
    benchmark:
        out("logs/tabulate_judges/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "tabulate_judges",
            roster=MAIN,
            judges=JUDGES,
            raters=RATERS,
            truth=CONFIG.analysis.truth,
        ),
    script:
        "../scripts/tabulate_judges.py"


rule tabulate_lengths:
    "How long experts write in each role, and how often they are cut off."
    input:
        mined=expand(
            out("mined/{expert}/{sampling}/{part}.parquet"),
            expert=AUTHORS,
            sampling=SAMPLINGS,
            part=PARTS,
        ),
        difficulty=DIFFICULTY,
        answers=expand(
            out("answers/{author}/{answerer}.parquet"), author=AUTHORS, answerer=FIGHTERS
        ),
        votes=sum(VOTES.values(), []),
    output:
        csv=out("report/lengths.csv"),
        html=in_report("lengths.html", "2 Arena", "Lengths and truncation"),
    log:
        out("logs/tabulate_lengths/all.log"),
    benchmark:
        out("logs/tabulate_lengths/all.tsv")
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
        results=RESULTS_JSON,
        judges=out("report/judges.csv"),
        funnel=out("report/funnel.csv"),
        truth=TRUTH,
        ratings=expand(out("ratings/{roster}.parquet"), roster=ROSTERS),
        selected=expand(out("selected/{author}.parquet"), author=AUTHORS),
        battles=FOUGHT or expand(out("battles/{author}.parquet"), author=AUTHORS),
        sft=expand(out("gold/{roster}/sft.parquet"), roster=ROSTERS),
    output:
        summary=out("report/summary.json"),
        costs=out("report/costs.csv"),
        costs_page=in_report("costs.html", "4 Cost", "Time, memory, model loads"),
    log:
        out("logs/write_summary/all.log"),
    benchmark:
        out("logs/write_summary/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "write_summary",
            name=CONFIG.name,
            rosters=rosters_slice(),
            authors=AUTHORS,
            benchmarks=list(CONFIG.benchmarks),
            truth=CONFIG.analysis.truth,
            snapshot=CONFIG.rating.snapshot,
            logs=out("logs"),
        ),
    script:
        "../scripts/write_summary.py"
