"""The monitor's figure is drawn from the record alone."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from nbcourse.models import mlp
from nbcourse.monitor import Monitor, Record, read_record
from nbcourse.optimizer_classes import SGD
from nbcourse.plots.monitor import plot_monitor
from nbcourse.train import train


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    path = tmp_path_factory.mktemp("monitor") / "record.jsonl"
    return recorded(path, validated=True)


def recorded(path: Path, validated: bool) -> Record:
    rng = np.random.default_rng(0)
    x, labels = rng.standard_normal((40, 4)), rng.integers(0, 3, 40)
    model = mlp([4, 6, 3], rng, batch_norm=True)
    train(
        model,
        SGD(model.params, lr=0.1),
        x,
        labels,
        epochs=3,
        batch_size=8,
        rng=rng,
        monitor=Monitor(path, every=2),
        validation=(x, labels) if validated else None,
    )
    return read_record(path)


def curves(figure: Figure, title: str) -> dict[str, tuple[list[float], list[float]]]:
    (ax,) = (ax for ax in figure.axes if ax.get_title() == title)
    return {
        str(line.get_label()): (list(line.get_xdata()), list(line.get_ydata())) for line in ax.lines
    }


def test_every_panel_shows_its_column(record: Record) -> None:
    figure = plot_monitor(record)
    steps = record.steps.tolist()
    assert curves(figure, "loss") == {
        "batch": (steps, record.losses.tolist()),
        "validation": ([4, 9, 14], record.validation_losses.tolist()),
    }
    accuracy = curves(figure, "validation accuracy")["validation"]
    assert accuracy == ([4, 9, 14], record.validation_accuracies.tolist())
    for title, columns in (
        ("activation mean", record.activation_mean),
        ("activation std", record.activation_std),
        ("gradient mean", record.gradient_mean),
        ("gradient std", record.gradient_std),
        ("update ratio", record.update_ratio),
    ):
        shown = {name: xy for name, xy in curves(figure, title).items() if name in columns}
        wanted = [n for n in columns if "activation" in title or n.endswith("weight")]
        assert shown == {name: (steps, columns[name].tolist()) for name in wanted}
    (rates,) = curves(figure, "learning rate").values()
    assert rates == (steps, record.learning_rates.tolist())
    plt.close(figure)


def test_axes_hold_all_that_is_drawn(record: Record) -> None:
    figure = plot_monitor(record)
    for ax in figure.axes:
        title = ax.get_title()
        log = title in ("activation std", "gradient std", "update ratio")
        assert ax.get_yscale() == ("log" if log else "linear"), title
        # The line that marks a ratio lies where it lies, whatever is drawn.
        lines = ax.lines[1:] if title == "update ratio" else ax.lines
        heights = np.concatenate([line.get_ydata() for line in lines])
        low, high = ax.get_ylim()
        heights = heights[(heights > 0) | (not log)]
        assert low <= heights.min() <= heights.max() <= high, title
    plt.close(figure)


def test_a_grey_line_marks_the_usual_update_ratio(record: Record) -> None:
    figure = plot_monitor(record)
    (ax,) = (ax for ax in figure.axes if ax.get_title() == "update ratio")
    assert list(ax.lines[0].get_ydata()) == [1e-3, 1e-3]
    plt.close(figure)


def test_layers_are_told_apart_without_color(record: Record) -> None:
    figure = plot_monitor(record)
    (ax,) = (ax for ax in figure.axes if ax.get_title() == "activation std")
    assert len({line.get_linestyle() for line in ax.lines}) == 4
    assert [legend.get_title().get_text() for legend in figure.legends] == ["layers", "parameters"]
    plt.close(figure)


def test_what_is_shown_can_be_chosen(record: Record) -> None:
    figure = plot_monitor(record, layers=["2 ReLU"], parameters=["0.weight", "0.bias"])
    assert list(curves(figure, "activation std")) == ["2 ReLU"]
    assert list(curves(figure, "gradient std")) == ["0.weight", "0.bias"]
    plt.close(figure)
    with pytest.raises(ValueError, match="the record has no '7 ReLU'; it has 0 Linear"):
        plot_monitor(record, layers=["7 ReLU"])
    plt.close("all")


def test_a_run_without_validation_has_its_figure(tmp_path: Path) -> None:
    figure = plot_monitor(recorded(tmp_path / "record.jsonl", validated=False))
    assert list(curves(figure, "loss")) == ["batch"]
    assert [text.get_text() for text in figure.axes[1].texts] == ["no validation set"]
    plt.close(figure)


def test_an_empty_record_is_told(tmp_path: Path) -> None:
    (tmp_path / "record.jsonl").write_text("")
    with pytest.raises(ValueError, match="nothing has been recorded"):
        plot_monitor(read_record(tmp_path / "record.jsonl"))
