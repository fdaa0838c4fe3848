"""Counting what is in the records of a sheet: who earned what, and who made the same mistake."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from statistics import mean
from typing import Any

from nbcourse.errors import CourseError
from nbcourse.exercise.score import STAGES
from nbcourse.grading.records import NOT_GRADED, Record
from nbcourse.grading.report.summary import ExerciseSummary, Group, Summary
from nbcourse.specs import find_sheet

NOT_ATTEMPTED = "unfinished"
NOT_CHECKED = "Could not be checked"


def summarize(sheet: str, records: Sequence[Record], waiting: Sequence[str] = ()) -> Summary:
    """Count what is in the records of a sheet.

    Parameters
    ----------
    sheet
        The sheet's name.
    records
        The records of its submissions.
    waiting
        Students whose submission has no record.

    Examples
    --------
    >>> right = {"name": "f", "grade_id": "check-f", "score": 2.0, "max_score": 2.0}
    >>> wrong = right | {"score": 0.0, "hint": "Mind the sign.", "stage": "gradient"}
    >>> summary = summarize("demo", [
    ...     Record("ada", "demo", "graded", "", "", 2.0, 2.0, (right,)),
    ...     Record("bob", "demo", "graded", "", "", 0.0, 2.0, (wrong,)),
    ... ])
    >>> summary.mean, summary.exercises[0].share
    (1.0, 0.5)
    >>> summary.mistakes
    (Group(exercise='f', text='Mind the sign.', students=('bob',), share=0.5),)
    """
    ordered = sorted(records, key=lambda record: record.student_id)
    graded = [record for record in ordered if record.state != NOT_GRADED]
    counted = [record for record in graded if record.exercises]
    results = _by_exercise(counted)
    exercises = tuple(_exercise([each for _, each in found]) for found in results)
    lost = [(student, each) for found in results for student, each in found if not _full(each)]
    return Summary(
        sheet=sheet,
        title=_title(sheet),
        records=tuple(ordered),
        counted=tuple(counted),
        without_results=tuple(each.student_id for each in graded if not each.exercises),
        waiting=tuple(sorted(waiting)),
        exercises=exercises,
        mistakes=_groups(lost, _hint, len(counted), ()),
        unexplained=_groups(lost, _unexplained, len(counted), (*STAGES.values(), NOT_CHECKED)),
    )


def _by_exercise(records: Sequence[Record]) -> list[list[tuple[str, dict[str, Any]]]]:
    """For each exercise, in the order of the sheet, what came of it by student.

    A record lacks an exercise whose check stopped, which is 0 points like any other: every
    student stands in every list.
    """
    checks: dict[str, dict[str, Any]] = {}
    for record in sorted(records, key=lambda record: -len(record.exercises)):
        for each in record.exercises:
            checks.setdefault(each["grade_id"], each)
    found = [
        (each.student_id, {one["grade_id"]: one for one in each.exercises}) for each in records
    ]
    return [
        [(student, its.get(key) or _not_checked(check)) for student, its in found]
        for key, check in checks.items()
    ]


def _not_checked(check: dict[str, Any]) -> dict[str, Any]:
    return {"name": check["name"], "score": 0.0, "max_score": check["max_score"]}


def _exercise(results: Sequence[dict[str, Any]]) -> ExerciseSummary:
    full = sum(map(_full, results))
    not_attempted = sum(each.get("stage") == NOT_ATTEMPTED for each in results)
    partly = sum(each["score"] > 0 and not _full(each) for each in results)
    return ExerciseSummary(
        results[0]["name"],
        max(each["max_score"] for each in results),
        mean(each["score"] / each["max_score"] if each["max_score"] else 0.0 for each in results),
        full,
        partly,
        len(results) - full - partly - not_attempted,
        not_attempted,
    )


def _groups(
    lost: Sequence[tuple[str, dict[str, Any]]],
    text_of: Callable[[dict[str, Any]], str | None],
    total: int,
    order: Sequence[str],
) -> tuple[Group, ...]:
    """Those who lost points in an exercise in the same way, by ``order``, then by how many."""
    students: dict[tuple[str, str], list[str]] = defaultdict(list)
    for student, result in lost:
        text = text_of(result)
        if text is not None:
            students[result["name"], text].append(student)
    groups = [Group(*key, tuple(names), len(names) / total) for key, names in students.items()]
    return tuple(  # a stable sort: among equals the order of the sheet
        sorted(
            groups,
            key=lambda group: (
                order.index(group.text) if group.text in order else len(order),
                -len(group.students),
            ),
        )
    )


def _full(result: dict[str, Any]) -> bool:
    return bool(result["score"] >= result["max_score"]) and result.get("stage") != NOT_ATTEMPTED


def _hint(result: dict[str, Any]) -> str | None:
    return result.get("hint") or None


def _unexplained(result: dict[str, Any]) -> str | None:
    """What was wrong in a few words, None where a hint says it or nothing was attempted.

    The line in ``problem`` would say more, but an error's own text can quote hidden inputs.
    """
    stage = result.get("stage")
    if result.get("hint") or stage == NOT_ATTEMPTED:
        return None
    return STAGES.get(str(stage), NOT_CHECKED)


def _title(sheet: str) -> str:
    try:
        return find_sheet(sheet).title
    except CourseError:  # a sheet that was written elsewhere
        return sheet
