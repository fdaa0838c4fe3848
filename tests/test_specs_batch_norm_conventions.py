"""Sheet "batch-norm": answers written to the conventions of other courses, and to this one's."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import check_function
from nbcourse.layer_normalization import layernorm_forward
from nbcourse.normalization import batchnorm_forward
from nbcourse.specs import find_exercise

Function = Callable[..., Any]


def convention(
    mean: Function = lambda old, new, m: (1 - m) * old + m * new,
    var: Function = lambda old, new, m, n: (1 - m) * old + m * new * n / (n - 1),
    momentum: float = 0.1,
    eps: float = 1e-5,
    in_test: Function = lambda x, running, m: running,
    cache: Function = lambda x, x_hat, gamma, std: (x_hat, gamma, 1 / std),
) -> Function:
    """The forward pass as courses and libraries write it, with their conventions."""

    def forward(
        x: Any, gamma: Any, beta: Any, running: Any, mode: str, m: float = momentum, eps: Any = eps
    ) -> Any:
        running_mean, running_var = running["mean"], running["var"]
        if mode == "test":
            x_norm = (x - running_mean) / np.sqrt(running_var + eps)
            return gamma * x_norm + beta, None, in_test(x, running, m)
        if len(x) < 2:
            raise ValueError("a batch of one")
        sample_mean, sample_var = np.mean(x, axis=0), np.var(x, axis=0)
        std = np.sqrt(sample_var + eps)
        x_norm = (x - sample_mean) / std
        running_mean = mean(running_mean, sample_mean, m)
        running_var = var(running_var, sample_var, m, len(x))
        new = {"mean": running_mean, "var": running_var}
        return gamma * x_norm + beta, cache(x, x_norm, gamma, std), new

    return forward


KEPT = {
    "mean": lambda old, new, m: m * old + (1 - m) * new,
    "var": lambda old, new, m, n: m * old + (1 - m) * new,
}


@pytest.mark.parametrize(
    ("function", "share", "words"),
    [
        (convention(), 1.0, ()),
        (convention(**KEPT, momentum=0.9), 2 / 3, ("0.9 by default", "divisor N")),
        (convention(**KEPT), 2 / 3, ("swapped", "divisor N")),
        (convention(mean=KEPT["mean"]), 2 / 3, ("running statistics are not those",)),
        (convention(var=lambda old, new, m, n: (1 - m) * old + m * new), 2 / 3, ("divisor N.",)),
        (
            convention(var=lambda old, new, m, n: (1 - m) * old + m * np.sqrt(new)),
            2 / 3,
            ("standard deviation",),
        ),
        (
            convention(var=lambda old, new, m, n: (1 - m) * old + m * np.sqrt(new + 1e-5)),
            2 / 3,
            ("running",),
        ),
        (
            convention(in_test=lambda x, r, m: {k: 0.9 * v for k, v in r.items()}),
            2 / 3,
            ("at test time",),
        ),
        (
            convention(cache=lambda x, x_hat, gamma, std: (x, x_hat, std, gamma)),
            2 / 3,
            ("three that are asked for",),
        ),
        (convention(cache=lambda x, x_hat, gamma, std: (x_hat, gamma, std)), 2 / 3, ("one over",)),
    ],
)
def test_conventions_of_other_courses_are_named(
    function: Function, share: float, words: tuple[str, ...]
) -> None:
    score = check_function(find_exercise("batchnorm_forward"), function, "grader")
    assert score == pytest.approx(share * score.max_score, abs=1e-4)
    for each in words:
        assert each in (score.hint or "")


@pytest.mark.parametrize("seed", [None, "grader", "another grader"])
@pytest.mark.parametrize("eps", [1e-12, 1e-10, 1e-8, 1e-6, 3e-6, 1e-4, 1e-3, 0.02])
def test_another_default_of_eps_is_named(eps: float, seed: str | None) -> None:
    def layernorm(x: Any, gamma: Any, beta: Any, given: float = eps) -> Any:
        return layernorm_forward(x, gamma, beta, given)

    score = check_function(find_exercise("batchnorm_forward"), convention(eps=eps), seed)
    assert score == pytest.approx(score.max_score / 3, abs=1e-4)
    assert score.hint == "The default of eps is 1e-5."
    score = check_function(find_exercise("layernorm_forward"), layernorm, seed)
    assert score == 0
    assert score.hint == "The default of eps is 1e-5."


@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        (
            "layernorm_forward",
            lambda x, g, b, eps=1e-5: layernorm_forward(x, g, b, 1e-3),
            "written",
        ),
        (
            "layernorm_forward",
            lambda x, g, b, eps=1e-8: layernorm_forward(x, g, b, 1e-8),
            "written",
        ),
        ("batchnorm_forward", lambda *args: batchnorm_forward(*args[:5], *args[5:6]), "eps"),
        ("batchnorm_forward", convention(momentum=0.2, eps=1e-8), "default of eps"),
        ("batchnorm_forward", convention(momentum=0.2), "running statistics"),
    ],
)
def test_what_else_is_wrong_is_not_taken_for_a_default(
    name: str, function: Function, words: str
) -> None:
    for seed in (None, "grader"):
        score = check_function(find_exercise(name), function, seed)
        assert not score.passed
        assert words in (score.hint or "")
        assert ("default" in (score.hint or "")) == ("default" in words)


def test_running_statistics_updated_in_place_cost_a_fifth() -> None:
    def in_place(x: Any, gamma: Any, beta: Any, running: Any, *more: Any) -> Any:
        out, cache, new = batchnorm_forward(x, gamma, beta, running, *more)
        running.update(new)
        return out, cache, running

    score = check_function(find_exercise("batchnorm_forward"), in_place)
    assert score == pytest.approx(0.8 * score.max_score, abs=1e-4)
    assert "changes its input running" in (score.hint or "")


def short(dx: Function, dgamma: Function | None = None, scale: float = 1.0) -> Function:
    """Batch norm's way back from another formula for dx."""

    def backward(dout: Any, cache: Any) -> Any:
        x_hat, gamma, inv_std = cache
        right = (dout * x_hat).sum(axis=0)
        sums = scale * (right if dgamma is None else dgamma(dout, *cache)), scale * dout.sum(axis=0)
        return dx(dout, x_hat, gamma, inv_std, len(dout), dout.shape[1]), *sums

    return backward


def cs231n(dout: Any, x_hat: Any, gamma: Any, s: Any, n: int, d: int) -> Any:
    return gamma * s / n * (n * dout - np.sum(dout, axis=0) - x_hat * np.sum(dout * x_hat, axis=0))


@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        ("batchnorm_backward", short(cs231n), None),
        (
            "batchnorm_backward",
            short(lambda dout, x_hat, g, s, n, d: cs231n(dout, x_hat, g, s, d, n)),
            "In dx you divide by D",
        ),
        (
            "batchnorm_backward",
            short(lambda dout, x_hat, g, s, n, d: cs231n(dout, x_hat, g, 1 / s, n, d)),
            "multiply by it",
        ),
        (
            "batchnorm_backward",
            short(lambda dout, x_hat, g, s, n, d: cs231n(dout, x_hat, 1.0, s, n, d)),
            "gamma is missing",
        ),
        (
            "batchnorm_backward",
            short(lambda dout, x_hat, g, s, n, d: g * s * dout),
            "the straight one alone",
        ),
        (
            "batchnorm_backward",
            short(lambda dout, x_hat, g, s, n, d: cs231n(dout, x_hat, g, s, n, d).sum(axis=0)),
            "shape (D,)",
        ),
        (
            "batchnorm_backward",
            short(cs231n, lambda dout, x_hat, *_: x_hat.sum(axis=0)),
            "use dout",
        ),
        ("batchnorm_backward", short(cs231n, scale=0.5), "0.5 times"),
        ("layernorm_backward", short(cs231n), "over the batch"),
        ("dropout_forward", lambda x, p, mask: x * mask / p, "chance to drop"),
        ("dropout_forward", lambda x, p, mask: x * (mask < p) / (1 - p), "wrong way round"),
        ("dropout_forward", lambda x, p, mask: x * mask, "scaling is left out"),
        ("dropout_backward", lambda x, p, mask: x * mask, "scaling is left out"),
        ("dropout_backward", lambda x, p, mask: x * mask / p, "chance to drop"),
    ],
)
def test_answers_from_elsewhere(name: str, function: Function, words: str | None) -> None:
    score = check_function(find_exercise(name), function, "grader")
    assert score.passed == (words is None)
    assert (words or "") in (score.hint or "")
