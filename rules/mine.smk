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
        "../envs/generate.yaml"
    resources:
        **gpus(lambda wc: CONFIG.expert(wc.expert).gpus),
    params:
        record=mining,
        samplings=SAMPLINGS,
        running=running("expert"),
    script:
        "../scripts/mine_instructions.py"
