"""Convolution block by block gives what the textbook's pair gives, whatever the sizes."""

from typing import Any

import numpy as np
import pytest

from nbcourse import convolution
from nbcourse.convolution_layers import Conv2d
from nbcourse.fast import convolution as fast
from nbcourse.gradcheck import gradcheck

CASES: list[tuple[tuple[int, ...], tuple[int, ...], Any]] = [
    ((4, 3, 7, 6), (5, 3, 3, 3), 1),
    ((3, 2, 5, 8), (4, 2, 3, 2), (0, 2)),
    ((2, 1, 6, 4), (3, 1, 2, 4), (1, 0)),
    ((2, 3, 4, 5), (2, 3, 1, 1), 0),
    ((2, 3, 4, 5), (2, 3, 1, 4), 2),
    ((3, 2, 5, 3), (4, 2, 5, 3), 0),
    ((1, 1, 1, 1), (1, 1, 3, 3), 1),
    ((0, 3, 5, 4), (2, 3, 3, 3), 0),
]
EACH = pytest.mark.parametrize(("shape", "kernel", "padding"), CASES)


def arrays(*shapes: tuple[int, ...], dtype: Any = np.float64) -> list[Any]:
    rng = np.random.default_rng(0)
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


def both(shape: Any, kernel: Any, padding: Any, dtype: Any) -> tuple[list[Any], list[Any]]:
    """Output and gradients of the fast pair, and of the plain one."""
    x, w, b = arrays(shape, kernel, kernel[:1], dtype=dtype)
    out, cache = fast.conv2d_forward(x, w, b, padding)
    expected, plain = convolution.conv2d_forward(x, w, b, 1, padding)
    (dout,) = arrays(expected.shape, dtype=dtype)
    ours = [out, *fast.conv2d_backward(dout, cache)]
    return ours, [expected, *convolution.conv2d_backward(dout, plain)]


@EACH
@pytest.mark.parametrize("block", [1, 700, fast.BLOCK_BYTES])
def test_the_fast_pair_gives_what_the_plain_one_gives(
    shape: Any, kernel: Any, padding: Any, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast, "BLOCK_BYTES", block)
    for dtype, tolerance in ((np.float64, 1e-12), (np.float32, 1e-4)):
        for ours, plain in zip(*both(shape, kernel, padding, dtype), strict=True):
            assert (ours.shape, ours.dtype) == (plain.shape, plain.dtype)
            assert np.allclose(ours, plain, rtol=tolerance, atol=tolerance)


@EACH
def test_gradients_of_the_fast_pair_are_the_measured_ones(
    shape: Any, kernel: Any, padding: Any
) -> None:
    inputs = arrays(shape, kernel, kernel[:1])
    before = [x.copy() for x in inputs]
    gradcheck(
        lambda *given: fast.conv2d_forward(*given, padding),
        fast.conv2d_backward,
        inputs,
        np.random.default_rng(1),
    )
    assert all(np.array_equal(x, kept) for x, kept in zip(inputs, before, strict=True))


def test_a_backward_pass_can_be_made_again_and_writes_nothing() -> None:
    x, w, b = arrays((3, 2, 5, 4), (4, 2, 3, 3), (4,))
    out, cache = fast.conv2d_forward(x, w, b, 1)
    (dout,) = arrays(out.shape)
    kept = dout.copy()
    first, second = (fast.conv2d_backward(dout, cache) for _ in range(2))
    assert np.array_equal(dout, kept)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_numbers_of_several_types_have_their_common_one() -> None:
    x, w, b = np.arange(32).reshape(1, 2, 4, 4), *arrays((3, 2, 3, 3), (3,), dtype=np.float32)
    out, cache = fast.conv2d_forward(x.astype(np.int16), w, b, 1)
    assert np.allclose(out, convolution.conv2d_forward(x, w, b, 1, 1)[0], rtol=1e-5, atol=1e-4)
    found = [out, *fast.conv2d_backward(out, cache)]
    assert {each.dtype for each in found} == {np.dtype(np.float32)}


def test_the_cache_is_small() -> None:
    x, w, b = arrays((8, 3, 16, 16), (4, 3, 5, 5), (4,))
    _, cache = fast.conv2d_forward(x, w, b, 2)
    assert cache[0] is x
    assert sum(each.nbytes for each in cache if isinstance(each, np.ndarray)) < 1.2 * x.nbytes


@pytest.mark.parametrize("shape", [(2, 4, 32, 32), (3, 32, 32)])
def test_images_that_do_not_fit_are_refused_as_by_the_plain_pair(shape: tuple[int, ...]) -> None:
    x, w, b = arrays(shape, (4, 3, 3, 3), (4,))
    for refuses in (fast.conv2d_forward, convolution.conv2d_forward, Conv2d(3, 4, 3, weight=w)):
        call = refuses.forward if isinstance(refuses, Conv2d) else lambda x: refuses(x, w, b)  # noqa: B023
        with pytest.raises(ValueError, match=r"needs x \(N, C, H, W\), w \(M, C, kh, kw\)"):
            call(x)


def test_a_dout_of_another_shape_is_refused() -> None:
    x, w, b = arrays((2, 3, 6, 5), (4, 3, 3, 3), (4,))
    out, cache = fast.conv2d_forward(x, w, b, 1)
    with pytest.raises(ValueError, match=r"needs dout of the output's shape \(2, 4, 6, 5\)"):
        fast.conv2d_backward(out[:, :, :, :1], cache)


@pytest.mark.parametrize(
    ("stride", "size", "is_fast"), [(1, 32, True), (2, 32, False), (1, 8, False)]
)
def test_the_layer_gives_the_same_with_either(stride: int, size: int, is_fast: bool) -> None:
    layer = Conv2d(3, 16, 3, np.random.default_rng(0), stride=stride, padding=1)
    layer.params["bias"] = arrays((16,))[0]
    (x,) = arrays((2, 3, size, size))
    out, cache = layer.forward(x)
    assert (cache[0] is fast.conv2d_backward) is is_fast
    expected, plain = convolution.conv2d_forward(x, *layer.params.values(), stride, 1)
    dx, grads = layer.backward(out, cache)
    found = out, dx, grads["weight"], grads["bias"]
    for ours, theirs in zip(
        found, (expected, *convolution.conv2d_backward(out, plain)), strict=True
    ):
        assert np.allclose(ours, theirs, rtol=1e-11, atol=1e-10)
