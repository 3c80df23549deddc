"""The modules that cannot change a row, which digests of code leave out.

A module belongs here if another version of it gives the same tables, votes, weights and scores, or
an error. Seeds, canonical order, the writing of tables and the environment of training's ranks are
no plumbing.
"""

PLUMBING = {
    "cli": "commands for people; no rule runs them",
    "core.atomic": "renames a complete file into place",
    "core.cpus": "counts the cores that a process may use",
    "core.devices": "chooses free GPUs and locks them",
    "core.job": "sets up the log and records the cost of a job",
    "core.paths": "finds the files that a config names; records hold their content",
    "core.progress": "logs how far a job is",
    "download": "fetches files by checksum; the config holds the revisions",
    "environments": "installs packages by hash; the lock files are inputs of the rules",
    "models.engines.failures": "turns an engine's failure into a hint",
    "models.fit": "counts the GPUs of a copy, which re-runs nothing, as `gpus` does",
    "models.shapes": "knows the sizes of models for `models.fit`",
    "provenance.modules": "finds the definitions of a file, for digests",
    "provenance.plumbing": "lists plumbing",
    "provenance.reach": "finds what a digest of code holds",
    "provenance.syntax": "removes what a digest of code leaves out",
    "training.agent": "starts the ranks as torchrun does",
    "training.card": "writes the README of a checkpoint",
    "training.checkpoints": "keeps a training's state, from which it goes on to the same weights",
    "training.disk": "counts free room and waits for the disk",
    "training.files": "writes and reads DeepSpeed's files",
    "training.history": "keeps the losses of a training beside its weights",
    "training.launch": "starts the ranks, waits for them and streams what they print",
    "training.layouts": "records the ranks of each step",
    "training.machine": "measures seconds and memory of a training",
    "training.rank": "starts a rank",
    "training.relayout": "reads a state that other ranks wrote, number by number",
    "training.signals": "ends a training that goes on to the same weights",
}


def is_plumbing(module: str) -> bool:
    """Return whether a module of the package, as `core.atomic`, is plumbing or inside of it."""
    return any(module == name or module.startswith(f"{name}.") for name in PLUMBING)
