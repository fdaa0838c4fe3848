"""Averages: of one network's parameters over its last steps, and of several networks' predictions.

Stochastic gradient descent with a constant rate wanders about a minimum. The mean of where it has
been lies nearer to the minimum than most of the places themselves.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from nbcourse.activations import softmax_forward
from nbcourse.arrays import Array


def polyak_average(
    average: Mapping[str, Array], params: Mapping[str, Array], decay: float = 0.995
) -> dict[str, Array]:
    r"""One step of Polyak averaging, the running average of the parameters.

    .. math:: \bar\theta \leftarrow decay \cdot \bar\theta + (1 - decay) \cdot \theta

    Called after every update; the average is what one tests with, training goes on with
    :math:`\theta`. It remembers about :math:`1 / (1 - decay)` steps, 200 for 0.995. Polyak and
    Juditsky (1992) take the plain mean of all steps; this exponential form forgets the first ones.

    Parameters
    ----------
    average : dict of arrays, the average so far; to begin with, a copy of the first parameters
    params : dict of arrays, the same keys and shapes
    decay : 0 to 1

    Returns
    -------
    dict of new arrays

    Raises
    ------
    ValueError
        The keys differ, or a shape does.

    Examples
    --------
    >>> polyak_average({"w": np.array([1.0, 1.0])}, {"w": np.array([2.0, 0.0])}, decay=0.9)
    {'w': array([1.1, 0.9])}
    """
    if average.keys() != params.keys():
        raise ValueError(
            f"average and params need the same keys; got {', '.join(average)} and "
            f"{', '.join(params)}"
        )
    for name, value in params.items():
        # (3,) and (1, 3) would be broadcast, and the average grow an axis.
        if average[name].shape != value.shape:
            raise ValueError(
                f"{name} has shape {average[name].shape} in average and {value.shape} in params"
            )
    return {name: decay * average[name] + (1.0 - decay) * params[name] for name in params}


def ensemble_probabilities(logits: Sequence[Array]) -> Array:
    r"""What several networks together hold for probable: the mean of their probabilities.

    .. math:: p = \frac1M \sum_m \mathrm{softmax}(z_m)

    The networks may have been trained apart, or be snapshots of one training run, each taken at
    the end of a cycle of the learning rate (Huang et al., 2017).

    Parameters
    ----------
    logits : list of arrays (N, C), one for each network

    Returns
    -------
    array (N, C); ``argmax(axis=1)`` are the classes

    Raises
    ------
    ValueError
        There is no network, or the shapes differ.

    Examples
    --------
    >>> ensemble_probabilities([np.array([[0.0, 0.0]]), np.array([[0.0, 50.0]])]).round(4)
    array([[0.25, 0.75]])
    """
    shapes = {z.shape for z in logits}
    if len(shapes) != 1:
        raise ValueError(f"an ensemble needs logits of one shape; got {sorted(shapes)}")
    mean: Array = np.mean([softmax_forward(z)[0] for z in logits], axis=0)
    return mean
