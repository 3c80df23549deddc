"""The model card of a checkpoint with its data set, its licence and its benchmark figures."""

from pathlib import Path

import yaml
from huggingface_hub import EvalResult
from huggingface_hub.repocard_data import eval_results_to_model_index

from warriorcoder.gold import licences
from warriorcoder.publish.passport import Passport
from warriorcoder.report.measured import read_results
from warriorcoder.report.summary import title

ABOUT = {
    "winner": "It trained on the answers that won battles between code models.",
    "random": "It is a control, which trained on answers drawn at random, not on winners.",
    "one": "It trained on one expert's own answers, without any battle.",
}


def write(front: dict, text: str, results: Path, made: Passport, id: str, data: str) -> str:
    """Return the card of a published model.

    Args:
        front: front matter of the checkpoint's card.
        text: its text.
        results: the folder of results.
        made: the passport of its data set.
        id: of the model on the hub.
        data: id of its data set.

    Raises:
        ValueError: a results file lacks a key.
    """
    front = front | {"license": "other", "datasets": [data]} | _licence(front.get("base_model"))
    found = _figures(results, made.roster)
    if found:
        front |= {"model-index": eval_results_to_model_index(id.rpartition("/")[2], found)}
    head, _, rest = text.partition("\n## Data\n")
    about = f"\n{ABOUT[made.kind]}\n"
    use = (
        "\n## Use\n\n```python\nfrom transformers import pipeline\n\n"
        f'chat = pipeline("text-generation", model="{id}")\n'
        'print(chat([{"role": "user", "content": "Write a function that …"}]))\n```\n'
    )
    table = ["\n## Results\n", "| benchmark | data set | figure | value (%) |"]
    table += ["| --- | --- | --- | ---: |"]
    table += [
        f"| {each.dataset_name} | {each.dataset_revision} | {each.metric_name} "
        f"| {each.metric_value:.1f} |"
        for each in found
    ]
    note = "\nMeasured by the run that made this model. Its report has intervals and comparisons.\n"
    told = "\n".join([*table, note]) if found else ""
    body = f"{head}{about}{use}{told}\n## Data\n\nRows: [{data}](https://huggingface.co/datasets/"
    return f"---\n{yaml.safe_dump(front, sort_keys=False)}---\n{body}{data}).\n{rest}"


def _licence(base: str | None) -> dict:
    """Return the licence of the base, by which a trained model is bound, if it is known."""
    if base not in licences.KNOWN:
        return {}
    found = licences.of(base)
    return {"license_name": found.name, "license_link": found.link}


def _figures(results: Path, model: str) -> list[EvalResult]:
    paths = sorted((results / "benchmarks" / model).glob("*/results.json"))
    rows = read_results(paths).iter_rows(named=True)
    return [
        EvalResult(
            task_type="text-generation",
            dataset_type=row["benchmark"],
            dataset_name=title(f"{row['metric']} pass@1").removesuffix(" pass@1"),
            dataset_config=row["metric"],
            dataset_revision=row["dataset"],
            dataset_args={"sha256": row["dataset_sha256"], "problems": row["n"]},
            metric_type="pass@k",
            metric_name=f"pass@{row['k']}, {row['setting']}",
            metric_value=round(100 * row["value"], 2),
        )
        for row in rows
    ]
