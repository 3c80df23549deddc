"""Measure the forged models, and write them with their card in the shipped layout."""

import torch

from warriorcoder.core import job
from warriorcoder.evaluation.sandbox import Program, Sandbox
from warriorcoder.miniature import card

log = job.start(snakemake.log[0])
torch.set_num_threads(snakemake.threads)
limits = {"i_accept_weak_isolation": True} | snakemake.params.sandbox
with Sandbox(**limits) as sandbox:

    def run(code, entry_point, inputs):
        """Return the outputs of a program, or None if it fails."""
        (outcome,) = sandbox.run([Program(code, entry_point, inputs)])
        return list(outcome.values) if outcome.status == "ok" else None

    card.write(
        [*snakemake.input.experts, snakemake.input.target],
        snakemake.output[0],
        snakemake.params.record["forge"],
        run,
        snakemake.params.questions,
        log.info,
    )
