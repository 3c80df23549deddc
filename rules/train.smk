rule train_target:
    "Fine-tune the target on a roster's gold answers with DeepSpeed (METHOD 13)."
    input:
        gold=out("gold/{roster}/sft.parquet"),
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
            lambda wc: slices.training(CONFIG.training_of(wc.roster)),
            base=lambda wc: fingerprint(CONFIG.training.base),
            template=lambda wc: fingerprint(CONFIG.training.chat_template),
        ),
        device="gpu" if CONFIG.training.gpus else "cpu",
        machine=untracked({key: getattr(CONFIG.training, key) for key in slices.MACHINE}),
    script:
        "../scripts/train_target.py"
