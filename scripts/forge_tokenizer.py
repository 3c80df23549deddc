"""Learn the miniature's vocabulary."""

from warriorcoder.core import job
from warriorcoder.miniature import tokenizer
from warriorcoder.miniature.hyperparameters import Hyperparameters

log = job.start(snakemake.log[0])
hyper = Hyperparameters.of(snakemake.params.record["forge"])
bpe = tokenizer.train(hyper.vocabulary, hyper.documents)
bpe.save(snakemake.output[0])
log.info("%d tokens", bpe.get_vocab_size())
