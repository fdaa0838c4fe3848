r"""Satisfiability (SAT): find values, true or false, that make a formula true.

A formula is in conjunctive normal form (CNF): a list of clauses, all of which must hold. A clause
is a tuple of literals, one of which must hold. Literal ``k`` is variable ``k``, literal ``-k`` its
negation; variables are counted from 1, as in the DIMACS format of solvers. So
:math:`(x_1 \lor \lnot x_2) \land (x_2 \lor x_3)` is ``[(1, -2), (2, 3)]``.

The formula is a network, its satisfaction a loss. Whoever could always train such a network to loss
0 could solve every SAT problem, and SAT is NP-complete (Cook, 1971).
"""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nbcourse.activations import sigmoid
from nbcourse.arrays import Array
from nbcourse.step_networks import Network

Clause = tuple[int, ...]


def satisfied(clauses: Sequence[Clause], assignment: Any) -> NDArray[np.bool_]:
    """Which clauses hold under an assignment.

    Parameters
    ----------
    clauses : the formula
    assignment : one 0 or 1 for each variable

    Returns
    -------
    array of bool, one entry for each clause

    Examples
    --------
    >>> satisfied([(1, -2), (2, 3)], [0, 1, 0])
    array([False,  True])
    """
    values = np.asarray(assignment) == 1
    return np.array([any(values[abs(k) - 1] == (k > 0) for k in clause) for clause in clauses])


def cnf_network(clauses: Sequence[Clause], n_variables: int) -> Network:
    r"""A formula as a network of step units: its output is 1 for exactly the solutions.

    Each clause is a hidden unit, an OR: weight 1 for a variable, -1 for a negated one, and bias
    the number of negated ones less :math:`\tfrac12`. The output is the AND of all clauses.

    Parameters
    ----------
    clauses : the formula; a variable stands at most once in a clause
    n_variables : number of inputs

    Returns
    -------
    w1 : array (n_variables, number of clauses)
    b1 : array (number of clauses,)
    w2 : array (number of clauses,)
    b2 : number

    Raises
    ------
    ValueError
        A clause holds a literal of no variable, or a variable twice.

    Examples
    --------
    >>> from nbcourse.step_networks import step_network
    >>> network = cnf_network([(1, -2), (2, 3)], 3)
    >>> step_network(np.array([[0, 1, 0], [1, 1, 0]]), *network)
    array([0., 1.])
    """
    w1 = _signs(clauses, n_variables)
    b1 = (w1 < 0).sum(axis=0) - 0.5
    return w1, b1, np.ones(len(clauses)), 0.5 - len(clauses)


def sat_loss(theta: Array, clauses: Sequence[Clause]) -> tuple[float, Array]:
    r"""A loss that is 0 exactly where a formula is satisfied, and its gradient.

    The step units give way to functions with a derivative. Variable k has the value
    :math:`p_k = \sigma(\theta_k)`. A literal misses truth by :math:`1 - p_k`, or :math:`p_k` where
    it is negated, and a clause by the product of what its literals miss:

    .. math:: L = \sum_{\text{clauses}} \; \prod_{k} m_k, \qquad
        m_k = 1 - p_k \ \text{or}\ p_k, \qquad
        \frac{\partial L}{\partial \theta_k} = \sum_{\text{clauses}} \mp\, p_k (1 - p_k)
        \prod_{j \ne k} m_j

    Each product lies between 0 and 1. At values of 0 and 1, L is the number of clauses that do not
    hold. So L comes down to 0 for formulas that have a solution, and for no others.

    Parameters
    ----------
    theta : array (number of variables,)
    clauses : the formula; a variable stands at most once in a clause

    Returns
    -------
    loss : float
    dtheta : array, shape of theta

    Examples
    --------
    >>> loss, dtheta = sat_loss(np.array([0.0, 0.0, 0.0]), [(1, -2), (2, 3)])
    >>> loss, dtheta
    (0.5, array([-0.125,  0.   , -0.125]))
    """
    p = sigmoid(theta)
    signs = _signs(clauses, len(theta)).T  # (clauses, variables)
    misses = np.where(signs > 0, 1.0 - p, np.where(signs < 0, p, 1.0))
    dtheta = np.zeros_like(p)
    for k in range(len(p)):
        # The other misses are multiplied anew: dividing the product by one would fail at 0.
        others = np.where(np.arange(len(p)) == k, 1.0, misses).prod(axis=1)
        dtheta[k] -= p[k] * (1.0 - p[k]) * (signs[:, k] @ others)
    return float(misses.prod(axis=1).sum()), dtheta


def find_assignment(clauses: Sequence[Clause], n_variables: int) -> NDArray[np.int64] | None:
    r"""First solution of a formula, found by trying all :math:`2^D` assignments in turn.

    Parameters
    ----------
    clauses : the formula
    n_variables : D

    Returns
    -------
    integer array (D,) of 0 and 1, or None when there is no solution

    Examples
    --------
    >>> find_assignment([(1, 2), (-1, 2), (1, -2)], 2)
    array([1, 1])
    >>> find_assignment([(1,), (-1,)], 1) is None
    True
    """
    for assignment in product((0, 1), repeat=n_variables):
        if satisfied(clauses, assignment).all():
            return np.array(assignment)
    return None


def random_cnf(n_variables: int, n_clauses: int, rng: np.random.Generator) -> list[Clause]:
    """Random formula with three different variables in each clause, negated by a coin toss.

    Few formulas with fewer than about 4.27 clauses to a variable have no solution, few with more
    have one (for many variables); near that number lie the hard ones.

    Examples
    --------
    >>> formula = random_cnf(5, 2, np.random.default_rng(0))
    >>> [len(clause) for clause in formula]
    [3, 3]
    """
    clauses = []
    for _ in range(n_clauses):
        variables = rng.choice(np.arange(1, n_variables + 1), 3, replace=False)
        clauses.append(tuple(int(k) for k in variables * rng.choice([-1, 1], 3)))
    return clauses


def _signs(clauses: Sequence[Clause], n_variables: int) -> Array:
    """Weights (n_variables, number of clauses): 1 for a variable, -1 where negated, else 0."""
    signs = np.zeros((n_variables, len(clauses)))
    for column, clause in enumerate(clauses):
        variables = [abs(literal) for literal in clause]
        if len(set(variables)) < len(clause) or not all(0 < k <= n_variables for k in variables):
            raise ValueError(
                f"a clause holds each of the variables 1 to {n_variables} at most once, "
                f"got {tuple(clause)}"
            )
        signs[np.array(variables) - 1, column] = np.sign(clause)
    return signs
