"""Labelled controls of an interactive figure, as the browser's own inputs."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

SLIDER = """<div class="interactive-control">
<label for="{key}">{label}</label>
<input id="{key}" type="range" min="0" max="{last}" value="{start}" step="1" autocomplete="off"
 aria-valuetext="{value}">
<output for="{key}">{value}</output>
</div>"""

SELECT = """<div class="interactive-control">
<label for="{key}">{label}</label>
<select id="{key}" autocomplete="off">{options}</select>
</div>"""


@dataclass(frozen=True)
class Control:
    """What sliders and selects share: a label, the texts of the positions, and the first of them.

    Parameters
    ----------
    label : what it changes, for example ``"step size h"``
    values : the text shown for each position
    start : the position shown first
    """

    template: ClassVar[str]
    label: str
    values: Sequence[str]
    start: int = 0

    def markup(self, key: str) -> str:
        """The control as HTML, with the id ``key``."""
        values = [html.escape(value) for value in self.values]
        options = "".join(
            f'<option value="{position}"{" selected" if position == self.start else ""}>'
            f"{value}</option>"
            for position, value in enumerate(values)
        )
        return self.template.format(
            key=key,
            label=html.escape(self.label),
            last=len(values) - 1,
            start=self.start,
            value=values[self.start],
            options=options,
        )


class Slider(Control):
    """A labelled range input, for quantities, whose values have an order.

    Examples
    --------
    >>> 'aria-valuetext="0.1"' in Slider("step size h", ["0.01", "0.1"], start=1).markup("h")
    True
    """

    template = SLIDER


class Select(Control):
    """A labelled list to choose from, for kinds, whose values have no order.

    Examples
    --------
    >>> "<option" in Select("activation", ["tanh", "ReLU"]).markup("activation")
    True
    """

    template = SELECT
