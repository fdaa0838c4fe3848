"""The signature of a function as students see it: names and defaults."""

import inspect
from collections.abc import Callable


def bare_signature(function: Callable[..., object]) -> inspect.Signature:
    """Return the signature of a function without its annotations.

    Examples
    --------
    >>> def numerical_gradient(f, x: list, h: float = 1e-5) -> list: ...
    >>> str(bare_signature(numerical_gradient))
    '(f, x, h=1e-05)'
    """
    parameters = inspect.signature(function).parameters.values()
    return inspect.Signature([each.replace(annotation=each.empty) for each in parameters])
