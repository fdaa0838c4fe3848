"""What the monitor recorded, as one figure: loss and rate, and every layer's statistics."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter
from numpy.typing import NDArray

from nbcourse.arrays import Array
from nbcourse.monitor import Record
from nbcourse.plots.style import BLACK, BLUE, COLORS, GREY, VERMILLION

_DASHES = ("-", "--", "-.", ":")


def plot_monitor(
    record: Record, layers: Sequence[str] | None = None, parameters: Sequence[str] | None = None
) -> Figure:
    """Eight panels over the steps of training; nothing but the record is needed.

    On top loss and validation accuracy, then the learning rate and the update ratios, then mean and
    standard deviation of every layer's output, and of every parameter's gradient. A grey line
    marks the update ratio 1e-3.

    Parameters
    ----------
    record : as ``read_record`` returns it
    layers : those to show, such as ``"0 Linear"``; all if not given
    parameters : those to show, such as ``"0.weight"``; all weights if not given

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        Nothing has been recorded, or a name is not in the record.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from nbcourse.monitor import Monitor, read_record
    >>> w, h = {"0.weight": np.ones((2, 2))}, {"0 Linear": np.eye(2)}
    >>> with TemporaryDirectory() as folder:
    ...     monitor = Monitor(Path(folder, "record.jsonl"))
    ...     monitor.record(0, 2.3, 0.1, h, w, w, {"0.weight": 0.999 * w["0.weight"]})
    ...     figure = plot_monitor(read_record(monitor.path))
    >>> [ax.get_title() for ax in figure.axes[:4]]
    ['loss', 'validation accuracy', 'learning rate', 'update ratio']
    >>> plt.close(figure)
    """
    if not len(record.steps):
        raise ValueError("nothing has been recorded yet: the record has no step")
    if parameters is None:
        parameters = [name for name in record.gradient_std if name.endswith("weight")]
    layers = list(record.activation_std) if layers is None else layers
    figure, axes = plt.subplots(4, 2, figsize=(7.2, 8.6), sharex=True)
    # By hand: a layout engine takes longer than everything else here.
    figure.subplots_adjust(left=0.09, right=0.98, top=0.97, bottom=0.13, hspace=0.32, wspace=0.24)
    _draw_losses(axes[0][0], record)
    _draw_accuracy(axes[0][1], record)
    axes[1][0].plot(record.steps, record.learning_rates, color=BLACK)
    axes[1][0].set_ylim(0, 1.1 * record.learning_rates.max() or 1.0)
    axes[1][1].axhline(1e-3, color=GREY, linewidth=3, alpha=0.5)
    panels = (
        (axes[1][1], record.update_ratio, parameters, True),
        (axes[2][0], record.activation_mean, layers, False),
        (axes[2][1], record.activation_std, layers, True),
        (axes[3][0], record.gradient_mean, parameters, False),
        (axes[3][1], record.gradient_std, parameters, True),
    )
    for ax, columns, names, log in panels:
        _draw_columns(ax, record.steps, columns, names, log)
    titles = (
        *("loss", "validation accuracy", "learning rate", "update ratio"),
        *("activation mean", "activation std", "gradient mean", "gradient std"),
    )
    for ax, title in zip(axes.flat, titles, strict=True):
        ax.set_title(title, fontsize=10)
        ax.tick_params(labelsize=8.5)
    for ax in axes[3]:
        ax.set_xlabel("step", fontsize=9.5)
    for ax, x, title in ((axes[2][0], 0.27, "layers"), (axes[3][0], 0.77, "parameters")):
        handles, labels = ax.get_legend_handles_labels()
        figure.legend(
            handles, labels, title=title, loc="upper center", bbox_to_anchor=(x, 0.085),
            ncols=3, fontsize=8, title_fontsize=8.5, handlelength=2.6, columnspacing=1.0,
        )  # fmt: skip
    return figure


def _draw_losses(ax: Axes, record: Record) -> None:
    ax.plot(record.steps, record.losses, color=BLUE, label="batch", linewidth=1.2)
    if len(record.validation_steps):
        _draw_epochs(ax, record.validation_steps, record.validation_losses)
    ax.set_ylim(bottom=0)
    ax.legend(fontsize=8)


def _draw_accuracy(ax: Axes, record: Record) -> None:
    if len(record.validation_steps):
        _draw_epochs(ax, record.validation_steps, record.validation_accuracies)
    else:
        ax.text(0.5, 0.5, "no validation set", ha="center", transform=ax.transAxes)
        ax.set_yticks([])


def _draw_epochs(ax: Axes, steps: NDArray[Any], values: Array) -> None:
    ax.plot(steps, values, "--", marker="o", markersize=3.5, color=VERMILLION, label="validation")


def _draw_columns(
    ax: Axes, steps: NDArray[Any], columns: Mapping[str, Array], names: Sequence[str], log: bool
) -> None:
    for i, name in enumerate(names):
        if name not in columns:
            raise ValueError(f"the record has no {name!r}; it has {', '.join(columns)}")
        ax.plot(
            steps,
            columns[name],
            linestyle=_DASHES[i % len(_DASHES)],
            color=COLORS[i % len(COLORS)],
            linewidth=1.4,
            label=name,
        )
    shown = [value for name in names for value in columns[name] if 0 < value < np.inf]
    if log and shown:  # a logarithmic axis has no place for 0
        # At least two decades, so that a nearly flat line looks flat.
        middle = np.sqrt(min(shown) * max(shown))
        low, high = min(min(shown) / 1.5, middle / 10), max(1.5 * max(shown), 10 * middle)
        ax.set(yscale="log", ylim=(low, high))
        ax.yaxis.set_minor_formatter(NullFormatter())
