"""The network of the chapter on digits in PyTorch: the same rows, sizes, rates and batches.

    python benchmarks/digits_pytorch.py

needs PyTorch (``pip install torch==2.13.0``) and takes about five seconds. It writes
``digits_pytorch.json`` beside this file, which the chapter quotes, with its date.
"""

import json
import platform
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from nbcourse.batches import minibatches
from nbcourse.data import load_digits
from nbcourse.layers import Sequential
from nbcourse.models import evaluate, mlp
from nbcourse.optimizer_classes import Adam
from nbcourse.schedules import cosine
from nbcourse.train import train

SIZES, EPOCHS, BATCH, RATE = (64, 64, 64, 10), 15, 64, 1e-2
SEEDS = range(5)


def network(sizes: tuple[int, ...]) -> nn.Sequential:
    """Linear, batch norm and ReLU for every hidden layer, then the logits."""
    layers: list[nn.Module] = []
    for below, above in pairwise(sizes[:-1]):
        layers += [nn.Linear(below, above), nn.BatchNorm1d(above), nn.ReLU()]
    layers.append(nn.Linear(*sizes[-2:]))
    for layer in layers:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


def fit(
    model: nn.Module,
    x: torch.Tensor,
    labels: torch.Tensor,
    batches: list[Any],
) -> list[float]:
    """Train a model on these batches, and return the loss of every step."""
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    steps, losses = len(batches), []
    decay = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: cosine(t, 1.0, steps))
    model.train()
    for rows in batches:
        loss = nn.functional.cross_entropy(model(x[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        decay.step()
        losses.append(loss.item())
    return losses


def accuracy(model: nn.Module, x: torch.Tensor, labels: torch.Tensor) -> float:
    """Share of the rows that the model, in test mode, reads right."""
    model.eval()
    with torch.no_grad():
        return (model(x).argmax(dim=1) == labels).double().mean().item()


def split(order: Any) -> list[tuple[Any, Any]]:
    """Training and test rows of the chapter, centered by the training rows' mean."""
    images, labels = load_digits()
    x = images.reshape(-1, 64)[order] / 16
    x, y = x - x[:1197].mean(), labels[order]
    return [(x[:1197], y[:1197]), (x[1497:], y[1497:])]


def own_runs(order: Any) -> list[float]:
    """Test accuracies of PyTorch on its own: its weights, its batches, float32."""
    (x, y), (x_test, y_test) = [
        (torch.tensor(x, dtype=torch.float32), torch.tensor(y)) for x, y in split(order)
    ]
    found = []
    for seed in SEEDS:
        torch.manual_seed(seed)
        model = network(SIZES)
        batches = [rows for _ in range(EPOCHS) for rows in torch.randperm(len(x)).split(BATCH)]
        fit(model, x, y, batches)
        found.append(accuracy(model, x_test, y_test))
    return found


def same_start(order: Any, seed: int) -> dict[str, Any]:
    """How far both drift apart in float64, from the same weights and on the same batches."""
    (x, y), (x_test, y_test) = split(order)
    rng = np.random.default_rng(seed)
    ours = mlp(SIZES, rng, batch_norm=True)
    theirs = network(SIZES).double()
    _copy(ours, theirs)
    # The batches that ``train`` is going to draw, by a generator in the same state.
    again = np.random.default_rng()
    again.bit_generator.state = rng.bit_generator.state
    batches = [rows for _ in range(EPOCHS) for rows in minibatches(len(x), BATCH, again)]
    history = train(
        ours, Adam(ours.params), x, y, epochs=EPOCHS, batch_size=BATCH, rng=rng,
        schedule=lambda t: cosine(t, RATE, len(batches)), progress=False,
    )  # fmt: skip
    losses = fit(theirs, torch.tensor(x), torch.tensor(y), batches)
    drift = np.abs(np.subtract(losses, history.train_losses))
    return {
        "steps": len(losses),
        "largest_loss_difference_100_steps": drift[:100].max(),
        "largest_loss_difference": drift.max(),
        "accuracies": [
            evaluate(ours, x_test, y_test)[1],
            accuracy(theirs, torch.tensor(x_test), torch.tensor(y_test)),
        ],
    }


def _copy(ours: Sequential, theirs: nn.Sequential) -> None:
    with torch.no_grad():
        for name, value in theirs.named_parameters():
            place = name.split(".", maxsplit=1)[0]
            # A Linear of PyTorch keeps its weight as (out, in).
            linear = isinstance(theirs[int(place)], nn.Linear) and name.endswith("weight")
            value.copy_(torch.tensor(ours.params[name].T if linear else ours.params[name]))


def main() -> None:
    """Measure everything and write it down."""
    torch.set_num_threads(1)
    orders = {"shuffled": np.random.default_rng(0).permutation(1797), "writers": np.arange(1797)}
    found = {
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
        "sizes": SIZES,
        "epochs": EPOCHS,
        "batch_size": BATCH,
        "learning_rate": RATE,
        "test_accuracies": {name: own_runs(order) for name, order in orders.items()},
        "same_start": same_start(orders["shuffled"], 0),
    }
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
