"""Convolution, pooling and local response normalization: values by loops, gradients measured.

One table holds the calls. Each is compared with a form that follows the formula number by number,
and its backward pass with central differences.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse import convolution, local_response_norm, pooling
from nbcourse.convolution import col2im, conv2d_backward, conv2d_forward, im2col
from nbcourse.gradcheck import gradcheck
from nbcourse.windows import as_pair
from tests.convolutions import CALLS, Array, Call

EACH = pytest.mark.parametrize(
    "call", CALLS, ids=lambda call: f"{call.name}-{call.shapes[0]}-{call.options}"
)


def test_the_table_holds_every_pair() -> None:
    found = {
        name.removesuffix("_backward")
        for module in (convolution, pooling, local_response_norm)
        for name in vars(module)
        if name.endswith("_backward")
    }
    assert found == {call.name for call in CALLS}


@EACH
def test_values_are_those_of_the_loops(call: Call) -> None:
    inputs = call.inputs()
    out, _ = call.forward(*inputs)
    expected = call.loops(*inputs, **call.options)
    assert out.shape == expected.shape
    assert np.allclose(out, expected, rtol=1e-12, atol=1e-12)


@EACH
def test_gradients_are_the_measured_ones(call: Call) -> None:
    inputs = call.inputs()
    before = [x.copy() for x in inputs]
    gradcheck(call.forward, call.backward, inputs, np.random.default_rng(1))
    assert all(np.array_equal(x, kept) for x, kept in zip(inputs, before, strict=True))


@EACH
def test_a_backward_pass_writes_nothing_and_keeps_float32(call: Call) -> None:
    out, cache = call.forward(*(x.astype(np.float32) for x in call.inputs()))
    dout = np.random.default_rng(1).standard_normal(out.shape).astype(np.float32)
    kept = dout.copy()
    first, second = (gradients_of(call, dout, cache) for _ in range(2))
    assert np.array_equal(dout, kept)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert {out.dtype, *(each.dtype for each in first)} == {np.dtype(np.float32)}


def gradients_of(call: Call, dout: Array, cache: Any) -> tuple[Array, ...]:
    gradients = call.backward(dout, cache)
    return gradients if isinstance(gradients, tuple) else (gradients,)


@pytest.mark.parametrize("call", [c for c in CALLS if c.name != "local_response_norm"])
def test_a_dout_of_another_shape_is_refused(call: Call) -> None:
    out, cache = call.forward(*call.inputs())
    with pytest.raises(ValueError, match="needs dout of the output's shape"):
        call.backward(np.ones((*out.shape[:2], out.shape[3] + 1, out.shape[2])), cache)


def test_an_empty_batch_stays_empty() -> None:
    x, w = np.ones((0, 3, 5, 4)), np.ones((2, 3, 3, 3))
    out, cache = conv2d_forward(x, w, np.zeros(2))
    dx, dw, db = conv2d_backward(out, cache)
    assert (out.shape, dx.shape) == ((0, 2, 3, 2), x.shape)
    assert not dw.any()
    assert not db.any()


def test_im2col_and_col2im_are_each_others_transpose() -> None:
    rng = np.random.default_rng(0)
    options: Any = {"kernel_size": (2, 3), "stride": (1, 2), "padding": (1, 0)}
    x = rng.standard_normal((2, 3, 4, 6))
    cols = im2col(x, **options)
    other = rng.standard_normal(cols.shape)
    assert np.sum(cols * other) == pytest.approx(np.sum(x * col2im(other, x.shape, **options)))


def test_of_equal_pixels_the_first_gets_the_gradient() -> None:
    _, cache = pooling.max_pool2d_forward(np.ones((1, 1, 2, 4)), 2)
    dx = pooling.max_pool2d_backward(np.array([[[[3.0, 4.0]]]]), cache)
    assert dx[0, 0].tolist() == [[3.0, 0.0, 4.0, 0.0], [0.0] * 4]


@pytest.mark.parametrize("place", range(4))
def test_a_nan_is_not_lost_in_a_maximum(place: int) -> None:
    x = np.array([1.0, 2.0, 3.0, 4.0])
    x[place] = np.nan
    out, (winner, _) = pooling.max_pool2d_forward(x.reshape(1, 1, 2, 2), 2)
    assert np.isnan(out).all()
    assert winner.item() == place


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: conv2d_forward(np.ones((2, 3, 4, 4)), np.ones((5, 4, 2, 2)), np.ones(5)),
            r"got x \(2, 3, 4, 4\), w \(5, 4, 2, 2\), b \(5,\)",
        ),
        (
            lambda: conv2d_forward(np.ones((2, 3, 4, 4)), np.ones((5, 3, 2, 2)), np.ones(3)),
            r"b \(M,\); got .* b \(3,\)",
        ),
        (
            lambda: conv2d_forward(np.ones((3, 4, 4)), np.ones((5, 3, 2, 2)), np.ones(5)),
            r"needs x \(N, C, H, W\), .* got x \(3, 4, 4\)",
        ),
        (
            lambda: im2col(np.ones((1, 1, 3, 6)), 4),
            r"a kernel \(4, 4\) does not fit on images \(3, 6\) .* smaller kernel, more padding",
        ),
        (lambda: im2col(np.ones((3, 6)), 2), r"\(N, C, H, W\), got \(3, 6\): reshape them"),
        (
            lambda: col2im(np.ones((1, 4, 5)), (1, 1, 3, 3), 2),
            r"have columns \(1, 4, 4\), got \(1, 4, 5\): pass kernel_size",
        ),
        (
            lambda: pooling.max_pool2d_forward(np.ones((1, 1, 4, 4)), 2, padding=(0, 2)),
            "more than half the kernel",
        ),
        (
            lambda: pooling.avg_pool2d_forward(np.ones((1, 4, 4)), 2),
            r"\(N, C, H, W\), got \(1, 4, 4\)",
        ),
        (
            lambda: local_response_norm.local_response_norm_forward(np.ones(3)),
            r"needs x \(N, C, ...\), got \(3,\)",
        ),
        (
            lambda: local_response_norm.local_response_norm_forward(np.ones((3, 4)), size=0),
            "whole number of channels from 1, got 0",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_words(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("value", [0, -1, 1.5, (1, 2, 3), (2, 0), (), "3", None])
def test_a_stride_is_one_or_two_whole_numbers(value: Any) -> None:
    with pytest.raises(ValueError, match="stride must be a whole number from 1, or two of them"):
        as_pair(value, "stride", least=1)


def test_a_gradient_of_the_same_size_in_another_shape_is_refused() -> None:
    _, cache = conv2d_forward(np.ones((2, 3, 6, 4)), np.ones((4, 3, 2, 2)), np.ones(4))
    with pytest.raises(ValueError, match="needs dout"):
        conv2d_backward(np.ones((2, 4, 3, 5)), cache)
    with pytest.raises(ValueError, match="have columns"):
        col2im(np.ones((1, 3, 12)), (1, 1, 4, 4), 3)
    _, pool_cache = pooling.avg_pool2d_forward(np.ones((1, 1, 4, 4)), 2)
    with pytest.raises(ValueError, match="needs dout"):
        pooling.avg_pool2d_backward(np.ones((1, 2, 2)), pool_cache)


def test_padding_is_never_the_largest_of_a_window() -> None:
    out, _ = pooling.max_pool2d_forward(np.full((1, 1, 3, 3), -1e300), 3, 2, 1)
    assert (out == -1e300).all()


def test_a_size_between_two_whole_numbers_of_channels_is_refused() -> None:
    with pytest.raises(ValueError, match=r"whole number of channels from 1, got 2\.5"):
        local_response_norm.local_response_norm_forward(np.ones((3, 4)), size=2.5)  # type: ignore[arg-type]
