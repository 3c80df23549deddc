"""Jobs of the micro config, as `rule wildcard …`: each set holds all that follows from it."""

AUTHORS = ("athene", "llamax", "quq")
ROSTERS = ("one", "three")
MODELS = ("base", *ROSTERS)
BENCHMARKS = ("humaneval", "mbpp", "cruxeval-i", "cruxeval-o", "ds1000")


def jobs(rule: str, *wildcards: str) -> set[str]:
    return {f"{rule} {each}" for each in wildcards}


def scores(*models: str, of=BENCHMARKS) -> set[str]:
    return {f"score_benchmark {model} {benchmark}" for model in models for benchmark in of}


REPRODUCTION = {"tabulate_reproduction"}
SELECTION_REPORTS = {"plot_funnel", "plot_overlap", "tabulate_categories"} | REPRODUCTION
DATA_REPORTS = SELECTION_REPORTS | {"plot_difficulty", "tabulate_examples"}
ARENA_REPORTS = {"plot_win_rates"}
LENGTHS = {"tabulate_lengths"}
SUMMARY = {"write_summary"}
TABLES = jobs("tabulate_benchmarks", *(f"table{n}" for n in (1, 2, 3, 5))) | {"plot_lift"} | SUMMARY
TABLES |= REPRODUCTION | {"compare_rosters"}
HISTORY = {"tabulate_training"}
TRAINING = jobs("train_target", *ROSTERS) | jobs("generate_samples", *ROSTERS) | scores(*ROSTERS)
TRAINING |= TABLES | HISTORY
CHECK = {"check_training"}
TRAINED_ALONE = jobs("train_target", "one") | jobs("generate_samples", "one") | scores("one")
TRAINED_ALONE |= TABLES | HISTORY
GOLD = (
    jobs("crown_answers", *ROSTERS)
    | TRAINING
    | {"assess_judges", "tabulate_judges", "plot_ratings", "write_explorer"}
)
RATINGS = jobs("rate_experts", *ROSTERS) | GOLD
VOTES = jobs("judge_battles", *AUTHORS) | RATINGS | ARENA_REPORTS | LENGTHS
JUDGED = {job for job in VOTES if "one" not in job.split()}  # a roster of one has no votes
SEQUENTIAL = (
    jobs("judge_in_turn", *AUTHORS)
    | jobs("plan_votes", "1", "2")
    | jobs("judge_planned", *(f"{round} {judge}" for round in (1, 2) for judge in AUTHORS))
    | jobs("gather_votes", *AUTHORS)
    | (JUDGED - jobs("judge_battles", *AUTHORS))
)
ANSWERS = jobs("answer_instructions", *AUTHORS) | VOTES
BATTLES = jobs("schedule_battles", *AUTHORS) | ANSWERS
SELECTION = jobs("select_instructions", *AUTHORS) | BATTLES | SELECTION_REPORTS
ROUNDS = ("1", "2", "3", "4")
BUDGETED = (
    (BATTLES - jobs("judge_battles", *AUTHORS))
    | jobs("plan_battles", *ROUNDS)
    | jobs("judge_planned", *(f"{round} {judge}" for round in ROUNDS for judge in AUTHORS))
    | jobs("gather_votes", *AUTHORS)
    | {"expect_results three"}
)
EMBEDDINGS = jobs("embed_instructions", *AUTHORS) | SELECTION
DIFFICULTY = (
    jobs("rate_difficulty", "athene", "llamax")  # quq judges nobody's difficulty
    | EMBEDDINGS
    | DATA_REPORTS
)
CURATION = jobs("curate_instructions", *AUTHORS) | DIFFICULTY
MINING = jobs("mine_instructions", *(f"{author} 1-of-1" for author in AUTHORS)) | CURATION
SAMPLES = jobs("generate_samples", *MODELS) | scores(*MODELS) | TABLES
DATASETS = (
    {"build_miniature_benchmarks"} | jobs("compute_ground_truth", "humaneval", "mbpp") | SAMPLES
)
