"""Pictures of matrices: entries at one size and on one scale, and counts that can be read."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.plots.confusion import plot_confusion
from nbcourse.plots.matrices import plot_matrices


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def test_all_matrices_share_one_scale_around_zero() -> None:
    figure = plot_matrices({"small": np.full((2, 2), 0.5), "large": np.full((3, 5), -4.0)})
    for ax in figure.axes:
        assert ax.images[0].get_clim() == (-4.0, 4.0)


def test_the_shape_stands_below_and_entries_are_equally_large() -> None:
    figure = plot_matrices({"wide": np.ones((2, 12)), "square": np.eye(4)})
    figure.canvas.draw()
    assert [ax.get_xlabel() for ax in figure.axes] == ["2 × 12", "4 × 4"]
    cells = [ax.get_window_extent().width / n for ax, n in zip(figure.axes, (12, 4), strict=True)]
    assert cells[0] == pytest.approx(cells[1], rel=0.05)


def test_a_matrix_of_zeros_has_a_scale() -> None:
    (ax,) = plot_matrices({"zeros": np.zeros((2, 3))}).axes
    assert ax.images[0].get_clim() == (-1.0, 1.0)


@pytest.mark.parametrize(
    ("matrices", "message"),
    [({}, "at least one"), ({"v": np.ones(3)}, r"v: an array of shape \(3,\)")],
)
def test_what_is_no_matrix_is_refused(matrices: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plot_matrices(matrices)


COUNTS = np.array([[5, 1, 0], [0, 4, 3], [0, 0, 0]])


def test_counts_stand_in_their_cells_and_zeros_stay_empty() -> None:
    ax = plot_confusion(COUNTS)
    written = {
        (text.get_position()[1], text.get_position()[0]): text.get_text() for text in ax.texts
    }
    assert written == {(0, 0): "5", (0, 1): "1", (1, 1): "4", (1, 2): "3"}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "label")


def test_right_and_wrong_differ_by_tint_and_by_weight() -> None:
    ax = plot_confusion(COUNTS)
    assert np.array_equal(ax.images[0].get_array(), [[3, 1, 0], [0, 3, 2], [0, 0, 3]])
    weights = {text.get_text(): text.get_weight() for text in ax.texts}
    assert weights == {"5": "normal", "4": "normal", "1": "bold", "3": "bold"}
    assert COUNTS[2, 2] == 0, "the counts given are left as they were"


@pytest.mark.parametrize("shape", [(2, 3), (4,)])
def test_a_confusion_matrix_is_square(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="is \\(C, C\\); got"):
        plot_confusion(np.zeros(shape, dtype=int))
