"""Parts of a model's parameters, and one optimizer that has another rule for each part."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any

from nbcourse.arrays import Array
from nbcourse.optimizer_base import Optimizer, State, require_same_names


class SelectedParameters(MutableMapping[str, Array]):
    """Some entries of a mapping, under their names; what is written goes through to it.

    Parameters
    ----------
    params : the whole mapping
    names : those to show, all of them in ``params``
    """

    def __init__(self, params: MutableMapping[str, Array], names: Iterable[str]) -> None:
        self._params = params
        self._names = tuple(names)

    def _require(self, name: str) -> None:
        if name not in self._names:
            raise KeyError(f"no parameter {name!r} in this group; there are {', '.join(self)}")

    def __getitem__(self, name: str) -> Array:
        self._require(name)
        return self._params[name]

    def __setitem__(self, name: str, value: Array) -> None:
        self._require(name)
        self._params[name] = value

    def __delitem__(self, name: str) -> None:
        raise TypeError(f"a group keeps its parameters: {name!r} cannot be deleted")

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return repr(dict(self))


def select(
    params: MutableMapping[str, Array], names_or_prefixes: str | Iterable[str]
) -> SelectedParameters:
    """The parameters with certain names, or in certain layers.

    Parameters
    ----------
    params : such as ``model.params``
    names_or_prefixes : one or several; ``"0"`` stands for every name that begins with ``"0."``

    Returns
    -------
    mapping onto the same arrays: what an optimizer writes into it, the model uses

    Raises
    ------
    ValueError
        One of them fits no parameter.

    Examples
    --------
    >>> import numpy as np
    >>> params = {"0.weight": np.ones(2), "0.bias": np.zeros(1), "10.weight": np.ones(1)}
    >>> list(select(params, "0")), list(select(params, ["0.bias", "10"]))
    (['0.weight', '0.bias'], ['0.bias', '10.weight'])
    >>> list(select(params, [name for name in params if name.endswith("weight")]))
    ['0.weight', '10.weight']
    """
    chosen = [names_or_prefixes] if isinstance(names_or_prefixes, str) else list(names_or_prefixes)
    for choice in chosen:
        if not any(_fits(name, choice) for name in params):
            raise ValueError(f"{choice!r} fits no parameter; there are {', '.join(params)}")
    return SelectedParameters(
        params, [name for name in params if any(_fits(name, choice) for choice in chosen)]
    )


def _fits(name: str, choice: str) -> bool:
    return name == choice or name.startswith(choice.removesuffix(".") + ".")


class MultiOptimizer:
    """Several optimizers for one model, each with the parameters that it was made for.

    PyTorch's parameter groups do the same for one rule with several settings.

    ``lr`` is the rate of the first optimizer. Setting it sets the others' as well, in the
    proportions that the rates had at the start, so that one schedule serves all.

    Parameters
    ----------
    optimizers : made with the parts of one model's parameters, see ``select``

    Raises
    ------
    ValueError
        There are no optimizers, two of them move the same parameter, or the first has the rate 0,
        to which nothing stands in proportion.

    Examples
    --------
    >>> from nbcourse.optimizer_classes import SGD
    >>> import numpy as np
    >>> params = {"0.weight": np.ones(2), "0.bias": np.zeros(1), "1.weight": np.ones(2)}
    >>> below = SGD(select(params, "0"), lr=0.1)
    >>> optimizer = MultiOptimizer(below, SGD(select(params, "1.weight"), lr=0.2))
    >>> optimizer.step({name: np.ones_like(value) for name, value in params.items()})
    >>> params
    {'0.weight': array([0.9, 0.9]), '0.bias': array([-0.1]), '1.weight': array([0.8, 0.8])}
    >>> optimizer.lr = 0.05
    >>> optimizer.optimizers[1].lr
    0.1
    """

    def __init__(self, *optimizers: Optimizer) -> None:
        names = [name for optimizer in optimizers for name in optimizer.params]
        if not names:
            raise ValueError("MultiOptimizer needs at least one optimizer; got none")
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(
                f"{', '.join(map(repr, twice))} would be moved by two optimizers; give each of "
                "them parameters of its own"
            )
        if optimizers[0].lr == 0:
            raise ValueError("the first optimizer needs a rate other than 0; got 0")
        self.optimizers = optimizers
        self._names = names
        self._proportions = [optimizer.lr / optimizers[0].lr for optimizer in optimizers]

    @property
    def lr(self) -> float:
        """Rate of the first optimizer."""
        return self.optimizers[0].lr

    @lr.setter
    def lr(self, lr: float) -> None:
        for optimizer, proportion in zip(self.optimizers, self._proportions, strict=True):
            optimizer.lr = lr * proportion

    def step(self, grads: Mapping[str, Array]) -> None:
        """Move every parameter by the rule of its optimizer.

        Raises
        ------
        ValueError
            A gradient is missing, or belongs to a parameter that no optimizer was given.
        """
        require_same_names(grads, self._names, "gradient")
        for optimizer in self.optimizers:
            optimizer.step({name: grads[name] for name in optimizer.params})

    def state_dict(self) -> State:
        """The optimizers' states together, as ``Optimizer.state_dict``."""
        states = (optimizer.state_dict() for optimizer in self.optimizers)
        return {name: config for state in states for name, config in state.items()}

    def load_state_dict(self, state: Mapping[str, Mapping[str, Any]]) -> None:
        """Give each optimizer its part of what ``state_dict`` returned, or change none."""
        require_same_names(state, self._names, "state")
        parts = [{name: state[name] for name in optimizer.params} for optimizer in self.optimizers]
        for optimizer, part in zip(self.optimizers, parts, strict=True):
            optimizer.checked_state(part)
        for optimizer, part in zip(self.optimizers, parts, strict=True):
            optimizer.load_state_dict(part)
