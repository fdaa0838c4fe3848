"""A formula as a network and as a loss; solutions by search."""

from itertools import product

import numpy as np
import pytest

from nbcourse.gradcheck import numerical_gradient
from nbcourse.satisfiability import (
    cnf_network,
    find_assignment,
    random_cnf,
    sat_loss,
    satisfied,
)
from nbcourse.step_networks import step_network

FORMULAS = [
    [(1, -2), (2, 3)],
    [(-1, -2, -3), (1,), (2, 3), (-2, 3)],
    [(1, 2), (-1, 2), (1, -2), (-1, -2)],
    random_cnf(6, 20, np.random.default_rng(0)),
]


def variables(formula: list[tuple[int, ...]]) -> int:
    return max(abs(literal) for clause in formula for literal in clause)


@pytest.mark.parametrize("formula", FORMULAS)
def test_network_loss_and_clauses_agree_on_every_assignment(
    formula: list[tuple[int, ...]],
) -> None:
    n = variables(formula)
    for assignment in product((0, 1), repeat=n):
        holds = [any((k > 0) == (assignment[abs(k) - 1] == 1) for k in c) for c in formula]
        assert satisfied(formula, assignment).tolist() == holds
        assert step_network(np.array(assignment), *cnf_network(formula, n)) == all(holds)
        theta = 1000.0 * (2.0 * np.array(assignment) - 1.0)  # sigmoid gives exactly 0 or 1
        assert sat_loss(theta, formula)[0] == holds.count(False)


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_gradient_of_the_loss(formula: list[tuple[int, ...]]) -> None:
    theta = np.random.default_rng(1).normal(0.0, 1.5, variables(formula))
    measured = numerical_gradient(lambda t: sat_loss(t, formula)[0], theta)
    assert sat_loss(theta, formula)[1] == pytest.approx(measured, abs=1e-8)


def test_search_finds_a_solution_or_says_that_there_is_none() -> None:
    assert find_assignment(FORMULAS[2], 2) is None
    found = find_assignment(FORMULAS[3], 6)
    assert found is not None
    assert satisfied(FORMULAS[3], found).all()


def test_gradient_descent_solves_from_some_starts_and_is_stuck_from_others() -> None:
    formula = random_cnf(10, 40, np.random.default_rng(3))
    assert find_assignment(formula, 10) is not None
    solved, stuck = 0, 0
    for seed in range(10):
        theta = np.random.default_rng(seed).standard_normal(10)
        for _ in range(300):
            theta = theta - 3.0 * sat_loss(theta, formula)[1]
        loss, slope = sat_loss(theta, formula)
        solved += bool(satisfied(formula, theta > 0).all())
        stuck += bool(loss > 0.9 and np.abs(slope).max() < 0.01)
    assert solved > 0
    assert stuck > 0
    assert solved + stuck == 10


@pytest.mark.parametrize("clause", [(0, 1), (4,), (-4, 1), (1, 1), (1, -1)])
def test_a_clause_that_is_none_is_refused(clause: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"a clause holds each of the variables 1 to 3 at most"):
        cnf_network([(1, 2), clause], 3)


def test_random_formulas_have_three_different_variables_in_a_clause() -> None:
    formula = random_cnf(5, 200, np.random.default_rng(0))
    assert len(formula) == 200
    assert all(len({abs(k) for k in clause}) == len(clause) == 3 for clause in formula)
    assert {k for clause in formula for k in clause} == {*range(-5, 0), *range(1, 6)}
