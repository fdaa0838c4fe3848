"""Wrong ways to standardize that people really write, each with its hint."""

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.preprocessing import standardize
from nbcourse.specs.data.scale_rules import (
    SCALES,
    divided_by_zero,
    fewer_features,
    has_gaps,
    mean_of,
    mistake,
    nothing,
    one,
    overwritten,
    own,
    rows,
    sample_std,
    scaled,
    something_added,
    std_of,
    telling,
    test_by,
    together,
    uncentered_constants,
    without_constants,
)

MISTAKES = (
    mistake(
        "You give the test set a mean and a std of its own. Take both from x_train, for both "
        "sets: the test set must be moved exactly as the training set was.",
        *(own(scale=scale) for scale in SCALES),
        own(lambda x: x.mean(), lambda x: x.std()),
        own(scale=one),
        test_by(lambda train, test: mean_of(test), lambda train, test: sample_std(test)),
    ),
    mistake(
        "You take mean and std over both sets together. What is learned from the test set before "
        "the test spoils the test: take them from x_train alone.",
        together,
    ),
    Mistake(
        "A feature that is the same in every training example has the std 0, and 0 / 0 is not a "
        "number. Divide by 1 where the std is 0.",
        divided_by_zero,
        has_gaps,
    ),
    mistake(
        "All features are moved by the mean and the std of the last one: in your loop they replace "
        "those of the features before. Use them inside the loop, or take axis=0 without a loop.",
        scaled(lambda x: x[:, -1].mean(), lambda x: x[:, -1].std()),
    ),
    mistake(
        "You divide by the variance. The std is its root: np.std, or np.sqrt(np.var(...)).",
        scaled(scale=lambda x: x.var(axis=0)),
    ),
    mistake(
        "Your std has the divisor N - 1. Here it is N, which np.std takes by itself (ddof=0).",
        scaled(scale=sample_std),
    ),
    mistake(
        "You take one mean and one std of all entries. Every feature has its own: axis=0 goes "
        "down the examples.",
        scaled(lambda x: x.mean(), lambda x: x.std()),
    ),
    mistake(
        "Your mean is right, but your std is one number for all entries. Every feature has its "
        "own: x_train.std(axis=0).",
        scaled(scale=lambda x: x.std()),
        scaled(scale=lambda x: (x - x.mean(axis=0)).std()),
        scaled(scale=lambda x: x.std(axis=0).mean()),
    ),
    mistake(
        "Your std is right, but your mean is one number for all entries. Every feature has its "
        "own: x_train.mean(axis=0).",
        scaled(lambda x: x.mean()),
    ),
    mistake(
        "You work along the wrong axis: this standardizes every example, not every feature. The "
        "examples are the rows, so take mean and std with axis=0.",
        rows,
    ),
    mistake(
        "You divide by the std without subtracting the mean first.",
        scaled(shift=nothing),
    ),
    mistake(
        "You subtract the mean and stop. Divide by the std as well.",
        scaled(scale=one),
    ),
    mistake(
        "In Python x - mean / std means x - (mean / std). Put parentheses round the difference.",
        scaled(lambda x: x.mean(axis=0) / np.where(telling((x,)), x.std(axis=0), 1.0), one),
    ),
    mistake(
        "You subtract the mean after the division. The mean is in the units of the feature: "
        "subtract it first, then divide the difference.",
        scaled(lambda x: x.mean(axis=0) * np.where(telling((x,)), x.std(axis=0), 1.0)),
    ),
    mistake(
        "Both sets come back as they were: subtract the mean and divide by the std.",
        scaled(nothing, one),
    ),
    Mistake(
        "You return the means and the standard deviations. Return the two sets, moved and divided "
        "by them.",
        lambda x_train, x_test: (x_train.mean(axis=0), x_train.std(axis=0)),
    ),
    mistake(
        "x_test comes back as it was. It is moved and divided by the same numbers as x_train.",
        test_by(nothing, one),
        overwritten,
    ),
    mistake(
        "x_test is only centered. Divide it by the std of x_train as well.",
        test_by(lambda train, test: mean_of(train), one),
    ),
    mistake(
        "x_test is not centered. Subtract the mean of x_train from it, too.",
        test_by(nothing, lambda train, test: std_of(train)),
    ),
    mistake(
        "x_test is centered by its own mean. Subtract the mean of x_train, then divide by the std "
        "of x_train.",
        test_by(lambda train, test: mean_of(test), lambda train, test: std_of(train)),
    ),
    mistake(
        "x_test is divided by its own std. Divide by the std of x_train.",
        test_by(lambda train, test: mean_of(train), lambda train, test: std_of(test)),
        test_by(lambda train, test: mean_of(train), lambda train, test: sample_std(test)),
    ),
    mistake(
        "You divide by the root of the mean square, which is the std only after the mean is "
        "subtracted. Subtract first, then square.",
        scaled(scale=lambda x: np.sqrt((x**2).mean(axis=0))),
        scaled(scale=lambda x: (x**2).mean(axis=0)),
        scaled(nothing, lambda x: np.sqrt((x**2).mean(axis=0))),
    ),
    mistake(
        "This brings the features to a range, such as from 0 to 1. Subtract the mean, not the "
        "minimum, and divide by the std, not by the range.",
        scaled(lambda x: x.min(axis=0), lambda x: np.ptp(x, axis=0)),
        scaled(lambda x: (x.min(axis=0) + x.max(axis=0)) / 2, lambda x: np.ptp(x, axis=0) / 2),
        own(lambda x: x.min(axis=0), lambda x: np.ptp(x, axis=0)),
    ),
    mistake(
        "You divide by the range of the feature, its maximum minus its minimum. Divide by its std.",
        scaled(scale=lambda x: np.ptp(x, axis=0)),
    ),
    mistake(
        "You divide by the largest absolute value. Divide by the std.",
        scaled(scale=lambda x: np.abs(x).max(axis=0)),
        scaled(scale=lambda x: x.max(axis=0)),
        scaled(nothing, lambda x: np.abs(x).max(axis=0)),
        scaled(nothing, lambda x: x.max(axis=0)),
    ),
    mistake(
        "You divide by the norm of the centered feature, the root of the sum of squares. The std "
        "is the root of their mean: divide the sum by N first.",
        scaled(scale=lambda x: np.linalg.norm(x - x.mean(axis=0), axis=0)),
    ),
    mistake(
        "You divide the sum of squares by the number of features. The std is the root of the mean "
        "over the N examples.",
        scaled(scale=lambda x: np.sqrt(((x - x.mean(axis=0)) ** 2).sum(axis=0) / x.shape[1])),
    ),
    mistake(
        "You divide by the norm of the feature. Divide by its std: the root of the mean squared "
        "distance from its mean.",
        scaled(scale=lambda x: np.linalg.norm(x, axis=0)),
        scaled(nothing, lambda x: np.linalg.norm(x, axis=0)),
    ),
    mistake(
        "You divide by the mean absolute distance. The std is the root of the mean square.",
        scaled(scale=lambda x: np.abs(x - x.mean(axis=0)).mean(axis=0)),
    ),
    mistake(
        "You divide by the root of the std. np.std has taken the root of the variance already.",
        scaled(scale=lambda x: np.sqrt(x.std(axis=0))),
    ),
    mistake(
        "You multiply by the std. Divide by it, so that a feature that varies much gets smaller.",
        scaled(scale=lambda x: 1.0 / np.where(telling((x,)), x.std(axis=0), 1.0)),
    ),
    mistake(
        "You subtract the median. Subtract the mean, and divide by the std.",
        scaled(lambda x: np.median(x, axis=0)),
        scaled(
            lambda x: np.median(x, axis=0),
            lambda x: np.percentile(x, 75, axis=0) - np.percentile(x, 25, axis=0),
        ),
    ),
    mistake(
        "Where the std is below 1 you divide by 1. A small std is a std like any other: only 0 "
        "cannot be divided by.",
        scaled(scale=lambda x: np.maximum(x.std(axis=0), 1.0)),
    ),
    mistake(
        "You add the mean. Subtract it, so that the mean becomes 0.",
        scaled(lambda x: -x.mean(axis=0)),
    ),
    Mistake(
        "The number that you add to the std, or to the variance, changes every feature. Where the "
        "std is 0, divide by 1, and add nothing elsewhere.",
        scaled(scale=lambda x: x.std(axis=0) + 1e-3),
        something_added,
    ),
    Mistake(
        "You return mean and std too, or in place of the test set. Return two arrays: x_train and "
        "x_test, both standardized.",
        lambda x_train, x_test: (
            standardize(x_train, x_test)[0],
            mean_of(x_train),
            std_of(x_train),
        ),
        lambda args, result: isinstance(result, (tuple, list)) and len(result) > 2,
    ),
    Mistake(
        "You leave a constant feature as it is. Subtract its mean like that of any other, so that "
        "it becomes 0; only the division has to be left out.",
        uncentered_constants,
    ),
    Mistake(
        "You remove the features that are constant. The network expects as many inputs as before: "
        "keep them, as zeros.",
        without_constants,
        fewer_features,
    ),
)
