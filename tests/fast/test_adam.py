"""Adam over sums, for all parameters at once, is the textbook's Adam."""

from typing import Any

import numpy as np
import pytest

from nbcourse import adaptive_optimizers
from nbcourse.fast import adam as fast
from nbcourse.fast import threads
from nbcourse.optimizer_classes import Adam, AdamW

RULES = pytest.mark.parametrize(
    ("rule", "plain", "optimizer", "settings"),
    [
        (fast.adam, adaptive_optimizers.adam, Adam, {}),
        (fast.adam, adaptive_optimizers.adam, Adam, {"lr": 0.1, "betas": (0.5, 0.9), "eps": 0.1}),
        (fast.adamw, adaptive_optimizers.adamw, AdamW, {}),
        (fast.adamw, adaptive_optimizers.adamw, AdamW, {"lr": 0.05, "weight_decay": 0.5}),
    ],
)


def gradients(shapes: dict[str, tuple[int, ...]]) -> list[dict[str, Any]]:
    """Of 30 steps, of very different sizes; one is 0 throughout."""
    rng = np.random.default_rng(0)
    sizes = {name: 10.0 ** rng.uniform(-4, 4, shape) for name, shape in shapes.items()}
    steps = [{k: sizes[k] * rng.standard_normal(shapes[k]) for k in shapes} for _ in range(30)]
    for grads in steps:
        grads["bias"][0] = 0.0
    return steps


@RULES
def test_the_rule_makes_the_same_steps(
    rule: Any, plain: Any, optimizer: Any, settings: Any
) -> None:
    w = expected = np.random.default_rng(1).standard_normal((3, 4))
    config, plain_config = dict(settings), dict(settings)
    for grads in gradients({"weight": (3, 4), "bias": (2,)}):
        before = w.copy(), {key: np.copy(value) for key, value in config.items()}
        new, new_config = rule(w, grads["weight"], config)
        assert np.array_equal(w, before[0])
        assert all(np.array_equal(config[key], value) for key, value in before[1].items())
        w, config = new, new_config
        expected, plain_config = plain(expected, grads["weight"], plain_config)
        assert np.allclose(w, expected, rtol=1e-12, atol=0)
    betas = settings.get("betas", (0.9, 0.999))
    assert config["step"] == plain_config["step"] == 30
    assert np.allclose((1 - betas[0]) * config["dw_sum"], plain_config["exp_avg"], rtol=1e-12)
    assert np.allclose((1 - betas[1]) * config["dw_sq_sum"], plain_config["exp_avg_sq"], rtol=1e-12)


@RULES
@pytest.mark.parametrize("is_shared", [False, True])
def test_the_optimizer_moves_all_parameters_so(
    rule: Any, plain: Any, optimizer: Any, settings: Any, is_shared: bool, monkeypatch: Any
) -> None:
    """In blocks smaller than a parameter, in one thread and in two."""
    monkeypatch.setattr(threads, "_threads", lambda: 2)
    threads._pool.cache_clear()
    if is_shared:
        monkeypatch.setattr(fast, "_SHARED_BYTES", 0)
    for name in ("BLOCK_BYTES", "SHARED_BLOCK_BYTES"):
        monkeypatch.setattr(fast, name, 40)
    shapes = {"weight": (3, 7), "transposed": (4, 5), "bias": (2,), "number": ()}
    rng = np.random.default_rng(2)
    params = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    params["transposed"] = np.asfortranarray(params["transposed"])
    alone = {name: (w.copy(), dict(settings)) for name, w in params.items()}
    optimizing = optimizer(params, **settings)
    for number, grads in enumerate(gradients(shapes)):
        optimizing.lr = alone_lr = 0.1 / (1 + number)
        kept = {name: (w, w.copy()) for name, w in params.items()}
        optimizing.step(grads)
        assert all(np.array_equal(w, copy) for w, copy in kept.values())
        for name, (w, config) in alone.items():
            alone[name] = plain(w, grads[name], {**config, "lr": alone_lr})
            assert np.allclose(params[name], alone[name][0], rtol=1e-12, atol=0)


def test_a_state_that_was_asked_for_stays_as_it_is() -> None:
    params = {"w": np.ones(3)}
    optimizer = Adam(params)
    for _ in range(2):
        optimizer.step({"w": np.ones(3)})
    state = optimizer.state_dict()
    before = state["w"]["dw_sum"].copy()
    optimizer.step({"w": np.ones(3)})
    assert np.array_equal(state["w"]["dw_sum"], before)
    assert not np.array_equal(optimizer.state_dict()["w"]["dw_sum"], before)


def test_single_precision_stays_single() -> None:
    params = {"w": np.ones((4, 2), np.float32)}
    optimizer = Adam(params)
    for dtype in (np.float32, np.float64, np.float32):
        optimizer.step({"w": np.full((4, 2), 0.3, dtype)})
        assert params["w"].dtype == np.float32
        assert optimizer.state_dict()["w"]["dw_sum"].dtype == np.float32
    assert np.allclose(params["w"], 1.0 - 3e-3, rtol=1e-5)


def test_a_gradient_of_another_shape_is_refused_and_changes_nothing() -> None:
    params = {"a": np.ones(2), "b": np.ones(3)}
    optimizer = Adam(params)
    optimizer.step({"a": np.ones(2), "b": np.ones(3)})
    before = repr(params), repr(optimizer.state_dict())
    with pytest.raises(ValueError, match="needs a gradient of the parameter's shape"):
        optimizer.step({"a": np.ones(2), "b": np.ones((1, 3))})
    assert (repr(params), repr(optimizer.state_dict())) == before


def test_parameters_that_have_made_other_numbers_of_steps_are_moved_one_by_one() -> None:
    params = {"a": np.ones(2), "b": np.ones(2)}
    optimizer = Adam(params)
    optimizer.step({"a": np.ones(2), "b": np.ones(2)})
    state = optimizer.state_dict()
    state["b"] = {"lr": 1e-3, "step": 5, "dw_sum": np.ones(2), "dw_sq_sum": np.ones(2)}
    optimizer.load_state_dict(state)
    expected = fast.adam(params["b"], np.ones(2), state["b"])
    optimizer.step({"a": np.ones(2), "b": np.ones(2)})
    assert np.array_equal(params["b"], expected[0])
    assert [optimizer.state_dict()[name]["step"] for name in "ab"] == [2, 6]
