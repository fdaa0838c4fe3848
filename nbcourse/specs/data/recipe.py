"""``pca_whiten`` step by step, with steps that can be done otherwise than they should."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.arrays import Array

Slips = dict[str, str]


def recipe(args: tuple[Any, ...], slips: Slips) -> tuple[Array, Array]:
    """``pca_whiten(*args)`` with some steps done otherwise."""
    x_train, x_test, n_components, eps = (*args, 1e-5)[:4]
    train_as = test_as = x_train
    if slips.get("test") == "own":
        test_as = x_test
    if slips.get("test") == "together":
        train_as = test_as = np.concatenate([x_train, x_test])
    z_train = _whitened(x_train, train_as, x_train, n_components, eps, slips)
    if slips.get("test") == "untouched":
        return z_train, x_test
    if slips.get("test") == "not divided":
        slips = slips | {"scale": "none"}
    return z_train, _whitened(x_test, test_as, x_train, n_components, eps, slips)


def _whitened(
    x: Array, learn: Array, x_train: Array, count: int, eps: float, slips: Slips
) -> Array:
    """One set, by what is learned from another."""
    n = len(learn)
    features = learn
    if slips.get("features") == "standardized":
        std = np.where(np.ptp(learn, axis=0) == 0, 1.0, learn.std(axis=0))
        features, x = learn / std, x / std
    mean = features.mean(axis=0)
    centered = features - (features.mean() if slips.get("mean") == "one number" else mean)
    divisor = {"n - 1": max(n - 1, 1), "none": 1, "features": x.shape[1], "all": learn.size}.get(
        slips.get("divisor", ""), n
    )
    product = features if slips.get("mean") == "nowhere" else centered
    values, vectors = np.linalg.eigh(product.T @ product / divisor)
    values = np.maximum(values, 0.0)
    if slips.get("values") == "singular":
        values = np.sqrt(values * n)
    falling, rising = np.arange(len(values))[::-1], np.arange(len(values))
    if slips.get("values") == "shares":
        values = values / values.sum()
    order = {"rising": rising, "last": rising[len(values) - count :]}.get(
        slips.get("order", ""), falling
    )
    value_order = rising if slips.get("order") == "vectors only" else order
    vector_order = rising if slips.get("order") == "values only" else order
    count = len(values) if slips.get("count") == "all" else count
    values, vectors = values[value_order][:count], vectors[:, vector_order][:, :count]
    shift = {
        "nowhere": 0.0,
        "covariance only": 0.0,
        "one number": features.mean(),
        "test not": mean if x is features or x is x_train else 0.0,
        "test own": x.mean(axis=0),
    }.get(slips.get("mean", ""), mean)
    z = (x - shift) @ vectors * _factor(values, eps, slips.get("scale", ""))
    if slips.get("scale") == "own std":
        std = z.std(axis=0)
        z = z / np.where(std > 0, std, 1.0)
    if slips.get("scale") == "own std, or nan":
        z = z / z.std(axis=0)
    whitened: Array = z @ vectors.T if slips.get("back") else z
    return whitened


def _factor(values: Array, eps: float, scale: str) -> Any:
    """What the components are multiplied by."""
    rules: dict[str, Callable[[], Any]] = {
        "": lambda: 1 / np.sqrt(values + eps),
        "none": lambda: np.ones_like(values),
        "own std": lambda: np.ones_like(values),
        "own std, or nan": lambda: np.ones_like(values),
        "no root": lambda: 1 / (values + eps),
        "eps outside": lambda: 1 / (np.sqrt(values) + eps),
        "eps added after": lambda: 1 / np.sqrt(values) + eps,
        "two roots": lambda: 1 / np.sqrt(np.sqrt(values) + eps),
        "squared": lambda: 1 / (values**2 + eps),
        "no eps": lambda: 1 / np.sqrt(values),
        "fixed eps": lambda: 1 / np.sqrt(values + 1e-5),
        "eps squared": lambda: 1 / np.sqrt(values + eps**2),
        "multiplied": lambda: np.sqrt(values + eps),
        "no root of values": lambda: 1 / (values + np.sqrt(eps)),
        "one number": lambda: 1 / np.sqrt(values[0] + eps),
    }
    return rules[scale]()
