"""Train one of the miniature's models: base, target, trunk or an expert."""

import torch
from tokenizers import Tokenizer

from warriorcoder.core import job
from warriorcoder.miniature import forge
from warriorcoder.miniature.recipe import Recipe

log = job.start(snakemake.log[0])
torch.set_num_threads(snakemake.threads)
bpe = Tokenizer.from_file(snakemake.input.tokenizer)
recipe = Recipe.of(snakemake.params.recipe["forge"])
out = snakemake.output[0]
match snakemake.params.stage:
    case "base":
        forge.base(bpe, recipe, out, log.info)
    case "target":
        forge.target(snakemake.input.ancestor, bpe, recipe, out, log.info)
    case "trunk":
        forge.trunk(snakemake.input.ancestor, bpe, recipe, out, log.info)
    case "expert":
        name = snakemake.wildcards.forged
        forge.expert(name, snakemake.input.ancestor, bpe, recipe, out, log.info)
