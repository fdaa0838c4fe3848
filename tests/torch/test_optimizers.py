"""Every rule that PyTorch has makes the same steps as PyTorch, a hundred of them."""

from typing import Any

import numpy as np
import pytest

from nbcourse import adaptive_optimizers, optimizer_classes, optimizers

torch = pytest.importorskip("torch", reason="needs PyTorch: pip install torch==2.13.0")
pytestmark = pytest.mark.torch

STEPS = 100
SHAPES = {"weight": (5, 3), "bias": (3,), "beta": ()}

# our class, PyTorch's, settings of ours, and of PyTorch where they are others
TABLE: tuple[tuple[str, str, dict[str, Any], dict[str, Any] | None], ...] = (
    ("SGD", "SGD", {}, {"lr": 1e-2}),
    ("SGD", "SGD", {"lr": 0.3}, None),
    ("Momentum", "SGD", {}, {"lr": 1e-2, "momentum": 0.9}),
    ("Momentum", "SGD", {"lr": 0.03, "momentum": 0.5}, None),
    ("Nesterov", "SGD", {}, {"lr": 1e-2, "momentum": 0.9, "nesterov": True}),
    (
        "Nesterov",
        "SGD",
        {"lr": 0.03, "momentum": 0.5},
        {"lr": 0.03, "momentum": 0.5, "nesterov": True},
    ),
    ("RProp", "Rprop", {}, None),
    ("RProp", "Rprop", {"lr": 0.1, "etas": (0.3, 1.5), "step_sizes": (0.05, 0.3)}, None),
    ("Adagrad", "Adagrad", {}, None),
    ("Adagrad", "Adagrad", {"lr": 0.5, "eps": 1e-2}, None),
    ("Adadelta", "Adadelta", {}, None),
    ("Adadelta", "Adadelta", {"lr": 0.5, "rho": 0.7, "eps": 1e-2}, None),
    ("RMSprop", "RMSprop", {}, None),
    ("RMSprop", "RMSprop", {"lr": 0.1, "alpha": 0.7, "eps": 1e-2}, None),
    ("Adam", "Adam", {}, None),
    ("Adam", "Adam", {"lr": 0.1, "betas": (0.7, 0.95), "eps": 1e-2}, None),
    ("AdamW", "AdamW", {}, None),
    ("AdamW", "AdamW", {"lr": 0.1, "betas": (0.7, 0.95), "weight_decay": 0.2}, None),
)
EACH = pytest.mark.parametrize(
    ("ours", "theirs", "config", "torch_config"),
    TABLE,
    ids=lambda value: value if isinstance(value, str) else "",
)
# In PyTorch the rate stands outside the velocity, and a new one changes the old steps as well.
RATE_IN_VELOCITY = ("Momentum", "Nesterov")


@EACH
def test_a_hundred_steps_agree(
    ours: str, theirs: str, config: dict[str, Any], torch_config: dict[str, Any] | None
) -> None:
    rng = np.random.default_rng(0)
    params: Any = {name: rng.standard_normal(shape) for name, shape in SHAPES.items()}
    tensors = {name: torch.tensor(w, requires_grad=True) for name, w in params.items()}
    optimizer = getattr(optimizer_classes, ours)(params, **config)
    twin = getattr(torch.optim, theirs)(
        list(tensors.values()), **(config if torch_config is None else torch_config)
    )
    start = {name: w.copy() for name, w in params.items()}
    for t in range(STEPS):
        # A bowl around another point in every step: the signs of the gradients change, and also
        # stay for some steps. One entry is 0.
        grads = {
            name: np.asarray(w - np.sin(0.3 * t) + 0.5 * rng.standard_normal(w.shape))
            for name, w in params.items()
        }
        grads["weight"][0, 0] = 0.0
        if t == STEPS // 2 and ours not in RATE_IN_VELOCITY:
            optimizer.lr *= 0.1
            twin.param_groups[0]["lr"] *= 0.1
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(grads[name])
        optimizer.step(grads)
        twin.step()
        for name, tensor in tensors.items():
            assert params[name] == pytest.approx(tensor.detach().numpy(), rel=1e-10, abs=1e-10), t
    assert all((params[name] != w)[..., 1:].all() for name, w in start.items() if w.ndim)


@EACH
def test_the_rules_and_their_states_agree(
    ours: str, theirs: str, config: dict[str, Any], torch_config: dict[str, Any] | None
) -> None:
    rng = np.random.default_rng(1)
    modules = optimizers, adaptive_optimizers
    rule = next(vars(each)[ours.lower()] for each in modules if ours.lower() in vars(each))
    w, state = rng.standard_normal((4, 2)), config
    tensor = torch.tensor(w, requires_grad=True)
    twin = getattr(torch.optim, theirs)(
        [tensor], **(config if torch_config is None else torch_config)
    )
    for _ in range(STEPS):
        dw = rng.standard_normal((4, 2))
        tensor.grad = torch.tensor(dw)
        w, state = rule(w, dw, state)
        twin.step()
        assert w == pytest.approx(tensor.detach().numpy(), rel=1e-10, abs=1e-10)
    names = {"step": "step_size", "prev_grad": "prev"} if ours == "RProp" else {}
    compared = 0
    for key, value in state.items():
        if key == "velocity":
            expected = -state.get("lr", 1e-2) * twin.state[tensor]["momentum_buffer"].numpy()
        elif names.get(key, key) in twin.state[tensor]:
            expected = twin.state[tensor][names.get(key, key)].numpy()
        else:
            continue
        assert value == pytest.approx(expected, rel=1e-10, abs=1e-10), key
        compared += 1
    assert compared == {"SGD": 0, "RProp": 2, "Adadelta": 2, "Adam": 3, "AdamW": 3}.get(ours, 1)
