"""Train one of the miniature's models: base, target, trunk or an expert."""

import torch
from tokenizers import Tokenizer

from warriorcoder.core import job
from warriorcoder.miniature import forge
from warriorcoder.miniature.hyperparameters import Hyperparameters

log = job.start(snakemake.log[0])
torch.set_num_threads(snakemake.threads)
bpe = Tokenizer.from_file(snakemake.input.tokenizer)
hyper = Hyperparameters.of(snakemake.params.record["forge"])
out = snakemake.output[0]
match snakemake.params.stage:
    case "base":
        forge.base(bpe, hyper, out, log.info)
    case "target":
        forge.target(snakemake.input.ancestor, bpe, hyper, out, log.info)
    case "trunk":
        forge.trunk(snakemake.input.ancestor, bpe, hyper, out, log.info)
    case "expert":
        name = snakemake.wildcards.forged
        forge.expert(name, snakemake.input.ancestor, bpe, hyper, out, log.info)
