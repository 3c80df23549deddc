# What decides the files of each rule: config slices by what the rule's wildcards name.


def mining(wildcards):
    return record(
        "mine_instructions",
        **runs(wildcards.expert),
        per_config=CONFIG.mining.per_config,
        max_tokens=CONFIG.mining.max_tokens,
    )


def curation(wildcards):
    return record(
        "curate_instructions",
        curation=CONFIG.curation,
        samplings=SAMPLINGS,
        earlier=AUTHORS[: AUTHORS.index(wildcards.expert)],
    )


def difficulty(wildcards):
    section = lengths_of(wildcards.judge, "difficulty")
    return record(
        "rate_difficulty",
        **runs(wildcards.judge),
        difficulty=without(section, "judges_per_author", "threshold", "min_parse_rate"),
    )


def embedding(wildcards):
    return record(
        "embed_instructions",
        judges=difficulty_judges(wildcards.expert),
        threshold=CONFIG.difficulty.threshold,
        weights=fingerprint(CONFIG.compression.embedder),
        compression=without(CONFIG.compression, "instructions_per_expert", "gpus"),
    )


def selection(wildcards):
    return record(
        "select_instructions",
        judges=difficulty_judges(wildcards.expert),
        threshold=CONFIG.difficulty.threshold,
        decontamination=CONFIG.decontamination,
        instructions_per_expert=CONFIG.compression.instructions_per_expert,
        benchmarks=[{"name": name, "kind": b.kind} for name, b in BENCHMARKS.items()],
    )


def answering(wildcards):
    """A roster of one reads answers to instructions that nobody fights over, too."""
    alone = {"alone": True} if [wildcards.answerer] in ROSTERS.values() else {}
    return record(
        "answer_instructions",
        **runs(wildcards.answerer),
        answers=lengths_of(wildcards.answerer, "answers"),
        **alone,
    )


def planned_votes(wildcards):
    winners = {
        name: experts for name, experts in BATTLING.items() if CONFIG.rosters[name].gold == "winner"
    }
    return record(
        "plan_votes",
        round=int(wildcards.round),
        judges=JUDGES,
        orders=CONFIG.arena.orders,
        rosters=winners,
        rating=without(CONFIG.rating, "bootstrap"),
    )


def planned_battles(wildcards):
    return record(
        "plan_battles",
        round=int(wildcards.round),
        judges=JUDGES,
        orders=CONFIG.arena.orders,
        rosters=BATTLING,
        judging=CONFIG.arena.judging,
        budget=CONFIG.arena.budget,
        alpha=CONFIG.rating.alpha,
    )


def expectation(wildcards):
    return record(
        "expect_results",
        roster=wildcards.roster,
        experts=ROSTERS[wildcards.roster],
        judges=JUDGES,
        orders=CONFIG.arena.orders,
    )


def rating(wildcards):
    return record(
        "rate_experts",
        roster=wildcards.roster,
        **arena_of(wildcards.roster),
        rating=without(CONFIG.rating, "snapshot", "alpha"),
    )


def crowning(wildcards):
    return record(
        "crown_answers",
        roster=wildcards.roster,
        **arena_of(wildcards.roster),
        gold=CONFIG.rosters[wildcards.roster].gold,
        export=CONFIG.export.model_dump(exclude_none=True),
        rating={"snapshot": CONFIG.rating.snapshot, "alpha": CONFIG.rating.alpha},
    )


def training(wildcards):
    return record(
        "train_target",
        base=fingerprint(CONFIG.training.base),
        template=fingerprint(CONFIG.training.chat_template),
        training=without(CONFIG.training, "gpus", "nodes", "timeout_minutes", "engine")
        | {"base": portable(CONFIG.training.base)},
    )


def style_of(model):
    """The base continues what a trained model is asked."""
    return "completion" if model == "base" else "chat"


def sampling(wildcards):
    asks = [
        {
            "name": name,
            "kind": b.kind,
            **asked(b),
            "decodings": [without(decoding, "report") for decoding in b.decodings],
        }
        for name, b in BENCHMARKS.items()
    ]
    return record(
        "generate_samples",
        model=benchmarked_slice(wildcards.model),
        engine=engine_slice(CONFIG.target),
        style=style_of(wildcards.model),
        benchmarks=asks,
    )


def scoring(wildcards):
    benchmark = CONFIG.benchmarks[wildcards.benchmark]
    return record(
        "score_benchmark",
        name=wildcards.benchmark,
        kind=benchmark.kind,
        version=benchmark.version,
        decodings=benchmark.decodings,
        asked=asked(benchmark),
        style=style_of(wildcards.model),
        sandbox=sandbox_slice(benchmark),
    )
