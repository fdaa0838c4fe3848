"""The sheet on networks, answered as different people would: right ones pass, others are told why.

Each wrong answer makes one mistake. The words beside it are those of the hint that names it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import check_function
from nbcourse.losses import binary_cross_entropy, softmax_cross_entropy
from nbcourse.networks import mlp_loss
from nbcourse.specs import find_exercise

Function = Callable[..., Any]


def layer(gradients: Function) -> Function:
    """``linear_backward`` written with the cache taken apart."""
    return lambda dout, cache: gradients(dout, *cache)


def with_the_bias(dout: Any, cache: Any) -> Any:
    x, w, b = cache
    return dout @ w.T, x.T @ dout, np.ones_like(b) @ dout


def softmax(z: Any) -> Any:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def entropy(loss: Function, gradient: Function = lambda p, y: (p - y) / len(y)) -> Function:
    """``softmax_cross_entropy`` from the probabilities and one-hot rows."""

    def whole(logits: Any, labels: Any) -> Any:
        p, y = softmax(logits), np.eye(logits.shape[1])[labels]
        with np.errstate(all="ignore"):
            return loss(p, y), gradient(p, y)

    return whole


def by_log_sum_exp(logits: Any, labels: Any) -> Any:
    log_p = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
    loss = -np.mean([row[label] for row, label in zip(log_p, labels, strict=True)])
    return np.array(loss), (np.exp(log_p) - np.eye(logits.shape[1])[labels]) / len(labels)


def naive(logits: Any, labels: Any) -> Any:
    with np.errstate(all="ignore"):
        e = np.exp(logits)
        p = e / e.sum(axis=1, keepdims=True)
        rows = np.arange(len(labels)), labels
        loss = -np.log(p[rows]).mean()
        p[rows] -= 1
        return loss, p / len(labels)


def by_two_classes(z: Any, t: Any) -> Any:
    loss, d = softmax_cross_entropy(np.stack([0 * z, z], axis=1), t.astype(int))
    return loss, d[:, 1]


def binary(loss: Function | None = None, gradient: Function | None = None) -> Function:
    """``binary_cross_entropy`` with another loss of (z, t) or gradient of (p, t)."""

    def whole(z: Any, t: Any) -> Any:
        right = binary_cross_entropy(z, t)
        p = (1 + np.tanh(z / 2)) / 2
        with np.errstate(all="ignore"):
            return (
                right[0] if loss is None else loss(z, t),
                right[1] if gradient is None else gradient(p, t) / len(t),
            )

    return whole


def clipped(z: Any, t: Any) -> Any:
    p = np.clip((1 + np.tanh(z / 2)) / 2, 1e-12, 1 - 1e-12)
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def network(
    back: Function = lambda dh, a: dh * (a > 0),
    depth_of: Function = lambda params: len(params) // 2,
    end: Function = softmax_cross_entropy,
    decay: Function = lambda name, k: 2 * k * name.startswith("w"),
) -> Function:
    """``mlp_loss`` with another way back through ReLU, depth, end, or penalty's gradient."""

    def loss_and_gradients(params: Any, x: Any, labels: Any, weight_decay: float) -> Any:
        depth = depth_of(params)
        h, caches = x, []
        for i in range(1, depth + 1):
            a = h @ params[f"w{i}"] + params[f"b{i}"]
            caches.append((h, a))
            h = a if i == depth else np.maximum(a, 0)
        loss, dout = end(h, labels)
        grads = {}
        for i in range(depth, 0, -1):
            h, a = caches[i - 1]
            dout = dout if i == depth else back(dout, a)
            grads[f"w{i}"], grads[f"b{i}"] = h.T @ dout, dout.sum(axis=0)
            dout = dout @ params[f"w{i}"].T
        for name in grads:
            grads[name] = grads[name] + decay(name, weight_decay) * params[name]
        squares = [np.vdot(v, v) for name, v in params.items() if name.startswith("w")]
        return loss + weight_decay * sum(squares), grads

    return loss_and_gradients


def after(change: Function) -> Function:
    """The right loss and gradients, changed: ``change(loss, grads, params)``."""
    return lambda params, *rest: change(*mlp_loss(params, *rest), params)


def recursive_count(sizes: Any) -> int:
    return 0 if len(sizes) < 2 else (sizes[0] + 1) * sizes[1] + recursive_count(sizes[1:])


def best(choose: Function, share: Function = lambda hits: hits.any(axis=1).mean()) -> Function:
    """``top_k_accuracy`` from the classes in falling order and k."""

    def accuracy(scores: Any, labels: Any, k: int) -> Any:
        return share(choose(np.argsort(-scores, axis=1), k) == labels[:, None])

    return accuracy


RIGHT: list[tuple[str, Function]] = [
    ("linear_forward", lambda x, w, b: [np.c_[x, np.ones(len(x))] @ np.r_[w, [b]], [x, w]]),
    ("linear_forward", lambda x, w, b: (np.einsum("nd,dm->nm", x, w) + b, (x.copy(), w))),
    ("linear_backward", layer(lambda d, x, w: [np.tensordot(d, w, (1, 1)), x.T @ d, d.sum(0)])),
    ("linear_backward", layer(lambda d, x, w: (np.dot(w, d.T).T, (d.T @ x).T, d.cumsum(0)[-1]))),
    ("relu_forward", lambda x: ((x + abs(x)) / 2, [x])),
    ("relu_backward", lambda dout, cache: dout * (cache[0] >= 0)),
    ("softmax_cross_entropy", by_log_sum_exp),
    ("binary_cross_entropy", by_two_classes),
    ("sum_of_squares", lambda p, t: (np.vdot(t - p, t - p) / 2 / len(p), (t - p) / -len(p))),
    (
        "l2_penalty",
        lambda ws, k: [sum(k * np.vdot(w, w) for w in ws), tuple(k * w + k * w for w in ws)],
    ),
    ("two_layer_loss", network()),
    ("mlp_loss", network(back=lambda dh, a: np.where(a > 0, dh, 0))),
    ("top_k_accuracy", best(lambda order, k: order[:, :k])),
    ("count_parameters", recursive_count),
]

WRONG: list[tuple[str, Function, str]] = [
    ("linear_forward", lambda x, w, b: (x @ w + b, (x, x @ w + b)), "output in the cache"),
    ("linear_forward", lambda x, w, b: (x @ w.T + b, (x, w)), "no transpose"),
    ("linear_forward", lambda x, w, b: (x @ w + b[-1], (x, w)), "one entry of the bias"),
    ("linear_backward", with_the_bias, "holds two things"),
    ("linear_backward", layer(lambda d, x, w: (d @ w.T, x.T @ d + 0.2 * w, d.sum(0))), "penalty"),
    ("linear_backward", layer(lambda d, w, x: (d @ w.T, x.T @ d, d.sum(0))), "wrong order"),
    ("linear_backward", layer(lambda d, x, w: (d @ w.T, x.T @ d / len(x), d.mean(0))), "only sums"),
    ("relu_forward", lambda x: (np.max(x, 0), (x,)), "np.maximum"),
    ("relu_backward", lambda dout, cache: dout * (np.asarray(cache) > 0), "take x out of it"),
    ("relu_backward", lambda dout, cache: np.maximum(dout, 0), "sign of dout"),
    ("softmax_cross_entropy", naive, "overflows"),
    (
        "softmax_cross_entropy",
        entropy(lambda p, y: -np.sum(y * np.log(p + 1e-9)) / len(y)),
        "off 0",
    ),
    (
        "softmax_cross_entropy",
        entropy(lambda p, y: -np.log(np.clip(p[y == 1], 1e-7, 1 - 1e-7)).mean()),
        "off 0",
    ),
    ("softmax_cross_entropy", entropy(lambda p, y: np.mean(1 - p[y == 1])), "1 - p"),
    ("softmax_cross_entropy", entropy(lambda p, y: -np.log2(p[y == 1]).mean()), "base 2"),
    ("softmax_cross_entropy", entropy(lambda p, y: -np.mean(y * np.log(p))), "N C"),
    (
        "softmax_cross_entropy",
        lambda z, labels: (softmax_cross_entropy(z, labels)[0], softmax(z)),
        "probabilities in place of the gradient",
    ),
    ("softmax_cross_entropy", lambda z, labels: softmax_cross_entropy(-z, labels), "exp(-z)"),
    ("binary_cross_entropy", binary(clipped), "off 0"),
    ("binary_cross_entropy", binary(gradient=lambda p, t: (p > 0.5) - t), "before any threshold"),
    ("binary_cross_entropy", binary(gradient=lambda p, t: (p - t) * p * (1 - p)), "It cancels"),
    (
        "binary_cross_entropy",
        lambda z, t: (np.logaddexp(0, -t * z).mean(), -t / (1 + np.exp(t * z)) / len(t)),
        "-1 and +1",
    ),
    (
        "sum_of_squares",
        lambda p, t: (np.linalg.norm(p - t, axis=1).mean() / 2, (p - t) / len(p)),
        "root",
    ),
    ("sum_of_squares", lambda p, t: (np.mean((p - t) ** 2), 2 * (p - t) / p.size), "all N D"),
    (
        "l2_penalty",
        lambda ws, k: (k * sum(np.sum(w.T @ w) for w in ws), [2 * k * w for w in ws]),
        "every other",
    ),
    ("l2_penalty", lambda ws, k: (k * sum(np.vdot(w, w) for w in ws), 2 * k * ws[0]), "one array"),
    ("two_layer_loss", network(back=lambda dh, a: dh), "missing on the way back"),
    ("two_layer_loss", network(back=lambda dh, a: dh * (a < 0)), "turned round"),
    ("two_layer_loss", network(end=lambda z, y: softmax_cross_entropy(softmax(z), y)), "once more"),
    ("two_layer_loss", after(lambda loss, g, p: (loss, list(g.values()))), "Return a dict"),
    ("two_layer_loss", after(lambda loss, g, p: (loss, g | {"b1": 0 * g["b1"]})), "0 everywhere"),
    (
        "two_layer_loss",
        lambda params, x, labels, k: mlp_loss(params, x, labels, 0.001),
        "use the argument",
    ),
    ("mlp_loss", network(depth_of=lambda params: 2), "len(params) // 2"),
    ("mlp_loss", network(depth_of=lambda params: len(params)), "len(params) // 2"),
    ("mlp_loss", network(decay=lambda name, k: k * name.startswith("w")), "factor 2"),
    ("mlp_loss", network(decay=lambda name, k: 2 * k), "biases too"),
    (
        "mlp_loss",
        after(lambda loss, g, p: (loss, {f"grad_{name}": v for name, v in g.items()})),
        "under other names",
    ),
    ("top_k_accuracy", best(lambda order, k: order[:, k - 1 : k]), "place k"),
    ("top_k_accuracy", best(lambda order, k: order[:, :k], np.mean), "divided by k"),
    ("count_parameters", lambda sizes: int(np.dot(sizes[:-1], sizes[1:])), "weights only"),
    ("count_parameters", lambda sizes: sum(sizes[:-1]) + sum(sizes[1:]), "add the widths"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_a_right_answer_gets_full_marks(name: str, answer: Function) -> None:
    score = check_function(find_exercise(name), answer, "a seed")
    assert score.passed, score


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_a_wrong_answer_is_told_its_mistake(name: str, answer: Function, words: str) -> None:
    score = check_function(find_exercise(name), answer, "a seed")
    assert score < score.max_score
    assert words in (score.hint or ""), score
