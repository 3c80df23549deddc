"""One program of each class; `make test-hostile` runs all, and prints what got through."""

import shutil

import pytest
from hostile import suite
from hostile.catalogue import load

pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")


def test_one_of_each_class_is_judged_rightly_and_gets_nothing():
    cases = list({(case.group, case.theme): case for case in reversed(load())}.values())
    wrong, survivors = suite.run("ours", cases)
    assert not wrong and not survivors


def test_what_gets_through_is_noticed():
    """Through a checker without walls (in a jail), each of these gets what it wants."""
    chosen = {"liar in a list", "object equal to everything", "TCP", "daemon", "loop in C"}
    cases = [case for case in load() if case.name in chosen and case.theme not in suite.ONLY_OURS]
    wrong, survivors = suite.run("evalplus", cases)
    got = {case.name for case, _ in wrong}
    assert got == chosen - {"liar in a list", "loop in C"} and survivors == 1


def test_the_suite_is_as_large_as_it_says():
    groups = [case.group for case in load()]
    assert groups.count("honest") >= 50
    assert groups.count("cheats") >= 160 and groups.count("attacks") >= 155
    assert len({(case.group, case.theme, case.name) for case in load()}) == len(groups)
