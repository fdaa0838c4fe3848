"""Initializers and the laboratory against PyTorch, whose weights are the transpose of ours."""

from typing import Any

import numpy as np
import pytest

from nbcourse import gains, initializers
from nbcourse.layer_statistics import layer_outputs, measure_layers

torch = pytest.importorskip("torch", reason="needs PyTorch: pip install torch==2.13.0")

pytestmark = pytest.mark.torch

FANS = [(400, 250), (250, 400)]
# Our name -> PyTorch's call on an empty weight matrix.
CALLS: dict[str, Any] = {
    "xavier_normal": lambda w: torch.nn.init.xavier_normal_(w),
    "xavier_uniform": lambda w: torch.nn.init.xavier_uniform_(w),
    "kaiming_normal": lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu"),
    "kaiming_uniform": lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu"),
    "lecun_normal": lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="linear"),
    "lecun_uniform": lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="linear"),
}


def empty(fan_in: int, fan_out: int) -> Any:
    return torch.empty(fan_out, fan_in, dtype=torch.float64)


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


@pytest.mark.parametrize("fans", FANS)
@pytest.mark.parametrize("name", CALLS)
def test_moments_and_bounds_are_those_of_pytorch(name: str, fans: tuple[int, int]) -> None:
    ours = getattr(initializers, name)(*fans, np.random.default_rng(0))
    theirs = CALLS[name](empty(*fans)).numpy().T
    assert ours.shape == theirs.shape
    assert ours.std() == pytest.approx(theirs.std(), rel=0.015)
    assert np.mean(ours**4) == pytest.approx(np.mean(theirs**4), rel=0.06)
    if name.endswith("uniform"):
        assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=1e-3)


@pytest.mark.parametrize("activation", ["linear", "sigmoid", "tanh", "relu"])
def test_gains_are_those_of_pytorch(activation: str) -> None:
    theirs = torch.nn.init.calculate_gain(activation)
    assert gains.calculate_gain(activation) == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize("fans", [(6, 4), (4, 6), (5, 5)])
def test_orthogonal_matrices_are_those_of_pytorch_for_the_same_normal_numbers(
    fans: tuple[int, int],
) -> None:
    ours = initializers.orthogonal(*fans, 1.7, np.random.default_rng(0))
    normals = np.random.default_rng(0).standard_normal((max(fans), min(fans)))
    q, r = torch.linalg.qr(torch.tensor(normals))
    q = (1.7 * q * r.diagonal().sign()).numpy()
    np.testing.assert_allclose(ours, q if fans[0] >= fans[1] else q.T, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("fans", [(60, 40), (40, 60), (50, 50)])
def test_pytorchs_orthogonal_matrices_have_our_properties(fans: tuple[int, int]) -> None:
    theirs = torch.nn.init.orthogonal_(empty(*fans), gain=1.7).numpy().T
    ours = initializers.orthogonal(*fans, 1.7, np.random.default_rng(0))
    np.testing.assert_allclose(
        np.linalg.svd(theirs, compute_uv=False),
        np.linalg.svd(ours, compute_uv=False),
        rtol=1e-10,
    )


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_the_laboratory_measures_the_gradients_of_autograd(activation: str) -> None:
    rng = np.random.default_rng(0)
    arrays = [initializers.lecun_normal(8, 8, rng) for _ in range(4)]
    x, dout = rng.standard_normal((20, 8)), rng.standard_normal((20, 8))
    weights = [torch.tensor(w, requires_grad=True) for w in arrays]
    h, outputs, sums = torch.tensor(x), [], []
    for w in weights:
        s = h @ w
        s.retain_grad()
        h = getattr(torch, activation)(s)
        sums.append(s)
        outputs.append(h.detach().numpy())
    (h * torch.tensor(dout)).sum().backward()
    for ours, theirs in zip(layer_outputs(arrays, x, activation), outputs, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)
    laboratory = measure_layers(arrays, x, activation, dout)
    for found, s in zip(laboratory.gradients, sums, strict=True):
        assert found.mean == pytest.approx(s.grad.mean().item(), rel=1e-10, abs=1e-13)
        assert found.std == pytest.approx(s.grad.std(correction=0).item(), rel=1e-10)
    for found, w in zip(laboratory.weight_gradients, weights, strict=True):
        assert found.std == pytest.approx(w.grad.std(correction=0).item() / 20, rel=1e-10)
        assert found.high == pytest.approx(w.grad.max().item() / 20, rel=1e-10)
