"""Figures of the book: matplotlib for still ones, plotly for those with a slider."""

from nbcourse.plots.graphs import draw_graph
from nbcourse.plots.interactive import Interactive
from nbcourse.plots.style import use_style

__all__ = ["Interactive", "draw_graph", "use_style"]
