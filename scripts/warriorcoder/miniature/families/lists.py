"""Task families about lists."""

from warriorcoder.miniature.families.family import Family, code

LISTS = (
    Family(
        key="maxv",
        area="lists",
        difficulty=4,
        inputs="l",
        nouns=("largest", "maximum"),
        descriptions=(
            "returns the largest element of {p}",
            "finds the maximum value in {p}",
        ),
        held_out="gives the biggest item of {p}",
        good=code(
            """
                return max({p})
            """,
            """
                best = {p}[0]
                for v in {p}:
                    if v > best:
                        best = v
                return best
            """,
        ),
        buggy=code(
            """
                return min({p})
            """,
            """
                best = 0
                for v in {p}:
                    if v < best:
                        best = v
                return best
            """,
        ),
        cases=(
            [[-3, -2]],
            [[4, 1]],
        ),
    ),
    Family(
        key="second",
        area="lists",
        difficulty=6,
        inputs="l",
        nouns=("second", "runner"),
        descriptions=(
            "returns the second largest distinct value of {p}",
            "finds the second biggest different number in {p}",
        ),
        held_out="gives the value of {p} that comes right after the maximum",
        good=code(
            """
                return sorted(set({p}))[-2]
            """,
            """
                vals = sorted(set({p}), reverse=True)
                return vals[1]
            """,
        ),
        buggy=code(
            """
                return sorted({p})[1]
            """,
            """
                return sorted(set({p}))[-1]
            """,
        ),
        cases=(
            [[1, 5, 5, 3, 4]],
            [[2, 9, 4, 1]],
            [[7, 7, 1, 2]],
        ),
    ),
    Family(
        key="dedup",
        area="lists",
        difficulty=5,
        inputs="l",
        nouns=("unique", "distinct"),
        descriptions=(
            "removes duplicates from {p} while keeping the order",
            "returns the unique elements of {p} in order of first appearance",
        ),
        held_out="keeps the first occurrence of each item of {p}",
        good=code(
            """
                return list(dict.fromkeys({p}))
            """,
            """
                out = []
                for v in {p}:
                    if v not in out:
                        out.append(v)
                return out
            """,
        ),
        buggy=code(
            """
                return sorted({p}, reverse=True)
            """,
            """
                out = []
                for v in {p}:
                    if v in out:
                        out.append(v)
                return out
            """,
        ),
        cases=(
            [[3, 1, 3, 2]],
            [[1, 2, 1]],
        ),
    ),
    Family(
        key="rotate",
        area="lists",
        difficulty=5,
        inputs="l",
        nouns=("rotated", "rotation"),
        descriptions=(
            "rotates {p} to the left by {c} positions",
            "returns {p} rotated left {c} times",
        ),
        held_out="moves the first {c} items of {p} to the end",
        good=code(
            """
                k = {c} % len({p})
                return {p}[k:] + {p}[:k]
            """,
            """
                out = list({p})
                for _ in range({c}):
                    out.append(out.pop(0))
                return out
            """,
        ),
        buggy=code(
            """
                k = {c} % len({p})
                return {p}[-k:] + {p}[:-k]
            """,
            """
                return {p}[{c}:]
            """,
        ),
        constants=(
            1,
            2,
            3,
            4,
        ),
    ),
    Family(
        key="bsearch",
        area="lists",
        difficulty=7,
        inputs="ok",
        nouns=("search", "locate"),
        descriptions=(
            "finds the index of {q} in the sorted list {p} with binary search or returns -1",
            "performs a binary search for {q} in {p} and returns -1 if missing",
        ),
        held_out="looks up {q} in the ordered list {p} by halving and gives -1 when absent",
        good=code(
            """
                lo, hi = 0, len({p}) - 1
                while lo <= hi:
                    mid = (lo + hi) // 2
                    if {p}[mid] == {q}:
                        return mid
                    if {p}[mid] < {q}:
                        lo = mid + 1
                    else:
                        hi = mid - 1
                return -1
            """,
        ),
        buggy=code(
            """
                lo, hi = 0, len({p}) - 1
                while lo < hi:
                    mid = (lo + hi) // 2
                    if {p}[mid] == {q}:
                        return mid
                    if {p}[mid] < {q}:
                        lo = mid + 1
                    else:
                        hi = mid - 1
                return -1
            """,
            """
                lo, hi = 0, len({p}) - 1
                while lo <= hi:
                    mid = (lo + hi) // 2
                    if {p}[mid] == {q}:
                        return mid
                    if {p}[mid] > {q}:
                        lo = mid + 1
                    else:
                        hi = mid - 1
                return -1
            """,
        ),
        cases=(
            [[1, 4, 6, 9], 9],
            [[1, 4, 6, 9], 1],
            [[2], 2],
            [[2, 5], 3],
        ),
    ),
    Family(
        key="bubble",
        area="lists",
        difficulty=8,
        inputs="l",
        nouns=("bubble", "sorted"),
        descriptions=(
            "sorts {p} in ascending order with bubble sort",
            "implements bubble sort for {p}",
        ),
        held_out="orders {p} from small to large by swapping neighbours",
        good=code(
            """
                a = list({p})
                for i in range(len(a)):
                    for j in range(len(a) - 1 - i):
                        if a[j] > a[j + 1]:
                            a[j], a[j + 1] = a[j + 1], a[j]
                return a
            """,
        ),
        buggy=code(
            """
                a = list({p})
                for i in range(len(a)):
                    for j in range(len(a) - 1 - i):
                        if a[j] < a[j + 1]:
                            a[j], a[j + 1] = a[j + 1], a[j]
                return a
            """,
            """
                a = list({p})
                for j in range(len(a) - 1):
                    if a[j] > a[j + 1]:
                        a[j], a[j + 1] = a[j + 1], a[j]
                return a
            """,
        ),
    ),
)
