"""The section `cluster`."""

from pydantic import Field, model_validator

from warriorcoder.config.section import Section


class Cluster(Section):
    """Requests of jobs for GPUs. `profiles/slurm` sets it for a site. It re-runs nothing."""

    gpus: int = Field(0, ge=0, description="GPUs of a job on a model whose own `gpus` is null.")
    max_gpus: int | None = Field(
        None,
        ge=0,
        description="Limit on the GPUs of any job. 0: a site without GPUs. A training that needs "
        "more is refused.",
    )
    gpu_model: str | None = Field(None, description="Asks for `--gpus=MODEL:N`.")
    gres: str | None = Field(
        None, description="Asks for `--gres=GRES:N` instead of `--gpus`, for example `gpu:a100`."
    )

    @model_validator(mode="after")
    def _one_way(self):
        if self.gpu_model and self.gres:
            raise ValueError("gres already names the model of GPU. Remove gpu_model.")
        return self
