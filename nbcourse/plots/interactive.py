"""A Plotly figure that one labelled slider moves, for pages that are built once and read offline.

Plotly draws its own sliders as SVG, which neither the keyboard nor a screen reader reaches. Here
the slider is an ordinary range input: arrow keys move it, and its value is read out.
"""

import hashlib
import html
import json
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

TEMPLATE = """
<figure class="interactive-figure" aria-label="{label} (interactive figure)">
<div class="interactive-plot" role="img" aria-label="{description}">
<p>This figure needs JavaScript. It shows: {description}</p></div>
<div class="interactive-control">
<label for="{key}">{label}</label>
<input id="{key}" type="range" min="0" max="{last}" value="{start}" step="1" autocomplete="off"
 aria-valuetext="{value}">
<output for="{key}">{value}</output>
</div>
<figcaption>{caption}</figcaption>
<script type="application/json">{data}</script>
</figure>
"""


class Interactive:
    """A figure and its slider; the last expression of a notebook cell shows it.

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
        if len(figure.frames) != len(values):
            raise ValueError(
                f"a slider needs one frame per value; got {len(figure.frames)} frames and "
                f"{len(values)} values"
            )
        self.figure = go.Figure(figure)
        self.label, self.values, self.start = label, list(values), start
        self.description, self.caption = description, caption

        for position, frame in enumerate(self.figure.frames):
            frame.name = str(position)
        # What is drawn first is the frame that the slider stands on.
        first = self.figure.frames[start]
        for trace, data in zip(first.traces or range(len(first.data)), first.data, strict=True):
            self.figure.data[trace].update(data)
        self.figure.update_layout(
            template="simple_white", font_size=14, margin={"l": 60, "r": 20, "t": 30, "b": 50}
        )

    def _repr_html_(self) -> str:
        figure: dict[str, Any] = json.loads(self.figure.to_json())
        data = json.dumps({"figure": figure, "values": self.values}).replace("</", "<\\/")
        return TEMPLATE.format(
            key="slider-" + hashlib.sha256(data.encode()).hexdigest()[:12],
            label=html.escape(self.label),
            description=html.escape(self.description),
            caption=html.escape(self.caption),
            last=len(self.values) - 1,
            start=self.start,
            value=html.escape(self.values[self.start]),
            data=data,
        )
