"""Gradient checks: entry by entry, and many entries at a time.

All contenders check the same function at the same float64 numbers and find its gradients right;
before that each has found a wrong one wrong. What they measure differs. This library measures the
gradient of a sum of the output's numbers with random weights. PyTorch's slow mode measures the
whole Jacobian, and differentiates once for every number of the output; its fast mode and
autograd's ``check_grads`` measure the slope along a random direction, which says that something is
wrong and not which entry.
"""

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
import torch
from autograd.extend import defvjp, primitive
from autograd.test_util import check_grads

from benchmarks.machine import THREADS
from benchmarks.side_by_side import Case, agree
from nbcourse.activations import sigmoid_backward, sigmoid_forward
from nbcourse.arrays import Array
from nbcourse.gradcheck import gradcheck
from nbcourse.layers import linear_backward, linear_forward

Check = Callable[[], object]
#: By this factor the wrong gradients are wrong.
WRONG = 1.5


def cases() -> list[Case]:
    """All of them; making them lets every contender find a wrong gradient."""
    torch.set_num_threads(THREADS)
    return [
        *linear(32, 16, 8),
        *gates(64, 32),
    ]


def linear(n: int, d: int, m: int) -> list[Case]:
    """A linear layer with all its gradients, in our two ways."""
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((n, d)), rng.standard_normal((d, m)), rng.standard_normal(m)
    x, w, b = _tensors(inputs)
    agree("linear", linear_forward(*inputs)[0], torch.addmm(b, x, w).detach())

    def ours(factor: float, independent: Any = None) -> Check:
        return _ours(linear_forward, linear_backward, inputs, factor, independent)

    parts = "rows", "columns", "columns"
    return _two_cases(
        "linear layer",
        f"{n} rows by {d} x {m} weights with bias",
        "rows of the input and columns of weights and bias",
        lambda factor: ours(factor),
        lambda factor: ours(factor, parts),
        {
            **_pytorch(lambda x, w, b: x @ w + b, inputs),
            "autograd": _autograd(lambda x, w, b: anp.dot(x, w) + b, inputs),
        },
        sum(x.size for x in inputs),
    )


def gates(n: int, d: int) -> list[Case]:
    """A function of each entry, in our two ways."""
    x = np.random.default_rng(1).standard_normal((n, d))
    agree("sigmoid", sigmoid_forward(x)[0], torch.sigmoid(torch.tensor(x)))

    def ours(factor: float, independent: Any = None) -> Check:
        return _ours(sigmoid_forward, sigmoid_backward, (x,), factor, independent)

    return _two_cases(
        "sigmoid",
        f"of {n} x {d} numbers",
        "entries",
        lambda factor: ours(factor),
        lambda factor: ours(factor, "entries"),
        {
            **_pytorch(torch.sigmoid, (x,)),
            "autograd": _autograd(lambda x: 1.0 / (1.0 + anp.exp(-x)), (x,)),
        },
        x.size,
    )


def _two_cases(
    name: str,
    what: str,
    parts: str,
    plain: Callable[[float], Check],
    together: Callable[[float], Check],
    others: dict[str, Callable[[float], Check]],
    entries: int,
) -> list[Case]:
    for contender, make in {"plain": plain, "together": together, **others}.items():
        _require_both_verdicts(f"{name}, {contender}", make)
    right = {contender: make(1.0) for contender, make in others.items()}
    one, many = plain(1.0), together(1.0)
    unit: dict[str, Any] = {"unit": "entries", "count": entries}
    return [
        Case(f"{name}, one by one", f"{what}: every entry is moved alone", one, right, **unit),
        Case(
            f"{name}, together",
            f"{what}: {parts} are moved together, and tried for independence first",
            many,
            {"one by one": one, **right},
            **unit,
        ),
    ]


def _require_both_verdicts(name: str, make: Callable[[float], Check]) -> None:
    """Raise ``ValueError`` for a check that a wrong gradient passes; a right one must."""
    make(1.0)()
    try:
        make(WRONG)()
    except (AssertionError, RuntimeError):  # PyTorch's GradcheckError is a RuntimeError
        return
    raise ValueError(f"{name}: gradients times {WRONG} pass the check")


def _ours(
    forward: Any, backward: Any, inputs: tuple[Array, ...], factor: float, independent: Any
) -> Check:
    rng = np.random.default_rng(2)

    def scaled(dout: Array, cache: Any) -> Any:
        gradients = backward(dout, cache)
        if isinstance(gradients, tuple):
            return tuple(factor * gradient for gradient in gradients)
        return factor * gradients

    checked = backward if factor == 1.0 else scaled
    return lambda: gradcheck(forward, checked, inputs, rng, independent=independent)


def _tensors(inputs: tuple[Array, ...]) -> tuple[torch.Tensor, ...]:
    return tuple(torch.tensor(x, requires_grad=True) for x in inputs)


def _pytorch(function: Any, inputs: tuple[Array, ...]) -> dict[str, Callable[[float], Check]]:
    tensors = _tensors(inputs)

    def make(factor: float, fast: bool) -> Check:
        def scaled(*given: torch.Tensor) -> torch.Tensor:
            out: torch.Tensor = function(*given)
            if factor != 1.0 and out.requires_grad:
                out.register_hook(lambda dout: factor * dout)
            return out

        return lambda: torch.autograd.gradcheck(
            scaled, tensors, fast_mode=fast, check_undefined_grad=False
        )

    return {
        "PyTorch, slow mode": lambda factor: make(factor, False),
        "PyTorch, fast mode": lambda factor: make(factor, True),
    }


def _autograd(function: Any, inputs: tuple[Array, ...]) -> Callable[[float], Check]:
    def make(factor: float) -> Check:
        @primitive  # type: ignore[untyped-decorator]
        def same(x: Array) -> Array:
            return x

        defvjp(same, lambda out, x: lambda dout: factor * dout)
        checked = function if factor == 1.0 else lambda *given: same(function(*given))
        check = check_grads(checked, modes=["rev"], order=1)
        return lambda: check(*inputs)

    return make
