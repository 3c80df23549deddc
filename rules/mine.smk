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
    wildcard_constraints:
        expert=one_of(author for author in CONFIG.authors if not CONFIG.expert(author).instructions),
    conda:
        "../envs/generate.yaml"
    resources:
        **gpus(lambda wc: CONFIG.expert(wc.expert).gpus),
    params:
        record=record(
            "mine_instructions",
            lambda wc: slices.expert(CONFIG, wc.expert),
            "mining.per_config",
            "mining.max_tokens",
        ),
        samplings=SAMPLINGS,
        running=untracked(lambda wc: slices.running(CONFIG, CONFIG.expert(wc.expert))),
    script:
        "../scripts/mine_instructions.py"


rule enter_instructions:
    "An expert's instructions from a file (`experts[].instructions`)."
    input:
        file=ancient(lambda wc: find(CONFIG.expert(wc.expert).instructions)),
    output:
        out(f"mined/{{expert}}/{ENTERED}/1-of-1.parquet"),
    log:
        logs("enter_instructions/{expert}.log"),
    benchmark:
        logs("enter_instructions/{expert}.tsv")
    wildcard_constraints:
        expert=one_of(author for author in CONFIG.authors if CONFIG.expert(author).instructions),
    conda:
        "../envs/generate.yaml"
    params:
        record=record(
            "enter_instructions",
            lambda wc: {"expert": slices.model(CONFIG.expert(wc.expert))},
            "mining.entered_share",
            "mining.max_tokens",
            file=lambda wc: slices.file(CONFIG.expert(wc.expert).instructions),
        ),
        running=untracked(lambda wc: slices.running(CONFIG, CONFIG.expert(wc.expert))),
    script:
        "../scripts/enter_instructions.py"
