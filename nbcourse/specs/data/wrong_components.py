"""Wrong ways to whiten that people really write.

Most are the right recipe with one step done otherwise. Two such slips often come together, so each
is recognized beside the most frequent others as well.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.exercise import Mistake
from nbcourse.exercise.cases import Raised
from nbcourse.specs.data.other_components import (
    always_stops,
    correlated,
    examples_as_features,
    first_features,
    in_any_order,
    is_complex,
    no_rotation,
    of_correlations,
    only,
    rows_centered,
    rows_for_columns,
    rows_taken,
    rows_turned_round,
    unsorted,
)
from nbcourse.specs.data.recipe import Slips, recipe
from nbcourse.specs.data.signs import alike

# What often comes along with another slip.
_COMPANIONS: tuple[Slips, ...] = (
    {},
    {"divisor": "n - 1"},
    {"divisor": "none"},
    {"scale": "none"},
    {"scale": "no root"},
    {"scale": "eps outside"},
    {"scale": "no eps"},
    {"order": "rising"},
    {"test": "own"},
    {"mean": "covariance only"},
)


class _These:
    """Arguments, hashed and compared as the one object they are."""

    def __init__(self, args: tuple[Any, ...]) -> None:
        self.args = args

    def __hash__(self) -> int:
        return id(self.args)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _These) and self.args is other.args


@lru_cache(maxsize=4096)
def _kept(these: _These, slips: tuple[tuple[str, str], ...]) -> tuple[Array, Array]:
    """The recipe, followed once for everyone whose answer is compared with what it gives."""
    return recipe(these.args, dict(slips))


def _mistake(hint: str, *forms: Slips) -> Mistake:
    """A slip in one or several forms, alone or beside another."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        if isinstance(result, Raised):
            return False
        with np.errstate(all="ignore"):
            return any(
                alike(result, _kept(_These(args), tuple((companion | form).items())))
                for form in forms
                for companion in _COMPANIONS
            )

    return Mistake(hint, lambda *args: recipe(args, forms[0]), explains)


def _form(hint: str, function: Callable[..., Any], *others: Callable[..., Any]) -> Mistake:
    """A mistake of another kind, in one or several forms."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        if isinstance(result, Raised):
            return False
        with np.errstate(all="ignore"):
            return any(alike(result, form(*args)) for form in (function, *others))

    return Mistake(hint, function, explains)


MISTAKES = (
    _mistake(
        "Your components are uncorrelated but keep their variances: whitening is not done. Divide "
        "each by sqrt(eigenvalue + eps).",
        {"scale": "none"},
    ),
    _mistake(
        "You whiten the test set by a mean, components and eigenvalues of its own. Take all three "
        "from x_train, for both sets.",
        {"test": "own"},
    ),
    _mistake(
        "You learn mean and components from both sets together. Take them from x_train alone: what "
        "is learned from the test set before the test spoils the test.",
        {"test": "together"},
    ),
    _mistake(
        "You divide each set by the std of its own result. Divide both by sqrt(eigenvalue + eps), "
        "with the eigenvalues of the training set's covariance.",
        {"scale": "own std"},
        {"scale": "own std, or nan"},
    ),
    _mistake(
        "You divide by the eigenvalue. It is a variance: divide by its root, "
        "sqrt(eigenvalue + eps).",
        {"scale": "no root"},
        {"scale": "no root of values"},
        {"scale": "squared"},
    ),
    _mistake(
        "Your covariance has the divisor N - 1, as np.cov by itself. Here it is N: "
        "np.cov(..., bias=True), or divide the product by N.",
        {"divisor": "n - 1"},
    ),
    _mistake(
        "Your covariance is a sum over the examples. Divide the product by N.",
        {"divisor": "none"},
    ),
    _mistake(
        "Your covariance is divided by the number of features, or of all entries. Divide it by "
        "the number of examples, N.",
        {"divisor": "features"},
        {"divisor": "all"},
    ),
    _mistake(
        "You take the components in the order in which np.linalg.eigh gives them, which rises. "
        "The component of the largest variance comes first: turn eigenvalues and vectors round.",
        {"order": "rising"},
    ),
    _mistake(
        "You take the right components in rising order. The one of the largest variance comes "
        "first.",
        {"order": "last"},
    ),
    _mistake(
        "Eigenvalues and eigenvectors do not belong together any more: the eigenvalues are put in "
        "falling order, the vectors are not. Apply one and the same order to both.",
        {"order": "values only"},
    ),
    _mistake(
        "Eigenvalues and eigenvectors do not belong together any more: the vectors are put in "
        "falling order, the eigenvalues are not. Apply one and the same order to both.",
        {"order": "vectors only"},
    ),
    _mistake(
        "The eps stands outside the root. It is added to the eigenvalue: sqrt(eigenvalue + eps).",
        {"scale": "eps outside"},
        {"scale": "eps added after"},
    ),
    _mistake(
        "Your result does not depend on eps. Divide by sqrt(eigenvalue + eps).",
        {"scale": "no eps"},
        {"scale": "fixed eps"},
    ),
    _mistake(
        "You square eps. It is added to the eigenvalue, which is a variance, as it is.",
        {"scale": "eps squared"},
    ),
    _mistake(
        "You multiply by the root of the eigenvalue. Divide by it, so that every component gets "
        "the variance 1.",
        {"scale": "multiplied"},
    ),
    _mistake(
        "You divide all components by the root of the first eigenvalue. Each has an eigenvalue of "
        "its own.",
        {"scale": "one number"},
    ),
    _mistake(
        "You do not center at all. Subtract the training set's mean first: the covariance is "
        "about the mean, and so is the rotation.",
        {"mean": "nowhere"},
    ),
    _mistake(
        "You center for the covariance only. What is rotated is x - mean as well, for both sets.",
        {"mean": "covariance only"},
    ),
    _mistake(
        "You do not center the test set. Subtract the mean of the training set from it.",
        {"mean": "test not"},
    ),
    _mistake(
        "You center the test set by its own mean. Subtract the mean of the training set.",
        {"mean": "test own"},
    ),
    _mistake(
        "You subtract one mean of all entries. Every feature has its own: axis=0.",
        {"mean": "one number"},
    ),
    _mistake(
        "You take the singular values for variances. The variance of a component is "
        "singular value ** 2 / N.",
        {"values": "singular"},
    ),
    _mistake(
        "You divide by the root of a share of the whole variance. The eigenvalue itself is the "
        "variance of its component.",
        {"values": "shares"},
    ),
    _mistake(
        "You take two roots. The eigenvalue is the variance: its root is the std already.",
        {"scale": "two roots"},
    ),
    _mistake(
        "All components come back. Keep the first n_components of them.",
        {"count": "all"},
    ),
    _mistake(
        "You rotate back to the features at the end, which is ZCA whitening. Here the components "
        "themselves are asked for.",
        {"back": "yes"},
        {"back": "yes", "count": "all"},
    ),
    _mistake(
        "You divide the features by their std before the components are found. PCA whitening "
        "only centers them: the covariance is that of x - mean.",
        {"features": "standardized"},
    ),
    _mistake(
        "x_test comes back as it was. It is centered, rotated and divided like x_train.",
        {"test": "untouched"},
    ),
    _mistake(
        "The components of x_test keep their variances. Divide them by the same numbers as those "
        "of x_train, sqrt(eigenvalue + eps).",
        {"test": "not divided"},
    ),
    Mistake(
        "The rows of your matrix are examples where they should be features: the covariance is "
        "(D, D), x.T @ x of the centered data, not x @ x.T. np.cov needs rowvar=False.",
        examples_as_features,
        always_stops,
    ),
    Mistake(
        "You take the rows of the matrix of eigenvectors for components. np.linalg.eigh puts them "
        "in its columns: vectors[:, i] belongs to eigenvalue i.",
        rows_for_columns,
        rows_taken,
    ),
    _form(
        "vectors[::-1] turns the rows of the matrix round. The components are its columns: "
        "vectors[:, ::-1].",
        rows_turned_round,
    ),
    Mistake(
        "You take the eigenvectors of the correlations. For whitening they are those of the "
        "covariance, and a constant feature has no correlation.",
        of_correlations,
        correlated,
    ),
    _form(
        "You subtract from every example the mean of its own entries. The mean of each feature "
        "goes down the examples: axis=0.",
        rows_centered,
    ),
    _form(
        "You cut the features to n_components before the components are found. Find them from all "
        "features, then keep the first n_components.",
        first_features,
    ),
    _form(
        "You take the features of the largest variance as they are. Components are new features: "
        "rotate first, (x - mean) @ eigenvectors.",
        no_rotation,
    ),
    Mistake(
        "Your components are the right ones in another order. np.linalg.eig sorts nothing, and "
        "np.linalg.eigh sorts so that the variances rise: put them in falling order.",
        unsorted,
        in_any_order,
    ),
    _form(
        "The two sets are swapped: return z_train, then z_test.",
        only(lambda both: both[::-1]),
    ),
    _form(
        "Your arrays are transposed: the examples are the rows.",
        only(lambda both: tuple(z.T for z in both)),
    ),
    Mistake(
        "You return one array. Two are asked for: z_train and z_test.",
        only(lambda both: both[0]),
        lambda args, result: np.shape(result) == (len(args[0]), args[2]),
    ),
    Mistake(
        "Your numbers are complex. A covariance is symmetric: np.linalg.eigh, made for symmetric "
        "matrices, gives real ones.",
        only(lambda both: tuple(z.astype(complex) for z in both)),
        is_complex,
    ),
)
