"""Batch norm in two sweeps is the textbook's batch norm."""

from typing import Any

import numpy as np
import pytest

from nbcourse import normalization
from nbcourse.fast import batch_norm as fast
from nbcourse.fast import threads


def batch(n: int, d: int, mean: float, std: float, dtype: Any = np.float64) -> dict[str, Any]:
    rng = np.random.default_rng(n + d)
    features = 10.0 ** rng.uniform(-2, 2, d)
    return {
        "x": (features * rng.normal(mean, std, (n, d))).astype(dtype),
        "gamma": rng.normal(1.0, 1.0, d).astype(dtype),
        "beta": rng.normal(0.0, 1.0, d).astype(dtype),
        "running": {"mean": rng.normal(size=d), "var": rng.uniform(0.5, 2.0, d)},
    }


def both(given: dict[str, Any], dout: Any) -> list[dict[str, Any]]:
    """Everything that the pair computes, here and in the textbook."""
    results: list[dict[str, Any]] = []
    for module, mode in ((fast, ()), (normalization, ("train",))):
        out, cache, running = module.batchnorm_forward(*given.values(), *mode, momentum=0.3)
        dx, dgamma, dbeta = module.batchnorm_backward(dout, cache)
        results.append(
            {"out": out, **running, "dx": dx, "dgamma": dgamma, "dbeta": dbeta},
        )
    return results


@pytest.mark.parametrize(("is_shared", "count"), [(False, 2), (True, 1), (True, 2)])
@pytest.mark.parametrize("n", [2, 3, 16, 50, 64])
@pytest.mark.parametrize("d", [1, 5])
@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (2.0, 1.0), (-50.0, 1.0), (1e4, 1.0)])
def test_it_is_the_textbooks(
    n: int,
    d: int,
    mean: float,
    std: float,
    is_shared: bool,
    count: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In one block and in several, and with means of any size against the standard deviation."""
    monkeypatch.setattr(threads, "_threads", lambda: count)
    threads._pool.cache_clear()
    monkeypatch.setattr(fast, "SHARED_BYTES", 0 if is_shared else 10**9)
    monkeypatch.setattr(fast, "blocks_of", lambda n, each: threads.blocks_of(n, each, 24 * each))
    dout = np.random.default_rng(0).normal(1.0, 1.0, (n, d))
    ours, expected = both(batch(n, d, mean, std), dout)
    for name, value in expected.items():
        # Where two rows are all there is, dx is nothing but what eps leaves of it.
        size = np.abs(dout).max() if name == "dx" else np.abs(value).max()
        scale = np.abs(value).max() if n > 2 else size
        assert np.allclose(ours[name], value, rtol=1e-8, atol=1e-9 * scale), name


def test_a_large_mean_costs_no_digits_in_single_precision() -> None:
    """The variance as a difference of two means would have none left."""
    given = batch(200, 3, 3000.0, 1.0, np.float32)
    dout = np.random.default_rng(0).standard_normal((200, 3)).astype(np.float32)
    ours, _ = both(given, dout)
    double = {k: v.astype(np.float64) if k != "running" else v for k, v in given.items()}
    _, expected = both(double, dout.astype(np.float64))
    assert np.abs(ours["out"] - expected["out"]).max() < 1e-3
    assert ours["out"].dtype == ours["dx"].dtype == np.float32
    naive = np.mean(given["x"] ** 2, axis=0) - np.mean(given["x"], axis=0) ** 2
    assert np.abs(naive / double["x"].var(axis=0) - 1).max() > 0.1


def test_a_constant_feature_is_0_before_scale_and_shift() -> None:
    given = batch(20, 2, 0.0, 1.0)
    given["x"][:, 0], given["x"][:, 1] = 7.0, 0.0
    out, cache, _ = fast.batchnorm_forward(*given.values())
    assert np.allclose(out, given["beta"], rtol=1e-12)
    dx, dgamma, _ = fast.batchnorm_backward(np.ones((20, 2)), cache)
    assert np.allclose(dx, 0.0, atol=1e-9)
    assert np.allclose(dgamma, 0.0, atol=1e-9)


def test_nothing_that_comes_in_is_changed() -> None:
    given = batch(30, 4, -90.0, 1.0)
    kept = {key: repr(value) for key, value in given.items()}
    dout = np.ones((30, 4))
    _, cache, _ = fast.batchnorm_forward(*given.values())
    kept_cache = [array.copy() for array in cache]
    fast.batchnorm_backward(dout, cache)
    assert {key: repr(value) for key, value in given.items()} == kept
    assert all(map(np.array_equal, cache, kept_cache))
    assert np.array_equal(dout, np.ones((30, 4)))


def test_a_batch_in_columns_is_taken_too() -> None:
    given = batch(30, 4, 1.0, 1.0)
    ours, _ = both(given, np.ones((30, 4)))
    given["x"] = np.asfortranarray(given["x"])
    columns, _ = both(given, np.asfortranarray(np.ones((30, 4))))
    assert all(np.allclose(columns[name], ours[name]) for name in ours)


@pytest.mark.parametrize(
    ("n", "d", "words"), [(1, 3, "at least 2 rows"), (4, 2, r"needs x \(N, D\), gamma \(D,\)")]
)
def test_what_the_textbook_refuses_is_refused(n: int, d: int, words: str) -> None:
    given = batch(n, d, 0.0, 1.0)
    given["gamma"] = np.ones(3)
    given["beta"] = np.ones(3)
    with pytest.raises(ValueError, match=words):
        fast.batchnorm_forward(*given.values())
