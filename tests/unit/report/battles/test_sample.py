"""If these tests fail, a reader of a large run does not see its odd instructions first."""

import explored
import polars as pl

from warriorcoder.report.battles import sample


def test_a_small_run_is_shown_whole():
    lines = explored.outline(20)
    shown = sample.shown(lines, 1, len(lines))
    assert shown["stratum"].null_count() == len(lines)
    assert shown.drop("stratum").equals(lines)


def test_every_stratum_of_a_large_run_has_its_share_and_rows_keep_their_order():
    lines = explored.outline(400)
    shown = sample.shown(lines, 1, 200)
    assert shown["id"].to_list() == [id for id in lines["id"] if id in set(shown["id"])]
    assert len(shown) == shown["id"].n_unique() == 200
    counts = dict(shown["stratum"].value_counts().iter_rows())
    assert counts == dict.fromkeys([*sample.STRATA, sample.RANDOM], 50)
    for name in sample.STRATA:
        assert shown.filter(stratum=name)[name].all()
    for earlier, later in (("overruled", "split"), ("split", "unstable")):
        assert not shown.filter(stratum=later)[earlier].any()


def test_another_seed_draws_others_and_the_same_seed_the_same():
    lines = explored.outline(400)
    one, two, other = (sample.shown(lines, seed, 200) for seed in (1, 1, 2))
    assert one.equals(two) and set(one["id"]) != set(other["id"])


def test_random_rows_take_the_places_of_a_small_stratum():
    lines = explored.outline(100).with_columns(overruled=pl.lit(False), unstable=pl.lit(False))
    counts = dict(sample.shown(lines, 1, 100)["stratum"].value_counts().iter_rows())
    assert counts == {"split": 25, "random": 75}
