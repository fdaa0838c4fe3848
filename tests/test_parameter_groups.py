"""One rule for each part of a model: selections of parameters, and several optimizers as one."""

import numpy as np
import pytest

from nbcourse.layers import Linear, Sequential
from nbcourse.optimizer_classes import SGD, Adam, MultiOptimizer, select


def test_each_group_has_its_rule() -> None:
    rng = np.random.default_rng(0)
    model = Sequential(Linear(3, 4, rng), Linear(4, 2, rng))
    twin = {name: value.copy() for name, value in model.params.items()}
    groups = MultiOptimizer(
        SGD(select(model.params, "0"), lr=0.1),
        Adam(select(model.params, ["1.weight", "1.bias"]), lr=0.01),
    )
    sgd = SGD({name: twin[name] for name in ("0.weight", "0.bias")}, lr=0.1)
    adam = Adam({name: twin[name] for name in ("1.weight", "1.bias")}, lr=0.01)
    for lr in (0.1, 0.05, 0.0, 0.2):
        grads = {name: rng.standard_normal(value.shape) for name, value in twin.items()}
        groups.lr = lr
        sgd.lr, adam.lr = lr, 0.1 * lr
        groups.step(grads)
        for each in (sgd, adam):
            each.step({name: grads[name] for name in each.params})
            for name, value in each.params.items():
                assert np.allclose(model.params[name], value, rtol=1e-14)
    assert np.array_equal(model.layers[1].params["bias"], model.params["1.bias"])
    state = groups.state_dict()
    assert state.keys() == model.params.keys()
    assert "velocity" not in state["0.weight"]
    assert state["1.bias"]["step"] == 4
    again = MultiOptimizer(
        SGD(select(model.params, "0"), lr=0.1),
        Adam(select(model.params, "1"), lr=0.01),
    )
    again.load_state_dict(state)
    assert repr(again.state_dict()) == repr(state)
    assert again.lr == groups.lr


def test_groups_overlap_nowhere_and_forget_nothing() -> None:
    params = {"0.weight": np.ones(2), "0.bias": np.ones(1), "1.weight": np.ones(1)}
    first, second = Adam(select(params, "0")), Adam(select(params, ["0.bias", "1"]))
    with pytest.raises(ValueError, match=r"'0.bias' would be moved by two optimizers"):
        MultiOptimizer(first, second)
    with pytest.raises(ValueError, match="at least one optimizer"):
        MultiOptimizer()
    with pytest.raises(ValueError, match="a rate other than 0"):
        MultiOptimizer(Adam(params, lr=0.0))
    with pytest.raises(ValueError, match=r"gradient for '1.weight', which this optimizer does not"):
        MultiOptimizer(first).step({name: np.ones_like(value) for name, value in params.items()})
    with pytest.raises(ValueError, match=r"no state for '0.bias'"):
        MultiOptimizer(first).load_state_dict({"0.weight": {"lr": 0.1}})
    assert all((value == 1).all() for value in params.values())


def test_a_selection_shows_its_part_and_no_more() -> None:
    params = {"1.weight": np.ones(2), "1.bias": np.ones(1), "10.weight": np.ones(3)}
    part = select(params, "1")
    assert list(part) == list(select(params, "1.")) == ["1.weight", "1.bias"]
    assert repr(part) == repr({name: params[name] for name in part})
    part["1.bias"] = np.zeros(1)
    assert params["1.bias"] == 0
    for call in (lambda: part["10.weight"], lambda: part.__setitem__("10.weight", np.ones(3))):
        with pytest.raises(KeyError, match=r"no parameter '10.weight' in this group"):
            call()
    with pytest.raises(TypeError, match="a group keeps its parameters"):
        del part["1.bias"]
    with pytest.raises(ValueError, match=r"'2' fits no parameter; there are 1.weight"):
        select(params, ["1", "2"])


def test_a_state_that_fits_one_group_alone_is_taken_by_none() -> None:
    params = {"0.weight": np.ones(2), "1.weight": np.ones(3)}
    groups = MultiOptimizer(Adam(select(params, "0")), Adam(select(params, "1")))
    groups.step({name: np.ones_like(value) for name, value in params.items()})
    state, before = groups.state_dict(), repr(groups.state_dict())
    state["0.weight"]["lr"] = 7.0
    state["1.weight"]["dw_sum"] = np.ones(5)
    with pytest.raises(ValueError, match=r"'dw_sum' of '1.weight' needs"):
        groups.load_state_dict(state)
    assert repr(groups.state_dict()) == before
