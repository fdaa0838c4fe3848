"""Every exercise of every sheet: right answers pass, wrong ones lose points and are told why."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import Exercise, check_function
from nbcourse.exercise.cases import prepare
from nbcourse.specs import sheets
from tests.mutants import changing_inputs, harmless, mutants
from tests.wrong_answers import assert_fails

SEEDS = (None, "grader", "another grader")
EXERCISES = [
    exercise
    for sheet in sheets()
    for exercise in sheet.exercises
    if isinstance(exercise, Exercise)  # a project has tests of its own
]
EACH = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)

DRAWING = [
    exercise for exercise in EXERCISES if "rng" in inspect.signature(exercise.reference).parameters
]

# Names, arguments and results are fixed: notebooks that students have already begun rely on them.
SIGNATURES = {
    "graphs": {
        "compound_backward": ("x, y, z", "dx, dy, dz"),
        "add_backward": ("dout, cache", "dx, dy"),
        "multiply_backward": ("dout, cache", "dx, dy"),
        "max_backward": ("dout, cache", "dx, dy"),
        "sigmoid_neuron_backward": ("dout, cache", "dw, dx"),
        "topological_order": ("parents", "order"),
        "graph_backward": ("parents, local, output", "gradients"),
        "matmul_backward": ("dout, cache", "da, db"),
        "unbroadcast": ("dout, shape", "dx"),
    },
    "gradient-checking": {
        "numerical_gradient": ("f, x, h=1e-05", "gradient"),
        "relative_error": ("a, b", "error"),
        "find_wrong_node": ("analytic, numeric, order, tol=1e-06", "node"),
    },
    "activations": {
        "sigmoid_backward": ("dout, cache", "dx"),
        "tanh_backward": ("dout, cache", "dx"),
        "softmax_backward": ("dout, cache", "dx"),
        "leaky_relu_backward": ("dout, cache", "dx"),
        "elu_backward": ("dout, cache", "dx"),
        "selu_backward": ("dout, cache", "dx"),
        "prelu_backward": ("dout, cache", "dx, dalpha"),
        "swish_backward": ("dout, cache", "dx, dbeta"),
        "maxout_backward": ("dout, cache", "dx, dw, db"),
        "dead_unit_fraction": ("h", "fraction"),
    },
    "capstone": {
        "train": ("x, labels, rng", "60 %, 78 %, 86 %, 91 %"),
        "predict": ("params, x", "60 %, 78 %, 86 %, 91 %"),
    },
    "batch-norm": {
        "batchnorm_forward": (
            "x, gamma, beta, running, mode, momentum=0.1, eps=1e-05",
            "out, cache, running",
        ),
        "batchnorm_backward_staged": ("dout, cache", "dx_hat, dvar, dmean, dx, dgamma, dbeta"),
        "batchnorm_backward": ("dout, cache", "dx, dgamma, dbeta"),
        "layernorm_forward": ("x, gamma, beta, eps=1e-05", "out, cache"),
        "layernorm_backward": ("dout, cache", "dx, dgamma, dbeta"),
        "dropout_forward": ("x, p, mask", "out"),
        "dropout_backward": ("dout, p, mask", "dx"),
        "residual_backward": ("dout, cache", "dx, dw1, db1, dw2, db2"),
    },
    "data": {
        "standardize": ("x_train, x_test", "x_train, x_test"),
        "pca_whiten": ("x_train, x_test, n_components, eps=1e-05", "z_train, z_test"),
    },
    "initialization": {
        "xavier_normal": ("fan_in, fan_out, rng", "w"),
        "xavier_uniform": ("fan_in, fan_out, rng", "w"),
        "kaiming_normal": ("fan_in, fan_out, rng", "w"),
        "kaiming_uniform": ("fan_in, fan_out, rng", "w"),
        "orthogonal": ("fan_in, fan_out, gain, rng", "w"),
        "layer_statistics": ("weights, x, activation", "means, stds"),
        "predict_layer_std": ("sigma, fan_in, depth, input_std", "stds"),
        "lsuv": ("weights, x, activation, tol=0.02, max_iter=10", "weights"),
    },
    "networks": {
        "linear_forward": ("x, w, b", "out, cache"),
        "linear_backward": ("dout, cache", "dx, dw, db"),
        "relu_forward": ("x", "out, cache"),
        "relu_backward": ("dout, cache", "dx"),
        "softmax_cross_entropy": ("logits, labels", "loss, dlogits"),
        "binary_cross_entropy": ("logits, targets", "loss, dlogits"),
        "sum_of_squares": ("pred, target", "loss, dpred"),
        "l2_penalty": ("weights, weight_decay", "loss, grads"),
        "two_layer_loss": ("params, x, labels, weight_decay", "loss, grads"),
        "mlp_loss": ("params, x, labels, weight_decay", "loss, grads"),
        "top_k_accuracy": ("scores, labels, k", "accuracy"),
        "count_parameters": ("sizes", "count"),
    },
    "neurons": {
        "perceptron_update": ("w, b, x, y", "w, b"),
        "adaline_update": ("w, b, x, y, lr", "w, b"),
        "or_gate": ("", "gate"),
        "and_gate": ("", "gate"),
        "xor_network": ("", "network"),
        "dnf_network": ("table", "network"),
    },
    "optimizers": {
        "sgd": ("w, dw, config", "w, config"),
        "momentum": ("w, dw, config", "w, config"),
        "nesterov": ("w, dw, config", "w, config"),
        "rprop": ("w, dw, config", "w, config"),
        "adagrad": ("w, dw, config", "w, config"),
        "adadelta": ("w, dw, config", "w, config"),
        "rmsprop": ("w, dw, config", "w, config"),
        "adam": ("w, dw, config", "w, config"),
        "linear_regression_sgd": ("theta, x, y, lr", "theta"),
        "minibatches": ("n, batch_size, rng", "batches"),
        "step_decay": ("t, lr, drop, every", "lr"),
        "inverse_time_decay": ("t, lr, decay", "lr"),
        "triangular_lr": ("t, base_lr, max_lr, half_cycle", "lr"),
        "cosine_restarts": ("t, lr, period", "lr"),
    },
    "training": {
        "clip_grad_norm": ("grads, max_norm", "grads, norm"),
        "polyak_average": ("average, params, decay=0.995", "average"),
        "early_stopping": ("losses, patience, min_delta", "stop_step, best_step"),
        "update_ratio": ("w, w_new", "ratio"),
    },
}
# Arguments that no function can change: numbers, generators, none at all.
NOTHING_TO_CHANGE = {
    "compound_backward",
    "or_gate",
    "and_gate",
    "xor_network",
    "xavier_normal",
    "xavier_uniform",
    "kaiming_normal",
    "kaiming_uniform",
    "orthogonal",
    "predict_layer_std",
    "minibatches",
    "step_decay",
    "inverse_time_decay",
    "triangular_lr",
    "cosine_restarts",
}


def test_names_arguments_and_results_are_those_that_were_promised() -> None:
    found = {
        sheet.name: {
            name: (_arguments(function), ", ".join(exercise.parts))
            for exercise in sheet.exercises
            for name, function in exercise.functions.items()
        }
        for sheet in sheets()
    }
    assert found == SIGNATURES


def _arguments(function: Callable[..., Any]) -> str:
    parameters = inspect.signature(function).parameters.values()
    return ", ".join(
        p.name if p.default is p.empty else f"{p.name}={p.default!r}" for p in parameters
    )


@EACH
def test_an_exercise_knows_enough(exercise: Exercise) -> None:
    assert len(exercise.mistakes) >= 3
    assert len(exercise.alternatives) >= 1
    assert exercise.points > 0
    assert exercise.summary
    hints = [mistake.hint for mistake in exercise.mistakes]
    assert len(set(hints)) == len(hints)


@EACH
@pytest.mark.parametrize("seed", SEEDS)
def test_right_answers_get_full_marks(exercise: Exercise, seed: str | None) -> None:
    for right in (exercise.reference, *exercise.alternatives):
        score = check_function(exercise, right, seed)
        assert score.passed, score
        assert score == score.max_score == exercise.points
        assert score.hint is None


@EACH
def test_who_draws_gets_a_generator_as_the_last_argument(exercise: Exercise) -> None:
    for seed in SEEDS:
        *args, last = (None, *prepare(exercise, seed)[0].args)
        assert isinstance(last, np.random.Generator) == (exercise in DRAWING)
        assert not any(isinstance(value, np.random.Generator) for value in args)


@pytest.mark.parametrize("exercise", DRAWING, ids=lambda exercise: exercise.name)
def test_who_draws_from_the_generator_given_is_not_accused(exercise: Exercise) -> None:
    for seed in range(20):
        score = check_function(exercise, exercise.reference, f"seed {seed}")
        assert score.passed, score


@pytest.mark.parametrize("own", [0, 7, None])
@pytest.mark.parametrize("exercise", DRAWING, ids=lambda exercise: exercise.name)
def test_a_generator_of_ones_own_costs_a_fifth(exercise: Exercise, own: int | None) -> None:
    def function(*args: Any) -> Any:
        rng = np.random.default_rng(args[0] if own is None else own)
        return exercise.reference(*args[:-1], rng)

    for seed in SEEDS:
        score = check_function(exercise, function, seed)
        assert score == pytest.approx(0.8 * exercise.points)
        assert score.problem is not None
        assert score.problem.stage == "random"
        assert "no generator of your own" in (score.hint or "")


@EACH
@pytest.mark.parametrize("seed", SEEDS)
def test_every_mistake_loses_points_and_gets_its_own_hint(
    exercise: Exercise, seed: str | None
) -> None:
    for mistake in exercise.mistakes:
        score = check_function(exercise, mistake.function, seed)
        assert_fails(score)
        assert mistake.hint in (score.hint or ""), score


MUTANTS = [
    pytest.param(exercise, mutant, id=f"{exercise.name}: {name}")
    for exercise in EXERCISES
    for name, mutant in mutants(exercise)
]


HARMLESS = [
    pytest.param(exercise, mutant, id=f"{exercise.name}: {name}")
    for exercise in EXERCISES
    for name, mutant in harmless(exercise)
]


@pytest.mark.parametrize(("exercise", "mutant"), HARMLESS)
def test_what_is_no_mutant_here_passes(exercise: Exercise, mutant: Callable[..., Any]) -> None:
    for seed in SEEDS[:2]:
        assert check_function(exercise, mutant, seed).passed


@pytest.mark.parametrize(("exercise", "mutant"), MUTANTS)
def test_no_mutant_passes(exercise: Exercise, mutant: Callable[..., Any]) -> None:
    for seed in SEEDS[:2]:
        assert_fails(check_function(exercise, mutant, seed))


@EACH
def test_a_function_that_changes_its_inputs_loses_a_fifth_and_is_told(exercise: Exercise) -> None:
    mutant = changing_inputs(exercise)
    if mutant is None:
        assert exercise.name in NOTHING_TO_CHANGE
        return
    score = check_function(exercise, mutant)
    assert score == pytest.approx(0.8 * exercise.points)
    assert "changes its input" in (score.hint or "")
    assert "changes its input" in score.headline


@EACH
def test_each_part_is_worth_the_same(exercise: Exercise) -> None:
    count = len(exercise.parts)
    for wrong in range(count):

        def one_wrong(*args: Any, wrong: int = wrong) -> Any:
            result = exercise.reference(*args)
            if isinstance(result, dict) and count > 1:
                return {**result, exercise.parts[wrong]: "wrong"}
            parts = list(result) if count > 1 else [result]
            parts[wrong] = "wrong"
            return parts if count > 1 else parts[0]

        score = check_function(exercise, one_wrong)
        assert score == pytest.approx(exercise.points * (count - 1) / count, abs=1e-4)
        assert [part.right for part in score.parts] == [i != wrong for i in range(count)]


@EACH
def test_an_unfinished_function_is_not_a_failure(exercise: Exercise) -> None:
    def stub(*args: Any) -> Any:
        raise NotImplementedError

    score = check_function(exercise, stub)
    assert score == 0.0
    assert score.headline == "not implemented yet"
    assert score.hint is None
    assert "✗" not in score._repr_html_()
