"""Task families about numbers."""

from warriorcoder.miniature.families.family import Family, code

NUMBERS = (
    Family(
        key="multsum",
        area="numbers",
        difficulty=4,
        inputs="n",
        nouns=("multiples", "divisible"),
        descriptions=(
            "returns the sum of all multiples of {c} up to {p}",
            "adds every number from 1 to {p} that is divisible by {c}",
        ),
        held_out="totals the numbers up to {p} that {c} divides",
        good=code(
            """
                return sum(i for i in range(1, {p} + 1) if i % {c} == 0)
            """,
            """
                total = 0
                for i in range(1, {p} + 1):
                    if i % {c} == 0:
                        total += i
                return total
            """,
        ),
        buggy=code(
            """
                return sum(i for i in range(1, {p} + 1) if i % {c} != 0)
            """,
            """
                total = 0
                for i in range(1, {p} + 1):
                    if i % {c} == 0:
                        total += 1
                return total
            """,
        ),
        constants=(
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
        ),
    ),
    Family(
        key="prime",
        area="numbers",
        difficulty=5,
        inputs="n",
        nouns=("prime", "primality"),
        descriptions=(
            "checks whether {p} is a prime number",
            "returns True if {p} is prime",
        ),
        held_out="tells whether {p} has no divisor except 1 and itself",
        good=code(
            """
                if {p} < 2:
                    return False
                for i in range(2, {p}):
                    if {p} % i == 0:
                        return False
                return True
            """,
            """
                return {p} > 1 and all({p} % i for i in range(2, {p}))
            """,
        ),
        buggy=code(
            """
                for i in range(1, {p}):
                    if {p} % i == 0:
                        return False
                return True
            """,
            """
                return {p} % 2 == 1
            """,
        ),
        cases=(
            [1],
            [2],
            [9],
            [7],
            [15],
        ),
    ),
    Family(
        key="digits",
        area="numbers",
        difficulty=5,
        inputs="n",
        nouns=("digits", "digit"),
        descriptions=(
            "returns the sum of the digits of {p}",
            "adds up all decimal digits of {p}",
        ),
        held_out="gives the digit total of {p}",
        good=code(
            """
                return sum(int(c) for c in str(abs({p})))
            """,
            """
                m, total = abs({p}), 0
                while m:
                    total += m % 10
                    m //= 10
                return total
            """,
        ),
        buggy=code(
            """
                return len(str(abs({p})))
            """,
            """
                m, total = abs({p}), 0
                while m:
                    total += m // 10
                    m //= 10
                return total
            """,
        ),
        cases=(
            [19],
            [7],
        ),
    ),
    Family(
        key="gcd",
        area="numbers",
        difficulty=6,
        inputs="nk",
        nouns=("gcd", "divisor"),
        descriptions=(
            "computes the greatest common divisor of {p} and {q}",
            "returns the gcd of {p} and {q}",
        ),
        held_out="finds the largest number that divides both {p} and {q}",
        good=code(
            """
                while {q}:
                    {p}, {q} = {q}, {p} % {q}
                return {p}
            """,
        ),
        buggy=code(
            """
                while {q}:
                    {p}, {q} = {q}, {p} // {q}
                return {p}
            """,
            """
                return {p} * {q}
            """,
        ),
        cases=(
            [12, 8],
            [9, 6],
        ),
    ),
    Family(
        key="powmod",
        area="numbers",
        difficulty=7,
        inputs="nk",
        nouns=("power", "modpow"),
        descriptions=(
            "computes {p} to the power {q} modulo {c}",
            "returns {p} raised to {q} reduced modulo {c}",
        ),
        held_out="gives the remainder of {p} to the power {q} after division by {c}",
        good=code(
            """
                return pow({p}, {q}, {c})
            """,
            """
                out = 1
                for _ in range({q}):
                    out = out * {p} % {c}
                return out
            """,
        ),
        buggy=code(
            """
                return {p} * {q} % {c}
            """,
            """
                out = 0
                for _ in range({q}):
                    out = out * {p} % {c}
                return out
            """,
        ),
        constants=(
            5,
            7,
            9,
            11,
            13,
            17,
        ),
        cases=(
            [3, 2],
            [2, 10],
        ),
    ),
    Family(
        key="factors",
        area="numbers",
        difficulty=8,
        inputs="n",
        nouns=("factors", "factorization"),
        descriptions=(
            "returns the list of prime factors of {p}",
            "factorizes {p} into a list of primes",
        ),
        held_out="splits {p} into its prime factors in ascending order",
        good=code(
            """
                out, f = [], 2
                while {p} > 1:
                    while {p} % f == 0:
                        out.append(f)
                        {p} //= f
                    f += 1
                return out
            """,
        ),
        buggy=code(
            """
                out, f = [], 2
                while {p} > 1:
                    if {p} % f == 0:
                        out.append(f)
                    {p} //= f
                    f += 1
                return out
            """,
            """
                return [f for f in range(1, {p} + 1) if {p} % f == 0]
            """,
        ),
        cases=(
            [12],
            [8],
            [18],
        ),
    ),
)
