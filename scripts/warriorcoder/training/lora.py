"""LoRA by peft: adapters are trained, saved, and merged into the weights of the model."""

import json
from pathlib import Path

import torch
from deepspeed.runtime.zero import GatheredParameters
from peft import LoraConfig, PeftModel, get_peft_model
from peft.tuners.tuners_utils import BaseTunerLayer

from warriorcoder.config.training import Training
from warriorcoder.core.paths import portable

FOLDER = "adapter"  # in the folder of a checkpoint
ALL = "all-linear"  # peft's word for all linear modules but the output layer


class LoraError(RuntimeError):
    """Adapters that fit no module of the target. The message names the key and the fix."""


def wrap(model, spec: Training, seed: int) -> PeftModel:
    """Freeze a model and give its linear modules adapters, whose output is 0 at first.

    Adapters have the precision of the weights, because ZeRO-3 gathers both in one buffer.

    Raises:
        LoraError: `target_modules` names no linear module of the target.
    """
    torch.manual_seed(seed)  # of the matrices A
    try:
        return get_peft_model(model, _config(spec), autocast_adapter_dtype=False)
    except ValueError as error:
        linear = {
            name.rpartition(".")[2]
            for name, module in model.named_modules()
            if isinstance(module, torch.nn.Linear)
        }
        raise LoraError(
            f"training.lora.target_modules: {spec.lora.target_modules} in {spec.base} ({error}). "
            f"Its linear modules are {sorted(linear - {'lm_head'})}."
        ) from None


def save(model: PeftModel, folder: Path) -> None:
    """Write the adapters of a checkpoint. Every rank calls this, as ZeRO-3 gathers from all."""
    own = [each for each in model.parameters() if each.requires_grad]
    with GatheredParameters(own):
        if torch.distributed.get_rank() == 0:
            model.save_pretrained(str(folder / FOLDER))
            (folder / FOLDER / "README.md").unlink()  # peft's card, which names no training
            config = folder / FOLDER / "adapter_config.json"
            said = json.loads(config.read_text())
            said["target_modules"] = sorted(said["target_modules"])  # a set, in any order
            config.write_text(json.dumps(said, indent=2, sort_keys=True) + "\n")


def merged(model: PeftModel):
    """Return the model with the adapters in its weights. Every rank calls this."""
    for module in model.modules():
        if isinstance(module, BaseTunerLayer):
            with GatheredParameters(list(module.parameters()), modifier_rank=0):
                module.merge()
    return model.unload()


def _config(spec: Training) -> LoraConfig:
    own = spec.lora
    return LoraConfig(
        r=own.rank,
        lora_alpha=own.alpha,
        lora_dropout=own.dropout,
        target_modules=own.target_modules or ALL,
        task_type="CAUSAL_LM",
        base_model_name_or_path=portable(spec.base),
        revision=spec.revision,
    )
