# Our figures of models that need no training, beside published ones.

CALIBRATION = [out("report/calibration.json"), out("report/calibration.html")]


rule compare_published:
    "Published figures within and outside of our intervals, with likely causes (`calibrate`)."
    input:
        results=of_scored("benchmarks/{model}/{benchmark}/results.json"),
        samples=of_scored("benchmarks/{model}/{benchmark}/samples.parquet"),
    output:
        json=out("report/calibration.json"),
        html=in_report("calibration.html", "1 Results", "Calibration"),
    log:
        logs("compare_published/all.log"),
    benchmark:
        logs("compare_published/all.tsv")
    localrule: True
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "compare_published",
            "published",
            scored={row: scored_as(row) for row in SCORED},
            benchmarks=list(CONFIG.benchmarks),
        ),
    script:
        "../scripts/compare_published.py"
