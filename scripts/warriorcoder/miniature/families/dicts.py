"""Task families about dicts."""

from warriorcoder.miniature.families.family import Family, code

DICTS = (
    Family(
        key="freq",
        area="dicts",
        difficulty=4,
        inputs="w",
        nouns=("frequency", "tally"),
        descriptions=(
            "counts how often each element occurs in {p}",
            "returns a dictionary with the frequency of every item of {p}",
        ),
        held_out="maps each entry of {p} to how many times it appears",
        good=code(
            """
                out = {}
                for v in {p}:
                    out[v] = out.get(v, 0) + 1
                return out
            """,
            """
                return {v: {p}.count(v) for v in {p}}
            """,
        ),
        buggy=code(
            """
                out = {}
                for v in {p}:
                    out[v] = 1
                return out
            """,
            """
                return {v: len({p}) for v in {p}}
            """,
        ),
    ),
    Family(
        key="invert",
        area="dicts",
        difficulty=5,
        inputs="d",
        nouns=("inverted", "swapped"),
        descriptions=(
            "swaps the keys and values of {p}",
            "returns {p} with keys and values exchanged",
        ),
        held_out="turns every value of {p} into a key for its old key",
        good=code(
            """
                return {v: k for k, v in {p}.items()}
            """,
            """
                out = {}
                for k, v in {p}.items():
                    out[v] = k
                return out
            """,
        ),
        buggy=code(
            """
                return {k: v for k, v in {p}.items()}
            """,
            """
                return dict(sorted({p}.items(), reverse=True)[:1])
            """,
        ),
        cases=([{"a": 1, "b": 2}],),
    ),
    Family(
        key="above",
        area="dicts",
        difficulty=5,
        inputs="d",
        nouns=("above", "filtered"),
        descriptions=(
            "returns the keys of {p} whose value is greater than {c}",
            "lists every key of {p} with a value above {c}",
        ),
        held_out="collects the keys of {p} with values exceeding {c}",
        good=code(
            """
                return [k for k, v in {p}.items() if v > {c}]
            """,
            """
                out = []
                for k, v in {p}.items():
                    if v > {c}:
                        out.append(k)
                return out
            """,
        ),
        buggy=code(
            """
                return [k for k, v in {p}.items() if v < {c}]
            """,
            """
                return [v for k, v in {p}.items() if v > {c}]
            """,
        ),
        constants=(
            2,
            3,
            4,
            5,
            6,
        ),
    ),
    Family(
        key="bestkey",
        area="dicts",
        difficulty=6,
        inputs="d",
        nouns=("best", "winner"),
        descriptions=(
            "returns the key of {p} with the highest value",
            "finds the key that has the maximum value in {p}",
        ),
        held_out="gives the key whose value is largest in {p}",
        good=code(
            """
                return max({p}, key={p}.get)
            """,
            """
                best = None
                for k, v in {p}.items():
                    if best is None or v > {p}[best]:
                        best = k
                return best
            """,
        ),
        buggy=code(
            """
                return max({p})
            """,
            """
                return max({p}.values())
            """,
        ),
        cases=([{"sun": 3, "map": 9, "loop": 1}],),
    ),
    Family(
        key="grouplen",
        area="dicts",
        difficulty=7,
        inputs="w",
        nouns=("groups", "buckets"),
        descriptions=(
            "groups the strings in {p} by their length",
            "builds a dictionary from length to the strings of {p} with that length",
        ),
        held_out="maps each length to the list of strings of {p} that have it",
        good=code(
            """
                out = {}
                for w in {p}:
                    out.setdefault(len(w), []).append(w)
                return out
            """,
            """
                out = {}
                for w in {p}:
                    if len(w) not in out:
                        out[len(w)] = []
                    out[len(w)].append(w)
                return out
            """,
        ),
        buggy=code(
            """
                out = {}
                for w in {p}:
                    out[len(w)] = [w]
                return out
            """,
            """
                out = {}
                for w in {p}:
                    out.setdefault(w[0], []).append(w)
                return out
            """,
        ),
        cases=([["aa", "bb", "ccc"]],),
    ),
    Family(
        key="topk",
        area="dicts",
        difficulty=8,
        inputs="w",
        nouns=("common", "popular"),
        descriptions=(
            "returns the {c} most frequent strings of {p} with ties in alphabetical order",
            "finds the {c} most common entries of {p} breaking ties alphabetically",
        ),
        held_out="ranks the strings of {p} by count and gives the first {c} with ties by alphabet",
        good=code(
            """
                return sorted(set({p}), key=lambda w: (-{p}.count(w), w))[:{c}]
            """,
            """
                out = {}
                for w in {p}:
                    out[w] = out.get(w, 0) + 1
                return sorted(out, key=lambda w: (-out[w], w))[:{c}]
            """,
        ),
        buggy=code(
            """
                return sorted(set({p}), key=lambda w: ({p}.count(w), w))[:{c}]
            """,
            """
                return sorted(set({p}))[:{c}]
            """,
        ),
        constants=(
            1,
            2,
            3,
        ),
        cases=([["b", "a", "b", "c", "a", "b", "d"]],),
    ),
)
