# Our figures of models that need no training, beside published ones.


rule compare_published:
    "Published figures within and outside of our intervals, with likely causes (`calibrate`)."
    input:
        results=every("benchmarks/{model}/{benchmark}/results.json", model=CONFIG.scored),
        samples=every("benchmarks/{model}/{benchmark}/samples.parquet", model=CONFIG.scored),
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
            scored={
                row: {
                    "style": CONFIG.style(row),
                    "dtype": "the server's" if spec.api else CONFIG.engine_of(spec).dtype,
                }
                for row, spec in CONFIG.scored.items()
            },
            benchmarks=list(CONFIG.benchmarks),
        ),
    script:
        "../scripts/compare_published.py"
