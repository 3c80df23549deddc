rule generate_samples:
    "One model load samples every benchmark (METHOD 14)."
    input:
        weights=lambda wc: [] if wc.model in CONFIG.scored else out("checkpoints/{model}/COMPLETED"),
        datasets=[CONFIG.file_of(spec) for spec in BENCHMARKS.values()],
    output:
        expand(
            out("benchmarks/{model}/{benchmark}/samples.parquet"),
            benchmark=BENCHMARKS,
            allow_missing=True,
        ),
    log:
        logs("generate_samples/{model}.log"),
    benchmark:
        logs("generate_samples/{model}.tsv")
    conda:
        "../envs/generate.yaml"
    resources:
        **gpus(
            lambda wc: CONFIG.model_of(wc.model).gpus,
            lambda wc: f"{CONFIG.key_of(wc.model)}.gpus",
        ),
    params:
        record=record(
            "generate_samples",
            lambda wc: slices.sampled(CONFIG, wc.model),
            benchmarks=[
                {
                    "name": name,
                    "kind": spec.kind,
                    **slices.prompted(spec),
                    **slices.limited(spec),
                    "decodings": [
                        slices.without(decoding, "report") for decoding in spec.decodings
                    ],
                }
                for name, spec in BENCHMARKS.items()
            ],
        ),
        running=untracked(lambda wc: slices.running(CONFIG, CONFIG.model_of(wc.model))),
    script:
        "../scripts/generate_samples.py"


rule compute_ground_truth:
    "Return values and run times of the reference solutions of HumanEval+ and MBPP+."
    input:
        dataset=lambda wc: CONFIG.file_of(CONFIG.benchmarks[wc.benchmark]),
    output:
        out("ground_truth/{benchmark}.parquet"),
    log:
        logs("compute_ground_truth/{benchmark}.log"),
    benchmark:
        logs("compute_ground_truth/{benchmark}.tsv")
    conda:
        "../envs/evaluate.yaml"
    params:
        record=record(
            "compute_ground_truth",
            lambda wc: slices.limited(CONFIG.benchmarks[wc.benchmark]),
            kind=lambda wc: CONFIG.benchmarks[wc.benchmark].kind,
        ),
    script:
        "../scripts/compute_ground_truth.py"


rule score_benchmark:
    "Run a model's programs in the sandbox and count those that pass (METHOD 14)."
    input:
        unpack(lambda wc: truth_of(wc.benchmark) | environment_of(wc.benchmark)),
        samples=out("benchmarks/{model}/{benchmark}/samples.parquet"),
        dataset=lambda wc: CONFIG.file_of(CONFIG.benchmarks[wc.benchmark]),
    output:
        out("benchmarks/{model}/{benchmark}/results.json"),
    log:
        logs("score_benchmark/{model}.{benchmark}.log"),
    benchmark:
        logs("score_benchmark/{model}.{benchmark}.tsv")
    conda:
        "../envs/evaluate.yaml"
    params:
        record=record(
            "score_benchmark",
            "sandbox",
            lambda wc: slices.scored(CONFIG.benchmarks[wc.benchmark]),
            style=lambda wc: CONFIG.style(wc.model),
            name=lambda wc: wc.benchmark,
        ),
    script:
        "../scripts/score_benchmark.py"
