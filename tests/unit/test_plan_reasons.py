from warriorcoder import plans

RECIPE = "{'code': 'c', 'seed': 1, 'rating': {'k': 40.0}}"
BEFORE_AND_NOW = (
    "Params have changed since last execution: Union of exclusive params before and now across "
    f"all output: before: {RECIPE} now: {RECIPE.replace('40', '32')} "
)
FEWER_FILES = (
    "Params have changed since last execution: Union of exclusive params before and now across "
    "all output: before: ['a', 'b'] now: ['a'] ; Set of input files has changed since last "
    "execution"
)


def block(rule, reason, wildcards="", kind="rule"):
    wildcards = f"    wildcards: {wildcards}\n" if wildcards else ""
    return f"[date]\n{kind} {rule}:\n    output: x\n    reason: {reason}\n{wildcards}"


PLAN = "Building DAG of jobs...\n" + "".join(
    [
        block("rate_experts", BEFORE_AND_NOW, "roster=three"),
        block("rate_experts", BEFORE_AND_NOW, "roster=one"),
        block("mine_instructions", FEWER_FILES, "expert=a, part=1-of-1"),
        block("crown_answers", "Missing output files: g; Input files updated by another job: r"),
        block("plot_overlap", "Updated input files: config/corpus.jsonl", kind="localrule"),
        block("all", "Input files updated by another job: s", kind="localrule"),
    ]
)


def test_jobs_are_read_with_their_wildcards():
    jobs = plans.read(PLAN)
    assert [(job.rule, job.wildcards) for job in jobs] == [
        ("rate_experts", ("three",)),
        ("rate_experts", ("one",)),
        ("mine_instructions", ("a", "1-of-1")),
        ("crown_answers", ()),
        ("plot_overlap", ()),
    ]


def test_the_cause_names_the_changed_key_and_what_starts_there():
    assert (
        plans.explain(plans.read(PLAN))
        == """5 jobs run.

Changed: rating.k: 40.0 → 32.0
  rate_experts three, one

Changed: the files that the job makes
  mine_instructions a 1-of-1

Set of input files has changed since last execution
  mine_instructions a 1-of-1

Updated input files: config/corpus.jsonl
  plot_overlap

What reads their outputs follows:
  crown_answers×1"""
    )


def test_an_empty_plan_says_so():
    assert plans.explain(plans.read("Nothing to be done.\n")).startswith("Nothing runs")
