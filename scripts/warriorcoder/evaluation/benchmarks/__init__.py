"""The paper's benchmarks: files and official prompts here, scoring in `scoring`.

Reading problems and writing prompts needs neither an evaluator nor a sandbox.
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
