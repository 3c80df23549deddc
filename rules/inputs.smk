# Which files a rule reads.

from warriorcoder.report.comparison import main_roster


def environment_of(wildcards):
    """What describes the environment that a benchmark's programs run in, if it has its own."""
    lock = CONFIG.benchmarks[wildcards.benchmark].environment
    return {"environment": f".cache/environments/{Path(lock).stem}.json"} if lock else {}


def assets_of(wildcards):
    """Tables that DS-1000's programs load by name, where they run in this environment."""
    if any(
        b.kind == "ds1000" and b.environment == f"envs/{wildcards.environment}.txt"
        for b in CONFIG.benchmarks.values()
    ):
        tables = [file for file in assets.SOURCES if file.endswith(".csv")]
        return [f"resources/{file}" for file in (*tables, f"ds1000/{assets.HOUSING}")]
    return []


def shards_of(wildcards):
    """All mined shards of an expert, in canonical order."""
    return expand(
        out("mined/{expert}/{sampling}/{part}.parquet"),
        expert=wildcards.expert,
        sampling=SAMPLINGS,
        part=PARTS,
    )


def curated_before(wildcards):
    """Curated instructions of the authors that come before an expert."""
    return expand(
        out("curated/{expert}.parquet"), expert=AUTHORS[: AUTHORS.index(wildcards.expert)]
    )


def difficulty_judges(author):
    return judges_of(author, JUDGES, CONFIG.difficulty.judges_per_author)


RATERS = {author: difficulty_judges(author) for author in AUTHORS}


def rated_by(judge):
    return [author for author in AUTHORS if judge in difficulty_judges(author)]


def difficulty_of(wildcards):
    return expand(
        out("difficulty/{author}/{judge}.parquet"),
        author=wildcards.expert,
        judge=difficulty_judges(wildcards.expert),
    )


VOTES = {
    (author, pair): [
        out(f"votes/{author}/{pair}/{judge}.parquet")
        for judge in JUDGES
        if may_judge(judge, *players_of(pair))
    ]
    for author, pair in CELLS
}


BUDGETED = CONFIG.arena.budgeted


def budgeted_rounds():
    """The rounds of budgeted pairing, as many as the roster that plays most."""
    from warriorcoder.arena.budgeted import pairing

    arena = CONFIG.arena
    most = pairing.most_rounds(arena.judging, BATTLING.values(), arena.budget)
    return list(range(1, most + 1))


# Where only a part of all battles is fought, that part; else it is what was scheduled.
FOUGHT = expand(out("asked/{round}/battles.parquet"), round=budgeted_rounds()) if BUDGETED else []


def tallied_of(wildcards):
    """Every battle of a roster, where only a part of them was fought."""
    return out("tallied/{roster}.parquet") if BUDGETED and wildcards.roster in BATTLING else []


def fought_before(wildcards):
    """Battles of the rounds before one."""
    return expand(out("asked/{round}/battles.parquet"), round=range(1, int(wildcards.round)))


def heard_before(wildcards):
    """Votes of the judges whose turn comes before one's."""
    return expand(out("asked/0/{judge}.parquet"), judge=JUDGES[: JUDGES.index(wildcards.judge)])


def votes_of(wildcards):
    """Votes on a roster's battles by every judge outside of them (suspicion averting)."""
    roster = set(ROSTERS[wildcards.roster])
    return [
        path
        for (author, pair), paths in VOTES.items()
        if {author, *players_of(pair)} <= roster
        for path in paths
    ]


def of_roster(pattern, **more):
    """`pattern` for every author of a roster, as an input function."""
    return lambda wildcards: expand(
        out(pattern),
        author=[author for author in AUTHORS if author in ROSTERS[wildcards.roster]],
        **{key: value(wildcards) for key, value in more.items()},
    )


def lineage_of(wildcards):
    """Everything that a roster's rows went through before the arena."""
    authors = [author for author in AUTHORS if author in ROSTERS[wildcards.roster]]
    return {
        "mined": expand(
            out("mined/{expert}/{sampling}/{part}.parquet"),
            expert=authors,
            sampling=SAMPLINGS,
            part=PARTS,
        ),
        "difficulty": [
            out(f"difficulty/{author}/{judge}.parquet")
            for author in authors
            for judge in difficulty_judges(author)
        ],
        "selected": expand(out("selected/{author}.parquet"), author=authors),
    }


def truth_of(wildcards):
    """Ground truth, where a benchmark compares values with a reference's."""
    if CONFIG.benchmarks[wildcards.benchmark].kind in ("humaneval", "mbpp"):
        return {"truth": out("ground_truth/{benchmark}.parquet")}
    return {}


def weights_of(wildcards):
    """The checkpoint behind a benchmarked model; the base needs no rule."""
    return [] if wildcards.model == "base" else out(f"checkpoints/{wildcards.model}/COMPLETED")


# --- the report ---------------------------------------------------------------------------------

RESULTS_JSON = expand(
    out("benchmarks/{model}/{benchmark}/results.json"), model=MODELS, benchmark=CONFIG.benchmarks
)
DIFFICULTY = [
    out(f"difficulty/{author}/{judge}.parquet")
    for author in AUTHORS
    for judge in difficulty_judges(author)
]
TRUTH = [out("truth.json")] if CONFIG.analysis.truth else []
CORPUS = CONFIG.analysis.overlap_corpus
FIGURE_3 = [out("report/figure3.svg")] if CORPUS else []
REPORT = [
    *expand(out("report/{name}.html"), name=["table1", "table2", "table3", "table4", "table5"]),
    *FIGURE_3,
    *expand(out("report/{name}.svg"), name=["lift", "figure4", "figure5", "funnel", "ratings"]),
    *expand(out("report/{name}.html"), name=["judges", "lengths", "examples"]),
    out("report/summary.json"),
]


def arena_of(roster):
    """Who fights in a roster, whose instructions are fought over, who may vote."""
    experts = ROSTERS[roster]
    return {
        "experts": experts,
        "authors": [author for author in AUTHORS if author in experts],
        "judges": JUDGES if roster in BATTLING else [],
    }


def rosters_slice():
    return {
        name: plain(roster) | {"experts": ROSTERS[name]} for name, roster in CONFIG.rosters.items()
    }


MAIN = main_roster(rosters_slice())


def in_report(name, category, label):
    """Mark an output for `snakemake --report`, under a label that no other of its category has.

    With a second label the page of Snakemake 9.27.1 goes blank where its values do not pair up.
    """
    return report(
        out(f"report/{name}"),
        caption=f"report/{Path(name).stem}.rst",
        category=category,
        labels={"what": label},
    )
