"""Sheet "activations" in other people's styles: right answers pass, wrong ones are told why."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import check_function
from nbcourse.specs import find_exercise

Function = Callable[..., Any]
LAMBDA, ALPHA = 1.0507009873554805, 1.6732632423543772


def sig(x: Any) -> Any:
    return 0.5 * (1 + np.tanh(x / 2))


def soft(x: Any) -> Any:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def entry(slope: Function) -> Function:
    """A backward pass from a slope of x, and of whatever else the cache holds."""
    return lambda dout, cache: dout * slope(*cache)


def sides(right: Function, left: Function) -> Function:
    """Gradients for x > 0 and for the rest, from dout, x and what else the cache holds."""

    def backward(dout: Any, cache: Any) -> Any:
        below = (dout, np.minimum(cache[0], 0), *cache[1:])
        return np.where(cache[0] > 0, right(dout, *cache), left(*below))

    return backward


def dout_of(dout: Any, *cache: Any) -> Any:
    return dout


def rows(gradient: Function) -> Function:
    """Softmax's gradient from dout and the probabilities."""
    return lambda dout, cache: gradient(dout, soft(cache[0]))


def jacobian_by_row(dout: Any, cache: Any) -> Any:
    found = []
    for p, d in zip(soft(cache[0]), dout, strict=True):
        s = p.reshape(-1, 1)
        found.append((np.diagflat(s) - s @ s.T) @ d)
    return found


def as_if_labels(dout: Any, p: Any) -> Any:
    p = p.copy()
    p[np.arange(len(p)), dout.argmax(axis=1)] -= 1
    return p / len(p)


def prelu(dx: Function | None = None, dalpha: Function | None = None) -> Function:
    def backward(dout: Any, cache: Any) -> Any:
        x, alpha = cache
        parts = [np.where(x > 0, dout, alpha * dout), np.einsum("nd,nd->d", dout, x * (x < 0))]
        for i, other in enumerate((dx, dalpha)):
            parts[i] = other(dout, x, alpha) if other else parts[i]
        return parts

    return backward


def swish(slope: Function, dbeta: Function | None = None) -> Function:
    """Both gradients, from a slope of x, beta and the gate's value."""

    def backward(dout: Any, cache: Any) -> Any:
        x, beta = cache
        s = sig(beta * x)
        other = dbeta(dout, x, beta, s) if dbeta else np.vdot(dout, x * x * s * (1 - s))
        return dout * slope(x, beta, s), other

    return backward


def swish_slope(x: Any, beta: Any, s: Any) -> Any:
    return beta * x * s + s * (1 - beta * x * s)


def maxout(
    winners: Function = lambda z: z == z.max(axis=0), parts: Function = lambda g, x, w, p: p
) -> Function:
    """Gradients by who wins among z (K, N, M), and a last word on the three of them."""

    def backward(dout: Any, cache: Any) -> Any:
        x, w, b = cache
        g = dout * winners(x @ w + b[:, None])
        return parts(g, x, w, [(g @ w.swapaxes(1, 2)).sum(axis=0), x.T @ g, g.sum(axis=1)])

    return backward


def scattered(dout: Any, cache: Any) -> Any:
    x, w, b = cache
    z = np.tensordot(x, w, axes=(1, 1)) + b
    dz = np.zeros_like(z)
    np.put_along_axis(dz, z.argmax(axis=1)[:, None], dout[:, None], 1)
    dw = np.tensordot(x, dz, (0, 0)).swapaxes(0, 1)
    return np.tensordot(dz, w, ([1, 2], [0, 2])), dw, dz.sum(axis=0)


def column_by_column(h: Any) -> Any:
    return sum(all(h[i][j] == 0 for i in range(len(h))) for j in range(h.shape[1])) / h.shape[1]


RIGHT = (
    ("sigmoid_backward", entry(lambda x: (1 - np.tanh(x / 2) ** 2) / 4)),
    ("sigmoid_backward", entry(lambda x: np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2)),
    ("tanh_backward", entry(lambda x: 1 / np.cosh(x) ** 2)),
    ("softmax_backward", jacobian_by_row),
    ("leaky_relu_backward", entry(lambda x, a: ((1 + a) + (1 - a) * np.sign(x)) / 2)),
    # Of the output alone: it loses digits, but none that count.
    ("elu_backward", sides(dout_of, lambda d, x, a: d * (a * (np.exp(x) - 1) + a))),
    (
        "selu_backward",
        entry(lambda x: LAMBDA * np.exp(np.minimum(x, 0)) * np.where(x > 0, 1, ALPHA)),
    ),
    ("prelu_backward", prelu()),
    ("swish_backward", swish(swish_slope)),
    ("maxout_backward", maxout()),
    ("maxout_backward", scattered),
    ("dead_unit_fraction", column_by_column),
    ("dead_unit_fraction", lambda h: 1 - np.count_nonzero(h.any(axis=0)) / h.shape[1]),
)

WRONG = (
    ("sigmoid_backward", entry(lambda x: x * (1 - x)), "squash it first"),
    ("sigmoid_backward", entry(lambda x: 1 - sig(x) ** 2), "belongs to tanh"),
    ("sigmoid_backward", lambda d, c: d * sig(*c) * 1 - sig(*c), "parentheses"),
    ("tanh_backward", entry(lambda x: 1 - x**2), "take its tanh first"),
    ("tanh_backward", entry(lambda x: np.tanh(x) ** 2 - 1), "negative of the right one"),
    ("softmax_backward", rows(lambda d, p: d * p * (1 - p)), "diagonal of the Jacobian alone"),
    ("softmax_backward", rows(as_if_labels), "look for a label in dout"),
    ("softmax_backward", lambda d, c: jacobian_by_row(c[0], (d,)), "softmax of dout"),
    ("softmax_backward", rows(lambda d, p: d * p - d @ (p.T @ p)), "adds up over the batch"),
    (
        "softmax_backward",
        rows(lambda d, p: p * (d - (d * p).mean(1)[:, None])),
        "mean over the row",
    ),
    ("leaky_relu_backward", sides(dout_of, lambda d, x, a: a * x), "return the output"),
    ("leaky_relu_backward", sides(dout_of, lambda d, x, a: d / a), "divide by alpha"),
    ("elu_backward", sides(dout_of, lambda d, x, a: d * (np.exp(x) + a)), "add alpha"),
    (
        "elu_backward",
        sides(lambda d, x, a: LAMBDA * d, lambda d, x, a: LAMBDA * d * a * np.exp(x)),
        "SELU's lambda",
    ),
    ("elu_backward", sides(dout_of, lambda d, x, a: 0.3 * d * np.exp(x)), "written in your code"),
    (
        "selu_backward",
        sides(lambda d, x: LAMBDA * d, lambda d, x: ALPHA * d * np.exp(x)),
        "lambda is missing where x is below 0",
    ),
    ("prelu_backward", prelu(lambda d, x, a: np.where(x > 0, d, a.mean() * d)), "share one slope"),
    ("prelu_backward", prelu(None, lambda d, x, a: (d * x).sum(axis=0)), "x above 0"),
    ("prelu_backward", prelu(None, lambda d, x, a: a - (d * x * (x < 0)).sum(0)), "dalpha is not"),
    ("prelu_backward", prelu(None, lambda d, x, a: -(d * x * (x < 0)).sum(0)), "look for a sign"),
    ("swish_backward", swish(lambda x, b, s: s + s * (1 - s)), "sigmoid's slope alone"),
    ("swish_backward", swish(lambda x, b, s: s + x * s * (1 - s)), "beta is missing"),
    (
        "swish_backward",
        swish(swish_slope, lambda d, x, b, s: np.sum(d * x * swish_slope(x, b, s))),
        "sum of dx times x",
    ),
    (
        "swish_backward",
        swish(
            lambda x, b, s: s + b * x * s * (1 + s),
            lambda d, x, b, s: np.sum(d * x * x * s * (1 + s)),
        ),
        "Yours has a plus",
    ),
    ("maxout_backward", maxout(lambda z: z == z.min(axis=0)), "smallest piece"),
    ("maxout_backward", maxout(lambda z: np.ones_like(z)), "Every piece gets dout"),
    (
        "maxout_backward",
        maxout(lambda z: z == np.sort(z, axis=0)[max(len(z) - 2, 0)]),
        "not the right one",
    ),
    (
        "maxout_backward",
        maxout(parts=lambda g, x, w, p: (g.sum(axis=0) @ w[0].T, *p[1:])),
        "weights of one piece",
    ),
    (
        "maxout_backward",
        maxout(parts=lambda g, x, w, p: (p[0], np.reshape(p[1].swapaxes(1, 2), w.shape), p[2])),
        "your dw is not",
    ),
    (
        "maxout_backward",
        maxout(parts=lambda g, x, w, p: (*p[:2], g.mean(axis=1))),
        "mean over the batch",
    ),
    ("dead_unit_fraction", lambda h: np.mean(h == 0), "zeros among all entries"),
    ("dead_unit_fraction", lambda h: np.mean(np.isclose(h, 0).all(axis=0)), "small on all rows"),
    ("dead_unit_fraction", lambda h: np.mean(h.std(axis=0) == 0), "do not change"),
)


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers_pass(name: str, answer: Function) -> None:
    score = check_function(find_exercise(name), answer, "unseen")
    assert score.passed, str(score)


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers_are_told_why(name: str, answer: Function, words: str) -> None:
    score = check_function(find_exercise(name), answer, "unseen")
    assert not score.passed, str(score)
    assert words in (score.hint or ""), str(score)
