"""Values cross the sandbox's wall with their exact types, or not at all."""

import json
from array import array
from collections import Counter, OrderedDict, UserDict, UserList, UserString, deque, namedtuple
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.evaluation.sandbox import UNKNOWN, Opaque
from warriorcoder.evaluation.sandbox.inside.values import collide, decode, encode

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters())
    | st.binary()
    | st.complex_numbers(allow_nan=False)
)
KEYS = st.booleans() | st.integers() | st.text() | st.tuples(st.integers(), st.text())
PLAIN = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(KEYS, inner)
        | st.sets(KEYS)
        | st.frozensets(KEYS)
    ),
)


def travel(value):
    return decode(json.loads(json.dumps(encode(value))))


def types(value):
    """The types in a value, which `==` does not see (1 == 1.0 == True)."""
    if isinstance(value, dict):
        return dict, [(types(key), types(item)) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return type(value), [types(item) for item in value]
    if isinstance(value, set | frozenset):
        return type(value), sorted((repr(item), str(types(item))) for item in value)
    return type(value)


@given(PLAIN)
def test_plain_values_come_back_equal_and_of_the_same_types(value):
    back = travel(value)
    assert back == value
    assert types(back) == types(value)


def test_awkward_scalars_come_back():
    for value in (10**5000, -(10**5000), float("inf"), -0.0, bytearray(b"a")):
        back = travel(value)
        assert back == value and type(back) is type(value)


def test_nan_stays_nan():
    assert np.isnan(travel(float("nan")))


def test_numpy_scalars_keep_their_dtype():
    for value in (np.float32(0.5), np.int64(-3), np.bool_(True), np.complex128(1j), np.float64(2)):
        back = travel(value)
        assert back == value and type(back) is type(value)


def test_subclasses_become_the_plain_type_they_extend():
    point = namedtuple("point", "x y")
    for value, plain in (
        (Counter("aab"), {"a": 2, "b": 1}),
        (OrderedDict(a=1), {"a": 1}),
        (point(1, 2), (1, 2)),
    ):
        assert travel(value) == plain and type(travel(value)) is type(plain)


RICH = (
    Fraction(1, 3), Fraction(10**300), Decimal("1.50"), Decimal("-Infinity"), {1: 2}.keys(),
    {1: [2]}.items(), OrderedDict(a=1).keys(), deque([1, (2,)]), array("d", [0.5]),
    memoryview(b"ab"), MappingProxyType({1: 2}), UserList([1, (2,)]), UserDict(a=1),
    UserString("x"), range(2, 9, 3), np.longdouble("1.1"),
)  # fmt: skip


@pytest.mark.parametrize("value", RICH)
def test_rich_values_come_back_equal_and_of_the_same_types(value):
    back = travel([value])[0]
    assert back == value
    assert isinstance(value, type(back))


@pytest.mark.parametrize(
    "value",
    [
        np.arange(4).reshape(2, 2),
        np.array(["a", "bc"]),
        np.array([[1], [None]], object),
        np.array(3.5, np.float32),
        np.zeros((0, 3)),
    ],
)
def test_arrays_keep_dtype_and_shape(value):
    back = travel(value)
    assert back.dtype == value.dtype and back.shape == value.shape and np.array_equal(back, value)


def test_other_objects_are_opaque_and_equal_to_nothing_but_not_none():
    for value in (object(), range(10**18), test_nan_stays_nan, int, np.datetime64("2020")):
        back = travel(value)
        assert isinstance(back, Opaque) and back is not None and back != value


class Liar:
    __eq__ = lambda *_: True  # noqa: E731
    __hash__ = None


class Lazy:
    def __iter__(self):
        return iter([1])


@pytest.mark.parametrize(
    ("value", "unknown"),
    [
        (Liar(), True),
        ([(Liar(),)], True),
        (Lazy(), True),
        (Decimal("1e9999"), True),
        (np.ma.array([1]), True),
        (object(), False),
        ('{"unknown": ', False),
        (type("Liar", (list,), {"__eq__": Liar.__eq__})(), False),
        ({'{"unknown": "x"}': 1}, False),
    ],
)
def test_only_objects_that_compare_themselves_are_unknown(value, unknown):
    assert (UNKNOWN in json.dumps(encode(value)).encode()) == unknown


def test_iterators_and_views_keep_their_items():
    for value in (map(int, "012"), (i for i in range(3)), dict.fromkeys(range(3)).values()):
        assert set(travel(value)) <= {0, 1, 2, None}


def test_a_cycle_is_cut():
    cycle = []
    cycle.append(cycle)
    assert travel(cycle) != cycle


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"tuple": 3},
        {"tuple": [], "set": []},
        {"set": [[]]},
        {"dict": [[1]]},
        {"int": "x"},
        {"numpy": ["O", 1]},
        {"numpy": ["datetime64[ns]", 1]},
        {"numpy": ["int8", 1000]},
        {"numpy": ["int64", [1, 2]]},
        {"ndarray": ["<f8", [2], [1]]},
        {"ndarray": ["V8", [1], [1]]},
        {"ndarray": ["<i8", [-1, 0], []]},
        {"Fraction": ["1e99999999", 1]},
        {"Fraction": [1, 0]},
        {"Decimal": "1e999999"},
        {"Decimal": 1},
        {"range": [0, 10**9, 1]},
        {"UserList": {"UserList": []}},
        {"UserDict": [1]},
        {"keys": [[]]},
        {"items": [[[], 1]]},
        {"eval": "1"},
        {"set": [7 + i * (2**61 - 1) for i in range(5000)]},
    ],
)
def test_forged_data_is_refused(data):
    with pytest.raises(ValueError):
        decode(data)


def test_items_chosen_to_collide_are_told_from_equal_and_different_ones():
    prime = 2**61 - 1
    assert collide([7 + i * prime for i in range(5000)])
    assert collide([(7 + i * prime, 1) for i in range(5000)])
    for honest in (
        [-1] * 10**5 + [-2] * 10**5,
        [7] * 10**5,
        range(10**5),
        ["a", "b"] * 10**5,
        [10**30] * 5000,
        [0.5, None],
    ):
        assert not collide(list(honest))


def test_a_long_flat_list_travels_as_it_is_and_as_a_copy():
    for value in ([1, 2, 2**70], ["a", None, 0.5, True], [1] * 10**5, [2**2000, 1], []):
        assert travel(value) == value and encode(value) is not value and decode(value) is not value
