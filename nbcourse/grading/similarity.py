"""Which submissions of a sheet look alike, by the copydetect library.

It finds the passages that two submissions share by their fingerprints (winnowing; Schleimer,
Wilkerson and Aiken, SIGMOD 2003).
"""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbcourse.authoring.course import course_path, load_config
from nbcourse.authoring.files import replacing
from nbcourse.errors import CourseError
from nbcourse.grading.fingerprints import PASSAGE, fingerprints
from nbcourse.grading.sheets import choose_sheets, load_sheet
from nbcourse.grading.similarity_report import offline_page
from nbcourse.grading.submissions import find_submissions

# The report shows the code of no more pairs than these.
SHOWN_PAIRS = 200


@dataclass(frozen=True)
class Pair:
    """Two submissions that look alike.

    Parameters
    ----------
    students
        Whose they are.
    shares
        For each of the two, the share of its code that the other has as well.
    """

    students: tuple[str, str]
    shares: tuple[float, float]


@dataclass(frozen=True)
class Comparison:
    """What was found in a sheet's submissions.

    Parameters
    ----------
    compared
        The number of submissions that were compared, each with each.
    pairs
        Those above the threshold, the most alike first.
    left_out
        Why a submission was not compared, by student.
    report
        The page that shows the pairs' code.
    """

    compared: int
    pairs: list[Pair]
    left_out: dict[str, str]
    report: Path


def compare_submissions(course: Path, name: str, threshold: float = 0.8) -> Comparison:
    """Compare the submissions of a sheet; write ``.nbcourse/similarity/<sheet>.html``.

    Parameters
    ----------
    course
        The course folder.
    name
        The sheet.
    threshold
        A pair is listed when more than this share of one submission's code is also in the other:
        a number from 0 up to, but not including, 1.

    Raises
    ------
    CourseError
        If there is no such sheet, or there are not two submissions to compare.
    """
    config = load_config(course)
    (name,) = choose_sheets(course, config, name)
    sheet = load_sheet(course, config, name)
    submissions = find_submissions(course_path(course, config, "submitted"), name)
    prints, left_out = fingerprints(submissions, sheet)
    if len(prints) < 2:
        reasons = [f"{student}: {reason}" for student, reason in left_out.items()]
        raise CourseError(
            "\n".join([f"{name} has {len(prints)} submissions to compare; it takes two", *reasons]),
            exit_code=2,
        )
    pairs, page = _compared(prints, threshold)
    report = course / ".nbcourse" / "similarity" / f"{name}.html"
    report.parent.parent.mkdir(mode=0o700, exist_ok=True)
    report.parent.mkdir(exist_ok=True)
    page = offline_page(page, name, threshold, len(pairs), left_out)
    with replacing(report) as new:
        # A folder's name, which is a student's id, may hold bytes that are no text.
        new.write_text(page, encoding="utf-8", errors="backslashreplace")
    return Comparison(len(prints), pairs, left_out, report)


def _compared(prints: dict[str, Any], threshold: float) -> tuple[list[Pair], str]:
    """The pairs above the threshold, and copydetect's page."""
    import matplotlib

    matplotlib.use("Agg")  # copydetect draws by pyplot, which may otherwise open a window
    from copydetect import CopyDetector  # type: ignore[import-untyped]

    detector = CopyDetector(
        # All passages of this length, so that a run finds what the last one found.
        noise_t=PASSAGE,
        guarantee_t=PASSAGE,
        display_t=threshold,
        autoopen=False,
        silent=True,
        force_language="python",
    )
    names = {each.filename: student for student, each in prints.items()}
    for each in prints.values():
        detector.file_data[each.filename] = each
        detector.add_file(each.filename)
    with warnings.catch_warnings(action="ignore"):  # copydetect uses what Python deprecates
        detector.run()
        found = detector.get_copied_code_list()
        found.sort(key=lambda each: (-max(each[0], each[1]), each[2], each[3]))
        detector.get_copied_code_list = lambda: found[:SHOWN_PAIRS]
        page = str(detector.generate_html_report(output_mode="return"))
    pairs = [
        Pair((names[one], names[other]), (float(share), float(back)))
        for share, back, one, other, *_ in found
    ]
    return pairs, page
