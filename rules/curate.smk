rule curate_instructions:
    "Drop junk and duplicates, also near ones, of this expert's rows and earlier experts' (METHOD 2)."
    input:
        mined=lambda wc: mined_of([wc.expert]),
        earlier=lambda wc: expand(
            out("curated/{author}.parquet"), author=before(wc.expert, CONFIG.authors)
        ),
    output:
        table=out("curated/{expert}.parquet"),
        funnel=out("funnel/curate/{expert}.parquet"),
        dropped=out("dropped/curate/{expert}.parquet"),
    log:
        logs("curate_instructions/{expert}.log"),
    benchmark:
        logs("curate_instructions/{expert}.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "curate_instructions",
            "curation",
            samplings=lambda wc: samplings_of(wc.expert),
            earlier=lambda wc: before(wc.expert, CONFIG.authors),
        ),
    script:
        "../scripts/curate_instructions.py"


rule rate_difficulty:
    "One judge rates the instructions of every author it is assigned to (METHOD 3)."
    input:
        curated=lambda wc: expand(out("curated/{author}.parquet"), author=rated_by(wc)),
    output:
        expand(
            out("difficulty/{author}/{judge}.parquet"), author=CONFIG.authors, allow_missing=True
        ),
    log:
        logs("rate_difficulty/{judge}.log"),
    benchmark:
        logs("rate_difficulty/{judge}.tsv")
    conda:
        "../envs/generate.yaml"
    resources:
        **gpus(lambda wc: CONFIG.expert(wc.judge).gpus),
    params:
        record=record(
            "rate_difficulty",
            lambda wc: slices.expert(CONFIG, wc.judge),
            "difficulty.levels",
            "difficulty.temperature",
            "difficulty.top_p",
            "difficulty.max_tokens",
            "difficulty.on_invalid",
            lambda wc: slices.max_tokens(CONFIG, "difficulty", wc.judge),
        ),
        work=lambda wc: {"authors": CONFIG.authors, "rated": rated_by(wc)},
        floor=untracked(CONFIG.difficulty.min_parse_rate),
        running=untracked(lambda wc: slices.running(CONFIG, CONFIG.expert(wc.judge))),
    script:
        "../scripts/rate_difficulty.py"


rule embed_instructions:
    "Embeddings of the instructions that are hard enough (Eq. 1, METHOD 5)."
    input:
        curated=out("curated/{expert}.parquet"),
        difficulty=lambda wc: difficulty_of([wc.expert]),
    output:
        out("embeddings/{expert}.parquet"),
    log:
        logs("embed_instructions/{expert}.log"),
    benchmark:
        logs("embed_instructions/{expert}.tsv")
    conda:
        "../envs/embed.yaml"
    resources:
        **gpus(lambda wc: CONFIG.compression.gpus, "compression.gpus"),
    params:
        record=record(
            "embed_instructions",
            "difficulty.threshold",
            "compression.embedder",
            "compression.revision",
            "compression.dtype",
            "compression.batch_size",
            judges=lambda wc: CONFIG.raters[wc.expert],
            weights=lambda wc: fingerprint(CONFIG.compression.embedder),
        ),
    script:
        "../scripts/embed_instructions.py"


rule select_instructions:
    "Decontamination and k-center greedy (METHOD 4 and 5)."
    input:
        curated=out("curated/{expert}.parquet"),
        difficulty=lambda wc: difficulty_of([wc.expert]),
        embeddings=out("embeddings/{expert}.parquet"),
        benchmarks=[CONFIG.file_of(spec) for spec in BENCHMARKS.values()],
    output:
        table=out("selected/{expert}.parquet"),
        funnel=out("funnel/select/{expert}.parquet"),
        dropped=out("dropped/select/{expert}.parquet"),
    log:
        logs("select_instructions/{expert}.log"),
    benchmark:
        logs("select_instructions/{expert}.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "select_instructions",
            "difficulty.threshold",
            "decontamination",
            "compression.instructions_per_expert",
            "compression.outliers",
            judges=lambda wc: CONFIG.raters[wc.expert],
            benchmarks=[{"name": name, "kind": spec.kind} for name, spec in BENCHMARKS.items()],
        ),
    script:
        "../scripts/select_instructions.py"
