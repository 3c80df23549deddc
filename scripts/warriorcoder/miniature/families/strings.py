"""Task families about strings."""

from warriorcoder.miniature.families.family import Family, code

STRINGS = (
    Family(
        key="vowels",
        area="strings",
        difficulty=4,
        inputs="s",
        nouns=("vowels", "vowel"),
        descriptions=(
            "returns the number of vowels in {p}",
            "counts how many vowels appear in {p}",
        ),
        held_out="gives the vowel count of {p}",
        good=code(
            """
                return sum(1 for ch in {p} if ch in 'aeiou')
            """,
            """
                total = 0
                for ch in {p}:
                    if ch in 'aeiou':
                        total += 1
                return total
            """,
        ),
        buggy=code(
            """
                return sum(1 for ch in {p} if ch not in 'aeiou')
            """,
            """
                total = 0
                for ch in {p}:
                    if ch in 'aei':
                        total += 1
                return total
            """,
        ),
    ),
    Family(
        key="palin",
        area="strings",
        difficulty=5,
        inputs="s",
        nouns=("palindrome", "mirror"),
        descriptions=(
            "checks whether {p} is a palindrome",
            "returns True if {p} reads the same forwards and backwards",
        ),
        held_out="tells whether {p} equals its own reversal",
        good=code(
            """
                return {p} == {p}[::-1]
            """,
            """
                i, j = 0, len({p}) - 1
                while i < j:
                    if {p}[i] != {p}[j]:
                        return False
                    i += 1
                    j -= 1
                return True
            """,
        ),
        buggy=code(
            """
                return {p} != {p}[::-1]
            """,
            """
                return {p}[0] == {p}[-1]
            """,
        ),
        cases=(
            ["level"],
            ["tree"],
            ["noon"],
            ["abca"],
        ),
    ),
    Family(
        key="revwords",
        area="strings",
        difficulty=5,
        inputs="s",
        nouns=("words", "sentence"),
        descriptions=(
            "reverses the order of the words in {p}",
            "returns the words of {p} in reverse order",
        ),
        held_out="puts the words of {p} into the opposite order",
        good=code(
            """
                return ' '.join({p}.split()[::-1])
            """,
            """
                words = {p}.split()
                words.reverse()
                return ' '.join(words)
            """,
        ),
        buggy=code(
            """
                return {p}[::-1]
            """,
            """
                return ' '.join(w[::-1] for w in {p}.split())
            """,
        ),
        cases=(["one two three"],),
    ),
    Family(
        key="longwords",
        area="strings",
        difficulty=5,
        inputs="s",
        nouns=("long_words", "lengthy"),
        descriptions=(
            "returns the words in {p} that are longer than {c} characters",
            "finds all words of {p} with more than {c} letters",
        ),
        held_out="keeps only the words of {p} whose length exceeds {c}",
        good=code(
            """
                return [w for w in {p}.split() if len(w) > {c}]
            """,
            """
                out = []
                for w in {p}.split():
                    if len(w) > {c}:
                        out.append(w)
                return out
            """,
        ),
        buggy=code(
            """
                return [w for w in {p}.split() if len(w) < {c}]
            """,
            """
                return [w for w in {p}.split() if len(w) >= {c}]
            """,
        ),
        constants=(
            2,
            3,
            4,
            5,
        ),
        cases=(["a bb ccc dddd eeeee ffffff"],),
    ),
    Family(
        key="caesar",
        area="strings",
        difficulty=8,
        inputs="s",
        nouns=("caesar", "shifted"),
        descriptions=(
            "encodes {p} with a Caesar cipher of shift {c}",
            "shifts every lowercase letter of {p} by {c} places",
        ),
        held_out="moves each lowercase letter of {p} forward by {c} in the alphabet",
        good=code(
            """
                out = ''
                for ch in {p}:
                    if ch.islower():
                        ch = chr((ord(ch) - 97 + {c}) % 26 + 97)
                    out += ch
                return out
            """,
        ),
        buggy=code(
            """
                out = ''
                for ch in {p}:
                    if ch.islower():
                        ch = chr((ord(ch) - 97 - {c}) % 26 + 97)
                    out += ch
                return out
            """,
            """
                return ''.join(chr(ord(ch) + {c}) for ch in {p})
            """,
        ),
        constants=(
            1,
            2,
            3,
            5,
            7,
        ),
        cases=(["xyz abc"],),
    ),
    Family(
        key="runs",
        area="strings",
        difficulty=8,
        inputs="s",
        nouns=("runs", "encoding"),
        descriptions=(
            "compresses {p} with run length encoding",
            "returns the run length encoding of {p} as pairs",
        ),
        held_out="groups equal neighbours of {p} into pairs of character and length",
        good=code(
            """
                out = []
                for ch in {p}:
                    if out and out[-1][0] == ch:
                        out[-1][1] += 1
                    else:
                        out.append([ch, 1])
                return out
            """,
        ),
        buggy=code(
            """
                out = []
                for ch in {p}:
                    if out and out[-1][0] == ch:
                        out[-1][1] += 1
                    else:
                        out.append([ch, 0])
                return out
            """,
            """
                return [[ch, {p}.count(ch)] for ch in {p}]
            """,
        ),
        cases=(["aabccc"],),
    ),
)
