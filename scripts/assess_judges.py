"""Compare judges, answers and gold answers with execution in the miniature world."""

from pathlib import Path

from warriorcoder.arena.tables import ANSWERS, VOTES
from warriorcoder.core import job, tables
from warriorcoder.curation.tables import SELECTED
from warriorcoder.evaluation.sandbox import Program, Sandbox
from warriorcoder.gold.tables import SCORED
from warriorcoder.miniature import oracle
from warriorcoder.report import accuracy

log = job.start(snakemake.log[0])
record = snakemake.params.record

selected = tables.read(SELECTED, *snakemake.input.selected)
answers = tables.read(ANSWERS, *snakemake.input.answers)
votes = tables.read(VOTES, *snakemake.input.votes)
gold = [(Path(path).parent.name, tables.read(SCORED, path)) for path in snakemake.input.scored]
replay = accuracy.Replay()


def check(instruction: str, answer: str) -> bool | None:
    """Return True for a right answer, or None for an instruction without a task."""
    task = oracle.parse(instruction)
    return None if task is None else oracle.check(task, answer, replay)


accuracy.right_answers(selected, answers, check)  # collects the programs to run
log.info("%d programs to run for %d answers", len(replay.wanted), len(answers))
# A config without consent is refused, so the record holds the kind of isolation alone.
limits = {"i_accept_weak_isolation": True} | record["sandbox"]
with Sandbox(**limits, workers=snakemake.threads) as sandbox:
    replay.execute(
        lambda programs: [
            list(outcome.values) if outcome.status == "ok" else None
            for outcome in sandbox.run(Program(*program) for program in programs)
        ]
    )
assessed = accuracy.assess(accuracy.right_answers(selected, answers, check), votes, gold)
known = sum(oracle.parse(text) is not None for text in selected["text"])
log.info("%d of %d instructions are tasks of the world: %s", known, len(selected), assessed)
assessed |= {"instructions": {"all": len(selected), "known": known}}
tables.write_json(assessed, snakemake.output[0], record)
