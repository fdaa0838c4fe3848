"""What goes wrong in a residual block's way back."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.specs.batch_norm.common import together
from nbcourse.specs.batch_norm.shortcut_steps import Block


def _sums(axis: int | None = 0, **keep: bool) -> dict[str, Any]:
    return {
        "db1": lambda s: s.da.sum(axis=axis, **keep),
        "db2": lambda s: s.dout.sum(axis=axis, **keep),
    }


ON_THE_SHORTCUT = (
    Mistake(
        "The shortcut's gradient is dropped. x reaches the output twice, through the block and "
        "past it: dx is the sum of both, dout + da @ w1.T.",
        Block(dx=lambda s: s.da @ s.w1.T),
    ),
    Mistake(
        "Your dx is the shortcut's gradient alone. x also goes through the block: add da @ w1.T.",
        Block(dx=lambda s: s.dout),
    ),
    Mistake(
        "You add x to dx. What the shortcut carries back is the gradient dout.",
        Block(dx=lambda s: s.x + s.da @ s.w1.T),
    ),
    Mistake(
        "You add 1 to dx, the derivative of x by itself. Multiply by the gradient that arrives: "
        "the shortcut carries dout.",
        Block(dx=lambda s: 1 + s.da @ s.w1.T),
    ),
    Mistake(
        "You multiply the two paths. Where one value is used twice, the gradients add up.",
        Block(dx=lambda s: s.dout * (s.da @ s.w1.T)),
    ),
    Mistake(
        "You take the mean of the two paths. Where one value is used twice, the gradients add up.",
        Block(dx=lambda s: 0.5 * (s.dout + s.da @ s.w1.T)),
    ),
    Mistake(
        "You subtract the shortcut's gradient. It is added.",
        Block(dx=lambda s: s.da @ s.w1.T - s.dout),
    ),
    Mistake(
        "The shortcut's gradient is in your dx twice. It is added once, at the end.",
        Block(dx=lambda s: 2 * s.dout + s.da @ s.w1.T),
    ),
    Mistake(
        "You send the shortcut's gradient through a ReLU. There is none on it.",
        Block(dx=lambda s: s.dout * (s.x > 0) + s.da @ s.w1.T),
    ),
    Mistake(
        "You send dout through a ReLU behind the sum. Here the block ends with the sum.",
        lambda dout, cache: Block()(dout * (_out(cache) > 0), cache),
    ),
)


def _out(cache: Any) -> Any:
    """The block's output; without b2, which is not in the cache."""
    x, w1, b1, w2 = cache
    return x + np.maximum(x @ w1 + b1, 0) @ w2


def _without_relu(dout: Any, cache: Any) -> Any:
    x, w1, b1, w2 = cache
    dh = dout @ w2.T
    return dout + dh @ w1.T, x.T @ dh, dh.sum(axis=0), (x @ w1 + b1).T @ dout, dout.sum(axis=0)


IN_THE_BLOCK = (
    Mistake(
        "The ReLU is missing on the way back: where a hidden unit was off, nothing comes through. "
        "Multiply dh by a > 0, with a = x w1 + b1.",
        Block(da=lambda s: s.dh),
    ),
    Mistake(
        "On the way back through ReLU you look at the sign of the gradient. The sign of the unit's "
        "input a = x w1 + b1 decides.",
        Block(da=lambda s: s.dh * (s.dh > 0)),
    ),
    Mistake(
        "On the way back through ReLU the comparison is turned round: the units that were on pass "
        "their gradient, a > 0.",
        Block(da=lambda s: s.dh * (s.a < 0)),
    ),
    Mistake(
        "On the way back through ReLU you multiply by the activation. Where a unit is on, its "
        "slope is 1.",
        Block(da=lambda s: s.dh * s.h),
    ),
    Mistake(
        "The bias b1 is missing where you compute the hidden units again: a = x w1 + b1.",
        Block(a=lambda s: s.x @ s.w1),
    ),
    Mistake(
        "The weights and the bias of the first layer take the gradient from above the ReLU. It "
        "passes the ReLU first.",
        Block(dw1=lambda s: s.x.T @ s.dh, db1=lambda s: s.dh.sum(axis=0)),
    ),
    Mistake(
        "In dx the gradient has not passed the ReLU: dh * (a > 0) comes before w1.T.",
        Block(dx=lambda s: s.dout + s.dh @ s.w1.T),
    ),
    Mistake(
        "The bias of the first layer takes the gradient from above the ReLU. It passes the ReLU "
        "first.",
        Block(db1=lambda s: s.dh.sum(axis=0)),
    ),
    Mistake(
        "The weights of the first layer take the gradient from above the ReLU. It passes the ReLU "
        "first.",
        Block(dw1=lambda s: s.x.T @ s.dh),
    ),
    Mistake(
        "Your dw2 uses a, from before ReLU. The second layer's input is h = max(0, a).",
        Block(dw2=lambda s: s.a.T @ s.dout),
    ),
    Mistake(
        "There is no ReLU in your block, neither on the way forward nor back.",
        _without_relu,
    ),
)


IN_PARAMETERS = (
    Mistake(
        "Your bias gradients are means over the batch. The same bias was added to every row: sums.",
        Block(db1=lambda s: s.da.mean(axis=0), db2=lambda s: s.dout.mean(axis=0)),
    ),
    Mistake(
        "Your gradients of weights and biases are divided by N. The loss has put its 1/N into dout "
        "already; a layer only sums.",
        Block(
            dw1=lambda s: s.x.T @ s.da / s.n,
            db1=lambda s: s.da.mean(axis=0),
            dw2=lambda s: s.h.T @ s.dout / s.n,
            db2=lambda s: s.dout.mean(axis=0),
        ),
    ),
    Mistake(
        "Your weight gradients are divided by N. The loss has put its 1/N into dout already; a "
        "layer only sums.",
        Block(dw1=lambda s: s.x.T @ s.da / s.n, dw2=lambda s: s.h.T @ s.dout / s.n),
    ),
    Mistake(
        "Your bias gradients are summed over the outputs. Each output has a bias of its own, used "
        "by every row: sum over axis 0.",
        Block(**_sums(axis=1)),
    ),
    Mistake(
        "Your bias gradients have the shape (1, M), and the biases are (M,): leave keepdims out.",
        Block(**_sums(keepdims=True)),
    ),
    Mistake(
        "Your bias gradients are sums of everything. Each output has a bias of its own: axis 0.",
        Block(**_sums(axis=None)),
    ),
    Mistake(
        "Your bias gradients are not summed over the batch. The same bias was added to every row.",
        Block(db1=lambda s: s.da, db2=lambda s: s.dout),
    ),
    Mistake(
        "Your weight gradients are transposed: each has the shape of its weight, input.T @ dout.",
        Block(dw1=lambda s: s.da.T @ s.x, dw2=lambda s: s.dout.T @ s.h),
    ),
    Mistake(
        "Your dw2 uses x. The second layer's input is h = max(0, a), and dw2 is (H, D).",
        Block(dw2=lambda s: s.x.T @ s.dout),
    ),
    Mistake(
        "Your db2 is the sum of x + dout or of dx. The bias of the second layer is added to the "
        "output: sum dout.",
        Block(db2=lambda s: (s.dout + s.da @ s.w1.T).sum(axis=0)),
    ),
)


def _dropped_too(others: Iterable[Mistake]) -> Iterator[Mistake]:
    """The shortcut is forgotten most often, and then other things with it."""
    first = ON_THE_SHORTCUT[0]
    for other in others:
        block: Any = other.function
        if isinstance(block, Block) and block.dx is Block.dx:
            yield Mistake(
                together(first.hint, other.hint), replace(block, dx=lambda s: s.da @ s.w1.T)
            )


TOGETHER = tuple(_dropped_too((*IN_THE_BLOCK, *IN_PARAMETERS)))
