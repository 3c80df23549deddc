import pytest
from unit.config.test_whole import PAPER, changed

from warriorcoder.config import slices
from warriorcoder.config.reading import ConfigError, validate


def test_the_target_is_sampled_on_the_gpus_of_one_node_in_copies_of_its_own_width():
    raw = changed(PAPER)
    raw["training"] |= {"nodes": 2, "gpus": 16, "engine": {"tensor_parallel": 1}}
    config = validate(raw)
    assert config.target.gpus == 8
    assert config.engine_of(config.target).tensor_parallel == 1
    assert config.engine.tensor_parallel is None


@pytest.mark.parametrize(("gpus", "ranks"), [(None, 1), (0, 1), (4, 4)])
@pytest.mark.parametrize("given", [{}, {"processes": None}])
def test_a_training_has_a_rank_for_each_of_its_gpus_and_one_on_the_cpu(gpus, ranks, given):
    raw = changed()
    raw["training"] |= {"gpus": gpus, **given}
    assert validate(raw).training.processes == ranks


@pytest.mark.parametrize(
    ("gpus", "batch", "most", "rows"),
    [(1, 16, 8, 8), (2, 16, 8, 8), (4, 16, 8, 4), (8, 16, 8, 2), (5, 60, 8, 6), (7, 7, 8, 1)],
)
def test_a_rank_takes_as_many_rows_at_once_as_divide_its_share(gpus, batch, most, rows):
    training = changed(training__global_batch=batch, training__micro_batch=most)
    training["training"] |= {"gpus": gpus}
    found = validate(training).training
    assert found.micro_batch == rows
    assert found.global_batch % (found.micro_batch * (found.processes or 1)) == 0
    again = validate(training | {"training": found.model_dump()}).training
    assert again == found, "the training reads the section from the record once more"


@pytest.mark.parametrize(
    ("gpus", "nodes", "fix"),
    [
        (3, 1, "gpus to 2 or 4"),
        (24, 1, "gpus to 16"),
        (6, 2, "gpus to 4 or 8"),
        (6, 3, "global_batch to a multiple of 6"),
    ],
)
def test_ranks_that_cannot_share_the_batch_are_told_the_nearest_that_can(gpus, nodes, fix):
    raw = changed()
    raw["training"] |= {"gpus": gpus, "nodes": nodes}
    with pytest.raises(ConfigError) as error:
        validate(raw)
    said = f"training: {gpus} ranks cannot share global_batch 16 evenly. Set {fix}."
    assert str(error.value).splitlines()[-1].strip() == said


@pytest.mark.parametrize("value", [True, False, None])
def test_activation_checkpointing_is_on_off_or_left_to_the_device(value):
    training = validate(changed(training__activation_checkpointing=value)).training
    assert training.activation_checkpointing is value
    assert slices.training(training) == slices.training(validate(changed()).training)
    given = validate(changed(training__activation_checkpointing=value))
    differs = slices.trial(given) != slices.trial(validate(changed()))
    assert differs is (value is not None)


def test_a_roster_that_sets_no_length_trains_as_all_do():
    """Epochs are whole steps of all rows that are left, and two at least."""
    own = {"rosters__roster_1__epochs": 3.2, "rosters__roster_2__steps": 7}
    config = validate(changed(**own))
    assert config.training_of("roster_5") == config.training
    assert config.training_of("roster_2").steps_over(10_000) == 7
    passes = config.training_of("roster_1")
    assert [passes.steps_over(rows) for rows in (80, 78, 1)] == [16, 16, 2]  # batches of 16
    assert config.training_of("roster_5").steps_over(1) == config.training.steps
