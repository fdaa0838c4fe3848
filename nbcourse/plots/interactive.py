"""Plotly figures that labelled controls move, for pages that are built once and read offline.

Plotly draws its own sliders as SVG, which neither the keyboard nor a screen reader reaches. Here
the controls are the browser's own: arrow keys move them, and their values are read out. Every
position is a frame computed beforehand; a control only chooses among them.
"""

import hashlib
import html
import json
import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from nbcourse.plots.controls import Control, Slider

HEIGHT = 450  # pixels

TEMPLATE = """
<figure class="interactive-figure" aria-label="{label} (interactive figure)">
<div class="interactive-plot" style="min-height: {height}px" role="img"
 aria-label="{description}">
<p>This figure needs JavaScript. It shows: {description}</p></div>
{controls}
<script type="application/json">{data}</script>
<figcaption>{caption}</figcaption>
</figure>
"""


class InteractiveGrid:
    """A figure with several controls; the last expression of a notebook cell shows it.

    Parameters
    ----------
    figure : plotly figure with one frame for each combination of the controls' values, in the order
        of ``itertools.product``: the last control changes fastest. Axis ranges fixed, so that the
        axes stay where they are. It is as wide as the page, and 450 pixels high or as its layout
        says. A frame may leave out what never changes (``traces`` says which traces it moves, and
        an absent attribute keeps its value), but every frame must set the same things.
    controls : objects ``Slider`` and ``Select`` of ``nbcourse.plots.controls``, from top to bottom
    description : the alternative text: what there is to see, and how it changes
    caption : the sentence under the figure

    Raises
    ------
    ValueError
        The figure has not one frame per combination.

    Examples
    --------
    >>> lines = [[shift, shift + slope] for slope in (1, 2) for shift in (0, 5)]
    >>> frames = [go.Frame(data=[go.Scatter(y=line)]) for line in lines]
    >>> figure = go.Figure(go.Scatter(y=[0, 1]), frames=frames)
    >>> controls = [Slider("slope", ["1", "2"]), Slider("shift", ["0", "5"], start=1)]
    >>> shown = InteractiveGrid(figure, controls, "A line that tilts and shifts", "A line.")
    >>> shown.figure.data[0].y
    (5, 6)
    """

    def __init__(
        self,
        figure: go.Figure,
        controls: Sequence[Control],
        description: str,
        caption: str,
    ) -> None:
        counts = [len(control.values) for control in controls]
        if len(figure.frames) != math.prod(counts):
            wanted = " x ".join(str(count) for count in counts)
            raise ValueError(
                f"a figure needs one frame per value, or per combination of the controls' values; "
                f"got {len(figure.frames)} frames and {wanted} values"
            )
        self.figure = go.Figure(figure)
        self.controls = list(controls)
        self.description, self.caption = description, caption

        for position, frame in enumerate(self.figure.frames):
            frame.name = str(position)
        # What is drawn first is the frame that the controls stand on.
        first = 0
        for control in self.controls:
            first = first * len(control.values) + control.start
        start = self.figure.frames[first]
        for trace, data in zip(start.traces or range(len(start.data)), start.data, strict=True):
            self.figure.data[trace].update(data)
        self.figure.layout.update(start.layout)
        self.figure.update_layout(
            template="simple_white", font_size=14, margin={"l": 60, "r": 20, "t": 30, "b": 50}
        )

    def _repr_html_(self) -> str:
        figure: dict[str, Any] = json.loads(self.figure.to_json())
        # The page's element has the height: when a window changes its size, Plotly fills the
        # element again, and a height of its own would make it run over the controls.
        height = figure["layout"].pop("height", HEIGHT)
        values = [list(control.values) for control in self.controls]
        # No spaces: a figure of many frames is mostly separators.
        data = json.dumps({"figure": figure, "values": values}, separators=(",", ":"))
        data = data.replace("</", "<\\/")
        key = "control-" + hashlib.sha256(data.encode()).hexdigest()[:12]
        markup = [control.markup(f"{key}-{i}") for i, control in enumerate(self.controls)]
        return TEMPLATE.format(
            height=height,
            label=html.escape(", ".join(control.label for control in self.controls)),
            description=html.escape(self.description),
            caption=html.escape(self.caption),
            controls="\n".join(markup),
            data=data,
        )


class Interactive(InteractiveGrid):
    """A figure and one slider; the last expression of a notebook cell shows it.

    Parameters
    ----------
    figure : plotly figure with one frame per position of the slider; axis ranges fixed, so that the
        axes stay where they are while the slider moves
    label : what the slider moves, for example ``"step size h"``
    values : the text shown for each frame
    description : the alternative text: what there is to see, and how it changes
    caption : the sentence under the figure
    start : the position shown first

    Raises
    ------
    ValueError
        The figure has not one frame per value.

    Examples
    --------
    >>> frames = [go.Frame(data=[go.Scatter(y=[0, slope])]) for slope in (1, 2)]
    >>> figure = go.Figure(go.Scatter(y=[0, 1]), frames=frames)
    >>> shown = Interactive(figure, "slope", ["1", "2"], "A line whose slope grows", "A line.")
    >>> "type=\\"range\\"" in shown._repr_html_()
    True
    """

    def __init__(
        self,
        figure: go.Figure,
        label: str,
        values: Sequence[str],
        description: str,
        caption: str,
        start: int = 0,
    ) -> None:
        super().__init__(figure, [Slider(label, values, start)], description, caption)
        self.values, self.start = list(values), start
