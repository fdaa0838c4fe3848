"""Optimizer rules and the objects that apply them to a model.

That the formulas are right is held by tests/torch/test_optimizers.py and by worked numbers here.
"""

from typing import Any

import numpy as np
import pytest

from nbcourse import adaptive_optimizers, optimizer_classes, optimizers
from nbcourse.optimizer_classes import Adam, Optimizer

# class -> its rule, settings other than the default ones, the keys of its state
TABLE: dict[str, tuple[Any, dict[str, Any], list[str]]] = {
    "SGD": (optimizers.sgd, {"lr": 0.05}, []),
    "Momentum": (optimizers.momentum, {"lr": 0.05, "momentum": 0.7}, ["velocity"]),
    "Nesterov": (optimizers.nesterov, {"lr": 0.05, "momentum": 0.7}, ["velocity"]),
    "RProp": (
        optimizers.rprop,
        {"lr": 0.05, "etas": (0.4, 1.3), "step_sizes": (1e-3, 0.2)},
        ["step", "prev_grad"],
    ),
    "Adagrad": (adaptive_optimizers.adagrad, {"lr": 0.05, "eps": 1e-3}, ["sum"]),
    "Adadelta": (
        adaptive_optimizers.adadelta,
        {"lr": 0.5, "rho": 0.8, "eps": 1e-4},
        ["square_avg", "acc_delta"],
    ),
    "RMSprop": (
        adaptive_optimizers.rmsprop,
        {"lr": 0.05, "alpha": 0.9, "eps": 1e-3},
        ["square_avg"],
    ),
    "Adam": (
        adaptive_optimizers.adam,
        {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-3},
        ["step", "exp_avg", "exp_avg_sq"],
    ),
    "AdamW": (
        adaptive_optimizers.adamw,
        {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1},
        ["step", "exp_avg", "exp_avg_sq"],
    ),
}
EACH = pytest.mark.parametrize("name", TABLE)


def gradients(seed: int, *shape: int) -> list[Any]:
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) for _ in range(5)]


def make(name: str, params: Any, **config: Any) -> Optimizer:
    optimizer: Optimizer = getattr(optimizer_classes, name)(params, **config)
    return optimizer


def test_the_table_holds_every_optimizer() -> None:
    found = {
        name
        for name, value in vars(optimizer_classes).items()
        if isinstance(value, type) and issubclass(value, Optimizer) and value is not Optimizer
    }
    assert found == set(TABLE)


@EACH
@pytest.mark.parametrize("given", [True, False])
def test_a_rule_changes_nothing_that_it_was_given(name: str, given: bool) -> None:
    rule, settings, state = TABLE[name]
    config: Any = dict(settings) if given else {}
    w = np.ones((2, 3))
    for dw in gradients(0, 2, 3):
        before = repr((w, dw, config))
        w_new, new = rule(w, dw, config)
        assert repr((w, dw, config)) == before
        assert list(new) == [*(settings if given else ()), *state]
        assert w_new.shape == w.shape
        assert not np.shares_memory(w_new, w)
        assert not any(np.shares_memory(new[key], w_new) for key in state)
        w, config = w_new, new


@EACH
def test_float32_stays(name: str) -> None:
    rule, config, state = TABLE[name]
    w = np.ones(3, dtype=np.float32)
    for dw in gradients(1, 3):
        w, config = rule(w, dw.astype(np.float32), config)
        assert w.dtype == np.float32
        kept = [config[key] for key in state if isinstance(config[key], np.ndarray)]
        assert all(value.dtype == np.float32 for value in kept)


@EACH
def test_what_does_not_fit_is_refused(name: str) -> None:
    rule = TABLE[name][0]
    with pytest.raises(ValueError, match=r"gradient of the parameter's shape \(2, 3\); got \(3,\)"):
        rule(np.ones((2, 3)), np.ones(3), {})
    with pytest.raises(ValueError, match=r"knows no 'learning_rate'; it takes lr"):
        rule(np.ones(2), np.ones(2), {"learning_rate": 0.1})
    with pytest.raises(ValueError, match="knows no 'momentun'"):
        make(name, {"w": np.ones(2)}, momentun=0.9)
    with pytest.raises(ValueError, match="at least one parameter"):
        make(name, {})


@EACH
@pytest.mark.parametrize("given", [True, False])
def test_an_object_does_what_its_rule_does(name: str, given: bool) -> None:
    _, settings, _ = TABLE[name]
    settings = settings if given else {}
    params = {"a": np.ones((2, 3)), "b": np.full(4, -1.0)}
    optimizer = make(name, params, **settings)
    rule = type(optimizer).rule  # tests/fast holds Adam's equal to the textbook's
    alone: dict[str, Any] = {key: (value, dict(settings)) for key, value in params.items()}
    for da, db in zip(gradients(2, 2, 3), gradients(3, 4), strict=True):
        grads = {"a": da, "b": db}
        optimizer.step(grads)
        alone = {key: rule(alone[key][0], grads[key], alone[key][1]) for key in alone}
        for key, (w, config) in alone.items():
            assert np.array_equal(params[key], w)
            state = optimizer.state_dict()[key]
            assert repr(state | config) == repr(state)


@EACH
@pytest.mark.parametrize("through_a_file", [False, True])
def test_training_goes_on_from_a_state_to_the_same_bits(name: str, through_a_file: bool) -> None:
    _, settings, _ = TABLE[name]
    params: Any = {"a": np.ones((2, 3)), "b": np.array(0.5)}
    optimizer = make(name, params, **settings)
    for da in gradients(4, 2, 3):
        optimizer.step({"a": da, "b": da[0, 0]})
    optimizer.lr = 0.01
    state = optimizer.state_dict()
    copy = {key: value.copy() for key, value in params.items()}
    if through_a_file:  # which knows nothing but arrays
        state = {key: {k: np.array(v) for k, v in each.items()} for key, each in state.items()}
    resumed = make(name, copy)
    resumed.load_state_dict(state)
    before = repr(state)
    for da in gradients(5, 2, 3):
        for each in (optimizer, resumed):
            each.step({"a": da, "b": da[0, 0]})
    assert resumed.lr == optimizer.lr
    assert all(np.array_equal(copy[key], params[key]) for key in params)
    assert repr(resumed.state_dict()) == repr(optimizer.state_dict())
    assert repr(state) == before


def test_a_state_of_something_else_is_refused() -> None:
    adam = Adam({"a": np.ones(2)})
    adam.step({"a": np.ones(2)})
    state = adam.state_dict()
    with pytest.raises(ValueError, match="sgd knows no 'step', 'dw_sum'"):
        optimizer_classes.SGD({"a": np.ones(2)}).load_state_dict(state)
    with pytest.raises(ValueError, match=r"'dw_sum' of 'a' needs .* \(3,\); got \(2,\)"):
        Adam({"a": np.ones(3)}).load_state_dict(state)
    with pytest.raises(ValueError, match="no state for 'b'"):
        Adam({"b": np.ones(2)}).load_state_dict(state)
    with pytest.raises(ValueError, match="the state of 'a' has no 'lr'"):
        adam.load_state_dict({"a": {"step": 3}})
    assert repr(adam.state_dict()) == repr(state)


@pytest.mark.parametrize(
    ("grads", "message"),
    [
        ({"a": np.ones(2)}, "there is no gradient for 'b'"),
        ({"a": np.ones(2), "b": np.ones(3), "c": np.ones(1)}, "gradient for 'c', which this opt"),
        ({"a": np.ones(2), "b": np.ones(2)}, r"parameter's shape \(3,\); got \(2,\)"),
    ],
)
def test_gradients_that_do_not_fit_change_nothing(grads: Any, message: str) -> None:
    params = {"a": np.ones(2), "b": np.ones(3)}
    optimizer = Adam(params)
    with pytest.raises(ValueError, match=message):
        optimizer.step(grads)
    assert all((value == 1).all() for value in params.values())
    assert "step" not in optimizer.state_dict()["a"]


def test_a_schedule_sets_the_rate() -> None:
    params = {"a": np.zeros(1)}
    optimizer = optimizer_classes.SGD(params)
    for lr in (1.0, 0.5, 0.25):
        optimizer.lr = lr
        optimizer.step({"a": np.ones(1)})
    assert params["a"] == -1.75


def test_bias_correction_makes_the_first_step_as_large_as_the_rate() -> None:
    for scale in (1e-4, 1.0, 1e4):
        w, config = adaptive_optimizers.adam(np.zeros(2), scale * np.array([1.0, -1.0]), {})
        assert w == pytest.approx([-1e-3, 1e-3], rel=1e-3)
        assert config["step"] == 1


def test_rprop_forgets_a_gradient_after_a_change_of_sign() -> None:
    w, config, trace = np.zeros(1), {"lr": 1.0}, []
    for dw in (1.0, 2.0, -1.0, -1.0, -1.0):
        w, config = optimizers.rprop(w, np.array([dw]), config)
        trace.append((w.item(), config["step"].item(), config["prev_grad"].item()))
    expected = [(-1.0, 1.0, 1.0), (-2.2, 1.2, 2.0), (-2.2, 0.6, 0.0), (-1.6, 0.6, -1.0)]
    assert np.allclose(trace, [*expected, (-0.88, 0.72, -1.0)])


def test_rprop_sees_the_signs_of_gradients_however_small() -> None:
    config = {"lr": 1.0, "step": np.ones(1), "prev_grad": np.array([1e-200])}
    assert optimizers.rprop(np.zeros(1), np.array([1e-200]), config)[1]["step"] == 1.2


def test_adamw_shrinks_weights_by_a_share_of_the_rate() -> None:
    """With no gradient nothing else moves them; the shares are PyTorch's unless given."""
    still = np.array([0.0])
    w, _ = adaptive_optimizers.adamw(np.array([2.0]), still, {})
    assert w == pytest.approx([2.0 * (1 - 1e-3 * 1e-2)], rel=1e-15)
    w, _ = adaptive_optimizers.adamw(np.array([2.0]), still, {"lr": 0.1, "weight_decay": 0.5})
    assert w == pytest.approx([1.9], rel=1e-15)


def test_a_parameter_without_axes_stays_an_array() -> None:
    params = {"bias": np.array(0.5)}
    optimizer_classes.SGD(params).step({"bias": np.array(1.0)})
    assert isinstance(params["bias"], np.ndarray)


def test_a_state_that_was_loaded_is_a_copy() -> None:
    first, second = Adam({"w": np.ones(2)}), Adam({"w": np.ones(2)})
    first.step({"w": np.ones(2)})
    state = first.state_dict()
    second.load_state_dict(state)
    before = [value.copy() for value in state["w"].values() if isinstance(value, np.ndarray)]
    for value in state["w"].values():
        if isinstance(value, np.ndarray):
            value[:] = 9.0
    after = [v for v in second.state_dict()["w"].values() if isinstance(v, np.ndarray)]
    assert len(before) == 2
    assert all(map(np.array_equal, before, after))
