"""The paper's benchmarks: their files and official prompts here, their scoring in `scoring`.

What only reads problems or asks them depends on no evaluator and on no sandbox.
"""

from warriorcoder.evaluation.benchmarks.boilerplate import BOILERPLATE
from warriorcoder.evaluation.benchmarks.files import DatasetError, dataset_sha256, load, task_id
from warriorcoder.evaluation.benchmarks.prompts import KINDS, STYLES, prompt, stops

__all__ = [
    "BOILERPLATE",
    "KINDS",
    "STYLES",
    "DatasetError",
    "dataset_sha256",
    "load",
    "prompt",
    "stops",
    "task_id",
]
