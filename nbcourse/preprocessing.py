r"""Prepare the inputs of a network: center them and bring them to one scale.

Every function learns from the training set alone and does to the test set exactly what it did to
the training set. A test set with statistics of its own would be moved to another place, and the
network would meet inputs that it was not trained on.
"""

import numpy as np

from nbcourse.arrays import Array

_MATRIX, _IMAGES = ("N", "D"), ("N", "C", "H", "W")


def standardize(x_train: Array, x_test: Array) -> tuple[Array, Array]:
    r"""Give every feature the mean 0 and the standard deviation 1.

    .. math::

        \hat x_{nd} = \frac{x_{nd} - \mu_d}{\sigma_d}, \qquad
        \mu_d = \frac1N \sum_n x_{nd}, \qquad
        \sigma_d = \sqrt{\frac1N \sum_n (x_{nd} - \mu_d)^2}

    with :math:`\mu` and :math:`\sigma` of the training set for both sets. A feature that is the
    same everywhere in the training set has no scale to divide by; it is only centered.

    Parameters
    ----------
    x_train : array (N, D), from which means and standard deviations are taken
    x_test : array (M, D)

    Returns
    -------
    x_train, x_test
        New arrays; those given are not changed.

    Raises
    ------
    ValueError
        An array has not two axes, the training set is empty, or the two have different features.

    Notes
    -----
    LeCun et al., "Efficient BackProp", 1998, section 4.3. The divisor is N, as in ``np.std`` and
    in batch normalization; ``torch.std`` divides by N - 1 unless it is told otherwise.

    Examples
    --------
    >>> train, test = standardize(np.array([[1.0, 7.0], [3.0, 7.0]]), np.array([[5.0, 7.0]]))
    >>> train.tolist(), test.tolist()
    ([[-1.0, 0.0], [1.0, 0.0]], [[3.0, 0.0]])
    """
    x_train, x_test = same_examples(x_train, x_test, _MATRIX)
    mean = x_train.mean(axis=0)
    # Asked of the values: the std of a constant such as 0.1 is not 0 but a rounding error.
    constant = x_train.max(axis=0) == x_train.min(axis=0)
    scale = np.where(constant, 1.0, x_train.std(axis=0)).astype(mean.dtype)
    return (x_train - mean) / scale, (x_test - mean) / scale


def subtract_channel_mean(x_train: Array, x_test: Array) -> tuple[Array, Array]:
    r"""Subtract from images one number for each channel, the channel's mean over the training set.

    .. math::

        \mu_c = \frac{1}{N H W} \sum_{n, h, w} x_{nchw}

    Every pixel of a channel moves by the same amount, so edges and contrasts stay as they are.

    Parameters
    ----------
    x_train : array (N, C, H, W), from which the means are taken
    x_test : array (M, C, H, W)

    Returns
    -------
    x_train, x_test

    Raises
    ------
    ValueError
        An array has not four axes, the training set is empty, or the images' shapes differ.

    Notes
    -----
    The practice of VGG: Simonyan and Zisserman, 2015, arXiv:1409.1556.

    Examples
    --------
    >>> images = np.arange(8.0).reshape(2, 1, 2, 2)
    >>> train, _ = subtract_channel_mean(images, images)
    >>> train[0, 0].tolist()
    [[-3.5, -2.5], [-1.5, -0.5]]
    """
    x_train, x_test = same_examples(x_train, x_test, _IMAGES)
    mean = x_train.mean(axis=(0, 2, 3), keepdims=True)
    return x_train - mean, x_test - mean


def subtract_mean_image(x_train: Array, x_test: Array) -> tuple[Array, Array]:
    r"""Subtract from images the mean image of the training set, one number for each pixel.

    .. math::

        \mu_{chw} = \frac1N \sum_n x_{nchw}

    Parameters
    ----------
    x_train : array (N, C, H, W), from which the mean image is taken
    x_test : array (M, C, H, W)

    Returns
    -------
    x_train, x_test

    Raises
    ------
    ValueError
        An array has not four axes, the training set is empty, or the images' shapes differ.

    Notes
    -----
    The practice of AlexNet: Krizhevsky, Sutskever and Hinton, 2012.

    Examples
    --------
    >>> images = np.arange(8.0).reshape(2, 1, 2, 2)
    >>> train, _ = subtract_mean_image(images, images)
    >>> train[:, 0].tolist()
    [[[-2.0, -2.0], [-2.0, -2.0]], [[2.0, 2.0], [2.0, 2.0]]]
    """
    x_train, x_test = same_examples(x_train, x_test, _IMAGES)
    mean = x_train.mean(axis=0)
    return x_train - mean, x_test - mean


def same_examples(x_train: Array, x_test: Array, axes: tuple[str, ...]) -> tuple[Array, Array]:
    """Both sets as arrays, when they have these axes and fit each other.

    Raises
    ------
    ValueError
        An array has another number of axes, the training set is empty, or one example has another
        shape in the test set.

    Examples
    --------
    >>> same_examples(np.ones((2, 3)), np.ones((4, 5)), ("N", "D"))
    Traceback (most recent call last):
    ValueError: one example has shape (3,) in the training set and (5,) in the test set: ...
    """
    x_train, x_test = np.asarray(x_train), np.asarray(x_test)
    for name, x in (("training", x_train), ("test", x_test)):
        if x.ndim != len(axes):
            raise ValueError(
                f"the {name} set has shape {x.shape}, expected ({', '.join(axes)}): reshape it"
            )
    if len(x_train) == 0:
        raise ValueError("the training set is empty: there is nothing to take a mean of")
    if x_train.shape[1:] != x_test.shape[1:]:
        raise ValueError(
            f"one example has shape {x_train.shape[1:]} in the training set and "
            f"{x_test.shape[1:]} in the test set: both need the same features, in the same order"
        )
    return x_train, x_test
