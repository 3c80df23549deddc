"""Write the miniature's benchmark sets. Output: one .jsonl a set, named by its key."""

import json

from warriorcoder import job, tables
from warriorcoder.miniature import benchmarks

log = job.start(snakemake.log[0])
recipe = snakemake.params.recipe
for name, problems in benchmarks.build(recipe["seed"], recipe["sizes"]).items():
    with tables.atomic(snakemake.output[name]) as temporary:
        temporary.write_text("".join(json.dumps(problem) + "\n" for problem in problems))
    log.info("%s: %d problems", name, len(problems))
