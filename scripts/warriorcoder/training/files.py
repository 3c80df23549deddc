"""Files of DeepSpeed's checkpoints: on the disk at once, the weights in them once.

DeepSpeed writes fp32 weights with the optimizer, and the same weights once more with the model. The
second ones are left out. A file that cannot be written ends no rank, as the others would wait for
it for ever: its error is kept until all ranks have met.
"""

import os
from contextlib import contextmanager

from deepspeed.runtime import engine
from deepspeed.runtime.checkpoint_engine.torch_checkpoint_engine import TorchCheckpointEngine

from warriorcoder.training import relayout

ERRORS = (OSError, RuntimeError, ValueError)  # of writing and reading
MODEL = "model_states.pt"


class Files(TorchCheckpointEngine):
    """DeepSpeed's way to the disk, for the engine of `model` that is made next."""

    def __init__(self, model):
        super().__init__()
        self.zipfile_serialization = True
        self.model, self.error = model, None
        engine.create_checkpoint_engine = lambda *_, **__: self
        engine.DeepSpeedEngine._copy_recovery_script = lambda *_: None  # it reads whole weights
        engine.DeepSpeedEngine.load_checkpoint = relayout.load_checkpoint

    @contextmanager
    def watched(self):
        """Keep an error of reading or writing instead of raising it."""
        try:
            yield
        except ERRORS as error:
            self.error = self.error or error

    def makedirs(self, path, exist_ok=False):
        """Make a folder."""
        with self.watched():
            os.makedirs(path, exist_ok=exist_ok)

    def save(self, state_dict, path: str):
        """Write a file and wait until the disk has it."""
        if path.endswith(MODEL):
            buffers = dict(self.model.named_buffers())
            own = {key: kept for key, kept in state_dict["module"].items() if key in buffers}
            state_dict = state_dict | {"module": own}
        with self.watched():
            super().save(state_dict, path)
            with open(path, "rb") as file:
                os.fsync(file.fileno())

    def load(self, path: str, map_location=None):
        """Read a file. The model keeps the weights that it has until the optimizer sets them."""
        said = super().load(path, map_location)
        if path.endswith(MODEL):
            said["module"] = self.model.state_dict() | said["module"]
        return said
