"""The report as one HTML page that asks nobody for anything and needs no JavaScript."""

import os
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from nbcourse.grading.records import NOT_GRADED
from nbcourse.grading.report.histogram import draw_histogram
from nbcourse.grading.report.summary import Summary

#: So many students are named as examples of a mistake.
EXAMPLES = 5


@dataclass(frozen=True)
class Links:
    """The way from the page to what it speaks of.

    Parameters
    ----------
    page
        The folder that the page is in.
    autograded, feedback
        Where the graded notebooks and the feedback pages are.
    """

    page: Path
    autograded: Path
    feedback: Path

    def to_notebook(self, student: str, sheet: str) -> str | None:
        """Return the address of the graded notebook, None when there is none."""
        return self._to(self.autograded / student / sheet / f"{sheet}.ipynb")

    def to_feedback(self, student: str, sheet: str) -> str | None:
        """Return the address of the feedback page, None when there is none."""
        return self._to(self.feedback / student / sheet / f"{sheet}.html")

    def _to(self, path: Path) -> str | None:
        # Quoted, a colon in a student's id cannot make the address one of another kind.
        return quote(os.fsencode(os.path.relpath(path, self.page))) if path.is_file() else None


def html_page(summary: Summary, links: Links) -> str:
    """Return the page.

    Parameters
    ----------
    summary
        What it says.
    links
        What it points to.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,  # ids and reasons are what students made them
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"number": number, "percent": percent, "breakable": breakable}
    scores = [record.score for record in summary.counted]
    stages = groupby(summary.unexplained, attrgetter("text"))
    return environment.get_template("page.html.j2").render(
        summary=summary,
        links=links,
        stages=[(text, list(found)) for text, found in stages],
        histogram=draw_histogram(scores, summary.max_score),
        examples=EXAMPLES,
        not_graded=NOT_GRADED,
    )


def number(value: float) -> str:
    """Write a number of points with at most two decimals.

    >>> number(12.0), number(8 / 3)
    ('12', '2.67')
    """
    return f"{round(value, 2):g}"


def percent(share: float) -> str:
    """Write a share in percent; what is not all or nothing is never rounded to it.

    >>> percent(0.25), percent(0.999), percent(0.001)
    ('25 %', '99 %', '1 %')
    """
    whole = round(100 * share)
    return f"{min(99, max(1, whole)) if 0 < share < 1 else whole} %"


def breakable(name: str) -> Markup:
    """Let a long name go on in the next line after an underscore.

    >>> breakable("add_<b>")
    Markup('add_<wbr>&lt;b&gt;')
    """
    return Markup("_<wbr>").join(name.split("_"))
