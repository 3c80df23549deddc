"""A world of small Python tasks and the tiny language models that live in it.

`families`, `theory`, `reasoning`, `world`: what there is to ask and to answer. `truth`: what is
right, by execution; it measures the pipeline and is never used inside it. `problems`,
`benchmarks`: problem sets in the real formats, in wordings that the experts never speak.
`templates`, `tokenizer`, `model`, `induction`, `corpus`, `train`, `forge`, `hyperparameters`: how
the shipped weights were made; `skills`, `card`: what they can do.
"""
