"""The learning rules against steps down PyTorch's gradients, in float64."""

import numpy as np
import pytest

from nbcourse.neurons import adaline_loss, adaline_update, perceptron_loss, perceptron_update
from nbcourse.satisfiability import random_cnf, sat_loss

torch = pytest.importorskip("torch", reason="needs PyTorch: pip install torch==2.13.0")

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("y", [-1.0, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_one_step_of_each_rule(seed: int, y: float) -> None:
    rng = np.random.default_rng(seed)
    w, b, x = rng.standard_normal(4), float(rng.standard_normal()), rng.standard_normal(4)
    tw = torch.tensor(w, requires_grad=True)
    tb = torch.tensor(b, dtype=torch.float64, requires_grad=True)

    score = torch.nn.functional.linear(torch.tensor(x), tw[None], tb)[0]
    hinge = torch.relu(-y * score)
    squared = 0.5 * torch.nn.functional.mse_loss(score, torch.tensor(y, dtype=torch.float64))
    assert perceptron_loss(w, b, x, y) == pytest.approx(hinge.item(), abs=1e-10)
    assert adaline_loss(w, b, x, y) == pytest.approx(squared.item(), abs=1e-10)

    dw, db = torch.autograd.grad(hinge, (tw, tb), retain_graph=True)
    new_w, new_b = perceptron_update(w, b, x, y)
    assert new_w == pytest.approx(w - dw.numpy(), abs=1e-10)
    assert new_b == pytest.approx(b - db.item(), abs=1e-10)

    dw, db = torch.autograd.grad(squared, (tw, tb))
    new_w, new_b = adaline_update(w, b, x, y, 0.3)
    assert new_w == pytest.approx(w - 0.3 * dw.numpy(), abs=1e-10)
    assert new_b == pytest.approx(b - 0.3 * db.item(), abs=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_the_loss_of_a_formula(seed: int) -> None:
    rng = np.random.default_rng(seed)
    formula, theta = random_cnf(7, 25, rng), rng.normal(0.0, 2.0, 7)
    t = torch.tensor(theta, requires_grad=True)
    p = torch.sigmoid(t)
    misses = [torch.stack([1 - p[k - 1] if k > 0 else p[-k - 1] for k in c]) for c in formula]
    theirs = torch.stack([miss.prod() for miss in misses]).sum()
    theirs.backward()
    loss, dtheta = sat_loss(theta, formula)
    assert loss == pytest.approx(theirs.item(), abs=1e-10)
    assert dtheta == pytest.approx(t.grad.numpy(), abs=1e-10)
