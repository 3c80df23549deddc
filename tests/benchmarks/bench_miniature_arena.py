"""Costs and losses of each way of judging on the miniature's experts: one pipeline run per mode.

Everyone meets everyone; `full` is every vote. Mining, answers and the votes that modes share come
from the row cache. About 20 minutes on two cores. Run in the repository: .venv/bin/python THIS
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl
import yaml
from scipy.stats import kendalltau

MODES = {
    "full": {},
    "sequential": {},
    "information": {"budget": 0.5},
    "swiss": {"budget": 0.5},
    "skipping": {},
}
ROSTER = "roster_5"


def run(mode: str, folder: Path) -> Path:
    """Its results, up to the gold answers' accuracy by execution."""
    results = Path("results/arena") / mode
    raw = yaml.safe_load(Path("config/miniature.yaml").read_text())
    raw["results"] = str(results)
    raw["arena"] |= {"schedule": "round_robin", "judging": mode, **MODES[mode]}
    (config := folder / f"{mode}.yaml").write_text(yaml.safe_dump(raw, sort_keys=False))
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--quiet", "rules", "progress"]
    command += ["--configfile", str(config), "--", f"{results}/truth.json"]
    subprocess.run(command, check=True)
    return results


def figures(results: Path) -> dict:
    votes = pl.scan_parquet(results / "votes/*/*/*.parquet").select(pl.len()).collect().item()
    jobs = [json.loads(log.read_text()) for log in results.glob("logs/judge_*/*.rows.json")]
    scored = pl.read_parquet(results / f"gold/{ROSTER}/scored.parquet").filter("gold")
    ratings = pl.read_parquet(results / f"ratings/{ROSTER}.parquet")
    return {
        "votes": votes,
        "loads": sum(job["generated"] + job["reused"] > 0 for job in jobs),  # without a cache
        "gold": dict(scored.select("id", "candidate").rows()),
        "strength": ratings.filter(method="bradley_terry").sort("expert")["rating"].to_list(),
        "right": json.loads((results / "truth.json").read_text())["gold_accuracy"][ROSTER],
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = {mode: figures(run(mode, Path(folder))) for mode in MODES}
    full = found["full"]
    print("mode           votes  saved  loads  gold differs    tau  gold right")
    for mode, each in found.items():
        differs = sum(each["gold"][id] != who for id, who in full["gold"].items())
        print(
            f"{mode:12} {each['votes']:7,} {1 - each['votes'] / full['votes']:6.1%} "
            f"{each['loads']:6} {differs / len(full['gold']):13.1%} "
            f"{kendalltau(each['strength'], full['strength']).statistic:6.2f} {each['right']:11.1%}"
        )


if __name__ == "__main__":
    main()
