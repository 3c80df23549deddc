"""Votes to ratings, gold answers and training sets at full scale; the bootstrap against evalica's.

The rules' own scripts, on files: `rate_experts` (Elo in 200 orders, Bradley-Terry with 1,000
bootstrap samples, the judge-aware fit) and `crown_answers` (gold, exports, diagnostics), each with
its wall time, CPU time and peak memory; limits are for two idle cores. Then Bradley-Terry's
bootstrap of the same battles in one process, beside evalica's: it gets few samples, and its time
for 1,000 is extrapolated along the line through two measured counts.

In the repository: PYTHONPATH=scripts python tests/benchmarks/bench_ratings.py [battles …]
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from schemas import TABLES
from scipy.special import expit

from warriorcoder.core import tables
from warriorcoder.core.seeds import rng

ROOT = Path(__file__).parents[2]
EXPERTS = [f"expert{n}" for n in range(5)]
STRENGTHS = np.linspace(0.8, -0.8, len(EXPERTS))
LEANS = np.linspace(-0.4, 0.8, len(EXPERTS))  # to the answer shown first, in log-odds
LIMITS = {70_000: (20, 2.0), 1_000_000: (120, None)}  # battles: seconds, GB
VOTES = ("attacker", "defender", "tie")
RATED = ("ratings", "outcomes", "orders", "effects")
CROWNED = ("scored", "sft", "preferences")
RESAMPLES = 1000
SPEC = {"name": "expert0", "model": "a model", "revision": "a revision"}
# What the dataset card reads of the files' making.
MADE = {
    "mined": {"expert": SPEC},
    "selected": {
        "difficulty": {"threshold": 6},
        "compression": {"instructions_per_expert": 14_000},
    },
    "battles": {"arena": {"schedule": "single"}},
    "answers": {"expert": SPEC},
    "votes": {"expert": SPEC, "prompt": {"version": "Table 7", "sha256": "constant"}},
}
FEW = {70_000: (5, 25), 1_000_000: (1, 4)}  # evalica's samples

DRIVER = """
import json, runpy, sys
from types import SimpleNamespace

class Named(dict):
    __getattr__ = dict.__getitem__
    def __getitem__(self, key):
        return list(self.values())[0] if key == 0 else super().__getitem__(key)

given = json.loads(open(sys.argv[1]).read())
snakemake = SimpleNamespace(
    input=Named(given["input"]), output=Named(given["output"]), log=[given["log"]], threads=2,
    params=SimpleNamespace(record=given["record"]),
)
runpy.run_path(given["script"], {"snakemake": snakemake})
"""
PEER = """
import sys, time
import evalica, numpy as np, polars as pl
from warriorcoder.arena import bradley_terry

path, resamples, *few = sys.argv[1], *map(int, sys.argv[2:])
rows = pl.read_parquet(path)
names = sorted(rows["attacker"].unique())
place = {name: n for n, name in enumerate(names)}
a, d = (rows[side].replace_strict(place).to_numpy() for side in ("attacker", "defender"))
s, n = rows["result"].to_numpy(), len(names)
began = time.perf_counter()
ids = rows["id"].rank("dense").to_numpy().astype(int) - 1
spread = bradley_terry.bootstrap(ids, a, d, s, n, resamples, np.random.default_rng(0))
ours = time.perf_counter() - began
mark = {1.0: evalica.Winner.X, 0.0: evalica.Winner.Y, 0.5: evalica.Winner.Draw}
log = rows["attacker"].to_list(), rows["defender"].to_list(), [mark[x] for x in s.tolist()]
times = []
for count in few:
    began = time.perf_counter()
    found = evalica.bootstrap(evalica.bradley_terry, *log, n_resamples=count,
                              bootstrap_method="percentile", random_state=0)
    times.append(time.perf_counter() - began)
each = (times[1] - times[0]) / (few[1] - few[0])
theirs = times[0] + each * (resamples - few[0])
scores = found.result.scores.loc[names].to_numpy()
apart = scores / scores.sum() - bradley_terry.scores(bradley_terry.wins(a, d, s, n))
assert np.abs(apart).max() < 1e-4, "the ratings differ"
print(f"  bootstrap, {resamples} samples: ours {ours:.2f} s; evalica {each:.3f} s a sample "
      f"({few[1]} run), {theirs:.0f} s extrapolated: {theirs / ours:.0f} x", flush=True)
"""
PEAK = """
import re
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""


def arena(m: int, folder: Path) -> dict[str, list[str]]:
    """The tables of `m` instructions with one battle and three votes each; name → files."""
    draw = rng("bench", "ratings", m)
    n = len(EXPERTS)
    a = np.arange(m) % n
    d = (a + draw.integers(1, n, m)) % n
    # The three judges outside of each battle, in order.
    outside = np.array(
        [[[k for k in range(n) if k not in (i, j)][:3] for j in range(n)] for i in range(n)]
    )
    lines = [[f"line {draw.integers(10**6)}\n" for _ in range(k)] for k in range(5, 85)]
    texts = pl.Series(["".join(each) for each in lines])  # 55 to 1,000 characters
    names = pl.Series(EXPERTS)
    players = {"attacker": names[a], "defender": names[d]}
    answers, votes = [], []
    for player in (a, d):
        size = draw.integers(0, len(texts), m)
        answers.append({"answerer": names[player], "text": texts[size], "n_tokens": 4 * size})
    for turn in range(outside.shape[2]):
        judge, first = outside[a, d, turn], draw.random(m) < 0.5
        odds = STRENGTHS[a] - STRENGTHS[d] + LEANS[judge] * np.where(first, 1, -1)
        wins, tie = draw.random(m) < expit(odds), draw.random(m) < 0.1
        votes.append(
            players
            | {
                "judge": names[judge],
                "shown_first": names[np.where(first, a, d)],
                "raw": pl.Series(["A reason of some length. " * 10])[np.zeros(m, dtype=int)],
                "verdict": pl.Series(["A", "B", "Tie"])[np.where(tie, 2, wins != first)],
                "vote": pl.Series(VOTES)[np.where(tie, 2, ~wins)],
            }
        )
    authors = {"expert": names[a], "author": names[a], "rosters": [["five"]] * m}
    made = {
        "mined": [authors],
        "selected": [authors | {"difficulty": 7.0 * np.ones(m)}],
        "difficulty": [{"judge": names[d]}],
        "battles": [authors | players],
        "answers": answers,
        "votes": votes,
    }
    # What plays no part is the same in every row.
    usual = {pl.String: "constant", pl.Int64: 7, pl.Float64: 0.5, pl.Boolean: False}
    ids = [f"{EXPERTS[i]}:t1.0-p0.99:{row:07d}" for row, i in enumerate(a)]
    files = {}
    for table, parts in made.items():
        files[table] = [str(folder / f"{table}.{part}.parquet") for part in range(len(parts))]
        for path, columns in zip(files[table], parts, strict=True):
            given = {"id": ids} | columns
            frame = pl.DataFrame({"id": ids}).select(
                pl.Series(name, given[name]) if name in given else pl.lit(usual[kind]).alias(name)
                for name, kind in TABLES[table].schema.items()
            )
            tables.write(frame, TABLES[table], path, MADE.get(table, {}))
    return files


def run(code: str, words: list[str], what: str) -> tuple[float, float]:
    """Wall seconds and peak GB of a Python process of its own."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", code + PEAK, *words],
        env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{what} failed:\n{done.stderr}")
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    *said, peak = done.stdout.splitlines()
    print("".join(f"{line}\n" for line in said), end="")
    gigabytes = int(peak) / 1e6
    print(f"  {what}: {wall:.1f} s ({cpu:.1f} CPU s), peak {gigabytes:.2f} GB", flush=True)
    return wall, gigabytes


def script(name: str, files: dict, made: dict, folder: Path) -> tuple[float, float]:
    rating = {"k": 40, "initial": 1000, "permutations": 200, "bootstrap": RESAMPLES}
    rating |= {"snapshot": "permuted", "alpha": 0.7}
    record = {"seed": 1, "roster": "five", "experts": EXPERTS, "gold": "winner", "rating": rating}
    record |= {"export": {}, "code": "none"}
    job = {"script": str(ROOT / f"scripts/{name}.py"), "input": files, "output": made}
    job |= {"log": str(folder / f"{name}.log"), "record": record}
    path = folder / f"{name}.json"
    path.write_text(json.dumps(job))
    return run(DRIVER, [str(path)], name)


def main(*sizes: int) -> None:
    for m in sizes or LIMITS:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            files = arena(m, folder)
            print(f"{m} battles x 3 votes, {len(EXPERTS)} experts", flush=True)
            rated = {name: f"{place}/{name}.parquet" for name in RATED}
            crowned = {name: f"{place}/{name}.parquet" for name in CROWNED}
            crowned |= {"diagnostics": f"{place}/diagnostics.json", "card": f"{place}/README.md"}
            used = [
                script("rate_experts", files | {"tallied": []}, rated, folder),
                script("crown_answers", files | rated, crowned, folder),
            ]
            wall, peak = sum(wall for wall, _ in used), max(peak for _, peak in used)
            limits = "limits {} s, {} GB".format(*LIMITS.get(m, (None, None)))
            print(f"  together {wall:.1f} s, peak {peak:.2f} GB ({limits})", flush=True)
            few = [str(count) for count in FEW.get(m, (5, 25))]
            run(PEER, [rated["outcomes"], str(RESAMPLES), *few], "evalica and ours")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
