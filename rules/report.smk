# The report: its files, the results, and the summary.

from warriorcoder.core.paths import portable
from warriorcoder.report.comparison import main_roster
from warriorcoder.report.paper import SETTINGS

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
    *expand(
        out("report/{name}.svg"),
        name=["lift", "training", "figure4", "figure5", "funnel", "ratings"],
    ),
    *expand(
        out("report/{name}.html"),
        name=["reproduction", "rosters", "training", "judges", "lengths", "examples"],
    ),
    *(rules.compare_published.output if CONFIG.published else []),
    out("report/battles"),
    out("report/summary.json"),
    out("checks/training.json"),
]


MAIN = main_roster(slices.rosters(CONFIG, lengths=True)["rosters"])


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
    localrule: True  # in a queue it would wait longer than it runs
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "tabulate_benchmarks",
            slices.rosters(CONFIG, lengths=True),
            table=lambda wc: wc.table,
            styles={row: CONFIG.style(row) for row in CONFIG.scored},
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
    localrule: True
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "plot_lift", slices.rosters(CONFIG, lengths=True), benchmarks=list(CONFIG.benchmarks)
        ),
    script:
        "../scripts/plot_lift.py"


rule compare_rosters:
    "The main roster against each model: paired tests, flipped problems, other gold answers."
    input:
        results=RESULTS,
        samples=every("benchmarks/{model}/{benchmark}/samples.parquet"),
        scored=every("gold/{crowned}/scored.parquet"),
        ratings=every("ratings/{crowned}.parquet"),
        trained=every("checkpoints/{roster}/COMPLETED"),
    output:
        csv=out("report/rosters.csv"),
        html=in_report("rosters.html", "1 Results", "Rosters compared"),
    log:
        logs("compare_rosters/all.log"),
    benchmark:
        logs("compare_rosters/all.tsv")
    localrule: True
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "compare_rosters",
            slices.rosters(CONFIG, lengths=True),
            benchmarks=list(CONFIG.benchmarks),
            results=CONFIG.results,
        ),
    script:
        "../scripts/compare_rosters.py"


rule tabulate_training:
    "Rows, epochs, curves and speed of each training."
    input:
        trained=every("checkpoints/{roster}/COMPLETED"),
    output:
        csv=out("report/training.csv"),
        html=in_report("training.html", "1 Results", "Training"),
        figure=in_report("training.svg", "1 Results", "Training curves", "curves"),
    log:
        logs("tabulate_training/all.log"),
    benchmark:
        logs("tabulate_training/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record("tabulate_training", rosters=list(CONFIG.rosters), logs=out("logs")),
    script:
        "../scripts/tabulate_training.py"


rule tabulate_reproduction:
    "Each figure of the paper beside ours: resolved, noise or not comparable."
    input:
        results=RESULTS,
        categories=out("report/table4.csv"),
        overlaps=out("report/figure3.csv") if CORPUS else [],
        difficulties=out("report/figure5.csv"),
    output:
        csv=out("report/reproduction.csv"),
        html=in_report("reproduction.html", "1 Results", "Reproduction: the paper and ours"),
    log:
        logs("tabulate_reproduction/all.log"),
    benchmark:
        logs("tabulate_reproduction/all.tsv")
    localrule: True
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "tabulate_reproduction",
            *SETTINGS,
            slices.rosters(CONFIG, lengths=True),
            benchmarks=list(CONFIG.benchmarks),
            target=portable(CONFIG.training.base),
            experts=lambda wc: {
                name: portable(CONFIG.expert(name).model) for name in CONFIG.answerers
            },
            entered=[name for name in CONFIG.answerers if CONFIG.expert(name).files],
            world=CONFIG.world is not None,
        ),
    script:
        "../scripts/tabulate_reproduction.py"


rule write_summary:
    "Every headline figure under a stable key."
    input:
        results=RESULTS,
        judges=out("report/judges.csv"),
        funnel=out("report/funnel.csv"),
        truth=TRUTH,
        ratings=every("ratings/{crowned}.parquet"),
        selected=every("selected/{author}.parquet"),
        battles=BATTLES,
        sft=every("gold/{crowned}/sft.parquet"),
        dropped=every("funnel/{stage}/{author}.parquet", stage=["curate", "select"]),
    output:
        summary=out("report/summary.json"),
        answer=in_report("answer.html", "1 Results", "Answer: the headline figures"),
        start=out("report/start.rst"),
        run=in_report("run.html", "4 Cost", "What was run"),
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
            "caution",
            slices.rosters(CONFIG, lengths=True),
            "analysis.truth",
            "rating.snapshot",
            authors=CONFIG.authors,
            benchmarks=list(CONFIG.benchmarks),
            logs=out("logs"),
        ),
        config=untracked(slices.plain(CONFIG)),
    script:
        "../scripts/write_summary.py"
