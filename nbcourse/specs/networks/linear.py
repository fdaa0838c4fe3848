"""The linear layer: the way forward."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.comparison import same
from nbcourse.layers import linear_forward
from nbcourse.specs.graphs.common import sizes
from nbcourse.specs.networks.common import stops_over_shapes


def linear_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Inputs, weights and a bias of a layer, in many shapes."""
    n, d, m = sizes(rng, 3)
    for n_, d_, m_ in ((n, d, m), (1, d, m), (n, 1, m), (n, d, 1), (1, 1, 1)):
        yield (
            rng.normal(3.0, 1.0, (n_, d_)),
            rng.normal(-0.5, 1.0, (d_, m_)),
            rng.normal(0.7, 1.0, m_),
        )


def shapes_do_not_fit(args: tuple[Any, ...], result: Any) -> bool:
    """Whether it stops over shapes wherever no axis has the length 1, which fits everywhere."""
    shapes = [array.shape for arg in args for array in (arg if isinstance(arg, tuple) else [arg])]
    return any(1 in shape for shape in shapes) or stops_over_shapes(result)


def _forward_by_units(x: Any, w: Any, b: Any) -> Any:
    out = np.empty((len(x), w.shape[1]))
    for n in range(len(x)):
        for m in range(w.shape[1]):
            out[n, m] = sum(x[n, d] * w[d, m] for d in range(len(w))) + b[m]
    return out, (x, w)


LINEAR_FORWARD = Exercise(
    name="linear_forward",
    points=1,
    reference=linear_forward,
    parts=("out", "cache"),
    cases=linear_cases,
    mistakes=(
        Mistake(
            "The bias is left out: out = x w + b.",
            lambda x, w, b: (x @ w, (x, w)),
        ),
        Mistake(
            "The bias is subtracted: out = x w + b.",
            lambda x, w, b: (x @ w - b, (x, w)),
        ),
        Mistake(
            "You add the sum of the whole bias to every entry. Each output has a bias of its own: "
            "b[m] goes to column m.",
            lambda x, w, b: (x @ w + b.sum(), (x, w)),
        ),
        Mistake(
            "You add one entry of the bias to all outputs. Each output has a bias of its own: add "
            "the whole of b.",
            lambda x, w, b: (x @ w + b[0], (x, w)),
            lambda args, result: any(
                same(result[0], args[0] @ args[1] + args[2][m]) for m in (0, len(args[2]) - 1)
            ),
        ),
        Mistake(
            "You add the bias as often as there are examples. Each row gets it once.",
            lambda x, w, b: (x @ w + len(x) * b, (x, w)),
        ),
        Mistake(
            "The shapes do not fit. x is (N, D) and w is (D, M): x @ w gives (N, M) with no "
            "transpose, and b with its M entries is added to each row as it is.",
            lambda x, w, b: (x @ w.T + b, (x, w)),
            shapes_do_not_fit,
        ),
        Mistake(
            "You make a column of b. Its M entries belong to the M columns of the output, so it is "
            "added as it is, as a row.",
            lambda x, w, b: (x @ w + b[:, None], (x, w)),
        ),
        Mistake(
            "You multiply by the bias. It is added: out = x w + b.",
            lambda x, w, b: ((x @ w) * b, (x, w)),
        ),
        Mistake(
            "You add the bias to the weights, before the product. It is added to the output.",
            lambda x, w, b: (x @ (w + b), (x, w)),
        ),
        Mistake(
            "In your loop each example replaces the one before it. The output has a row for each "
            "of them.",
            lambda x, w, b: (x[-1] @ w + b, (x, w)),
        ),
        Mistake(
            "Your cache holds the transpose of w. Keep x and w as they came: (x, w).",
            lambda x, w, b: (x @ w + b, (x, w.T)),
        ),
        Mistake(
            "Your cache has three entries. The backward pass needs x and w; the bias itself is in "
            "none of the three gradients. Return (x, w).",
            lambda x, w, b: (x @ w + b, (x, w, b)),
        ),
        Mistake(
            "The entries of your cache are in the other order: return (x, w).",
            lambda x, w, b: (x @ w + b, (w, x)),
        ),
        Mistake(
            "You keep the output in the cache. The gradients are products with x and with w: keep "
            "these two, as the tuple (x, w).",
            lambda x, w, b: (x @ w + b, (x @ w + b,)),
            lambda args, result: any(same(part, result[0]) for part in result[1]),
        ),
        Mistake(
            "Your cache holds the output in place of the input: if you have written x = x @ w, the "
            "old x is gone. Give the output a name of its own, and keep (x, w).",
            lambda x, w, b: (x @ w + b, (x @ w + b, w)),
        ),
        Mistake(
            "Your cache is x alone. The gradient of x is a product with w: keep both, as the "
            "tuple (x, w).",
            lambda x, w, b: (x @ w + b, x),
        ),
        Mistake(
            "You keep the parameters, w and b. The gradient of w is a product with the input: the "
            "cache is the tuple (x, w).",
            lambda x, w, b: (x @ w + b, (w, b)),
        ),
        Mistake(
            "You return the output alone. The function returns two things: out, and the cache "
            "(x, w) for the way back.",
            lambda x, w, b: x @ w + b,
        ),
        Mistake(
            "You return out, x and w as three parts. The cache is one part, the tuple (x, w): "
            "write return out, (x, w).",
            lambda x, w, b: (x @ w + b, x, w),
        ),
        Mistake(
            "An activation function is at work here: negative outputs are gone. The linear layer "
            "ends with x w + b; ReLU comes in a function of its own.",
            lambda x, w, b: (np.maximum(x @ w + b, 0.0), (x, w)),
        ),
    ),
    alternatives=(
        _forward_by_units,
        lambda x, w, b: [np.einsum("nd,dm->nm", x, w) + b[None, :], [x, w]],
        lambda x, w, b: (np.dot(w.T, x.T).T + b, (x.copy(), w.copy())),
    ),
    summary="output of a linear layer, x w + b",
)
