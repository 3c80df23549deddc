"""Time and memory of `snakemake -n` on config/paper.yaml and on a much larger copy of it.

In the repository: PYTHONPATH=scripts python tests/benchmarks/bench_plan.py
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from warriorcoder.report import scale

CASES = [(5, 1, 20), (20, 10, 120)]  # experts, parts of a mined shard, seconds allowed
MEGABYTES = 1000


def plan(raw: dict) -> tuple[float, float]:
    """Wall seconds and the largest resident set in MB of a dry run from nothing."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config.yaml"
        file.write_text(yaml.safe_dump(raw | {"results": folder}, sort_keys=False))
        command = [sys.executable, "-m", "snakemake", "-n", "--configfile", file]
        begun = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit("the plan failed")
        return time.monotonic() - begun, usage.ru_maxrss / 1024


def main() -> None:
    raw = yaml.safe_load(Path("config/paper.yaml").read_text())
    slow = False
    for experts, parts, allowed in CASES:
        seconds, megabytes = plan(scale.grow(raw, experts, parts))
        print(
            f"{experts} experts, {parts} parts: {seconds:.1f} s (at most {allowed}), "
            f"{megabytes:.0f} MB (at most {MEGABYTES})"
        )
        slow = slow or seconds > allowed or megabytes > MEGABYTES
    sys.exit(slow)


if __name__ == "__main__":
    main()
