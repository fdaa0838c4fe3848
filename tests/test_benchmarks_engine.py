"""The engine's contenders differentiate the same functions, and what they say of a call is true."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

needed = "needs what is measured beside the engine: make .venv/bench"
pytest.importorskip("autograd", reason=needed)
pytest.importorskip("micrograd", reason=needed)

from benchmarks import engine, engine_networks  # noqa: E402
from benchmarks.side_by_side import Case  # noqa: E402
from nbcourse.models import mlp  # noqa: E402

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def cases() -> dict[str, Case]:
    return {case.name: case for case in engine.cases()}


def test_the_stored_figures_are_of_these_cases(root: Path, cases: dict[str, Case]) -> None:
    stored = json.loads((root / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    found = [
        (case["name"], case["what"], case.get("goal"), list(case["ratios"]))
        for case in stored["groups"]["engine"]["cases"]
    ]
    assert found == [
        (case.name, case.what, case.goal, list(case.others)) for case in cases.values()
    ]


@pytest.mark.parametrize(
    "name", ["network, float32", "network, batch norm, float32", "network, float64"]
)
def test_every_contender_stays_in_its_precision(cases: dict[str, Case], name: str) -> None:
    case = cases[name]
    for call in (case.ours, case.others["autograd"], case.others["autograd, tuned by hand"]):
        _, gradients = call()  # type: ignore[misc]
        assert [gradient.dtype.name for gradient in gradients] == [name.split()[-1]] * len(
            gradients
        )
        assert len(gradients) == (8 if "norm" in name else 6)


def test_every_number_of_a_chain_and_of_a_network_is_a_node(cases: dict[str, Case]) -> None:
    (chain,) = (case for name, case in cases.items() if name.startswith("chain"))
    assert chain.ours()[0] == pytest.approx(0.999**engine.CHAIN)  # type: ignore[index]
    assert chain.count == 1501
    weights, points = 16 * 3 + 16 * 17 + 17, 4
    # Each weight but a bias stands for a product and a sum in each point; then 32 ReLUs and one
    # square in each, and the sum of the squares.
    gates = points * (2 * (weights - 33) + 32 + 1) + points - 1
    assert cases["network of numbers"].count == gates + weights


@pytest.mark.parametrize("part", ["value", "gradient 3"])
def test_a_contender_that_does_something_else_is_refused(part: str) -> None:
    def answer(factor: float) -> tuple[Any, list[Any]]:
        gradients = [np.arange(3.0) for _ in range(5)]
        gradients[3] = gradients[3] * (factor if part == "gradient 3" else 1.0)
        return 2.0 * (factor if part == "value" else 1.0), gradients

    engine_networks.same("two", answer(1.0), answer(1.0))
    with pytest.raises(ValueError, match=f"two: {part}"):
        engine_networks.same("two", answer(1.0), answer(1.001))


def test_the_network_is_the_one_of_the_library() -> None:
    params, x, labels = engine_networks.numbers((6, 5, 4, 3), 7, np.float64)
    names = [f"{number}.{kind}" for number in (0, 2, 4) for kind in ("weight", "bias")]
    model = mlp((6, 5, 4, 3), np.random.default_rng(0))
    assert list(model.params) == names
    for name, value in zip(names, params, strict=True):
        model.params[name][...] = value
    expected, _ = model.forward(x)
    assert np.allclose(engine_networks.scores(params, x, engine_networks.autograd_relu), expected)
    assert labels.shape == (7,)


def test_the_products_alone_are_those_of_a_network() -> None:
    class Counted(np.ndarray):
        """An array that notes the shapes of its products."""

        seen: list[tuple[int, ...]] = []  # noqa: RUF012

        def __matmul__(self, other: Any) -> Any:
            self.seen.append((*self.shape, other.shape[1]))
            return super().__matmul__(other)

    weights = [np.ones((4, 3)).view(Counted), np.ones((3, 2)).view(Counted)]
    engine_networks.products(weights, np.ones((5, 4)).view(Counted))()
    forward, backward = [(5, 4, 3), (5, 3, 2)], [(3, 5, 2), (5, 2, 3), (4, 5, 3)]
    assert Counted.seen == forward + backward
