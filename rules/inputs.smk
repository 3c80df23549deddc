# The names of experts, judges and rosters, and input functions.

from itertools import combinations
from types import SimpleNamespace

from warriorcoder.arena.budgeted import affordable
from warriorcoder.arena.sequential import rounds
from warriorcoder.arena.players import pair_name, players_of
from warriorcoder.config.judges import judges_of, may_judge
from warriorcoder.evaluation.benchmarks import KINDS
from warriorcoder.mining.shards import ENTERED, part_names, sampling_name

EXPERTS = [expert.name for expert in CONFIG.experts]
JUDGES = [expert.name for expert in CONFIG.experts if "judge" in expert.roles]
ROSTERS = {
    name: [expert for expert in EXPERTS if expert in spec.experts]
    for name, spec in CONFIG.rosters.items()
}
FIGHTERS = [expert for expert in EXPERTS if any(expert in each for each in ROSTERS.values())]
AUTHORS = [expert for expert in FIGHTERS if "mine" in CONFIG.expert(expert).roles]
RATERS = {
    author: judges_of(author, JUDGES, CONFIG.difficulty.judges_per_author) for author in AUTHORS
}
SCORED = list(CONFIG.scored)  # before anything is trained
MODELS = [*SCORED, *ROSTERS]
SAMPLINGS = {
    sampling_name(t, p): {"temperature": t, "top_p": p}
    for t in CONFIG.mining.temperatures
    for p in CONFIG.mining.top_ps
}
PARTS = part_names(CONFIG.mining.parts)
# The config's own order of rosters and benchmarks is the report's alone.
BATTLING = {
    name: ROSTERS[name]
    for name in sorted(
        ROSTERS, key=lambda name: (len(ROSTERS[name]), CONFIG.rosters[name].gold != "winner", name)
    )
    if len(ROSTERS[name]) > 1
}
BENCHMARKS = {
    name: CONFIG.benchmarks[name]
    for name in sorted(
        CONFIG.benchmarks, key=lambda name: (KINDS.index(CONFIG.benchmarks[name].kind), name)
    )
}


def pairs_of(author):
    """Return the pairs that may meet on an author's instructions, each once, in expert order."""
    rosters = [roster for roster in ROSTERS.values() if author in roster]
    return [
        pair_name(a, b)
        for a, b in combinations(FIGHTERS, 2)
        if any(a in roster and b in roster for roster in rosters)
        and (CONFIG.arena.schedule == "round_robin" or author in (a, b))
    ]


CELLS = [(author, pair) for author in AUTHORS for pair in pairs_of(author)]
VOTES = {
    (author, pair): [
        out(f"votes/{author}/{pair}/{judge}.parquet")
        for judge in JUDGES
        if may_judge(judge, *players_of(pair))
    ]
    for author, pair in CELLS
}
# Round 0 is phase 1 of sequential judging; budgeted judging has as many rounds as the roster that
# plays most.
ROUNDS = (
    range(1, affordable.most_rounds(CONFIG.arena, BATTLING.values()) + 1)
    if CONFIG.arena.budgeted
    else range(rounds.ROUNDS + 1)
)


def every(pattern):
    """Return the files of a pattern for all values of its wildcards."""
    return expand(
        out(pattern),
        author=AUTHORS,
        answerer=FIGHTERS,
        roster=ROSTERS,
        model=MODELS,
        benchmark=CONFIG.benchmarks,
        allow_missing=True,
    )


def of_scored(pattern):
    """Return the files of a pattern for every benchmark of all models that need no training."""
    return expand(out(pattern), model=SCORED, benchmark=CONFIG.benchmarks)


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
            part=["1-of-1"] if CONFIG.expert(author).instructions else PARTS,
        )
    ]


def before(name, names):
    """Return the names before a name."""
    return names[: names.index(name)]


def difficulty_of(authors):
    """Return the ratings of some authors' instructions by all of their judges."""
    return [out(f"difficulty/{each}/{judge}.parquet") for each in authors for judge in RATERS[each]]


# Where only a part of all battles is fought, that part; else all that were scheduled.
BATTLES = (
    expand(out("asked/{round}/battles.parquet"), round=ROUNDS)
    if CONFIG.arena.budgeted
    else every("battles/{author}.parquet")
)


def battles_of(wildcards):
    """Return the files of a roster's battles."""
    return BATTLES if CONFIG.arena.budgeted else of_roster("battles/{author}.parquet")(wildcards)


def tallied_of(wildcards):
    """Return the files of all battles of a roster, if only a part of them was judged."""
    fights = CONFIG.arena.budgeted and wildcards.roster in BATTLING
    return out("tallied/{roster}.parquet") if fights else []


def votes_before(wildcards):
    """Return all judges' votes of the rounds before a round."""
    return expand(
        out("asked/{round}/{judge}.parquet"), round=rounds_before(wildcards), judge=JUDGES
    )


def rounds_before(wildcards):
    return before(int(wildcards.round), ROUNDS)


def votes_of(wildcards):
    """Return the votes on a roster's battles by every judge outside of them (suspicion averting)."""
    experts = set(ROSTERS[wildcards.roster])
    return [
        path
        for (author, pair), paths in VOTES.items()
        if {author, *players_of(pair)} <= experts
        for path in paths
    ]


def of_roster(pattern):
    """Return an input function of a pattern for every author and answerer of a roster."""

    def files(wildcards):
        experts = ROSTERS[wildcards.roster]
        authors = [author for author in AUTHORS if author in experts]
        return expand(out(pattern), author=authors, answerer=experts)

    return files


def of_main(files):
    """Return the files of an input function for the main roster."""
    return lambda wildcards: files(SimpleNamespace(roster=MAIN))


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
    return [author for author in AUTHORS if wildcards.judge in RATERS[author]]


def assets_of(wildcards):
    """Return the tables that DS-1000's programs load by name in this environment."""
    if any(
        spec.kind == "ds1000" and spec.environment == f"envs/{wildcards.environment}.txt"
        for spec in CONFIG.benchmarks.values()
    ):
        tables = [file for file in assets.SOURCES if file.endswith(".csv")]
        return [f"resources/{file}" for file in (*tables, f"ds1000/{assets.HOUSING}")]
    return []
