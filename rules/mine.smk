rule mine_instructions:
    "One model load mines every sampling config of an expert (METHOD 1)."
    output:
        expand(
            out("mined/{expert}/{sampling}/{part}.parquet"), sampling=SAMPLINGS, allow_missing=True
        ),
    log:
        logs("mine_instructions/{expert}.{part}.log"),
    benchmark:
        logs("mine_instructions/{expert}.{part}.tsv")
    conda:
        "../envs/generate.yaml"
    resources:
        **gpus(lambda wc: CONFIG.expert(wc.expert).gpus),
    params:
        record=record("mine_instructions", runs("expert"), "mining.per_config", "mining.max_tokens"),
        samplings=SAMPLINGS,
        running=untracked(lambda wc: running(CONFIG.expert(wc.expert))),
    script:
        "../scripts/mine_instructions.py"
