"""If these tests fail, the next turn of a template without tokens is taken for an instruction."""

import pytest

from warriorcoder.mining.mine import cut
from warriorcoder.models.engines import Completion

ASKED = "Sort a list."


@pytest.mark.parametrize(
    ("text", "words", "kept"),
    [
        (f"{ASKED}\nASSISTANT: Sure.", (" ASSISTANT:",), ASKED),
        (f"{ASKED}\n\n\tASSISTANT:", (" ASSISTANT:",), ASKED),
        (f"{ASKED} Assistant: Sure.", ("\n\nAssistant:",), ASKED),
        ("ASSISTANT: Sure.", (" ASSISTANT:",), ""),
        (f'{ASKED} Print "ASSISTANT:".', (" ASSISTANT:",), None),
        (f"{ASKED} An ASSISTANT may help.", (" ASSISTANT:",), None),
        (f"{ASKED}\nassistant: a role", (" ASSISTANT:",), None),
        (f"{ASKED}\nAssistant:", (), None),
        (ASKED, ("\n",), None),
    ],
)
def test_words_that_end_a_turn_count_behind_any_white_space(text, words, kept):
    made = Completion("r", text, "length", 9)
    assert cut(made, words) == (made if kept is None else Completion("r", kept, "stop", 9))
