"""Sheet "networks" in other people's styles: right answers pass, wrong ones are told why.

The wrong networks are one right function with a line exchanged, as people exchange it.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import check_function
from nbcourse.specs import find_exercise

Function = Callable[..., Any]

# Each line that is exchanged below ends in a letter.
NETWORK = """
def answer(params, x, labels, weight_decay):
    K, N = len(params) // 2, x.shape[0]
    h, z = [x], []
    for i in range(1, K + 1):
        a = h[-1] @ params[f'w{i}'] + params[f'b{i}']  # A
        z.append(a)
        h.append(np.maximum(a, 0) if i < K else a)  # B
    s = h[-1] - h[-1].max(axis=1, keepdims=True)  # C
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(N), labels].mean()  # E
    loss += weight_decay * sum(np.sum(params[f'w{i}'] ** 2) for i in range(1, K + 1))  # F
    d, g = np.exp(log_p), {}
    d[np.arange(N), labels] -= 1; d /= N  # G
    for i in range(K, 0, -1):
        g[f'w{i}'] = h[i - 1].T @ d + 2 * weight_decay * params[f'w{i}']  # H
        g[f'b{i}'] = d.sum(axis=0)  # I
        if i > 1:
            d = (d @ params[f'w{i}'].T) * (z[i - 2] > 0)  # J
    return loss, g  # K
"""

# Where, what is written there, and words of the hint.
SLIPS = (
    ("A", "a = h[-1] @ params[f'w{i}']", "biases are left out"),
    ("B", "h.append(a)", "ReLU is missing on the way forward"),
    ("B", "h.append(np.maximum(a, 0))", "ReLU behind the last layer"),
    ("B", "h.append(np.where(a > 0, a, 0.01 * a) if i < K else a)", "small part through"),
    ("C", "s = h[-1]", "those of 1e4 do not"),
    ("C", "s = h[-1] - h[-1].max()", "those of 1e4 do not"),
    ("E", "loss = -log_p[np.arange(N), labels].sum()", "sum over the batch"),
    ("E", "loss = log_p[np.arange(N), labels].mean()", "wrong sign"),
    ("F", "pass", "not in your loss"),
    ("F", "loss += weight_decay * sum(np.sum(v ** 2) for v in params.values())", "biases too"),
    ("F", "loss += weight_decay * np.sum(params[f'w{K}'] ** 2)", "last layer's weights only"),
    ("G", "d[np.arange(N), labels] -= 1", "lack the 1/N"),
    ("G", "d[np.arange(N), labels] -= 1; d /= -N", "y - p"),
    ("G", "d /= N", "start the way back with p"),
    ("G", "d[:, labels] -= 1; d /= N", "gradients of the last layer are wrong already"),
    ("G", "d[np.arange(N), labels] -= 1; d /= d.size", "last layer are wrong already"),
    ("H", "g[f'w{i}'] = h[i - 1].T @ d", "not in your gradients"),
    ("H", "g[f'w{i}'] = h[i - 1].T @ d + weight_decay * params[f'w{i}']", "lacks the factor 2"),
    ("H", "g[f'w{i}'] = h[i - 1].T @ d + 2 * weight_decay * params[f'w{i}'] / N", "divided by N"),
    ("H", "g[f'w{i}'] = h[i - 1].T @ d + 2 * weight_decay", "biases' gradients are right"),
    ("H", "g[f'w{i}'] = (z[i - 2] if i > 1 else x).T @ d + 2 * weight_decay * params[f'w{i}']",
     "from before ReLU"),
    ("I", "g[f'b{i}'] = d.mean(axis=0)", "means over the batch"),
    ("I", "g[f'b{i}'] = d.sum(axis=1)", "summed over the outputs"),
    ("I", "g[f'b{i}'] = d.sum(axis=0, keepdims=True)", "(1, M)"),
    ("I", "g[f'b{i}'] = d.sum(axis=0) + 2 * weight_decay * params[f'b{i}']", "biases too"),
    ("J", "d = d @ params[f'w{i}'].T", "ReLU is missing on the way back"),
    ("J", "d = np.maximum(d @ params[f'w{i}'].T, 0)", "sign of the gradient"),
    ("J", "d = (d @ params[f'w{i}'].T) * h[i - 1]", "activation itself"),
    ("J", "d = (d * (z[i - 1] > 0)) @ params[f'w{i}'].T", "below it are not"),
    ("J", "d = (d @ params[f'w{i}']) * (z[i - 2] > 0)", "shapes do not fit"),
    ("K", "return g, loss", "swapped"),
    ("K", "return loss, {name: params[name] - 0.3 * g[name] for name in g}", "after a step"),
    ("K", "return loss, {'d' + name: g[name] for name in g}", "begin with d"),
)  # fmt: skip


def network(mark: str = "", line: str = "") -> Function:
    lines = [
        old[: len(old) - len(old.lstrip())] + line if mark and old.endswith(f"# {mark}") else old
        for old in NETWORK.splitlines()
    ]
    namespace: dict[str, Any] = {"np": np}
    exec("\n".join(lines), namespace)
    answer: Function = namespace["answer"]
    return answer


@pytest.mark.parametrize("name", ["two_layer_loss", "mlp_loss"])
@pytest.mark.parametrize(("mark", "line", "words"), SLIPS)
def test_a_slip_in_a_network_is_named(name: str, mark: str, line: str, words: str) -> None:
    score = check_function(find_exercise(name), network(mark, line), "unseen")
    assert not score.passed
    assert words in (score.hint or ""), score


def softmax(z: Any) -> Any:
    e = np.exp(z - np.max(z, axis=1).reshape(-1, 1))
    return e / np.sum(e, axis=1).reshape(-1, 1)


def softmax_loss(log_p: Function, gradient: Function) -> Function:
    """Cross-entropy from another log p, and a gradient of (p, one-hot, N)."""

    def answer(z: Any, labels: Any) -> Any:
        y = np.eye(z.shape[1])[labels]
        loss = -np.sum(np.where(y == 1, log_p(z), 0.0)) / len(y)
        return loss, gradient(softmax(z), y, len(y))

    return answer


def right_log_p(z: Any) -> Any:
    return z - np.logaddexp.reduce(z, axis=1)[:, None]


def share(p: Any, y: Any, n: int) -> Any:
    return (p - y) / n


def rank(scores: Any, labels: Any) -> Any:
    return np.argsort(np.argsort(-scores, axis=1), axis=1)[np.arange(len(labels)), labels]


RIGHT = (
    ("two_layer_loss", network()),
    ("mlp_loss", network()),
    ("softmax_cross_entropy", softmax_loss(right_log_p, share)),
    ("binary_cross_entropy", lambda z, t: (
        np.logaddexp(0, np.where(t > 0.5, -z, z)).mean(),
        ((1 + np.tanh(z / 2)) / 2 - t) / len(t),
    )),
    ("sum_of_squares", lambda p, t: (0.5 * np.vdot(p - t, p - t) / len(p), (p - t) / len(p))),
    ("top_k_accuracy", lambda s, y, k: np.mean(rank(s, y) < k)),
    ("count_parameters", lambda n: int(np.dot(n[:-1], n[1:]) + np.sum(n[1:]))),
    ("relu_backward", lambda dout, cache: dout * np.sign(np.maximum(cache[0], 0))),
    ("linear_backward", lambda dout, c: (np.inner(dout, c[1]), (dout.T @ c[0]).T, sum(dout))),
)  # fmt: skip


@pytest.mark.parametrize(("name", "answer"), RIGHT)
@pytest.mark.parametrize("seed", [None, "unseen", "another"])
def test_a_right_answer_passes_however_it_is_written(
    name: str, answer: Function, seed: str | None
) -> None:
    assert check_function(find_exercise(name), answer, seed).passed


def naive_bce(z: Any, t: Any) -> Any:
    p = 1 / (1 + np.exp(-z))
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)), (p - t) / len(t)


WRONG = (
    ("softmax_cross_entropy", softmax_loss(lambda z: np.log(softmax(z)), share), "rounded to 0"),
    ("softmax_cross_entropy", softmax_loss(lambda z: np.log(softmax(z) + 3e-7), share),
     "small number"),
    ("softmax_cross_entropy", softmax_loss(lambda z: z - np.log(np.exp(z).sum(1))[:, None],
     share), "in your loss exp overflows"),
    ("softmax_cross_entropy", softmax_loss(right_log_p, lambda p, y, n: p - y), "1/N"),
    ("softmax_cross_entropy", softmax_loss(right_log_p, lambda p, y, n: (y - p) / n), "y - p"),
    ("softmax_cross_entropy", softmax_loss(right_log_p, lambda p, y, n: (p - 1) / n),
     "every probability"),
    ("binary_cross_entropy", naive_bce, "rounded to 0 or 1"),
    ("sum_of_squares", lambda p, t: (np.mean((p - t) ** 2), 2 * (p - t) / p.size), "N D entries"),
    ("l2_penalty", lambda ws, k: (k / 2 * sum(np.sum(w * w) for w in ws), [k * w for w in ws]),
     "convention with a half"),
    ("top_k_accuracy", lambda s, y, k: np.mean(np.argsort(s, axis=1)[:, -k:] == y[:, None]),
     "divided by k"),
    ("top_k_accuracy", lambda s, y, k: np.mean(rank(s, y) <= k), "one class too many"),
    ("count_parameters", lambda n: sum(a * b + 1 for a, b in pairwise(n)),
     "one bias for each layer"),
    ("relu_forward", lambda x: (np.minimum(np.maximum(x, 0), 6), (x,)), "cut off"),
    ("relu_backward", lambda dout, cache: np.where(dout > 0, dout, 0), "sign of dout"),
    ("linear_forward", lambda x, w, b: (x @ w + b[:, None], (x, w)), "column of b"),
    ("linear_backward", lambda dout, c: (dout @ c[1].T, c[0].T @ dout, dout.mean(axis=0)),
     "mean over the batch"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_a_wrong_answer_is_told_what_it_does(name: str, answer: Function, words: str) -> None:
    score = check_function(find_exercise(name), answer, "unseen")
    assert not score.passed
    assert words in (score.hint or ""), score
