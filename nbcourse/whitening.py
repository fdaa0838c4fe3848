r"""Principal components and whitening: turn features into others that are uncorrelated.

As everywhere in the preparation of data, all is learned from the training set and done to both
sets.
"""

import numpy as np

from nbcourse.arrays import Array
from nbcourse.preprocessing import same_examples


def covariance(x: Array) -> Array:
    r"""How the features vary together, with the divisor N.

    .. math::

        C = \frac1N (X - \mu)^\top (X - \mu)

    The variances of the features stand on the diagonal.

    Parameters
    ----------
    x : array (N, D)

    Returns
    -------
    array (D, D)

    Examples
    --------
    >>> covariance(np.array([[1.0, 2.0], [3.0, 6.0]])).tolist()
    [[1.0, 2.0], [2.0, 4.0]]
    """
    centered = x - x.mean(axis=0)
    product: Array = centered.T @ centered / len(x)
    return product


def pca(x: Array) -> tuple[Array, Array, Array]:
    r"""Principal components: the directions in which the data vary, the most varied first.

    They are the eigenvectors of the covariance :math:`C = U \Lambda U^\top`, and the eigenvalue of
    each is the variance of the data along it. The sign of a component is free.

    Parameters
    ----------
    x : array (N, D)

    Returns
    -------
    mean : array (D,)
    components : array (D, D), one component in each column, of length 1
    variances : array (D,), falling, none below 0

    Raises
    ------
    ValueError
        ``x`` has not two axes or no rows.

    Notes
    -----
    Hotelling, 1933. ``(x - mean) @ components`` rotates the data to axes along which they are
    uncorrelated. ``torch.linalg.eigh`` and ``np.linalg.eigh`` give eigenvalues that rise, and the
    eigenvectors in columns.

    Examples
    --------
    >>> mean, components, variances = pca(np.array([[0.0, 0.0], [2.0, 2.0], [4.0, 4.0]]))
    >>> mean.tolist(), variances.round(6).tolist()
    ([2.0, 2.0], [5.333333, 0.0])
    >>> np.abs(components[:, 0]).round(4).tolist()
    [0.7071, 0.7071]
    """
    x, _ = same_examples(x, x, ("N", "D"))
    variances, components = np.linalg.eigh(covariance(x))
    # Rounding can push a variance of 0 to -1e-17, of which there is no root.
    return x.mean(axis=0), components[:, ::-1], np.maximum(variances[::-1], 0)


def pca_whiten(
    x_train: Array, x_test: Array, n_components: int, eps: float = 1e-5
) -> tuple[Array, Array]:
    r"""Rotate to the first principal components and give each of them the variance 1.

    .. math::

        z = (x - \mu)\, U_k\, (\Lambda_k + \epsilon)^{-1/2}

    with the mean, the components and the variances of the training set for both sets. The
    covariance of the new training set is the identity, up to ``eps``.

    Parameters
    ----------
    x_train : array (N, D), from which everything is learned
    x_test : array (M, D)
    n_components : how many components are kept, 1 to D; those beyond the rank of the data are
        rounding errors made large
    eps : added to the variances, under the root, so that a component that hardly varies is not
        blown up

    Returns
    -------
    z_train : array (N, n_components)
    z_test : array (M, n_components)

    Raises
    ------
    ValueError
        As for ``standardize``, or ``n_components`` is not among 1 ... D.

    Notes
    -----
    The signs of the columns are free. Krizhevsky, 2009, "Learning multiple layers of features from
    tiny images", appendix A.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((500, 3)) @ rng.standard_normal((3, 3))
    >>> z, _ = pca_whiten(x, x, 2, eps=0.0)
    >>> bool(np.allclose(covariance(z), np.eye(2)))
    True
    """
    x_train, x_test = same_examples(x_train, x_test, ("N", "D"))
    if not 1 <= n_components <= x_train.shape[1]:
        raise ValueError(
            f"n_components is {n_components}, but the data have {x_train.shape[1]} features: "
            f"give a number from 1 to {x_train.shape[1]}"
        )
    mean, components, variances = pca(x_train)
    whiten = components[:, :n_components] / np.sqrt(variances[:n_components] + eps)
    return (x_train - mean) @ whiten, (x_test - mean) @ whiten


def zca_whiten(x_train: Array, x_test: Array, eps: float = 1e-5) -> tuple[Array, Array]:
    r"""Whiten and rotate back, so that the features mean what they meant before.

    .. math::

        z = (x - \mu)\, U (\Lambda + \epsilon)^{-1/2}\, U^\top

    Of all ways to whiten this one moves the data least: a whitened image still looks like the
    image. No sign is free.

    Parameters
    ----------
    x_train : array (N, D), from which everything is learned
    x_test : array (M, D)
    eps : added to the variances, under the root

    Returns
    -------
    z_train : array (N, D)
    z_test : array (M, D)

    Raises
    ------
    ValueError
        As for ``standardize``.

    Notes
    -----
    Bell and Sejnowski, 1997, "The independent components of natural scenes are edge filters".

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((500, 2)) @ np.array([[2.0, 0.0], [1.0, 0.5]])
    >>> z, _ = zca_whiten(x, x, eps=0.0)
    >>> bool(np.allclose(covariance(z), np.eye(2)))
    True
    """
    x_train, x_test = same_examples(x_train, x_test, ("N", "D"))
    mean, components, variances = pca(x_train)
    whiten = (components / np.sqrt(variances + eps)) @ components.T
    return (x_train - mean) @ whiten, (x_test - mean) @ whiten
