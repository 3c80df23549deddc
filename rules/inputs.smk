# Files of a stage: names of experts, rosters and rounds, and input functions.

from warriorcoder.arena import schedule
from warriorcoder.arena.budgeted import affordable
from warriorcoder.arena.players import players_of
from warriorcoder.arena.sequential import rounds
from warriorcoder.config.judges import may_judge
from warriorcoder.evaluation.benchmarks import KINDS, assets
from warriorcoder.mining.shards import ENTERED, part_names, sampling_name

MODELS = [*CONFIG.scored, *CONFIG.rosters]
SAMPLINGS = {
    sampling_name(t, p): {"temperature": t, "top_p": p}
    for t in CONFIG.mining.temperatures
    for p in CONFIG.mining.top_ps
}
# Another order of rosters or benchmarks in the config re-runs only the report.
BATTLING = {
    name: spec.experts
    for name, spec in sorted(
        CONFIG.rosters.items(),
        key=lambda item: (len(item[1].experts), item[1].gold != "winner", item[0]),
    )
    if len(spec.experts) > 1 and not spec.trains_on
}
BENCHMARKS = dict(
    sorted(CONFIG.benchmarks.items(), key=lambda item: (KINDS.index(item[1].kind), item[0]))
)
# Each judge's votes on the battles of a pair on an author's instructions are one file.
CELLS = [
    (author, pair)
    for author in CONFIG.authors
    for pair in schedule.pairs(author, CONFIG.answerers, BATTLING.values(), CONFIG.arena.schedule)
]
# Round 0 is phase 1 of sequential judging. Budgeted judging has as many rounds as the roster that
# plays most.
ROUNDS = (
    range(1, affordable.most_rounds(CONFIG.arena, BATTLING.values()) + 1)
    if CONFIG.arena.budgeted
    else range(rounds.ROUNDS + 1)
)


def every(pattern, **only):
    """Return the files of a pattern for all values of its wildcards, or for `only` some of one."""
    wildcards = {
        "author": CONFIG.authors,
        "answerer": CONFIG.answerers,
        "roster": CONFIG.rosters,
        "crowned": CONFIG.crowned,
        "model": MODELS,
        "benchmark": CONFIG.benchmarks,
    }
    return expand(out(pattern), **wildcards | only, allow_missing=True)


def samplings_of(author):
    """Return the sampling configs of an author's shards, or that of a file of instructions."""
    return {ENTERED: {}} if CONFIG.expert(author).instructions else SAMPLINGS


def mined_of(authors):
    """Return the files of some authors' mined rows."""
    return [
        path
        for author in authors
        for path in expand(
            out("mined/{author}/{sampling}/{part}.parquet"),
            author=author,
            sampling=samplings_of(author),
            part=part_names(1 if CONFIG.expert(author).instructions else CONFIG.mining.parts),
        )
    ]


def before(name, names):
    """Return the names before a name."""
    return names[: names.index(name)]


def difficulty_of(authors):
    """Return the ratings of some authors' instructions by all of their judges."""
    return [
        out(f"difficulty/{author}/{judge}.parquet")
        for author in authors
        for judge in CONFIG.raters[author]
    ]


# Budgeted judging fights a part of the scheduled battles, the other ways fight all.
BATTLES = (
    expand(out("asked/{round}/battles.parquet"), round=ROUNDS)
    if CONFIG.arena.budgeted
    else every("battles/{author}.parquet")
)


def battles_of(wildcards):
    """Return the files of a roster's battles."""
    return (
        BATTLES
        if CONFIG.arena.budgeted
        else of_roster("battles/{author}.parquet", wildcards.roster)
    )


def tallied_of(wildcards):
    """Return the files of all battles of a roster, if only a part of them was judged."""
    fights = CONFIG.arena.budgeted and wildcards.roster in BATTLING
    return out("tallied/{roster}.parquet") if fights else []


def before_round(pattern):
    """Return an input function of a pattern for the rounds before a round, and every judge."""
    return lambda wildcards: expand(
        out(pattern), round=before(int(wildcards.round), ROUNDS), judge=CONFIG.judges
    )


def votes_among(experts):
    """Return the votes on experts' battles by every judge outside of them (suspicion averting)."""
    return [
        out(f"votes/{author}/{pair}/{judge}.parquet")
        for author, pair in CELLS
        if {author, *players_of(pair)} <= set(experts)
        for judge in CONFIG.judges
        if may_judge(judge, *players_of(pair))
    ]


def of_roster(pattern, name):
    """Return the files of a pattern for every author and answerer of a roster."""
    roster = slices.roster(CONFIG, name)
    return every(pattern, author=roster["authors"], answerer=roster["experts"])


def training_data(wildcards):
    """Return the gold answers or pairs of a roster, and the weights from which it goes on."""
    name = "preferences" if CONFIG.objective_of(wildcards.roster) == "dpo" else "sft"
    files = {"gold": out(f"gold/{CONFIG.gold_of(wildcards.roster)}/{name}.parquet")}
    start = CONFIG.start_of(wildcards.roster)
    return files | ({"start": out(f"checkpoints/{start}/COMPLETED")} if start else {})


def environment_of(benchmark):
    """Return the description of the environment of a benchmark's programs, if it has its own."""
    lock = CONFIG.benchmarks[benchmark].environment
    return {"environment": f".cache/environments/{Path(lock).stem}.json"} if lock else {}


def truth_of(benchmark):
    """Return the ground truth of a benchmark that compares values with a reference's."""
    if CONFIG.benchmarks[benchmark].kind in ("humaneval", "mbpp"):
        return {"truth": out(f"ground_truth/{benchmark}.parquet")}
    return {}


def rated_by(wildcards):
    """Return the authors whose instructions a judge rates."""
    return [author for author, judges in CONFIG.raters.items() if wildcards.judge in judges]


def assets_of(wildcards):
    """Return the tables that DS-1000's programs load by name in this environment."""
    if any(
        spec.kind == "ds1000" and spec.environment == f"envs/{wildcards.environment}.txt"
        for spec in CONFIG.benchmarks.values()
    ):
        tables = [file for file in assets.SOURCES if file.endswith(".csv")]
        return [f"resources/{file}" for file in (*tables, f"ds1000/{assets.HOUSING}")]
    return []
