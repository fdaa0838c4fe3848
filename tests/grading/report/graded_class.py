"""A class in which known mistakes were made, and the journal that grading it leaves behind."""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from nbcourse.cli import cli
from nbcourse.exercise import Score, check_function
from nbcourse.exercise.score import STAGES
from nbcourse.grading.records import GRADED, NOT_GRADED, WITH_PROBLEMS, Record, Records
from nbcourse.specs import find_sheet

HOSTILE = "<script>alert('id')<b>&"
ADDRESS = "javascript:alert(1)#?%41"
REASON = "cell '</td><script>alert(1)' was changed; f did not return within 10 s"
SECRET = "0.73125 drawn from seed c0ffee"
NOT_BEGUN, NO_HINT, BY_ITSELF = -1, -2, -3
# The exercise of which the first student's record has no result.
NOT_CHECKED = 4
# Student -> which mistake was made in each exercise (0: none; k: the k-th that is known).
CLASS = {
    "ada": [0] * 9,
    "ben": [1] * 9,
    "cyd": [1, 1, 2, 2, 3, 3, 0, 2, NOT_BEGUN],
    "dan": [1, NOT_BEGUN, NOT_BEGUN, 0, NO_HINT, 0, 0, 2, NO_HINT],
    "eve": [3, 0, 0, 0, 0, BY_ITSELF, 0, 0, NO_HINT],
    "fay": [1, 6, 0, 0, 0, 0, 0, 3, 0],
    "gil": [NOT_BEGUN] * 9,
    "hal": [1, 0, 0, 0, 0, 0, 0, 0, 0],
    HOSTILE: [1, 6, NO_HINT, 0, 0, 0, 1, 0, 0],
    ADDRESS: [0, 6, 0, 0, 0, 0, 0, 0, 0],
}
EXERCISES = find_sheet("graphs").exercises


def unfinished(*args: Any) -> Any:
    raise NotImplementedError


def stopping(*args: Any) -> Any:
    raise ValueError(SECRET)


def result(number: int, choice: int) -> dict[str, Any]:
    """What grading records of an answer."""
    exercise = EXERCISES[number]
    functions = {0: exercise.reference, NOT_BEGUN: unfinished, NO_HINT: stopping}
    if choice == BY_ITSELF:  # the check itself stopped: there is no stage
        score, problem, stage = Score(0.0, exercise.points, exercise.name), "odd", None
    else:
        function = functions.get(choice) or exercise.mistakes[choice - 1].function
        score = check_function(exercise, function)
        problem, stage = score.headline, score.problem and score.problem.stage
    return {
        "name": exercise.name,
        "grade_id": f"check-{exercise.name}",
        "score": float(score),
        "max_score": score.max_score,
        "hint": score.hint,
        "problem": problem if stage or choice == BY_ITSELF else None,
        "stage": stage,
    }


def make_class(course: Path, config: Path) -> None:
    """Make a course folder as it is when the class was graded."""
    shutil.copy(config, course)
    records = Records(course)

    def add(student: str, state: str, reason: str, results: tuple[dict[str, Any], ...]) -> None:
        (course / "submitted" / student / "graphs").mkdir(parents=True)
        total, best = (sum(each[key] for each in results) for key in ("score", "max_score"))
        records.add(Record(student, "graphs", state, reason, "d", total, best, results))

    for student, choices in CLASS.items():
        reason = REASON if student in ("eve", HOSTILE) else ""
        results = [result(number, choice) for number, choice in enumerate(choices)]
        if student == HOSTILE:  # the check of an exercise stopped: its result is missing
            del results[NOT_CHECKED]
        add(student, WITH_PROBLEMS if reason else GRADED, reason, tuple(results))
    add("cut", NOT_GRADED, "graphs.ipynb is cut off", ())
    add("old", GRADED, "", ())
    (course / "submitted" / "waits" / "graphs").mkdir(parents=True)
    records.add(Record("gone", "graphs", GRADED, "", "d", 20.0, 20.0, ()))
    for student in (HOSTILE, ADDRESS, "ben"):
        for step, ending in (("autograded", "ipynb"), ("feedback", "html")):
            folder = course / step / student / "graphs"
            folder.mkdir(parents=True)
            (folder / f"graphs.{ending}").write_text(student)


def run(course: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["-C", str(course), "report", *arguments])


def percent(count: float, total: float) -> str:
    return f"{100 * count / total:.0f} %"


def counts(results: list[dict[str, Any]]) -> list[int]:
    """How many earned all, some and no points, and how many did not begin."""
    open_ = sum(each["stage"] == "unfinished" for each in results)
    full = sum(each["problem"] is None for each in results)
    some = sum(0 < each["score"] < each["max_score"] for each in results)
    return [full, some, len(results) - full - some - open_, open_]


def made(lines: list[dict[str, Any]], hinted: bool) -> Counter[tuple[str, str]]:
    """How often each mistake was made, by exercise and text."""
    lost = [
        each
        for line in lines
        for each in line["exercises"]
        if each["problem"] and each["stage"] != "unfinished" and bool(each["hint"]) == hinted
    ]
    stage = STAGES | {None: "Could not be checked"}
    return Counter(
        (each["name"], each["hint"] if hinted else stage[each["stage"]]) for each in lost
    )
