"""Random values and records for the typed encoding (`make fuzz`).

Every value that travels comes back the same. Whatever a program writes as a record, reading it and
comparing it with any right value ends in a status.
"""

import itertools
import json
from array import array
from collections import UserDict, UserList, UserString, deque
from decimal import Decimal
from fractions import Fraction
from random import Random
from types import MappingProxyType

import numpy as np
import pytest
from fuzz import CASES, cases, seconds
from unit.test_fuzz import LARGE, SMALL

from warriorcoder.evaluation.benchmarks import replay
from warriorcoder.evaluation.benchmarks.bounded import UNJUDGED, status, text
from warriorcoder.evaluation.sandbox import Outcome
from warriorcoder.evaluation.sandbox.inside.rich import LOADERS
from warriorcoder.evaluation.sandbox.inside.values import decode, encode
from warriorcoder.evaluation.sandbox.outcome import read

PROBLEM = {"task_id": "HumanEval/0", "entry_point": "f", "atol": 1e-6}
INTS = (0, 1, -1, 7, 2**63, 2**61 - 1, -(10**400), 10**30)
REALS = (0.0, -0.0, 0.1, 1e308, -1e-320, float("inf"), float("nan"))
TEXT = ("", "a", "é", "\0", "\ud800", '{"set": [1]}', "\u2028", "x" * 50)
DTYPES = ("f8", "f4", "i8", ">i2", "?", "c16", "S3", "U3", "O")
SEQUENCES = (list, tuple, deque, UserList)
MAPPINGS = (dict, UserDict, MappingProxyType, dict.keys, dict.values, dict.items)


def atom(rng: Random):
    """Return a value that holds no other value."""
    number = rng.choice([rng.choice(INTS), rng.choice(REALS), rng.gauss(0, 9), rng.getrandbits(70)])
    words = rng.choice(TEXT)
    return rng.choice(
        [
            *(None, number, number, words, words, rng.random() < 0.5, complex(rng.gauss(0, 1), 2)),
            *(rng.randbytes(3), bytearray(b"ab"), memoryview(rng.randbytes(2)), UserString(words)),
            *(Fraction(rng.getrandbits(80), 7), Decimal(rng.getrandbits(80)).scaleb(-9)),
            *(Decimal("-Infinity"), range(rng.randrange(9)), array("q", range(rng.randrange(4)))),
            *(np.float64(rng.gauss(0, 1)), np.int16(7), np.bool_(True), np.longdouble("1.1")),
            np.arange(12)
            .reshape(rng.choice([(12,), (3, 4), (2, 6, 1)]))
            .astype(rng.choice(DTYPES)),
        ]
    )


def key(rng: Random):
    return rng.choice([rng.choice(TEXT), rng.choice(INTS), rng.gauss(0, 1), (1, rng.choice(TEXT))])


def value(rng: Random, depth: int = 3):
    """Return any value that travels."""
    form = rng.randrange(5) if depth else 4
    items = range(rng.randrange(4))
    if form < 2:
        return rng.choice(SEQUENCES)([value(rng, depth - 1) for _ in items])
    if form == 2:
        return rng.choice((set, frozenset))({key(rng) for _ in items})
    if form == 3:
        return rng.choice(MAPPINGS)({key(rng): value(rng, depth - 1) for _ in items})
    return atom(rng)


WORDS = "1e999 -Infinity NaN 0x1 -0x0 <i8 U9999 (9,)i8 float64 longdouble object q u 1/3 00".split()
TAGS = (*LOADERS, "object", "unknown", "")


def forged(rng: Random, depth: int = 4):
    """Return any JSON, most of it with the tags of the encoding."""
    form = rng.randrange(6) if depth else 5
    if form < 2:
        return [forged(rng, depth - 1) for _ in range(rng.randrange(4))]
    if form < 5:
        return {rng.choice(TAGS): forged(rng, depth - 1)}
    return rng.choice([rng.choice(WORDS), rng.choice(INTS), rng.choice(REALS), None, True, [1, 2]])


RIGHT = (1, [1, 2.5], {1: (2,)}, {7, "a"}, np.arange(3), float("nan"), "x", None, 1j)


def canonical(data):
    """Return an encoding with its sets in order, and without the width of numpy's texts."""
    if isinstance(data, list):
        return [canonical(item) for item in data]
    if not isinstance(data, dict):
        return data
    ((tag, body),) = data.items()
    if tag in ("set", "frozenset"):
        return {tag: sorted(map(json.dumps, map(canonical, body)))}
    if tag == "ndarray" and body[0].lstrip("<>|")[0] in "US":
        body = [body[0].rstrip("0123456789"), *body[1:]]
    return {tag: canonical(body)}


@cases(value)
def test_every_value_comes_back(made):
    sent = encode(made)
    back = encode(read(json.dumps(sent).encode()))
    assert json.dumps(canonical(back)) == json.dumps(canonical(sent))


@cases(forged, lambda rng: rng.choice(RIGHT))
def test_a_forged_record_ends_in_a_status(data, right):
    record, expected = json.dumps(data).encode(), text(right)

    def accept(values) -> bool:
        right = [decode(json.loads(expected))]
        return replay.passes("humaneval", PROBLEM, [[]], right, tuple(values))

    found = status(Outcome("ok", (record,)), [expected], accept)
    assert found in ("pass", "fail", "output", UNJUDGED)


ITEMS = (
    *("1", "-0.5", "null", '"a"', "[]", '{"tuple": [1]}', '{"set": [1]}', '{"dict": [[1, 2]]}'),
    *('{"Fraction": [1, 3]}', '{"Decimal": "1.5"}', '{"numpy": ["int64", 1]}', '{"int": "0xf"}'),
    *('{"object": ["a", null]}', '{"range": [0, 9, 1]}', '{"ndarray": ["<i8", [1], [1]]}'),
    *('{"bytes": "00"}', "[[[[", "{", '{"unknown": "a"}'),
)
AROUND = ("[%s]", '{"set": [%s]}', '{"keys": [%s]}', '{"deque": [%s]}', '{"items": [%s]}')


@pytest.mark.parametrize("around", AROUND)
def test_the_time_of_reading_grows_with_the_record(around):
    def reading(record: str) -> None:
        try:
            read(record.encode())
        except ValueError:
            pass

    slow = {}
    for group in itertools.product(ITEMS, repeat=2 if CASES > 2000 else 1):
        small, large = (around % ", ".join(group * times) for times in (SMALL, LARGE))
        if seconds(reading, large, times=1) > 0.1:
            growth = seconds(reading, large) / seconds(reading, small)
            slow |= {group: growth} if growth > 24 else {}
    assert slow == {}
