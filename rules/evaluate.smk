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
        "../envs/generate.yaml"
    resources:
        **gpus(lambda wc: CONFIG.target.gpus),
    params:
        recipe=lambda wc: recipe(
            "generate_samples",
            model=benchmarked_slice(wc.model),
            engine=engine_slice(CONFIG.target),
            style="completion" if wc.model == "base" else "chat",
            benchmarks=[
                {
                    "name": name,
                    "kind": b.kind,
                    **asked(b),
                    "decodings": [
                        {key: value for key, value in plain(d).items() if key != "report"}
                        for d in b.decodings
                    ],
                }
                for name, b in CONFIG.benchmarks.items()
            ],
        ),
        running=running(),
    script:
        "../scripts/generate_samples.py"


rule compute_ground_truth:
    "What HumanEval+'s and MBPP+'s reference solutions return, and how long they take."
    input:
        dataset=lambda wc: CONFIG.benchmarks[wc.benchmark].dataset,
    output:
        out("ground_truth/{benchmark}.parquet"),
    log:
        out("logs/compute_ground_truth/{benchmark}.log"),
    benchmark:
        out("logs/compute_ground_truth/{benchmark}.tsv")
    conda:
        "../envs/evaluate.yaml"
    params:
        recipe=lambda wc: recipe("compute_ground_truth", kind=CONFIG.benchmarks[wc.benchmark].kind),
    script:
        "../scripts/compute_ground_truth.py"


rule score_benchmark:
    "Run a model's programs in the sandbox and count those that pass (METHOD 14)."
    input:
        unpack(truth_of),
        unpack(environment_of),
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
            asked=asked(CONFIG.benchmarks[wc.benchmark]),
            style="completion" if wc.model == "base" else "chat",
            sandbox=sandbox_slice(CONFIG.benchmarks[wc.benchmark]),
        ),
    script:
        "../scripts/score_benchmark.py"
