"""Write the miniature's benchmark sets, one .jsonl per set."""

import json

from warriorcoder.core import job, tables
from warriorcoder.core.atomic import atomic
from warriorcoder.miniature import benchmarks

log = job.start(snakemake.log[0])
record = snakemake.params.record
for name, rows in benchmarks.build(record["seed"], record["world"]).items():
    with atomic(snakemake.output[name]) as temporary:
        temporary.write_text("".join(json.dumps(row) + "\n" for row in rows))
    log.info("%s: %d problems", name, len(rows))
tables.write_json({}, snakemake.output.made, record)
