rule curate_instructions:
    "Junk filters, exact and near-duplicates, against the expert itself and earlier ones (METHOD 2)."
    input:
        mined=shards_of,
        earlier=curated_before,
    output:
        table=out("curated/{expert}.parquet"),
        funnel=out("funnel/curate/{expert}.parquet"),
    log:
        out("logs/curate_instructions/{expert}.log"),
    benchmark:
        out("logs/curate_instructions/{expert}.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=curation,
    script:
        "../scripts/curate_instructions.py"


rule rate_difficulty:
    "One judge rates the instructions of every author it is assigned to (METHOD 3)."
    input:
        curated=lambda wc: expand(out("curated/{author}.parquet"), author=rated_by(wc.judge)),
    output:
        expand(out("difficulty/{author}/{judge}.parquet"), author=AUTHORS, allow_missing=True),
    log:
        out("logs/rate_difficulty/{judge}.log"),
    benchmark:
        out("logs/rate_difficulty/{judge}.tsv")
    conda:
        "../envs/generate.yaml"
    resources:
        **gpus(lambda wc: CONFIG.expert(wc.judge).gpus),
    params:
        record=difficulty,
        work=lambda wc: {"authors": AUTHORS, "rated": rated_by(wc.judge)},
        floor=floor("difficulty"),
        running=running("judge"),
    script:
        "../scripts/rate_difficulty.py"


rule embed_instructions:
    "Embeddings of the instructions that are hard enough (Eq. 1, METHOD 5)."
    input:
        curated=out("curated/{expert}.parquet"),
        difficulty=difficulty_of,
    output:
        out("embeddings/{expert}.parquet"),
    log:
        out("logs/embed_instructions/{expert}.log"),
    benchmark:
        out("logs/embed_instructions/{expert}.tsv")
    conda:
        "../envs/embed.yaml"
    resources:
        **gpus(lambda wc: CONFIG.compression.gpus, "compression.gpus"),
    params:
        record=embedding,
    script:
        "../scripts/embed_instructions.py"


rule select_instructions:
    "Decontamination and k-center greedy (METHOD 4 and 5)."
    input:
        curated=out("curated/{expert}.parquet"),
        difficulty=difficulty_of,
        embeddings=out("embeddings/{expert}.parquet"),
        benchmarks=datasets(),
    output:
        table=out("selected/{expert}.parquet"),
        funnel=out("funnel/select/{expert}.parquet"),
    log:
        out("logs/select_instructions/{expert}.log"),
    benchmark:
        out("logs/select_instructions/{expert}.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=selection,
    script:
        "../scripts/select_instructions.py"
