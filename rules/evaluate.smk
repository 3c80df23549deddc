rule generate_samples:
    "One model load samples every benchmark (METHOD 14)."
    input:
        weights=weights_of,
        datasets=datasets(),
    output:
        expand(
            out("benchmarks/{model}/{benchmark}/samples.parquet"),
            benchmark=BENCHMARKS,
            allow_missing=True,
        ),
    log:
        out("logs/generate_samples/{model}.log"),
    benchmark:
        out("logs/generate_samples/{model}.tsv")
    conda:
        "../envs/generate.yaml"
    resources:
        **gpus(lambda wc: CONFIG.target.gpus, "training.gpus"),
    params:
        record=sampling,
        running=running(),
    script:
        "../scripts/generate_samples.py"


rule compute_ground_truth:
    "What HumanEval+'s and MBPP+'s reference solutions return, and how long they take."
    input:
        dataset=dataset_of,
    output:
        out("ground_truth/{benchmark}.parquet"),
    log:
        out("logs/compute_ground_truth/{benchmark}.log"),
    benchmark:
        out("logs/compute_ground_truth/{benchmark}.tsv")
    conda:
        "../envs/evaluate.yaml"
    params:
        record=lambda wc: record("compute_ground_truth", kind=CONFIG.benchmarks[wc.benchmark].kind),
    script:
        "../scripts/compute_ground_truth.py"


rule score_benchmark:
    "Run a model's programs in the sandbox and count those that pass (METHOD 14)."
    input:
        unpack(truth_of),
        unpack(environment_of),
        samples=out("benchmarks/{model}/{benchmark}/samples.parquet"),
        dataset=dataset_of,
    output:
        out("benchmarks/{model}/{benchmark}/results.json"),
    log:
        out("logs/score_benchmark/{model}.{benchmark}.log"),
    benchmark:
        out("logs/score_benchmark/{model}.{benchmark}.tsv")
    conda:
        "../envs/evaluate.yaml"
    params:
        record=scoring,
    script:
        "../scripts/score_benchmark.py"
