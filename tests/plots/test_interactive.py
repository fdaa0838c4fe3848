"""``nbcourse.plots.Interactive``: one labelled slider over the frames of a Plotly figure."""

import json
import re
from typing import Any

import plotly.graph_objects as go
import pytest

from nbcourse.plots import Interactive


def lines(slopes: list[float]) -> go.Figure:
    """A line and a fixed point; the frames move the line alone."""
    frames = [go.Frame(data=[go.Scatter(y=[0.0, slope])], traces=[1]) for slope in slopes]
    return go.Figure([go.Scatter(y=[5.0]), go.Scatter(y=[0.0, 0.0])], frames=frames)


def data_of(shown: Interactive) -> dict[str, Any]:
    text = shown._repr_html_()
    found = re.search(r'<script type="application/json">(.*)</script>', text, re.DOTALL)
    assert found
    return json.loads(found.group(1))


def test_the_first_picture_is_the_frame_that_the_slider_stands_on() -> None:
    shown = Interactive(lines([1.0, 2.0, 3.0]), "slope", ["1", "2", "3"], "d", "c", start=2)
    point, line = data_of(shown)["figure"]["data"]
    assert list(point["y"]) == [5.0]
    assert list(line["y"]) == [0.0, 3.0]
    assert 'max="2" value="2"' in shown._repr_html_()
    assert 'aria-valuetext="3"' in shown._repr_html_()


def test_every_frame_has_a_name_of_its_own() -> None:
    frames = data_of(Interactive(lines([1.0, 2.0]), "slope", ["1", "2"], "d", "c"))["figure"][
        "frames"
    ]
    assert [frame["name"] for frame in frames] == ["0", "1"]


def test_the_figure_given_is_left_as_it_was() -> None:
    figure = lines([1.0])
    Interactive(figure, "slope", ["1"], "d", "c")
    assert figure.data[1].y == (0.0, 0.0)
    assert figure.frames[0].name is None


def test_texts_cannot_end_the_markup() -> None:
    html = Interactive(lines([1.0]), 'a "b" <c>', ["</script>"], "<d>", "<e>")._repr_html_()
    assert html.count("</script>") == 1
    assert "<c>" not in html
    assert "<d>" not in html
    assert "<e>" not in html


def test_the_same_figure_gives_the_same_page() -> None:
    first, second = (Interactive(lines([1.0]), "a", ["1"], "d", "c") for _ in range(2))
    assert first._repr_html_() == second._repr_html_()


def test_frames_and_values_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="got 2 frames and 1 values"):
        Interactive(lines([1.0, 2.0]), "slope", ["1"], "d", "c")
