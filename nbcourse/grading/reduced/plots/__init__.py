"""``nbcourse.plots`` as a student's code has it: the course's look, for figures of their own."""

from nbcourse.plots.style import use_style

__all__ = ["use_style"]
