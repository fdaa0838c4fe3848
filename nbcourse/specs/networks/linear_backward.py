"""The linear layer: the way back."""

from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.comparison import same
from nbcourse.layers import linear_backward, linear_forward
from nbcourse.specs.graphs.common import BEYOND_STEPS, rule
from nbcourse.specs.networks.linear import linear_cases, shapes_do_not_fit


def _large_layer(rng: np.random.Generator) -> tuple[Any, ...]:
    # Long rather than square: loops over all products still end, differences do not.
    x, w = rng.normal(3.0, 1.0, (9, 2_000)), rng.normal(-0.5, 1.0, (2_000, 11))
    return x * BEYOND_STEPS, w * BEYOND_STEPS, rng.normal(0.7, 1.0, 11)


def _some_of_the_weight(args: tuple[Any, ...], result: Any) -> bool:
    """Whether dw alone is wrong, by a multiple of w that is the same for all entries."""
    dout, (x, w) = args
    dx, dw, db = linear_backward(dout, (x, w))
    ratio = (result[1] - dw) / w
    return (
        same(result[0], dx)
        and same(result[2], db)
        and abs(ratio.flat[0]) > 1e-6
        and same(ratio, np.full(ratio.shape, ratio.flat[0]), 1e-4, 1e-6)
    )


def _in_three(cache: Any) -> Any:
    x, w, b = cache
    return x, w, b


def _backward_by_examples(dout: Any, cache: Any) -> Any:
    x, w = cache
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(w.shape[1])
    for n in range(len(x)):
        dx[n] = w @ dout[n]
        dw += np.outer(x[n], dout[n])
        db += dout[n]
    return dx, dw, db


def _dw(product: Any) -> Any:
    """A backward pass with another dw."""
    return rule(lambda dout, x, w: (dout @ w.T, product(dout, x, w), dout.sum(axis=0)))


def _db(total: Any) -> Any:
    """A backward pass with another db."""
    return rule(lambda dout, x, w: (dout @ w.T, x.T @ dout, total(dout, x, w)))


def _dx(product: Any) -> Any:
    """A backward pass with another dx."""
    return rule(lambda dout, x, w: (product(dout, x, w), x.T @ dout, dout.sum(axis=0)))


LINEAR_BACKWARD = Exercise(
    name="linear_backward",
    points=2,
    reference=linear_backward,
    parts=("dx", "dw", "db"),
    cases=linear_cases,
    large=_large_layer,
    forward=linear_forward,
    wrt={"dx": 0, "dw": 1, "db": 2},
    upstream=True,
    mistakes=(
        Mistake(
            "Your db is the mean over the batch. Every example adds b to its row, so the "
            "gradients of all rows add up. The division by N, where there is one, is already in "
            "dout: the loss did it.",
            _db(lambda dout, x, w: dout.mean(axis=0)),
        ),
        Mistake(
            "Your db is summed over the outputs, axis 1. The bias has one entry for each output "
            "and is used by every example: sum over the examples, axis 0.",
            _db(lambda dout, x, w: dout.sum(axis=1)),
        ),
        Mistake(
            "Your db has the shape (1, M), and b is (M,). A gradient has the shape of what it "
            "belongs to: leave keepdims out of the sum.",
            _db(lambda dout, x, w: dout.sum(axis=0, keepdims=True)),
        ),
        Mistake(
            "Your db is dout itself. The same b was added to all N rows: sum over them.",
            _db(lambda dout, x, w: dout),
        ),
        Mistake(
            "Your db is the sum of all of dout. Each output has a bias of its own: sum over the "
            "examples only, axis 0.",
            _db(lambda dout, x, w: dout.sum()),
        ),
        Mistake(
            "Your db is the mean of all of dout. Each output has a bias of its own: sum over the "
            "examples only, axis 0.",
            _db(lambda dout, x, w: dout.mean()),
        ),
        Mistake(
            "Your db is the sum of the inputs. The bias is added, so its gradient has no x in it: "
            "sum dout over the examples.",
            _db(lambda dout, x, w: x.sum(axis=0)),
        ),
        Mistake(
            "Your db counts the examples. That is right for dout = 1 only: sum dout itself over "
            "the examples.",
            _db(lambda dout, x, w: np.full(w.shape[1], float(len(x)))),
        ),
        Mistake(
            "Your db is 1 everywhere, the derivative of the output by b. Multiply by the gradient "
            "that arrives, and sum over the batch.",
            _db(lambda dout, x, w: np.ones(w.shape[1])),
        ),
        Mistake(
            "Your db is a mean over the outputs. The bias has one entry for each output and is "
            "used by every example: sum over the examples, axis 0.",
            _db(lambda dout, x, w: dout.mean(axis=1)),
        ),
        Mistake(
            "Your db is that of one example only. All N rows got the same b, so all N rows of "
            "dout are summed.",
            _db(lambda dout, x, w: dout[0]),
        ),
        Mistake(
            "Your dw is the transpose of the right one: the factors are the right ones in the "
            "wrong order. dw has the shape of w, (D, M).",
            _dw(lambda dout, x, w: dout.T @ x),
        ),
        Mistake(
            "Your dw is divided by N. The mean over the batch belongs to the loss, which has put "
            "its 1/N into dout already; a layer only sums.",
            _dw(lambda dout, x, w: x.T @ dout / len(x)),
        ),
        Mistake(
            "Your dw and db are divided by N. The mean over the batch belongs to the loss, which "
            "has put its 1/N into dout already; a layer only sums.",
            rule(lambda dout, x, w: (dout @ w.T, x.T @ dout / len(x), dout.mean(axis=0))),
        ),
        Mistake(
            "You sum over the batch before you multiply. For each example its input belongs to its "
            "own gradient: multiply first, then sum, which is x.T @ dout.",
            _dw(lambda dout, x, w: np.outer(x.sum(axis=0), dout.sum(axis=0))),
        ),
        Mistake(
            "Your dw does not use dout: it is the sum of the inputs. Multiply each input by the "
            "gradient that arrives at the output it went into.",
            _dw(lambda dout, x, w: np.repeat(x.sum(axis=0)[:, None], w.shape[1], axis=1)),
        ),
        Mistake(
            "You reshape where a transpose is needed. reshape keeps the entries in their order "
            "and only breaks the rows elsewhere; a transpose swaps rows and columns.",
            rule(
                lambda dout, x, w: (
                    dout @ w.reshape(w.T.shape),
                    x.reshape(x.T.shape) @ dout,
                    dout.sum(axis=0),
                )
            ),
        ),
        Mistake(
            "Your dx is the transpose of the right one: the factors are the right ones in the "
            "wrong order. dx has the shape of x, (N, D).",
            _dx(lambda dout, x, w: w @ dout.T),
        ),
        Mistake(
            "Your dx is the same for all examples. Example n makes row n of the output and no "
            "other, so row n of dx uses row n of dout alone.",
            _dx(lambda dout, x, w: np.tile(dout.sum(axis=0) @ w.T, (len(x), 1))),
        ),
        Mistake(
            "Your dx does not use dout: it is the weights alone. Each row of dx is the gradient "
            "that arrives at that row, times w transposed.",
            _dx(lambda dout, x, w: np.tile(w.sum(axis=1), (len(x), 1))),
        ),
        Mistake(
            "Your dx is w alone. Each row of dx is the gradient that arrives at that row of the "
            "output, times w transposed: dout @ w.T.",
            _dx(lambda dout, x, w: w.T),
        ),
        Mistake(
            "Your dw is x alone. Each input is multiplied by the gradient that arrives at the "
            "outputs it went into: x.T @ dout.",
            _dw(lambda dout, x, w: x.T),
        ),
        Mistake(
            "Your dw is made from dx. It needs the gradient that arrives at the output, dout.",
            _dw(lambda dout, x, w: x.T @ (dout @ w.T)),
        ),
        Mistake(
            "The shapes in one of your products do not fit. Write them down: dout is (N, M), w is "
            "(D, M), and dx must come out as (N, D), so M is what is summed away; then the same "
            "for dw. A transpose, or the order of the factors, will have to change; or x and w "
            "come out of the cache in the wrong order: it is (x, w).",
            rule(lambda dout, x, w: (dout @ w, x @ dout, dout.sum(axis=0))),
            shapes_do_not_fit,
        ),
        Mistake(
            "Negative entries of dout are gone, as behind a ReLU. A linear layer lets all of dout "
            "through; ReLU has a backward pass of its own.",
            rule(lambda dout, x, w: linear_backward(np.maximum(dout, 0.0), (x, w))),
        ),
        Mistake(
            "Your dw has a multiple of w in it. The penalty is no part of a linear layer: it is "
            "added to the gradient later, where the penalty is.",
            _dw(lambda dout, x, w: x.T @ dout + w),
            _some_of_the_weight,
        ),
        Mistake(
            "The cache holds two things, (x, w), and you take another number out of it. The bias "
            "is not there, because no gradient needs it.",
            lambda dout, cache: rule(lambda dout, x, w, b: (dout @ w.T, x.T @ dout, dout.sum(0)))(
                dout, _in_three(cache)
            ),
        ),
        Mistake(
            "dx and dw are swapped: return the gradient of x first, then that of w, then that "
            "of b.",
            rule(lambda dout, x, w: (x.T @ dout, dout @ w.T, dout.sum(axis=0))),
        ),
        Mistake(
            "dw comes before dx, and dx after db: return them in the order dx, dw, db.",
            rule(lambda dout, x, w: (x.T @ dout, dout.sum(axis=0), dout @ w.T)),
        ),
        Mistake(
            "Three gradients are asked for, dx, dw and db. The bias was added to every row: what "
            "is its gradient?",
            rule(lambda dout, x, w: (dout @ w.T, x.T @ dout)),
        ),
        Mistake(
            "Everything is right for dout = 1, and dout is not used. Each product is one with the "
            "gradient that arrives.",
            lambda dout, cache: linear_backward(np.ones_like(dout), cache),
        ),
        Mistake(
            "All signs are turned round. A backward pass only multiplies by derivatives; the "
            "minus sign belongs to the step that is made with the gradient later.",
            rule(lambda dout, x, w: (-(dout @ w.T), -(x.T @ dout), -dout.sum(axis=0))),
        ),
        Mistake(
            "In your loop the last example replaces those before it: = where += is needed. All "
            "examples used the same w and b, so their gradients add up.",
            rule(lambda dout, x, w: (dout @ w.T, np.outer(x[-1], dout[-1]), dout[-1])),
        ),
    ),
    alternatives=(
        _backward_by_examples,
        rule(lambda dout, x, w: [(w @ dout.T).T, (dout.T @ x).T, np.ones(len(dout)) @ dout]),
        rule(
            lambda dout, x, w: (
                np.einsum("nm,dm->nd", dout, w),
                np.einsum("nd,nm->dm", x, dout),
                np.einsum("nm->m", dout),
            )
        ),
    ),
    summary="gradients of a linear layer",
)
