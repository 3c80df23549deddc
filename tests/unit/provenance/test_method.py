"""If these tests fail, an edit of this very code runs the wrong stages again."""

import ast
import shutil
from pathlib import Path

import pytest
from rewording import reword
from unit.provenance.conftest import SCRIPTS

from warriorcoder.provenance import modules, reach
from warriorcoder.provenance.digests import code_digest
from warriorcoder.provenance.plumbing import is_plumbing

PACKAGE = Path(reach.__file__).parents[1]
MODULES = {
    str(path.relative_to(PACKAGE))
    for script in SCRIPTS
    for path in reach.files(PACKAGE.parent / f"{script}.py")
    if PACKAGE in path.parents and modules.read(path).homes.keys() - {"__all__"}
}
PLUMBING = {module for module in MODULES if is_plumbing(module[:-3].replace("/", "."))}
LOGGED = {"report/headline.py"}  # the one job that uses it only logs what it says
CALLED = {"config/slices.py"}  # by the rules: params hold what it returns

SEAL = {"check_training", "train_target", "the checkpoint's seal"}
JUDGING = {"judge_battles", "judge_planned", "judge_in_turn"}
ASKING = {
    "mine_instructions",
    "rate_difficulty",
    "answer_instructions",
    "generate_samples",
} | JUDGING
PLANNING = {"plan_battles", "plan_votes", "gather_votes", "expect_results"}
READING_VOTES = JUDGING | PLANNING | {"rate_experts", "crown_answers", "assess_judges"}
FORGING = {"forge_card", "forge_model", "forge_tokenizer"}  # learns the prompts
CURATING = {"curate_instructions", "embed_instructions", "select_instructions"}
ESTIMATING = {"estimate_real_run"}  # reads the whole config and counts its battles
ENTERING = {"enter_instructions", "enter_answers"}
WRITING = ASKING | ENTERING | CURATING | PLANNING  # Parquet
WRITING |= {"schedule_battles", "rate_experts", "crown_answers"}
EDITS = {
    "a word of the difficulty prompt": (
        "curation/difficulty_prompt.py",
        "clear, specific",
        "clear and specific",
        {"rate_difficulty"} | FORGING,
    ),
    "a word of Table 7": (
        "arena/battle_prompt.py",
        "impartial judge",
        "fair judge",
        JUDGING | FORGING,
    ),
    "a word of Table 6": (
        "models/system_prompt.py",
        "step-by-step",
        "stepwise",
        {"mine_instructions", "answer_instructions"} | FORGING,
    ),
    "a filter's regular expression": (
        "curation/junk.py",
        r"[^\s<>|｜]{1,40}",
        r"[^\s<>|｜]{1,50}",
        {"curate_instructions"},
    ),
    "a formula": (
        "gold/final_score.py",
        'battle_score(rating.alpha, pl.col("expected")',
        'battle_score(1, pl.col("expected")',
        {"crown_answers"},
    ),
    "a constant": ("curation/k_center.py", "2.0**25", "2.0**24", {"select_instructions"}),
    "a constant of the scorer": (
        "evaluation/benchmarks/metrics.py",
        "RESAMPLES = 2000",
        "RESAMPLES = 1000",
        {"score_benchmark", "compare_rosters"},
    ),
    "a field's type in a section of the config": (
        "config/curation.py",
        "min_chars: int",
        "min_chars: float",
        {"curate_instructions"} | ESTIMATING,
    ),
    "a field's type in a data class": (
        "models/engines/__init__.py",
        "n_tokens: int",
        "n_tokens: float",
        ASKING,
    ),
    "a column's type of a stage": (
        "mining/tables.py",
        '"row": INT',
        '"row": REAL',
        {"mine_instructions", "enter_instructions", "curate_instructions", "crown_answers"}
        | {"tabulate_lengths"},
    ),
    "a column of a later stage": (
        "arena/tables.py",
        '"shown_first": TEXT,',
        '"shown_first": TEXT, "more": INT,',
        READING_VOTES | {"tabulate_judges", "tabulate_lengths", "plot_win_rates", "write_explorer"},
    ),
    "the seed hash": (
        "core/seeds.py",
        ">> 1",
        ">> 2",
        ASKING
        | FORGING
        | SEAL
        | {"curate_instructions", "schedule_battles", "plan_battles", "plan_votes"}
        | {"rate_experts", "crown_answers", "score_benchmark", "build_miniature_benchmarks"}
        | {"assess_judges", "tabulate_judges", "compare_rosters"}
        | ESTIMATING,
    ),
    "canonical batches": (
        "models/model.py",
        "key=lambda r: len(r.prompt)",
        "key=lambda r: -len(r.prompt)",
        ASKING,
    ),
    "canonical order of battles": (
        "arena/schedule.py",
        "key=len, reverse=True",
        "key=len",
        {"schedule_battles"} | ESTIMATING,
    ),
    "the order of training's rows": (
        "training/conversations.py",
        'axis=1, kind="stable"',
        "axis=1",
        SEAL,
    ),
    "the writing of tables": (
        "core/tables.py",
        'temporary, compression="zstd"',
        'temporary, compression="lz4"',
        WRITING,
    ),
    "the environment of the ranks": (
        "training/torchrun.py",
        '"1",  # the same sums',
        '"2",  # the same sums',
        SEAL,
    ),
}


@pytest.mark.parametrize("file, old, new, changed", EDITS.values(), ids=EDITS)
def test_an_edit_of_the_method_changes_its_own_stage(tree, file, old, new, changed):
    path = tree.folder / "warriorcoder" / file
    text = path.read_text()
    assert text.count(old) == 1
    with tree.with_text(path, text.replace(old, new)):
        assert tree.changed() == changed


def test_no_docstring_message_or_annotation_changes_a_digest(tmp_path, tree):
    copy = shutil.copytree(tree.folder, tmp_path / "scripts")
    assert reword(copy) > 350
    names = {name: copy / path.relative_to(tree.folder) for name, path in tree.entries.items()}
    assert {name: code_digest(path) for name, path in names.items()} == tree.before


@pytest.mark.parametrize("module", sorted(PLUMBING | LOGGED | CALLED))
def test_no_plumbing_changes_a_digest(tree, module):
    path = tree.folder / "warriorcoder" / module
    with tree.with_text(path, mutated(path.read_text())):
        assert tree.changed(tree.importers(path)) == set()


@pytest.mark.parametrize("module", sorted(MODULES - PLUMBING - LOGGED - CALLED))
def test_a_mutated_module_of_the_method_changes_a_digest(tree, module):
    path = tree.folder / "warriorcoder" / module
    with tree.with_text(path, mutated(path.read_text())):
        assert tree.changed(tree.importers(path))


def mutated(source: str) -> str:
    """Each function does one thing more, each constant of the module is another."""
    return ast.unparse(ast.fix_missing_locations(_Mutated().visit(ast.parse(source))))


class _Mutated(ast.NodeTransformer):
    def visit_FunctionDef(self, node):
        node.body += ast.parse("mutated(0)").body
        return node

    def visit_Assign(self, node):
        node.value = ast.Call(ast.Name("mutated", ast.Load()), [node.value], [])
        return node

    def visit_AnnAssign(self, node):
        return self.visit_Assign(node) if node.value else node
