from warriorcoder.provenance import plans

RECORD = "{'code': 'c', 'seed': 1, 'rating': {'k': 40.0}}"
BEFORE_AND_NOW = (
    "Params have changed since last execution: Union of exclusive params before and now across "
    f"all output: before: {RECORD} now: {RECORD.replace('40', '32')} "
)
FEWER_FILES = (
    "Params have changed since last execution: Union of exclusive params before and now across "
    "all output: before: ['a', 'b'] now: ['a'] ; Set of input files has changed since last "
    "execution"
)
MORE_SAMPLINGS = (
    "Params have changed since last execution: Union of exclusive params before and now across "
    "all output: before: {'t1': {'temperature': 1.0}} "
    "now: {'t1': {'temperature': 1.0}, 't2': {'temperature': 2.0}} "
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
        plans.explain(plans.read(PLAN), {})
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


def test_what_changed_for_jobs_that_follow_is_named_once():
    """α is crown_answers' own; K is what starts the plan, and no news."""
    plan = PLAN + block("train_target", "Input files updated by another job: s", "roster=one")
    told = [
        plans.told("crown_answers", [], ["rating.k: 40.0 → 32.0", "rating.alpha: 0.9 → 0.5"]),
        plans.told("train_target", ["one"], ["rating.k: 40.0 → 32.0"]),
        plans.told("train_target", ["three"], ["training.steps: 2 → 3"]),
    ]
    text = plans.explain(plans.read(plan), plans.changes("\n".join(["Config …", *told])))
    assert "Changed: rating.alpha: 0.9 → 0.5\n  crown_answers\n" in text
    assert text.count("rating.k") == 1 and "training.steps" not in text
    assert text.endswith("follows:\n  train_target×1")


def test_an_added_sampling_config_is_called_by_its_key():
    text = plans.explain(plans.read("…\n" + block("mine_instructions", MORE_SAMPLINGS)), {})
    assert 'Changed: samplings.t2: null → {"temperature": 2.0}\n  mine_instructions' in text


def test_an_empty_plan_says_so():
    assert plans.explain(plans.read("Nothing to be done.\n"), {}).startswith("Nothing runs")
