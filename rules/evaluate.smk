rule generate_samples:
    "One model load samples every benchmark (METHOD 14)."
    input:
        weights=weights_of,
        datasets=datasets(),
    output:
        expand(
            out("benchmarks/{model}/{benchmark}/samples.parquet"),
            benchmark=CONFIG.benchmarks,
            allow_missing=True,
        ),
    log:
        out("logs/generate_samples/{model}.log"),
    benchmark:
        out("logs/generate_samples/{model}.tsv")
    conda:
        "../envs/models.yaml"
    resources:
        gpu=CONFIG.training.gpus,
    params:
        recipe=lambda wc: recipe(
            "generate_samples",
            model=benchmarked_slice(wc.model),
            engine=engine_slice(),
            style="completion" if wc.model == "base" else "chat",
            benchmarks=[
                {
                    "name": name,
                    "kind": b.kind,
                    "max_tokens": b.max_tokens,
                    "decodings": [
                        {key: value for key, value in plain(d).items() if key != "report"}
                        for d in b.decodings
                    ],
                }
                for name, b in CONFIG.benchmarks.items()
            ],
        ),
    script:
        "../scripts/generate_samples.py"


rule score_benchmark:
    "Run a model's programs in the sandbox and count those that pass (METHOD 14)."
    input:
        samples=out("benchmarks/{model}/{benchmark}/samples.parquet"),
        dataset=lambda wc: CONFIG.benchmarks[wc.benchmark].dataset,
    output:
        out("benchmarks/{model}/{benchmark}/results.json"),
    log:
        out("logs/score_benchmark/{model}.{benchmark}.log"),
    benchmark:
        out("logs/score_benchmark/{model}.{benchmark}.tsv")
    conda:
        "../envs/evaluate.yaml"
    params:
        recipe=lambda wc: recipe(
            "score_benchmark",
            name=wc.benchmark,
            kind=CONFIG.benchmarks[wc.benchmark].kind,
            version=CONFIG.benchmarks[wc.benchmark].version,
            decodings=CONFIG.benchmarks[wc.benchmark].decodings,
            style="completion" if wc.model == "base" else "chat",
            sandbox=CONFIG.sandbox,
        ),
    script:
        "../scripts/score_benchmark.py"
