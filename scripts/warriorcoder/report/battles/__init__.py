"""The battles of a roster, instruction by instruction.

`outline` has one line per instruction, `story` everything about one of them, `sample` chooses those
that a reader sees first, and `site` writes the battle explorer.
"""
