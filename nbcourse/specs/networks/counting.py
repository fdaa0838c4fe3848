"""What is counted: right answers among the best k, and parameters."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.metrics import top_k_accuracy
from nbcourse.networks import count_parameters


def _scored(rng: np.random.Generator, ranks: Any, classes: int) -> Any:
    """Scores of either sign, no two in a row alike, and labels with these ranks."""
    scores = rng.permuted(
        np.linspace(-2.0, 3.0, classes) + rng.uniform(-0.1, 0.1, (len(ranks), classes)) / classes,
        axis=1,
    )
    return scores, np.argsort(-scores, axis=1)[np.arange(len(ranks)), ranks]


def _every_rank(rng: np.random.Generator, classes: int) -> Any:
    """Ranks in any order, each of them met another number of times: 1 to ``classes``."""
    return rng.permutation(np.repeat(np.arange(classes), rng.permutation(classes) + 1))


def _score_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    few, some = (int(c) for c in rng.choice(np.arange(5, 9), 2, replace=False))
    for classes, k in ((few, 2), (few, 3), (some, 1), (some, 4), (4, 2), (4, 4), (3, 1)):
        yield *_scored(rng, _every_rank(rng, classes), classes), k
    yield *_scored(rng, rng.permutation(9)[:5], 9), 4  # fewer examples than classes
    for rank, k in ((2, 3), (2, 2), (0, 4)):
        yield *_scored(rng, np.array([rank]), some), k


def _with_ranks(rule: Callable[..., Any]) -> Callable[..., Any]:
    """A function of each label's rank, 0 for the highest score, and of k, N and C."""

    def metric(scores: Any, labels: Any, k: Any) -> Any:
        own = scores[np.arange(len(labels)), labels][:, None]
        return rule((scores > own).sum(axis=1), k, *scores.shape)

    return metric


def _best(scores: Any, k: int) -> Any:
    return np.argsort(-scores, axis=1)[:, :k]


def _positions_for_ranks(scores: Any, labels: Any, k: Any) -> Any:
    order = np.argsort(-scores, axis=1)
    return np.mean(order[np.arange(len(labels)), labels] < k)


def _over_the_batch(scores: Any, labels: Any, k: Any) -> Any:
    return np.mean(np.isin(labels, _best(scores, k)))


def _best_rows(scores: Any, labels: Any, k: Any) -> Any:
    best = np.argsort(-scores, axis=0)[:k]
    return float(np.mean([label in best for label in labels]))


def _scores_for_classes(scores: Any, labels: Any, k: Any) -> Any:
    best = -np.sort(-scores, axis=1)[:, :k]
    return np.mean(np.any(best == labels[:, None], axis=1))


def _one_column(scores: Any, labels: Any, k: Any) -> Any:
    column = np.argsort(-scores, axis=1)[:, min(k, scores.shape[1] - 1)]
    return np.mean(column == labels)


def _by_loops(scores: Any, labels: Any, k: Any) -> Any:
    right = 0
    for row, label in zip(scores.tolist(), labels.tolist(), strict=True):
        best = sorted(range(len(row)), key=row.__getitem__, reverse=True)[:k]
        right += label in best
    return right / len(labels)


TOP_K_ACCURACY = Exercise(
    name="top_k_accuracy",
    points=1,
    reference=top_k_accuracy,
    parts=("accuracy",),
    cases=_score_cases,
    large=lambda rng: (*_scored(rng, rng.integers(0, 60, 3_000), 60), 7),
    mistakes=(
        Mistake(
            "You look at the highest score only, and k is not used: the label has to be among the "
            "k highest.",
            _with_ranks(lambda rank, k, n, c: np.mean(rank == 0)),
        ),
        Mistake(
            "You take the k lowest scores. argsort sorts upward: take the last k columns, or sort "
            "the negative scores.",
            _with_ranks(lambda rank, k, n, c: np.mean(rank >= c - k)),
        ),
        Mistake(
            "You take one class too many: k + 1 of them.",
            _with_ranks(lambda rank, k, n, c: np.mean(rank <= k)),
        ),
        Mistake(
            "You take one class too few: k - 1 of them. Of a slice the end does not count.",
            _with_ranks(lambda rank, k, n, c: np.mean(rank < k - 1)),
        ),
        Mistake(
            "Your slice leaves out the highest score: [-k:-1] ends before the last entry. Write "
            "[-k:].",
            _with_ranks(lambda rank, k, n, c: np.mean((rank >= 1) & (rank < k))),
        ),
        Mistake(
            "You ask whether the label is at place k exactly. Among the first k is asked for.",
            _with_ranks(lambda rank, k, n, c: np.mean(rank == k - 1)),
        ),
        Mistake(
            "You ask whether the label is at one certain place. Among the first k is asked for, "
            "and places are counted from 0.",
            _one_column,
        ),
        Mistake(
            "You count the right ones. The share is asked for: divide by N.",
            _with_ranks(lambda rank, k, n, c: float(np.sum(rank < k))),
        ),
        Mistake(
            "You return percent; a share from 0 to 1 is asked for.",
            _with_ranks(lambda rank, k, n, c: 100 * np.mean(rank < k)),
        ),
        Mistake(
            "You return the share of wrong answers. The right ones are asked for.",
            _with_ranks(lambda rank, k, n, c: np.mean(rank >= k)),
        ),
        Mistake(
            "Your share is divided by k once too often: a mean over an array (N, k) counts k "
            "entries for each example. Ask first, for each row, whether any of its k is right.",
            _with_ranks(lambda rank, k, n, c: np.mean(rank < k) / k),
        ),
        Mistake(
            "You divide by the number of classes. The share is one of the N examples.",
            _with_ranks(lambda rank, k, n, c: np.sum(rank < k) / c),
        ),
        Mistake(
            "argsort does not give ranks: entry j of its result is the class at place j. Look for "
            "the label among the first k entries of its row.",
            _positions_for_ranks,
        ),
        Mistake(
            "argsort does not give ranks: entry j of its result is the class at place j, and the "
            "places count from the lowest score. Look for the label among the last k entries of "
            "its row.",
            lambda scores, labels, k: np.mean(
                np.argsort(scores, axis=1)[np.arange(len(labels)), labels] < k
            ),
        ),
        Mistake(
            "You look for each label among the best classes of all examples. A label counts only "
            "when it is among the best k of its own row.",
            _over_the_batch,
        ),
        Mistake(
            "You sort along axis 0, the examples for each class. For each example the classes are "
            "to be sorted: axis 1.",
            _best_rows,
            lambda args, result: np.isclose(float(result), _best_rows(*args)),
        ),
        Mistake(
            "[::-1] turns the rows round, which are the examples. The classes of each example are "
            "along axis 1: [:, ::-1].",
            lambda scores, labels, k: np.mean(
                np.any(np.argsort(scores)[::-1][:, :k] == labels[:, None], axis=1)
            ),
        ),
        Mistake(
            "You ask whether all of the k best classes are the label. Any of them is enough.",
            _with_ranks(lambda rank, k, n, c: np.mean((rank < k) & (k == 1))),
        ),
        Mistake(
            "Your loop ends with the first example: the return stands inside it.",
            _with_ranks(lambda rank, k, n, c: float(rank[0] < k) / n),
        ),
        Mistake(
            "You compare labels with scores: sort gives the scores, argsort the classes that have "
            "them.",
            _scores_for_classes,
        ),
        Mistake(
            "You return for each example whether it is right. The mean of that is asked for.",
            _with_ranks(lambda rank, k, n, c: rank < k),
        ),
    ),
    alternatives=(
        _by_loops,
        lambda scores, labels, k: np.mean(
            np.any(np.argpartition(scores, -k, axis=1)[:, -k:] == labels[:, None], axis=1)
        ),
        lambda scores, labels, k: np.mean(
            scores[np.arange(len(labels)), labels] >= np.sort(scores, axis=1)[:, -k]
        ),
        _with_ranks(lambda rank, k, n, c: np.count_nonzero(rank < k) / n),
    ),
    summary="share of examples whose label is among the k highest scores",
)


def _size_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield ([784, 64, 10],)
    yield ([4096, 32, 3],)
    for length in (2, 3, 4, 6):
        yield ([int(size) for size in rng.choice(np.arange(2, 90), length, replace=False)],)
    yield ([1, *map(int, rng.integers(2, 9, 2)), 1],)
    yield ([7, 5, 5, 5, 3],)


def _layers(rule: Callable[[int, int], int]) -> Callable[[Any], Any]:
    """A sum over the layers, of their widths below and above."""
    return lambda sizes: sum(rule(below, above) for below, above in pairwise(sizes))


def _by_index(sizes: Any) -> Any:
    total = 0
    for i in range(len(sizes) - 1):
        total += sizes[i] * sizes[i + 1]
        total += sizes[i + 1]
    return total


def _of_first_two(sizes: Any) -> Any:
    return sizes[0] * sizes[1] + sizes[1] + sizes[1] * sizes[2] + sizes[2]


COUNT_PARAMETERS = Exercise(
    name="count_parameters",
    points=1,
    reference=count_parameters,
    parts=("count",),
    cases=_size_cases,
    # Not so many that a function that calls itself for each would reach Python's limit.
    large=lambda rng: ([int(size) for size in rng.integers(1, 5_000, 400)],),
    mistakes=(
        Mistake(
            "You count the weights only. Each unit has a bias too.",
            _layers(lambda below, above: below * above),
        ),
        Mistake(
            "You count biases for the input too. An input computes nothing and has no bias.",
            lambda sizes: _by_index(sizes) + sizes[0],
        ),
        Mistake(
            "You count one bias for each layer. Every unit of it has one of its own.",
            lambda sizes: _layers(lambda below, above: below * above)(sizes) + len(sizes) - 1,
        ),
        Mistake(
            "You give the biases to the wrong side: a layer has one for each of its outputs, not "
            "for each of its inputs.",
            _layers(lambda below, above: below * above + below),
        ),
        Mistake(
            "The biases of the last layer are missing. The outputs have biases too.",
            lambda sizes: _by_index(sizes) - sizes[-1],
        ),
        Mistake(
            "The biases of the hidden layers are missing.",
            lambda sizes: _layers(lambda below, above: below * above)(sizes) + sizes[-1],
        ),
        Mistake(
            "You count the first layer only: go through all pairs of neighbors.",
            lambda sizes: _by_index(sizes[:2]),
        ),
        Mistake(
            "You count the last layer only: in your loop the number of one layer replaces that of "
            "the one before. Add them up.",
            lambda sizes: _by_index(sizes[-2:]),
        ),
        Mistake(
            "The last layer is missing: sizes with L + 1 entries make L layers.",
            lambda sizes: _by_index(sizes[:-1]),
        ),
        Mistake(
            "You reach beyond the end of the list: sizes with L + 1 entries make L layers, and "
            "layer i goes from sizes[i] to sizes[i + 1].",
            lambda sizes: _by_index(sizes) + sizes[len(sizes)],
        ),
        Mistake(
            "You add one to both widths. One bias for each output makes (below + 1) * above.",
            _layers(lambda below, above: (below + 1) * (above + 1)),
        ),
        Mistake(
            "You multiply all the widths. Weights stand between neighbors only, and the layers "
            "add up.",
            lambda sizes: int(np.prod(np.array(sizes, dtype=float))),
        ),
        Mistake(
            "You count units. Between two layers there is a weight for each pair of units.",
            lambda sizes: sum(sizes),
        ),
        Mistake(
            "The biases are counted twice.",
            _layers(lambda below, above: (below + 2) * above),
        ),
        Mistake(
            "You count weights between all pairs of layers. They stand between neighbors only.",
            lambda sizes: (sum(sizes) ** 2 - sum(s**2 for s in sizes)) // 2 + sum(sizes[1:]),
        ),
        Mistake(
            "You add the widths of two neighbors. There is a weight for each pair of units: "
            "multiply them, and add the biases.",
            _layers(lambda below, above: below + above),
        ),
        Mistake(
            "You count the units behind the input: these are the biases alone. Between two layers "
            "there is a weight for each pair of units, too.",
            lambda sizes: sum(sizes[1:]),
        ),
        Mistake(
            "Your formula is for one hidden layer. The list may have two entries or any number "
            "more: loop over the pairs of neighbors.",
            _of_first_two,
            lambda args, result: len(args[0]) != 3 or result == count_parameters(args[0]),
        ),
    ),
    alternatives=(
        _by_index,
        lambda sizes: int(np.dot(np.array(sizes[:-1]) + 1, sizes[1:])),
        lambda sizes: float(sum(a * b for a, b in pairwise(sizes)) + sum(sizes[1:])),
    ),
    summary="number of weights and biases of a network of linear layers",
)
