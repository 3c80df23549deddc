# No input of `train_target`, not even an `ancient` one: where both have changed, Snakemake would run
# this job alone.
rule check_training:
    "Two rows and two steps of each method on all ranks, before other stages spend GPU-days."
    output:
        out("checks/training.json"),
    log:
        logs("check_training/all.log"),
    benchmark:
        logs("check_training/all.tsv")
    priority: 100
    conda:
        "../envs/train.yaml"
    resources:
        **gpus(lambda wc: CONFIG.training.gpus or 0, "training.gpus", fixed=True),
        **nodes(CONFIG.training.nodes),
        mem_mb=training_mb,
    params:
        record=record(
            "check_training",
            lambda wc: slices.trial(CONFIG),
            base=lambda wc: fingerprint(CONFIG.training.base),
            template=lambda wc: fingerprint(CONFIG.training.chat_template),
        ),
        machine=untracked(slices.machine(CONFIG.training)),
    script:
        "../scripts/check_training.py"


rule train_target:
    "Train the target on gold answers or pairs of them with DeepSpeed (METHOD 13)."
    input:
        unpack(training_data),
    output:
        marker=out("checkpoints/{roster}/COMPLETED"),
    log:
        logs("train_target/{roster}.log"),
    benchmark:
        logs("train_target/{roster}.tsv")
    conda:
        "../envs/train.yaml"
    resources:
        **gpus(lambda wc: CONFIG.training.gpus or 0, "training.gpus", fixed=True),
        **nodes(CONFIG.training.nodes),
        mem_mb=training_mb,
    params:
        record=record(
            "train_target",
            lambda wc: slices.training(
                CONFIG.training_of(wc.roster), CONFIG.objective_of(wc.roster)
            ),
            base=lambda wc: fingerprint(CONFIG.training.base),
            template=lambda wc: fingerprint(CONFIG.training.chat_template),
        ),
        device="gpu" if CONFIG.training.gpus else "cpu",
        machine=untracked(lambda wc: slices.machine(CONFIG.training_of(wc.roster))),
    script:
        "../scripts/train_target.py"
