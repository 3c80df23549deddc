"""Task families about algorithms."""

from warriorcoder.miniature.families.family import Family, code

ALGORITHMS = (
    Family(
        key="fact",
        area="algorithms",
        difficulty=4,
        inputs="n",
        nouns=("factorial", "product"),
        descriptions=(
            "computes the factorial of {p} recursively",
            "returns the factorial of {p} using recursion",
        ),
        held_out="multiplies all numbers from 1 to {p} by calling itself",
        good=code(
            """
                if {p} <= 1:
                    return 1
                return {p} * {f}({p} - 1)
            """,
            """
                return 1 if {p} <= 1 else {p} * {f}({p} - 1)
            """,
        ),
        buggy=code(
            """
                if {p} <= 1:
                    return 0
                return {p} * {f}({p} - 1)
            """,
            """
                return 1 if {p} <= 1 else {p} + {f}({p} - 1)
            """,
        ),
    ),
    Family(
        key="fib",
        area="algorithms",
        difficulty=5,
        inputs="n",
        nouns=("fibonacci", "fib"),
        descriptions=(
            "returns the Fibonacci number at position {p}",
            "computes the Fibonacci value with index {p} starting from 0 and 1",
        ),
        held_out="gives entry {p} of the Fibonacci sequence",
        good=code(
            """
                a, b = 0, 1
                for _ in range({p}):
                    a, b = b, a + b
                return a
            """,
            """
                if {p} < 2:
                    return {p}
                return {f}({p} - 1) + {f}({p} - 2)
            """,
        ),
        buggy=code(
            """
                a, b = 0, 1
                for _ in range({p}):
                    a, b = b, a * b
                return a
            """,
            """
                if {p} < 2:
                    return 1
                return {f}({p} - 1) + {f}({p} - 1)
            """,
        ),
    ),
    Family(
        key="flatten",
        area="algorithms",
        difficulty=7,
        inputs="z",
        nouns=("flatten", "flattened"),
        descriptions=(
            "flattens the nested list {p} recursively",
            "returns a flat list with all elements of the nested list {p}",
        ),
        held_out="unpacks every level of the nested list {p} into one list",
        good=code(
            """
                out = []
                for v in {p}:
                    if isinstance(v, list):
                        out.extend({f}(v))
                    else:
                        out.append(v)
                return out
            """,
        ),
        buggy=code(
            """
                out = []
                for v in {p}:
                    if isinstance(v, list):
                        out.extend(v)
                    else:
                        out.append(v)
                return out
            """,
            """
                out = []
                for v in {p}:
                    if isinstance(v, list):
                        out.append({f}(v))
                    else:
                        out.append(v)
                return out
            """,
        ),
        cases=([[1, [2, [3, [4]]]]],),
    ),
    Family(
        key="brackets",
        area="algorithms",
        difficulty=7,
        inputs="b",
        nouns=("brackets", "balanced"),
        descriptions=(
            "checks whether the brackets in {p} are balanced",
            "returns True if every bracket in {p} is closed in the right order",
        ),
        held_out="tells whether all brackets of {p} match",
        good=code(
            """
                stack = []
                for ch in {p}:
                    if ch in '([':
                        stack.append(ch)
                    elif not stack or stack.pop() + ch not in ('()', '[]'):
                        return False
                return not stack
            """,
        ),
        buggy=code(
            """
                stack = []
                for ch in {p}:
                    if ch in '([':
                        stack.append(ch)
                    elif not stack or stack.pop() + ch not in ('()', '[]'):
                        return False
                return True
            """,
            """
                return {p}.count('(') == {p}.count(')')
            """,
        ),
        cases=(
            ["([)]"],
            ["(("],
            ["()[]"],
            ["]["],
        ),
    ),
    Family(
        key="coins",
        area="algorithms",
        difficulty=9,
        inputs="n",
        nouns=("coins", "change"),
        descriptions=(
            "counts the ways to make {p} from coins 1, 2 and {c}",
            "returns in how many ways the coins 1, 2 and {c} sum to {p}",
        ),
        held_out="gives the number of ways to pay {p} with coins 1, 2 and {c}",
        good=code(
            """
                ways = [1] + [0] * {p}
                for coin in (1, 2, {c}):
                    for i in range(coin, {p} + 1):
                        ways[i] += ways[i - coin]
                return ways[{p}]
            """,
        ),
        buggy=code(
            """
                ways = [0] + [0] * {p}
                for coin in (1, 2, {c}):
                    for i in range(coin, {p} + 1):
                        ways[i] += ways[i - coin]
                return ways[{p}]
            """,
            """
                ways = [1] + [0] * {p}
                for i in range(1, {p} + 1):
                    for coin in (1, 2, {c}):
                        if i >= coin:
                            ways[i] += ways[i - coin]
                return ways[{p}]
            """,
        ),
        constants=(
            3,
            4,
            5,
            6,
        ),
    ),
    Family(
        key="subset",
        area="algorithms",
        difficulty=9,
        inputs="l",
        nouns=("subsets", "powerset"),
        descriptions=(
            "returns the number of subsets of {p} whose sum is {c}",
            "counts the subsets of {p} that add up to {c}",
        ),
        held_out="tells how many subsets of {p} total {c}",
        good=code(
            """
                ways = {0: 1}
                for v in {p}:
                    new = dict(ways)
                    for s, w in ways.items():
                        new[s + v] = new.get(s + v, 0) + w
                    ways = new
                return ways.get({c}, 0)
            """,
        ),
        buggy=code(
            """
                ways = {0: 1}
                for v in {p}:
                    new = dict(ways)
                    for s, w in ways.items():
                        new[s + v] = w
                    ways = new
                return ways.get({c}, 0)
            """,
            """
                return sum(1 for v in {p} if v == {c})
            """,
        ),
        constants=(
            5,
            6,
            7,
            8,
            10,
        ),
    ),
)
