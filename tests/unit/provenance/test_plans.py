from warriorcoder.provenance import plans
from warriorcoder.provenance.plans import Job

RECORD = "{'code': 'c', 'seed': 1, 'rating': {'k': 40.0}}"
OTHER_K = RECORD.replace("40", "32")
# A value with the text between two reasons.
PARAMS = "Params have changed since last execution: Union of exclusive params: {'a': 'x; y: z'} "
K = ("rating.k: 40.0 → 32.0",)
FOLLOWS = "Input files updated by another job: s"
FEWER_FILES = "the files that the job makes"
PLAN = [
    Job("rate_experts", ("three",), PARAMS, K),
    Job("rate_experts", ("one",), PARAMS, K),
    Job(
        "mine_instructions",
        ("a", "1-of-1"),
        f"Set of input files has changed since last execution; {PARAMS}",
        (FEWER_FILES,),
    ),
    Job("crown_answers", (), f"Missing output files: g; {FOLLOWS}"),
    Job("plot_overlap", (), "Updated input files: config/corpus.jsonl"),
]


def test_the_cause_names_the_changed_key_and_what_starts_there():
    assert (
        plans.explain(PLAN)
        == """5 jobs run.

Changed: rating.k: 40.0 → 32.0
  rate_experts three, one

Set of input files has changed since last execution
  mine_instructions a 1-of-1

Changed: the files that the job makes
  mine_instructions a 1-of-1

Updated input files: config/corpus.jsonl
  plot_overlap

What reads their outputs follows:
  crown_answers×1"""
    )


def test_what_changed_for_jobs_that_follow_is_named_once():
    """α is crown_answers' own; K is what starts the plan, and no news."""
    followers = [
        Job("crown_answers", (), FOLLOWS, (*K, "rating.alpha: 0.9 → 0.5")),
        Job("train_target", ("one",), FOLLOWS, K),
    ]
    text = plans.explain([*PLAN[:3], *followers])
    assert "Changed: rating.alpha: 0.9 → 0.5\n  crown_answers\n" in text
    assert text.count("rating.k") == 1
    assert text.endswith("follows:\n  train_target×1")


def test_changes_are_those_of_the_record_and_of_the_files_to_make():
    assert plans.changes({RECORD}, {OTHER_K}) == list(K)
    assert plans.changes({RECORD, "['a', 'b']"}, {OTHER_K, "['a']"}) == [*K, FEWER_FILES]
    assert plans.changes(set(), {"['a']"}) == [FEWER_FILES]
    assert plans.changes(set(), set()) == []


def test_an_added_sampling_config_is_called_by_its_key():
    before, now = "{'t1': {'temperature': 1.0}}", "{'t1': {'temperature': 1.0}, 't2': {'t': 2.0}}"
    assert plans.changes({before}, {now}) == ['samplings.t2: null → {"t": 2.0}']


def test_params_that_only_changed_their_order_say_so():
    text = plans.explain([Job("plot_lift", (), PARAMS)])
    assert "Changed: the order of keys\n  plot_lift" in text


def test_an_empty_plan_says_so():
    assert plans.explain([]).startswith("Nothing runs")
