rule mine_instructions:
    "One model load mines every sampling config of an expert (METHOD 1)."
    output:
        expand(
            out("mined/{expert}/{sampling}/{part}.parquet"), sampling=SAMPLINGS, allow_missing=True
        ),
    log:
        out("logs/mine_instructions/{expert}.{part}.log"),
    benchmark:
        out("logs/mine_instructions/{expert}.{part}.tsv")
    conda:
        "../envs/models.yaml"
    resources:
        gpu=lambda wc: gpus_of(wc.expert),
    params:
        recipe=lambda wc: recipe(
            "mine_instructions",
            expert=expert_slice(wc.expert),
            engine=engine_slice(),
            per_config=CONFIG.mining.per_config,
            max_tokens=CONFIG.mining.max_tokens,
        ),
        samplings=SAMPLINGS,
    script:
        "../scripts/mine_instructions.py"
