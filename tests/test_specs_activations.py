"""Sheet "activations": where its inputs lie, answers in other styles, and what its text says."""

from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbcourse.authoring.cells import read_solved_sheet
from nbcourse.exercise import check_function
from nbcourse.exercise.cases import prepare
from nbcourse.specs import find_exercise
from nbcourse.specs.activations import SHEET

Function = Callable[..., Any]
KINKED = ("leaky_relu_backward", "elu_backward", "selu_backward", "prelu_backward")
SEEDS = (None, "grader", "another grader")


def inputs_of(name: str, seed: str | None) -> list[tuple[Any, ...]]:
    """The caches that a check hands over."""
    return [case.args[-1] for case in prepare(find_exercise(name), seed)]


def gate(gradients: Function) -> Function:
    """A backward pass from a rule that is written with the cache taken apart."""
    return lambda dout, cache: gradients(dout, *cache)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", KINKED)
def test_no_check_asks_for_a_derivative_at_the_kink(name: str, seed: str | None) -> None:
    for x, *_ in inputs_of(name, seed):
        assert np.abs(x).min() >= 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_pieces_of_maxout_come_out_equal(seed: str | None) -> None:
    for x, w, b in inputs_of("maxout_backward", seed):
        z = np.sort(np.stack([x @ w[k] + b[k] for k in range(len(w))]), axis=0)
        if len(w) > 1:
            assert (z[-1] - z[-2]).min() > 1e-8 * np.abs(z).max()


@pytest.mark.parametrize("seed", SEEDS)
def test_softmax_is_asked_far_out_and_in_rows_far_from_each_other(seed: str | None) -> None:
    largest = [x.max(axis=1) for (x,) in inputs_of("softmax_backward", seed)]
    assert max(rows.max() for rows in largest) > 1e4 - 10
    assert max(rows.max() - rows.min() for rows in largest) > 1e4


@pytest.mark.parametrize("name", [exercise.name for exercise in SHEET.exercises[:2]])
def test_saturation_is_asked_on_both_sides(name: str) -> None:
    reached = [x for (x,) in inputs_of(name, None) if x.min() <= -100 and x.max() >= 100]
    assert reached


@pytest.mark.parametrize("name", KINKED)
def test_either_derivative_at_zero_is_right(name: str) -> None:
    exercise = find_exercise(name)

    def from_the_right(dout: Any, cache: Any) -> Any:
        x, *more = cache
        return exercise.reference(dout, (np.where(x == 0, 1.0, x), *more))

    assert check_function(exercise, from_the_right).passed


def sg(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def softmax(x: Any, shift: Function = lambda x: np.max(x, axis=1, keepdims=True)) -> Any:
    e = np.exp(x - shift(x))
    return e / np.sum(e, axis=1, keepdims=True)


def by_jacobians(p: Any, dout: Any) -> Any:
    return np.array(
        [(np.diag(row) - np.outer(row, row)) @ d for row, d in zip(p, dout, strict=True)]
    )


def pieces(winners: Function) -> Function:
    """``maxout_backward`` in a loop over the pieces, with this choice of who wins."""

    def backward(dout: Any, cache: Any) -> Any:
        x, w, b = cache
        wins = winners(np.array([x.dot(w[k]) + b[k] for k in range(len(w))]), w)
        shares = [dout * wins[k] for k in range(len(w))]
        dx = sum(share.dot(w[k].T) for k, share in enumerate(shares))
        return dx, [x.T.dot(share) for share in shares], [share.sum(0) for share in shares]

    return backward


RIGHT: list[tuple[str, Function]] = [
    ("sigmoid_backward", gate(lambda d, x: d * np.exp(x) / (1 + np.exp(x)) ** 2)),
    ("sigmoid_backward", gate(lambda d, x: d * (1 - np.tanh(x / 2) ** 2) / 4)),
    ("tanh_backward", gate(lambda d, x: d - d * np.tanh(x) * np.tanh(x))),
    ("tanh_backward", gate(lambda d, x: 4 * d / (np.exp(x) + np.exp(-x)) ** 2)),
    ("softmax_backward", gate(lambda d, x: by_jacobians(softmax(x), d))),
    (
        "softmax_backward",
        gate(lambda d, x: (d - np.sum(d * softmax(x), 1).reshape(-1, 1)) * softmax(x)),
    ),
    ("leaky_relu_backward", gate(lambda d, x, a: d * np.maximum(np.sign(x), a))),
    ("leaky_relu_backward", gate(lambda d, x, a: d * np.where(x < 0, a, 1))),
    ("elu_backward", gate(lambda d, x, a: d * ((x >= 0) + (x < 0) * a * np.exp(x)))),
    ("selu_backward", gate(lambda d, x: 1.0507009873554805 * d * _selu_slope(x))),
    (
        "prelu_backward",
        gate(lambda d, x, a: [np.where(x < 0, a * d, d), (d.T @ np.minimum(x, 0)).diagonal()]),
    ),
    (
        "swish_backward",
        gate(
            lambda d, x, b: (
                d * (1 + np.exp(-b * x) * (1 + b * x)) * sg(b * x) ** 2,
                np.array(np.sum(d * x * x * sg(b * x) * sg(-b * x))),
            )
        ),
    ),
    ("maxout_backward", pieces(lambda z, w: z >= z.max(axis=0))),
    ("maxout_backward", pieces(lambda z, w: np.moveaxis(np.eye(len(w))[z.argmax(0)], -1, 0))),
    ("dead_unit_fraction", lambda h: len([1 for unit in h.T if not unit.any()]) / h.shape[1]),
    ("dead_unit_fraction", lambda h: 1 - np.mean(h.any(axis=0))),
]


def _selu_slope(x: Any) -> Any:
    return np.where(x > 0, 1, 1.6732632423543772 * np.exp(x))


WRONG: list[tuple[str, Function, str]] = [
    ("sigmoid_backward", gate(lambda d, x: d * x * (1 - x)), "wants the output"),
    ("sigmoid_backward", gate(lambda d, x: d * sg(sg(x)) * (1 - sg(sg(x)))), "twice"),
    ("sigmoid_backward", lambda d, c: d * sg(c) * (1 - sg(c)), "It is a tuple"),
    (
        "sigmoid_backward",
        gate(lambda d, x: (d * sg(x) * sg(-x)).sum(axis=0)),
        "sum or average over an axis",
    ),
    ("tanh_backward", gate(lambda d, x: d * (1 - x**2)), "wants the output"),
    ("tanh_backward", lambda d, c: d * (1 - np.tanh(c) ** 2), "It is a tuple"),
    ("tanh_backward", gate(lambda d, x: 2 * d * sg(2 * x) * sg(-2 * x)), "0.5 times"),
    ("softmax_backward", gate(lambda d, x: d * (softmax(x) - softmax(x) ** 2)), "diagonal"),
    ("softmax_backward", gate(lambda d, x: softmax(x) - d), "cross-entropy"),
    (
        "softmax_backward",
        gate(lambda d, x: by_jacobians(softmax(x, lambda x: 0), d)),
        "exp of a large score overflows",
    ),
    (
        "softmax_backward",
        gate(lambda d, x: by_jacobians(softmax(x, np.max), d)),
        "one maximum of the whole array",
    ),
    (
        "softmax_backward",
        gate(lambda d, x: softmax(x) * (d - np.sum(d * softmax(x), axis=1))),
        "keepdims=True",
    ),
    (
        "softmax_backward",
        gate(lambda d, x: softmax(x, lambda x: np.max(x, axis=1)) * d),
        "keepdims=True",
    ),
    ("leaky_relu_backward", gate(lambda d, x, a: np.where(x > 0, d, 0.2 * d)), "number written"),
    ("leaky_relu_backward", gate(lambda d, x, a: np.maximum(d, a * d)), "sign of dout"),
    ("leaky_relu_backward", lambda d, c: np.where(c > 0, d, 0.01 * d), "x, alpha = cache"),
    ("leaky_relu_backward", lambda d, c: d if c[0] > 0 else c[1] * d, "An if makes one decision"),
    ("elu_backward", gate(lambda d, x, a: d * ((x > 0) + a * np.exp(x))), "on both sides"),
    ("elu_backward", gate(lambda d, x, a: d * np.where(x > 0, 1, a * np.expm1(x))), "output"),
    ("selu_backward", gate(lambda d, x: 1.05 * d * _selu_slope(x)), "all the digits"),
    ("selu_backward", gate(lambda d, x: d * _selu_slope(x)), "lambda is missing on both"),
    ("prelu_backward", gate(lambda d, x, a: (d * (x > 0), d * x * (x < 0))), "not summed over"),
    (
        "prelu_backward",
        gate(lambda d, x, a: (np.where(x > 0, d, a * d), (d * np.minimum(x, 0)).sum(0)[None])),
        "wrong shape",
    ),
    ("swish_backward", gate(lambda d, x, b: (d * sg(b * x), 0.0)), "second term"),
    (
        "swish_backward",
        gate(lambda d, x, b: (d * (x * sg(x) + sg(x) * (1 - x * sg(x))), 0.0)),
        "for beta = 1",
    ),
    ("maxout_backward", pieces(lambda z, w: z.min(axis=0) == z), "smallest"),
    ("maxout_backward", pieces(lambda z, w: np.abs(z) == np.abs(z).max(0)), "absolute"),
    ("maxout_backward", pieces(lambda z, w: (z == z.max(axis=0)) * (z > 0)), "ReLU behind"),
    ("dead_unit_fraction", lambda h: np.mean(np.isclose(h, 0).all(axis=0)), "0 exactly"),
    ("dead_unit_fraction", lambda h: np.mean(h.mean(axis=0) < 0.01), "0 exactly"),
    ("dead_unit_fraction", lambda h: np.mean((h == 0).mean(axis=0) >= 0.95), "most of the"),
    ("dead_unit_fraction", lambda h: np.mean(h.sum(axis=1) == 0), "A unit is a column"),
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


@pytest.fixture(scope="module")
def printed(root: Path) -> str:
    """All that the sheet's cells print, run in one namespace from top to bottom."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    output = StringIO()
    solved = read_solved_sheet(root / "solutions" / "activations.md", "activations.md")
    with redirect_stdout(output):
        for cell in solved.cells:
            if cell.kind != "text":
                exec(cell.source, namespace)
    return output.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "two layers without a bend equal one: True",
        "two layers with tanh equal it too:   False",
        "x =     2   output 0.880797   slope 0.104994",
        "from x = 0.0: 3.88e-07",  # ten sigmoids
        "from x = 0.0: 1.00e+00",  # ten times tanh
        "from x = 2.0: 3.67e-03",
        "dx [-5.  7.]   dw [ 14. -15.]   db [7. 5.]",
        "learning rate  0.5:     0%    0%    0%    0%    0%    0%",
        "sigmoid     loss 2.45 -> 2.30 -> 2.30   9.8% of the test images right",
    ],
)
def test_the_sheet_prints_what_its_text_says(printed: str, line: str) -> None:
    assert line in printed


def test_all_but_the_sigmoids_learn(printed: str) -> None:
    shares = {
        line[:11].strip(): float(line.split("   ")[-1].split("%")[0])
        for line in printed.splitlines()
        if line.endswith("of the test images right")
    }
    learned = {kind: share for kind, share in shares.items() if kind != "sigmoid"}
    assert len(learned) == 7
    assert all(share > 80 for share in learned.values())
    assert all(87 <= learned[kind] <= 88 for kind in ("tanh", "leaky relu", "elu", "selu"))


def test_units_that_died_stay_dead(printed: str) -> None:
    (row,) = [line for line in printed.splitlines() if line.startswith("learning rate 20.0")]
    shares = [int(share.strip(" %")) for share in row.split(":")[1].split("%")[:-1]]
    assert shares == sorted(shares)
    assert shares[-1] > 20


def test_selu_keeps_the_spread_and_tanh_does_not(printed: str) -> None:
    lines = {line[:4]: line for line in printed.splitlines() if "std 1.00" in line}
    last = {name: float(line.rsplit(" ", 1)[1]) for name, line in lines.items()}
    assert last["selu"] == pytest.approx(1.0, abs=0.1)
    assert last["tanh"] < 0.2
