"""Figures of the book: matplotlib for still ones, plotly for those with a slider."""

from nbcourse.plots.graphs import draw_graph
from nbcourse.plots.interactive import Interactive, InteractiveGrid
from nbcourse.plots.style import use_style

__all__ = ["Interactive", "InteractiveGrid", "draw_graph", "use_style"]
