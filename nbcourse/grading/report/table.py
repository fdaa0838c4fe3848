"""The report as CSV: tidy, one count in each row, no student named.

======== =================================================== =====================================
kind     text                                                count and share
======== =================================================== =====================================
state    a state                                             of all submissions
points   mean, median                                        submissions that could be graded;
                                                             the share of the points
scores   a range such as 4 to 6                              of the submissions that could be graded
result   full, partly, none, not attempted                   the same, in this exercise
mistake  the hint                                            the same
wrong    what was wrong, where no mistake was recognized     the same
======== =================================================== =====================================

``exercise`` is empty in the first three kinds and in the rows ``points`` of the whole sheet.
"""

import csv
import io
from collections.abc import Iterator

from nbcourse.grading.report.histogram import score_bins
from nbcourse.grading.report.summary import Summary

COLUMNS = ("exercise", "kind", "text", "count", "share")

Row = tuple[str, str, str, int, float]


def csv_table(summary: Summary) -> str:
    """Return the report as CSV with the columns ``exercise,kind,text,count,share``."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows((*row[:4], f"{row[4]:.4f}") for row in _rows(summary))
    return file.getvalue()


def _rows(summary: Summary) -> Iterator[Row]:
    total, counted = len(summary.records), len(summary.counted)
    for state, count in summary.states.items():
        yield "", "state", state, count, count / total
    if summary.max_score and summary.mean is not None and summary.median is not None:
        yield "", "points", "mean", counted, summary.mean / summary.max_score
        yield "", "points", "median", counted, summary.median / summary.max_score
    for each in score_bins([record.score for record in summary.counted], summary.max_score):
        yield "", "scores", each.label, each.count, each.count / counted
    for exercise in summary.exercises:
        counts = {
            "full": exercise.full,
            "partly": exercise.partly,
            "none": exercise.none,
            "not attempted": exercise.not_attempted,
        }
        results = sum(counts.values())
        yield exercise.name, "points", "mean", results, exercise.share
        for text, count in counts.items():
            yield exercise.name, "result", text, count, count / results
    for kind, groups in (("mistake", summary.mistakes), ("wrong", summary.unexplained)):
        for group in groups:
            yield group.exercise, kind, group.text, len(group.students), group.share
