"""A world of small Python tasks and the tiny language models that live in it.

`families`, `world`, `theory`, `reasoning`: what there is to ask and to answer. `truth`: what is
right, by execution; it measures the pipeline and is never used inside it. `templates`,
`tokenizer`, `model`, `corpus`, `train`, `skills`, `forge`: how the shipped weights were made.
`benchmarks`: problem sets in the real formats, in wordings that the experts never speak.
"""
