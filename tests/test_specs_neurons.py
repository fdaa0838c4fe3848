"""Sheet "neurons": its free answers, the inputs of its checks, and its text."""

from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbcourse.authoring.cells import read_solved_sheet
from nbcourse.exercise import check_function
from nbcourse.specs import find_exercise
from nbcourse.specs.neurons import SHEET

W, ONES = np.array([1.0, 1.0]), np.ones((2, 2))
B1, W2 = np.array([-0.5, -1.5]), np.array([1.0, -1.0])
TABLE = np.array([[1, 1, 0], [0, 1, 1], [0, 0, 0], [1, 0, 1]])
XOR_BY_ROWS = np.array([[-1.0, 1.0], [1.0, -1.0]])


def complaint(name: str, result: Any, *args: Any) -> str | None:
    accept = next(each.accept for each in SHEET.exercises if each.name == name)
    assert accept is not None
    return accept(args, result)


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("or_gate", (W, -1.0)),  # the score is exactly 0 where one input is 1
        ("or_gate", [[2, 3], -1]),
        ("or_gate", (W.astype(np.float32), np.array(-0.5))),
        ("and_gate", (W, -2.0)),
        ("and_gate", (np.array([0.7, 0.2]), -0.9)),  # 0.7 + 0.2 - 0.9 is -1.1e-16 in floats
        ("xor_network", (ONES, np.array([-1, -2]), W2, -1)),
        ("xor_network", (np.ones((2, 5)), np.array([-1, -2, 0, 0, 9.0]), [1, -1, 0, 0, 0], -0.5)),
    ],
)
def test_any_weights_that_do_it_are_right(name: str, result: Any) -> None:
    assert complaint(name, result) is None


@pytest.mark.parametrize(
    ("name", "result", "words"),
    [
        ("or_gate", (W, 0.0), "gives 1 for the inputs (0, 0), expected 0"),
        ("or_gate", (W, -1.5), "gives 0 for the inputs (0, 1), expected 1; 2 of 4 rows are wrong"),
        ("or_gate", (W, -1.0 - 1e-9), "gives 0 for the inputs (0, 1), expected 1"),
        ("and_gate", (W, -1.0), "gives 1 for the inputs (0, 1), expected 0; 2 of 4 rows are wrong"),
        ("or_gate", None, "is None, expected 2 parts, (w, b). Is there a return at the end?"),
        ("or_gate", np.array([1, 1, -1]), "is an array, expected 2 parts, (w, b)"),
        ("or_gate", (1, 1, -1), "has 3 parts, expected 2 parts, (w, b)"),
        ("or_gate", (W[None], -1), "has a w of shape (1, 2), expected (2,)"),
        ("or_gate", (W, [-1]), "has a b of shape (1,), expected a number, shape ()"),
        ("or_gate", (W, True), "has a b that is a bool, and not of real numbers"),
        ("or_gate", (W, "-1"), "has a b that is a str, and not of real numbers"),
        ("or_gate", (W + 0j, -1), "has a w that is an array, and not of real numbers"),
        ("or_gate", (W, np.nan), "has a b that is not finite"),
        ("or_gate", ([1, [1]], -1), "has a w that is a ragged list, expected an array of numbers"),
        ("xor_network", (ONES, B1, W2), "has 3 parts, expected 4 parts, (w1, b1, w2, b2)"),
        ("xor_network", (np.ones((3, 2)), B1, W2, 0), "has a w1 of shape (3, 2), expected (2, H)"),
        ("xor_network", (W, B1, W2, 0), "has a w1 of shape (2,), expected (2, H)"),
        ("xor_network", (ONES, B1, W2[:, None], 0), "has a w2 of shape (2, 1), expected (2,)"),
        ("xor_network", (ONES, B1, -W2, -0.5), "gives 0 for the inputs (0, 1), expected 1; 2 of"),
    ],
)
def test_what_is_wrong_with_a_network_is_said_in_words(name: str, result: Any, words: str) -> None:
    assert (complaint(name, result) or "").startswith(words)


def test_a_table_without_a_1_may_have_no_hidden_unit_or_idle_ones() -> None:
    table = TABLE * [1, 1, 0]
    none = np.zeros(0)
    assert complaint("dnf_network", (np.zeros((2, 0)), none, none, -1), table) is None
    assert complaint("dnf_network", (ONES, B1, 0 * W2, -1), table) is None
    assert "expected (2, H)" in str(complaint("dnf_network", (none, none, none, -1), table))
    wrong = complaint("dnf_network", (np.zeros((2, 0)), none, none, 0), table)
    assert wrong == "gives 1 for the inputs (1, 1), expected 0; 4 of 4 rows are wrong"


def test_no_score_of_the_perceptrons_cases_is_0_by_rounding_alone() -> None:
    exercise = find_exercise("perceptron_update")
    exact = []
    for seed in range(20):
        for w, b, x, _ in exercise.cases(np.random.default_rng(seed)):
            score = b + sum(float(u) * float(v) for u, v in zip(w, x, strict=True))
            turned = sum(float(u) * float(v) for u, v in zip(w[::-1], x[::-1], strict=True)) + b
            assert score == turned == 0.0 or min(abs(score), abs(turned)) > 0.1
            exact.append(score == 0.0)
    assert 0 < sum(exact) < len(exact)


def test_the_tables_come_in_any_order_with_both_extremes() -> None:
    tables = [case[0] for case in find_exercise("dnf_network").cases(np.random.default_rng(0))]
    assert {0, 1} <= {table[:, -1].mean() for table in tables}
    assert {1, 2, 3, 4} == {table.shape[1] - 1 for table in tables}
    for table in tables:
        inputs = table[:, :-1]
        assert len(np.unique(inputs, axis=0)) == len(table) == 2 ** inputs.shape[1]
        numbers = inputs @ (1 << np.arange(inputs.shape[1]))[::-1]
        assert len(table) == 2 or (np.diff(numbers) < 0).any()


def dnf(
    *,
    w1: Callable[[Any], Any] = lambda rows: (2 * rows - 1).T,
    b1: Callable[[Any], Any] = lambda rows: 0.5 - rows.sum(axis=1),
    b2: Callable[[Any], Any] = lambda rows: -0.5,
    rows: Callable[[Any], Any] = lambda table: table[table[:, -1] == 1, :-1],
) -> Callable[[Any], Any]:
    """A student's ``dnf_network`` with something changed."""

    def network(table: Any) -> Any:
        chosen = rows(table)
        return w1(chosen), b1(chosen), np.ones(len(chosen)), b2(chosen)

    return network


def learns(rule: Callable[..., Any]) -> Callable[..., Any]:
    """A student's ``perceptron_update`` with this factor before x, and before 1."""
    return lambda w, b, x, y: (w + rule(y, w @ x + b) * x, b + rule(y, w @ x + b))


WRONG: list[tuple[str, Callable[..., Any], str]] = [
    ("perceptron_update", learns(lambda y, s: y * (y * s < 0)), "<= 0"),
    ("perceptron_update", learns(lambda y, s: y - (1 if s >= 0 else -1)), "less the prediction"),
    ("perceptron_update", learns(lambda y, s: 0.1 * y * (y * s <= 0)), "no learning rate"),
    ("perceptron_update", learns(lambda y, s: (y - np.sign(s)) / 2), "multiple"),
    ("perceptron_update", learns(lambda y, s: y * (s <= 0)), "score alone"),
    (
        "adaline_update",
        lambda w, b, x, y, lr: (w + lr * (y - w @ x + b) * x, b + lr * (y - w @ x + b)),
        "parentheses",
    ),
    (
        "adaline_update",
        lambda w, b, x, y, lr: (
            w + lr * (y - np.tanh(w @ x + b)) * x,
            b + lr * (y - np.tanh(w @ x + b)),
        ),
        "ADALINE is linear",
    ),
    ("or_gate", lambda: (W, 1.0), "threshold"),
    ("or_gate", lambda: (W, 0), "above 0 only"),
    ("and_gate", lambda: (W, -1), "above 0 only"),
    ("and_gate", lambda: (W, -0.7), "This is OR"),
    ("and_gate", lambda: np.array([1, 1, -1.5]), "bias apart"),
    ("xor_network", lambda: (ONES, np.array([0, -1]), np.array([1, -2]), 0), "max(0, score)"),
    ("xor_network", lambda: (ONES, B1, np.array([1, 1]), -1.5), "Your output is AND"),
    ("xor_network", lambda: (XOR_BY_ROWS, [-1, -1], [1, 1], 1), "values of -1 and +1"),
    ("xor_network", lambda: (ONES, W2, B1, -0.5), "where b1 belongs"),
    ("xor_network", lambda: (W, -0.5), "single unit"),
    ("dnf_network", dnf(w1=lambda rows: rows.T), "ignore the inputs that are 0"),
    ("dnf_network", dnf(w1=lambda rows: 2 * rows - 1), "transposed"),
    ("dnf_network", dnf(w1=lambda rows: np.array([2 * r - 1 for r in rows]).T), "without a single"),
    ("dnf_network", dnf(w1=lambda rows: np.column_stack([*(2 * rows - 1)])), "without a single 1"),
    ("dnf_network", dnf(b1=lambda rows: 0.5 - 0 * rows[:, 0]), "b1 are not"),
    ("dnf_network", dnf(b2=lambda rows: 0.5 - len(rows)), "several hidden units at once"),
    ("dnf_network", dnf(rows=lambda table: table[table[:, -1] == 0, :-1]), "value 0"),
    ("dnf_network", dnf(rows=lambda table: table[table[:, -1] == 1]), "not an input"),
    ("dnf_network", dnf(rows=lambda table: table[table[:, -1] == 1, :-1][:1]), "single row"),
]


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_a_wrong_answer_is_told_its_mistake(
    name: str, answer: Callable[..., Any], words: str
) -> None:
    score = check_function(find_exercise(name), answer, "a seed")
    assert score < score.max_score
    assert words in (score.hint or ""), score


@pytest.fixture(scope="module")
def printed(root: Path) -> str:
    """All that the sheet's cells print, run in one namespace from top to bottom."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    output = StringIO()
    with redirect_stdout(output):
        for cell in read_solved_sheet(root / "solutions" / "neurons.md", "neurons.md").cells:
            if cell.kind != "text":
                exec(cell.source, namespace)
    return output.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "second time [-1. -1.] -1.0",
        "pass 19: mistakes 1\npass 20: mistakes 0\n",
        "w [ 0.7  -0.15]  b 0.35  score 1.6",
        "pass 10: loss 0.1103, wrong 1",
        "wrong 12 of 56",
        "pass 6: mistakes 0, then w [2. 2.], b -1.0",
        "pass 6: mistakes 4, then w [0. 0.], b 0.0",
        "hidden units [[0, 0], [1, 0], [1, 0], [1, 1]]",
        "    10   1024            512   True",
        "pass 8: mistakes 0\n95 of 100 new images",
        "pass 5:  3 old images wrong, 99 of 100 new ones right",
        "one neuron: 54% of the new pairs",
        "with two layers more: 98% of the new pairs",
    ],
)
def test_the_sheet_prints_what_its_text_says(printed: str, line: str) -> None:
    assert line in printed


def test_training_stops_at_weights_of_another_shape(root: Path) -> None:
    cells = read_solved_sheet(root / "solutions" / "neurons.md", "neurons.md").cells
    given = next(cell.source for cell in cells if "def one_pass" in cell.source)
    namespace: dict[str, Any] = {"np": np}
    exec(given, namespace)
    column = lambda w, b, x, y: (w[:, None] + x, b)  # noqa: E731
    with pytest.raises(ValueError, match=r"w \(2,\) and b \(\) became \(2, 2\) and \(\)"):
        namespace["one_pass"](column, np.zeros(2), 0.0, ONES, [1, -1])
