"""Learn the miniature's vocabulary."""

from warriorcoder.core import job
from warriorcoder.miniature import tokenizer
from warriorcoder.miniature.recipe import Recipe

log = job.start(snakemake.log[0])
recipe = Recipe.of(snakemake.params.recipe["forge"])
bpe = tokenizer.train(recipe.vocabulary, recipe.documents)
bpe.save(snakemake.output[0])
log.info("%d tokens", bpe.get_vocab_size())
