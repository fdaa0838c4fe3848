"""``nbcourse.plots.Interactive``: labelled controls over the frames of a Plotly figure."""

import json
import re
from typing import Any

import plotly.graph_objects as go
import pytest

from nbcourse.plots import Interactive
from nbcourse.plots.controls import Control, Select, Slider
from nbcourse.plots.interactive import InteractiveGrid


def lines(slopes: list[float]) -> go.Figure:
    """A line and a fixed point; the frames move the line alone."""
    frames = [go.Frame(data=[go.Scatter(y=[0.0, slope])], traces=[1]) for slope in slopes]
    return go.Figure([go.Scatter(y=[5.0]), go.Scatter(y=[0.0, 0.0])], frames=frames)


def data_of(shown: InteractiveGrid) -> dict[str, Any]:
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


# A control of each kind; the values hold the markup's own characters.
SIGMA = Slider("sigma", ["0.01", "1"], start=1)
KIND = Select("kind <b>", ['"tanh"', "a & b", "</select>"], start=2)


def grid(*controls: Control) -> InteractiveGrid:
    return InteractiveGrid(lines([float(i) for i in range(6)]), controls, "d", "c")


@pytest.mark.parametrize(
    ("controls", "first"), [((SIGMA, KIND), 1 * 3 + 2), ((KIND, SIGMA), 2 * 2 + 1)]
)
def test_the_last_control_changes_fastest(controls: tuple[Control, ...], first: int) -> None:
    data = data_of(grid(*controls))
    assert list(data["figure"]["data"][1]["y"]) == [0.0, float(first)]
    assert data["values"] == [control.values for control in controls]


def test_every_control_has_a_label_and_stands_on_its_start() -> None:
    html = grid(SIGMA, KIND)._repr_html_()
    labels = re.findall(r'<label for="([^"]+)">([^/]*)</label>', html)
    assert [text for _, text in labels] == ["sigma", "kind &lt;b&gt;"]
    keys = [key for key, _ in labels]
    assert len(set(keys)) == 2
    assert re.search(rf'<input id="{keys[0]}" type="range" min="0" max="1" value="1"', html)
    select = re.search(rf'<select id="{keys[1]}"[^>]*>(.*?)</select>', html)
    assert select
    assert re.findall(r"<option([^>]*)>([^/]*)</option>", select.group(1))[:2] == [
        (' value="0"', "&quot;tanh&quot;"),
        (' value="1"', "a &amp; b"),
    ]
    assert '<option value="2" selected>&lt;/select&gt;</option>' in select.group(1)


def test_frames_must_be_as_many_as_the_combinations() -> None:
    with pytest.raises(ValueError, match="got 5 frames and 2 x 3 values"):
        InteractiveGrid(lines([1.0] * 5), [SIGMA, KIND], "d", "c")


def test_the_first_picture_has_the_layout_of_its_frame() -> None:
    frames = [go.Frame(data=[go.Scatter(y=[0])], layout={"title": {"text": t}}) for t in "ab"]
    figure = go.Figure(go.Scatter(y=[0]), frames=frames)
    shown = Interactive(figure, "letter", ["a", "b"], "d", "c", start=1)
    assert data_of(shown)["figure"]["layout"]["title"]["text"] == "b"


def test_the_page_has_the_height_and_not_the_figure() -> None:
    """With a height of its own Plotly runs over the controls when the window changes its size."""
    figure = lines([1.0])
    assert "min-height: 450px" in Interactive(figure, "a", ["1"], "d", "c")._repr_html_()
    shown = Interactive(figure.update_layout(height=640), "a", ["1"], "d", "c")
    assert "min-height: 640px" in shown._repr_html_()
    assert "height" not in data_of(shown)["figure"]["layout"]
