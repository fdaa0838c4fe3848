"""Sheet "initialization" in other people's styles: right ones pass, wrong ones are told why."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import check_function
from nbcourse.specs import find_exercise

Function = Callable[..., Any]
FUNCTIONS = {"tanh": np.tanh, "relu": lambda s: s * (s > 0)}


def normal(std: Function) -> Function:
    return lambda i, o, rng: rng.standard_normal((i, o)) * std(i, o)


def uniform(bound: Function) -> Function:
    return lambda i, o, rng: bound(i, o) * (2 * rng.random((i, o)) - 1)


def box_muller(i: int, o: int, rng: Any) -> Any:
    u, v = rng.random((2, i, o))
    return np.sqrt(-2 * np.log1p(-u)) * np.cos(2 * np.pi * v) * math.sqrt(2 / (i + o))


def redrawn(i: int, o: int, rng: Any) -> Any:
    w = rng.standard_normal((i, o))
    while (np.abs(w) > 2).any():
        w = np.where(np.abs(w) > 2, rng.standard_normal((i, o)), w)
    return w * math.sqrt(2 / i)


def by_qr(last: Function) -> Function:
    """An orthogonal matrix from the decomposition of a tall one, and a last word on Q and R."""

    def draw(i: int, o: int, gain: float, rng: Any) -> Any:
        q, r = np.linalg.qr(rng.normal(size=(max(i, o), min(i, o))))
        w = gain * last(q, r)
        return w if i >= o else w.T

    return draw


def by_svd(i: int, o: int, gain: float, rng: Any) -> Any:
    u, _, v = np.linalg.svd(rng.normal(size=(i, o)), full_matrices=False)
    return gain * (u if u.shape == (i, o) else v)


def by_roots(i: int, o: int, gain: float, rng: Any) -> Any:
    a = rng.standard_normal((max(i, o), min(i, o)))
    values, v = np.linalg.eigh(a.T @ a)
    q = gain * a @ (v / np.sqrt(values)) @ v.T
    return q if i >= o else q.T


def padded(i: int, o: int, gain: float, rng: Any) -> Any:
    side = min(i, o)
    q = by_roots(side, side, gain, rng)
    return np.pad(q, ((0, i - side), (0, o - side)))


def reshaped(i: int, o: int, gain: float, rng: Any) -> Any:
    return by_roots(max(i, o), min(i, o), gain, rng).reshape(i, o)


# Each line that is exchanged below ends in a letter.
STATISTICS = """
def answer(weights, x, activation):
    h, means, stds = x.copy(), [], []
    for w in weights:
        s = h.dot(w)  # A
        h = np.tanh(s) if activation == 'tanh' else np.where(s > 0, s, 0)  # B
        means.append(np.sum(h) / h.size)  # C
        stds.append(math.sqrt(np.sum((h - means[-1]) ** 2) / h.size))  # D
        # E
    return means, stds  # F
"""
LSUV = """
def answer(weights, x, activation, tol=0.02, max_iter=10):
    f, h, result = FUNCTIONS[activation], x, []
    for w in weights:
        w = w.copy()  # A
        for _ in range(max_iter):  # B
            s = h @ w  # C
            if abs(np.var(s) - 1) <= tol:  # D
                break
            w /= np.std(s)  # E
        result.append(w)  # F
        h = f(h @ w)  # G
    return result  # H
"""


def build(source: str, *changes: tuple[str, str]) -> Function:
    """The function in a text in which lines are exchanged."""
    lines = source.splitlines()
    for place, line in changes:
        (number,) = (i for i, text in enumerate(lines) if text.endswith(f"# {place}"))
        lines[number] = lines[number][: -len(lines[number].lstrip())] + line
    namespace: dict[str, Any] = {"np": np, "math": math, "FUNCTIONS": FUNCTIONS}
    exec("\n".join(lines), namespace)
    answer: Function = namespace["answer"]
    return answer


def powers(rule: Function) -> Function:
    """``predict_layer_std`` from input_std, the factor, the numbers of the layers and fan_in."""
    return lambda sigma, n, depth, std: rule(std, sigma * n**0.5, np.arange(1, depth + 1), n)


RIGHT = (
    ("xavier_normal", box_muller),
    ("xavier_normal", lambda i, o, rng: (rng.normal(size=(o, i)) / np.sqrt((i + o) / 2)).T),
    ("xavier_uniform", uniform(lambda i, o: math.sqrt(3) * math.sqrt(2 / (i + o)))),
    ("kaiming_normal", normal(lambda i, o: 1 / np.sqrt(i / 2))),
    ("kaiming_uniform", lambda i, o, rng: (rng.random((i, o)) - 0.5) * math.sqrt(24 / i)),
    ("orthogonal", by_svd),
    ("orthogonal", by_roots),
    ("orthogonal", by_qr(lambda q, r: q * (np.diag(r) / np.abs(np.diag(r))))),
    ("layer_statistics", build(STATISTICS)),
    ("predict_layer_std", powers(lambda std, f, k, n: np.exp(np.log(std) + k * np.log(f)))),
    ("lsuv", build(LSUV)),
    ("lsuv", build(LSUV, ("B", "for _ in range(min(1, max_iter)):"))),
)

WRONG = (
    ("xavier_normal", normal(lambda i, o: 2 / (i + o)), "as their standard deviation"),
    ("xavier_normal", normal(lambda i, o: math.sqrt(1 / (i * o))), "1 / (fan_in * fan_out)"),
    ("xavier_normal", normal(lambda i, o: math.sqrt(2 / max(i, o))), "larger of"),
    ("xavier_normal", lambda i, o, rng: np.eye(i, o) / 7, "This is the identity"),
    ("xavier_normal", uniform(lambda i, o: math.sqrt(6 / (i + o))), "evenly"),
    ("xavier_uniform", uniform(lambda i, o: 4 * math.sqrt(6 / (i + o))), "4 times the right one"),
    ("xavier_uniform", uniform(lambda i, o: 6**0.5 / i**0.5 + o**0.5), "parentheses"),
    ("kaiming_normal", redrawn, "cut off"),
    ("kaiming_normal", lambda i, o, rng: rng.normal(0, (2 / i) ** 0.5, (i, i)), "square"),
    ("kaiming_normal", normal(lambda i, o: math.sqrt(1 / (3 * i))), "PyTorch's default"),
    ("kaiming_normal", lambda i, o, rng: rng.normal(0.3, (2 / i) ** 0.5, (i, o)), "not 0"),
    ("kaiming_uniform", lambda i, o, rng: rng.uniform((6 / i) ** 0.5, size=(i, o)), "both ends"),
    ("kaiming_uniform", uniform(lambda i, o: 3 * math.sqrt(2 / i)), "three standard deviations"),
    ("orthogonal", by_qr(lambda q, r: q), "np.linalg.qr happens to choose"),
    ("orthogonal", by_qr(lambda q, r: q * np.sign(q[0])), "first entry"),
    ("orthogonal", by_qr(lambda q, r: by_qr_signed(q, r) * len(q) ** 0.5), "another length"),
    ("orthogonal", by_qr(lambda q, r: np.pad(r, ((0, len(q) - len(r)), (0, 0)))), "return R"),
    ("orthogonal", padded, "fill up with zeros"),
    ("orthogonal", reshaped, "reshape"),
    (
        "predict_layer_std",
        powers(lambda std, f, k, n: std * f / n**0.5 * n ** (k / 2)),
        "Only sqrt",
    ),
    ("predict_layer_std", powers(lambda std, f, k, n: std * f ** (k + 1)), "too late"),
    ("predict_layer_std", powers(lambda std, f, k, n: 0.3 * f**k), "the first one is wrong"),
    ("predict_layer_std", powers(lambda std, f, k, n: std * (f * n) ** k), "sigma"),
    ("predict_layer_std", powers(lambda std, f, k, n: std * f**k / std), "input_std"),
)

SLIPS = (
    (STATISTICS, "B", "h = np.tanh(s) if activation == 'tanh' else s", "you apply nothing"),
    (
        STATISTICS,
        "B",
        "h = np.maximum(s, 0.01 * s) if activation == 'relu' else np.tanh(s)",
        "leaky",
    ),
    (STATISTICS, "B", "h = np.tanh(s) if activation else s", "tanh whatever"),
    (STATISTICS, "C", "means.append(np.sum(h) / len(h))", "number of examples"),
    (STATISTICS, "D", "stds.append(math.sqrt(np.sum(h ** 2) / h.size))", "Subtract the mean"),
    (STATISTICS, "E", "h = h / h.std()", "before it goes on"),
    (STATISTICS, "E", "h = h[:, ::-1]", "Layer 1 comes out right"),
    (STATISTICS, "F", "return means[1:], stds[1:]", "A layer is missing"),
    (LSUV, "A", "pass", "changes its input weights"),
    (LSUV, "D", "if abs(np.std(s) - 1) <= tol:", "compare the standard deviation with 1"),
    (LSUV, "E", "w = w / np.sqrt(np.mean(s ** 2)); break", "root of the mean square"),
    (LSUV, "E", "w /= np.sqrt(np.std(s))", "root of the standard deviation"),
    (LSUV, "E", "w /= np.abs(s).max(); break", "by other numbers than are asked for"),
    (LSUV, "E", "w = w / np.std(f(s)); break", "before the activation"),
    (LSUV, "E", "w = (w - w.mean()) / np.std(s); break", "no multiples"),
    (LSUV, "F", "result.append(np.std(s))", "a number for each layer"),
    (LSUV, "G", "h = np.tanh(h @ w)", "tanh whatever"),
    (LSUV, "G", "h = f(h @ w) / 2", "Layer 1 is right"),
    (LSUV, "H", "pass", "returns nothing"),
)


def by_qr_signed(q: Any, r: Any) -> Any:
    return q * np.sign(np.diag(r))


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers_pass(name: str, answer: Function) -> None:
    score = check_function(find_exercise(name), answer, "unseen")
    assert score.passed, str(score)


def assert_told(name: str, answer: Function, words: str) -> None:
    score = check_function(find_exercise(name), answer, "unseen")
    assert not score.passed, str(score)
    assert words in (score.hint or ""), str(score)


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers_are_told_why(name: str, answer: Function, words: str) -> None:
    assert_told(name, answer, words)


@pytest.mark.parametrize(("source", "place", "line", "words"), SLIPS)
def test_a_wrong_line_is_told(source: str, place: str, line: str, words: str) -> None:
    name = "lsuv" if source is LSUV else "layer_statistics"
    assert_told(name, build(source, (place, line)), words)


@pytest.mark.parametrize(
    "name", ["xavier_normal", "xavier_uniform", "kaiming_normal", "kaiming_uniform", "orthogonal"]
)
def test_numbers_from_elsewhere_than_rng_are_told(name: str) -> None:
    own = np.random.default_rng(7)
    reference = find_exercise(name).reference
    assert_told(name, lambda *args: reference(*args[:-1], own), "np.random.randn")
