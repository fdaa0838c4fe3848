"""Whole training runs against PyTorch: a hundred steps of ``train``, batch norm and all."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from nbcourse.averaging import polyak_average
from nbcourse.batches import minibatches
from nbcourse.clipping import clip_grad_norm, clip_grad_value
from nbcourse.models import evaluate, mlp
from nbcourse.optimizer_classes import Adam, Momentum
from nbcourse.train import penalized_names, train

torch: Any = pytest.importorskip("torch", reason="needs PyTorch: pip install torch==2.13.0")
pytestmark = pytest.mark.torch

RNG = np.random.default_rng(0)
X, LABELS = RNG.standard_normal((100, 6)), RNG.integers(0, 4, 100)
SIZES = (6, 9, 7, 4)


def theirs(model: Any) -> Any:
    """The same network in PyTorch, with the same numbers; it keeps weights the other way round."""
    layers: list[Any] = []
    for below, above in pairwise(SIZES[:-1]):
        layers += [torch.nn.Linear(below, above), torch.nn.BatchNorm1d(above), torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers, torch.nn.Linear(*SIZES[-2:])).double()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            value = model.params[name]
            parameter.copy_(torch.tensor(value.T if value.ndim == 2 else value))
    return network


@pytest.mark.parametrize("kind", ["momentum", "adam"])
def test_a_hundred_steps_are_those_of_pytorch(kind: str) -> None:
    model = mlp(SIZES, np.random.default_rng(1), batch_norm=True)
    network = theirs(model)
    if kind == "momentum":
        optimizer: Any = Momentum(model.params, lr=0.05, momentum=0.9)
        other = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    else:
        # A bias before batch norm has a gradient of rounding errors alone, about 1e-17. With the
        # usual eps Adam makes steps of them that no two programs share.
        optimizer = Adam(model.params, lr=0.01, eps=1e-3)
        other = torch.optim.Adam(network.parameters(), lr=0.01, eps=1e-3)
    history = train(
        model,
        optimizer,
        X,
        LABELS,
        epochs=20,
        batch_size=20,
        rng=np.random.default_rng(2),
        weight_decay=0.01,
    )

    rng, losses = np.random.default_rng(2), []
    weights = [p for name, p in network.named_parameters() if name in penalized_names(model.params)]
    for _ in range(20):
        for rows in minibatches(len(X), 20, rng):
            outputs = network(torch.tensor(X[rows]))
            loss = torch.nn.functional.cross_entropy(outputs, torch.tensor(LABELS[rows]))
            losses.append(loss.item())
            other.zero_grad()
            (loss + 0.01 * sum((w**2).sum() for w in weights)).backward()
            other.step()

    assert len(losses) == 100
    np.testing.assert_allclose(history.train_losses, losses, rtol=1e-10)
    for name, value in network.named_parameters():
        ours = model.params[name]
        ours = ours.T if ours.ndim == 2 else ours
        np.testing.assert_allclose(ours, value.detach().numpy(), rtol=1e-10, atol=1e-10)
    for name, value in network.named_buffers():
        if "running" in name:
            np.testing.assert_allclose(model.buffers[name], value.numpy(), rtol=1e-10)
    network.eval()
    outputs = network(torch.tensor(X))
    loss = torch.nn.functional.cross_entropy(outputs, torch.tensor(LABELS))
    correct = (outputs.argmax(dim=1).numpy() == LABELS).mean()
    assert evaluate(model, X, LABELS) == (pytest.approx(loss.item(), rel=1e-10), correct)


@pytest.mark.parametrize("max_norm", [0.1, 1e3])
def test_clipping_is_that_of_pytorch(max_norm: float) -> None:
    grads = [RNG.standard_normal((3, 4)), RNG.standard_normal(5)]
    parameters = [torch.zeros(grad.shape, dtype=torch.float64) for grad in grads]
    for parameter, grad in zip(parameters, grads, strict=True):
        parameter.grad = torch.tensor(grad)
    expected = torch.nn.utils.clip_grad_norm_(parameters, max_norm).item()
    clipped, norm = clip_grad_norm(grads, max_norm)
    assert norm == pytest.approx(expected, rel=1e-12)
    for parameter, ours in zip(parameters, clipped, strict=True):
        # PyTorch adds 1e-6 to the norm that it divides by, here about 4.
        np.testing.assert_allclose(ours, parameter.grad.numpy(), rtol=1e-6)


def test_clipping_by_value_is_that_of_pytorch() -> None:
    grads = [RNG.standard_normal((3, 4)), RNG.standard_normal(5)]
    parameters = [torch.zeros(grad.shape, dtype=torch.float64) for grad in grads]
    for parameter, grad in zip(parameters, grads, strict=True):
        parameter.grad = torch.tensor(grad)
    torch.nn.utils.clip_grad_value_(parameters, 0.5)
    for parameter, ours in zip(parameters, clip_grad_value(grads, 0.5), strict=True):
        np.testing.assert_array_equal(ours, parameter.grad.numpy())


def test_the_average_is_that_of_pytorch() -> None:
    average_of = torch.optim.swa_utils.get_ema_multi_avg_fn(0.995)
    average = {"w": RNG.standard_normal((3, 4))}
    theirs_average = torch.tensor(average["w"])
    for _ in range(100):
        params = {"w": RNG.standard_normal((3, 4))}
        average = polyak_average(average, params)
        average_of([theirs_average], [torch.tensor(params["w"])], 0)
    np.testing.assert_allclose(average["w"], theirs_average.numpy(), rtol=1e-12)
