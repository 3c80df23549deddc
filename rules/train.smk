rule train_target:
    "Fine-tune the target on a roster's gold answers with DeepSpeed (METHOD 13)."
    input:
        gold=out("gold/{roster}/sft.parquet"),
    output:
        marker=out("checkpoints/{roster}/COMPLETED"),
    log:
        out("logs/train_target/{roster}.log"),
    benchmark:
        out("logs/train_target/{roster}.tsv")
    conda:
        "../envs/train.yaml"
    resources:
        **gpus(lambda wc: CONFIG.training.gpus or 0, "training.gpus", fixed=True),
        **nodes(CONFIG.training.nodes),
    params:
        record=training,
        device="gpu" if CONFIG.training.gpus else "cpu",
        timeout_minutes=lambda wc, resources: CONFIG.training.timeout_minutes,  # re-runs nothing
    script:
        "../scripts/train_target.py"
