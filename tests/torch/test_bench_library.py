"""The benchmark's contenders do the same work, and the stored figures are of these cases."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs PyTorch: make .venv/bench")

from benchmarks import library, step_profile, training_step  # noqa: E402

pytestmark = pytest.mark.torch


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two threads that wait for each other take long beside other tests."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setattr(library, "THREADS", 1)
    yield
    torch.set_num_threads(before)


def test_the_stored_figures_are_of_these_cases(root: Path) -> None:
    stored = json.loads((root / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    found = [
        (case["name"], case["what"], case.get("goal"), list(case["ratios"]))
        for case in stored["groups"]["library"]["cases"]
    ]
    cases = library.cases()
    assert found == [(case.name, case.what, case.goal, list(case.others)) for case in cases]
    kinds = {row["kind"] for row in stored["groups"]["library"]["profile"]["parts"]}
    assert kinds == {*step_profile.KINDS.values(), "loss", "Adam"}


def test_nothing_in_the_step_is_in_double_precision() -> None:
    step = training_step.Ours()
    step()
    step()
    arrays = [
        *step.model.params.values(),
        *step.model.buffers.values(),
        *step.grads.values(),
        *(
            value
            for config in step.optimizer.state_dict().values()
            for value in config.values()
            if isinstance(value, np.ndarray)
        ),
    ]
    assert len(arrays) == 10 + 4 + 10 + 20
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_a_contender_that_does_not_learn_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_step.Adam, "step", lambda optimizer, grads: None)
    with pytest.raises(ValueError, match="loss of step"):
        library.training_step()


@pytest.mark.parametrize("what", ["loss", "weight"])
def test_a_contender_that_does_something_else_is_refused(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forward = training_step.Ours.__call__

    def other(step: training_step.Ours) -> float:
        loss = forward(step)
        if what == "loss":
            return 1.01 * loss
        step.grads["6.weight"] = 1.01 * step.grads["6.weight"]
        return loss

    monkeypatch.setattr(training_step.Ours, "__call__", other)
    with pytest.raises(ValueError, match=what):
        library.training_step()


def test_the_profile_adds_up() -> None:
    found = step_profile.profile(steps=5)
    assert sum(found["kinds"].values()) == pytest.approx(found["step"])
    parts = {row["part"]: row for row in found["parts"]}
    assert all(row["forward"] + row["backward"] > 0 for row in parts.values())
    assert parts["0. Linear 784 x 512"]["kind"] == "linear layers"
    text = "\n".join(step_profile.profile_lines(found))
    assert all(part in text for part in parts)
