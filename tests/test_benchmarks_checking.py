"""The contenders of the gradient checks check the same function, and find wrong gradients wrong."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

needed = "needs what is measured beside the checks: make .venv/bench"
pytest.importorskip("autograd", reason=needed)
pytest.importorskip("torch", reason=needed)

from benchmarks import checking  # noqa: E402
from benchmarks.side_by_side import Case  # noqa: E402

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def cases() -> dict[str, Case]:
    return {case.name: case for case in [*checking.linear(5, 3, 2), *checking.gates(4, 3)]}


def test_the_stored_figures_are_of_these_cases(root: Path) -> None:
    stored = json.loads((root / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    found = [
        (case["name"], case["what"], list(case["ratios"]))
        for case in stored["groups"]["checking"]["cases"]
    ]
    assert found == [(case.name, case.what, list(case.others)) for case in checking.cases()]


def test_every_contender_can_be_called_again(cases: dict[str, Case]) -> None:
    assert [case.count for case in cases.values()] == [5 * 3 + 3 * 2 + 2] * 2 + [12] * 2
    for case in cases.values():
        for call in (case.ours, *case.others.values(), case.ours):
            call()


def test_many_entries_together_take_fewer_evaluations(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0
    forward = checking.sigmoid_forward

    def counting(x: Any) -> Any:
        nonlocal calls
        calls += 1
        return forward(x)

    monkeypatch.setattr(checking, "sigmoid_forward", counting)
    one, many = checking.gates(16, 8)
    counts = []
    for case in (one, many):
        calls = 0
        case.ours()
        counts.append(calls)
    # One for the cache; then two an entry, or two in all and ten to try for independence.
    assert counts == [1 + 2 * 128, 1 + 2 + 1 + 10]


@pytest.mark.parametrize("contender", ["plain", "together", "PyTorch", "autograd"])
def test_a_contender_that_passes_wrong_gradients_is_refused(contender: str) -> None:
    def passes_all(factor: float) -> checking.Check:
        return lambda: None

    def fine(factor: float) -> checking.Check:
        return lambda: np.testing.assert_equal(factor, 1.0)

    made: dict[str, Any] = dict.fromkeys(("plain", "together", "PyTorch", "autograd"), fine)
    made[contender] = passes_all
    with pytest.raises(ValueError, match=rf"gate, {contender}: gradients times 1.5 pass"):
        checking._two_cases("gate", "", "", made.pop("plain"), made.pop("together"), made, 1)
