"""Whitening step by step: a cloud of points that a slider centers, turns, scales and turns back."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from nbcourse.arrays import Array
from nbcourse.plots.interactive import Interactive
from nbcourse.plots.style import BLACK, COLORS
from nbcourse.whitening import covariance, pca

_SYMBOLS = ("circle", "triangle-up", "square", "diamond")
STEPS = ("raw", "centered", "rotated", "scaled (PCA)", "back (ZCA)")


def whitening_steps(x: Array) -> dict[str, Array]:
    """Points with two features after every step of whitening.

    Parameters
    ----------
    x : array (N, 2)

    Returns
    -------
    dict, name of the step -> array (N, 2)

    Examples
    --------
    >>> steps = whitening_steps(np.array([[13.0, 23.0], [7.0, 17.0], [11.0, 19.0], [9.0, 21.0]]))
    >>> covariance(steps["rotated"]).round(6).tolist()
    [[9.0, 0.0], [0.0, 1.0]]
    >>> covariance(steps["back (ZCA)"]).round(6).tolist()
    [[1.0, -0.0], [-0.0, 1.0]]
    """
    return _moved(x, *_turned(x))


def whitening_slider(
    groups: Mapping[str, Array], names: tuple[str, str], reach: float, caption: str
) -> Interactive:
    """The points of several groups, whitened together; the slider goes through the steps.

    Two lines show the principal components, two standard deviations to each side.

    Parameters
    ----------
    groups : name -> array (N, 2), at most four
    names : of the two features
    reach : both axes go from ``-reach`` to ``reach``
    caption : the sentence under the figure

    Returns
    -------
    Interactive

    Examples
    --------
    >>> cloud = np.random.default_rng(0).standard_normal((50, 2)) * [2.0, 0.5]
    >>> whitening_slider({"cloud": cloud}, ("u", "v"), 5.0, "A cloud.").values[3]
    'scaled (PCA): variances 1.00, 1.00, covariance 0.00'
    """
    x = np.concatenate(list(groups.values()))
    ends = np.cumsum([len(points) for points in groups.values()])[:-1]
    mean, components, variances = _turned(x)
    frames, values = [], []
    for step, points in whitening_steps(x).items():
        (a, b), (_, d) = covariance(points)
        values.append(f"{step}: variances {a:.2f}, {d:.2f}, covariance {_zero(b):.2f}")
        data = [
            _group(points_of_group, name, i)
            for i, (name, points_of_group) in enumerate(
                zip(groups, np.split(points, ends), strict=True)
            )
        ]
        for i in range(2):
            line = np.outer([-2.0, 2.0], np.sqrt(variances[i]) * components[:, i])
            moved = _moved(line + mean, mean, components, variances)[step]
            data.append(_component(moved, i))
        frames.append(go.Frame(data=data))
    axis = {
        "range": [-reach, reach],
        "zeroline": True,
        "zerolinecolor": "#bbbbbb",
        "constrain": "domain",  # a square stays square, whatever the width of the page
    }
    figure = go.Figure(
        data=list(frames[0].data),
        layout={
            "xaxis": {"title": f"{names[0]}, or first new feature", **axis},
            "yaxis": {
                "title": f"{names[1]}, or second new feature",
                "scaleanchor": "x",
                **axis,
            },
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        },
        frames=frames,
    )
    description = (
        "A cloud of points and its two principal components in five steps. "
        + "; ".join(values)
        + ". Centering moves the cloud to the origin, rotating lays its components on the axes, "
        "scaling makes it round, rotating back gives the axes their first meaning again."
    )
    return Interactive(figure, "step", values, description, caption)


def _turned(x: Array) -> tuple[Array, Array, Array]:
    """Mean, components and variances, the components such that the data are turned, not flipped."""
    mean, components, variances = pca(x)
    first = components[:, 0] * np.sign(components[np.abs(components[:, 0]).argmax(), 0])
    return mean, np.column_stack([first, [-first[1], first[0]]]), variances


def _moved(points: Array, mean: Array, components: Array, variances: Array) -> dict[str, Array]:
    """Points after every step, by numbers that were found before."""
    centered = points - mean
    rotated = centered @ components
    scaled = rotated / np.sqrt(variances)
    steps = (points, centered, rotated, scaled, scaled @ components.T)
    return dict(zip(STEPS, steps, strict=True))


def _group(points: Array, name: str, position: int) -> go.Scatter:
    # Three decimals are finer than a pixel and keep the page small.
    return go.Scatter(
        x=points[:, 0].round(3).tolist(),
        y=points[:, 1].round(3).tolist(),
        name=name,
        mode="markers",
        marker={
            "color": COLORS[position],
            "symbol": _SYMBOLS[position],
            "size": 6,
            "opacity": 0.6,
        },
    )


def _component(line: Array, position: int) -> go.Scatter:
    return go.Scatter(
        x=line[:, 0].round(3).tolist(),
        y=line[:, 1].round(3).tolist(),
        name=f"component {position + 1}",
        mode="lines",
        line={"color": BLACK, "width": 3, "dash": ("solid", "dot")[position]},
    )


def _zero(value: float) -> float:
    """A number without the sign that rounding leaves on 0."""
    return 0.0 if abs(value) < 0.005 else value
