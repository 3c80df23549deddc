"""Why would this run? `python scripts/explain_plan.py [any arguments of snakemake]`."""

import os
import subprocess
import sys

from warriorcoder.provenance import plans

if __name__ == "__main__":
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--dry-run", "--nocolor", *sys.argv[1:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {plans.ASKED: "1"},
    )
    if done.returncode:
        sys.exit(done.stdout)
    print(plans.explain(plans.read(done.stdout), plans.changes(done.stdout)))
