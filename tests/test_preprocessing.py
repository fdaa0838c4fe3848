"""Centering and scaling: by hand, by loops, with the training set's numbers for both sets."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.preprocessing import standardize, subtract_channel_mean, subtract_mean_image

Function = Callable[[Any, Any], Any]

TRAIN = np.array([[1.0, 10.0], [3.0, 40.0], [5.0, 10.0], [7.0, 40.0]])
TEST = np.array([[4.0, 70.0]])


def images(n: int) -> Any:
    """Images of two channels, with means far apart."""
    rng = np.random.default_rng(n)
    return rng.standard_normal((n, 2, 3, 4)) + np.array([5.0, -20.0])[:, None, None]


def test_standardize_by_hand() -> None:
    train, test = standardize(TRAIN, TEST)
    assert train[:, 0] == pytest.approx(np.array([-3, -1, 1, 3]) / np.sqrt(5))
    assert train[:, 1].tolist() == [-1, 1, -1, 1]
    assert test.tolist() == [[0.0, 3.0]]


def test_the_training_set_has_mean_zero_and_std_one_and_the_test_set_need_not() -> None:
    rng = np.random.default_rng(0)
    scale = np.array([1e-3, 1.0, 1e4])
    train, test = standardize(
        50 + scale * rng.standard_normal((30, 3)), 50 + 2 * scale * rng.standard_normal((200, 3))
    )
    assert train.mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-9)
    assert train.std(axis=0) == pytest.approx(np.ones(3))
    assert (test.std(axis=0) > 1.5).all()


@pytest.mark.parametrize("value", [0.0, 7.0, 0.1, -1e6 / 3])
def test_a_constant_feature_is_only_centered(value: float) -> None:
    train = np.column_stack([np.arange(3.0), np.full(3, value)])
    new_train, new_test = standardize(train, train[:1] + 2.0)
    assert new_train[:, 1] == pytest.approx(np.zeros(3), abs=1e-9)
    assert new_test[0, 1] == pytest.approx(2.0)


def test_channels_and_mean_image_by_loops() -> None:
    train, test = images(5), images(2)
    by_channel, test_by_channel = subtract_channel_mean(train, test)
    by_image, test_by_image = subtract_mean_image(train, test)
    for c in range(2):
        mean = np.mean([pixel for image in train for row in image[c] for pixel in row])
        assert np.allclose(by_channel[:, c], train[:, c] - mean)
        assert np.allclose(test_by_channel[:, c], test[:, c] - mean)
        for h in range(3):
            for w in range(4):
                mean = np.mean([image[c, h, w] for image in train])
                assert np.allclose(by_image[:, c, h, w], train[:, c, h, w] - mean)
                assert np.allclose(test_by_image[:, c, h, w], test[:, c, h, w] - mean)


CASES = [
    pytest.param(standardize, TRAIN, TEST, id="standardize"),
    pytest.param(subtract_channel_mean, images(5), images(2), id="channels"),
    pytest.param(subtract_mean_image, images(5), images(2), id="mean image"),
]


@pytest.mark.parametrize(("function", "train", "test"), CASES)
def test_what_is_given_is_kept(function: Function, train: Any, test: Any) -> None:
    before = train.copy(), test.copy()
    for result in function(train, test):
        assert result.dtype == np.float64
    for result in function(train.astype(np.float32), test.astype(np.float32)):
        assert result.dtype == np.float32
    assert np.array_equal(train, before[0])
    assert np.array_equal(test, before[1])


@pytest.mark.parametrize(("function", "train", "test"), CASES)
def test_one_example_is_done_as_it_is_among_others(
    function: Function, train: Any, test: Any
) -> None:
    together = function(train, np.concatenate([test, test + 1.0]))[1]
    assert np.allclose(function(train, test[:1])[1], together[:1])


@pytest.mark.parametrize(("function", "train", "test"), CASES)
def test_sets_that_do_not_fit_are_refused(function: Function, train: Any, test: Any) -> None:
    with pytest.raises(ValueError, match="reshape it"):
        function(train[0], test)
    with pytest.raises(ValueError, match="the training set is empty"):
        function(train[:0], test)
    with pytest.raises(ValueError, match="the same features"):
        function(train, test[:, :1])
