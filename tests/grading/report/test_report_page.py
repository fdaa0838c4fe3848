"""The page: every number on it counted again, from the lines of the journal."""

from pathlib import Path
from statistics import mean, median
from typing import Any

from nbcourse.grading.records import GRADED, NOT_GRADED, WITH_PROBLEMS
from tests.grading.report.graded_class import (
    CLASS,
    EXERCISES,
    HOSTILE,
    REASON,
    SECRET,
    counts,
    made,
    percent,
)
from tests.grading.report.page import Page


def test_the_headline(page: Page, lines: list[dict[str, Any]]) -> None:
    scores = [line["score"] for line in lines]
    assert len(scores) == len(CLASS)
    assert page.headline == {
        "submissions": "12",
        GRADED: "9",
        WITH_PROBLEMS: "2",
        NOT_GRADED: "1",
        "mean, of 20 points": f"{round(mean(scores), 2):g}",
        "median, of 20 points": f"{round(median(scores), 2):g}",
    }
    assert "those of the 10 submissions that could be graded" in page.text
    assert "Not graded yet: waits." in page.text
    assert "single exercises: old." in page.text
    assert "automatic scores" in page.text
    assert "gone" not in page.text


def test_the_distribution(page: Page, lines: list[dict[str, Any]]) -> None:
    scores = [line["score"] for line in lines]
    rows = []
    for low in range(0, 20, 2):
        count = sum(low <= score < low + 2 or score == 20 == low + 2 for score in scores)
        rows.append([f"{low} to {low + 2}", str(count), percent(count, len(scores))])
    assert page.table("Submissions by score") == rows
    assert page.description == "; ".join(f"{row[0]} points: {row[1]}" for row in rows)
    drawn = [text for text in page.drawn if text != "points"]
    assert drawn[:-11] == [row[1] for row in rows if row[1] != "0"]
    assert drawn[-11:] == [str(edge) for edge in range(0, 21, 2)]


def test_the_exercises(page: Page, lines: list[dict[str, Any]]) -> None:
    rows = page.table("How each exercise went")
    assert [row[0].split()[0] for row in rows] == [each.name for each in EXERCISES]
    for number, row in enumerate(rows):
        results = [line["exercises"][number] for line in lines]
        share = mean(each["score"] / each["max_score"] for each in results)
        assert row[0].split()[1:] == [f"{EXERCISES[number].points:g}", "points"]
        assert row[1:] == [percent(share, 1), *map(str, counts(results))]
        widths = page.bars[number]
        assert widths == [float(count) for count in counts(results)]


def test_the_mistakes_the_most_frequent_first(page: Page, lines: list[dict[str, Any]]) -> None:
    expected = made(lines, hinted=True)
    rows = page.table("Mistakes that the grader recognized")
    assert [int(row[0]) for row in rows] == sorted(expected.values(), reverse=True)
    for (exercise, hint), count in expected.items():
        row = next(row for row in rows if row[2].startswith(f"{exercise} {hint} "))
        assert row[:2] == [str(count), percent(count, len(lines))]
    assert rows[0][2].endswith(f"{HOSTILE}, ben, cyd, dan, fay and 1 more")


def test_what_is_wrong_in_another_way(page: Page, lines: list[dict[str, Any]]) -> None:
    expected = made(lines, hinted=False)
    stages, found = [], {}
    for row in page.table("Wrong answers in which no mistake"):
        if len(row) == 1:
            stages.append(row[0])
        else:
            found[row[2].split()[0], stages[-1]] = int(row[0])
            assert row[1] == percent(int(row[0]), len(lines))
    assert found == dict(expected)
    assert stages == ["Stopped with an error", "Could not be checked"]


def test_the_submissions_with_problems(page: Page, lines: list[dict[str, Any]]) -> None:
    scores = {line["student_id"]: f"{round(line['score'], 2):g}" for line in lines}
    first, second = REASON.split("; ")
    assert page.table("What could not be graded") == [
        ["cut", "0", f"{NOT_GRADED} graphs.ipynb is cut off"],
        [
            HOSTILE,
            scores[HOSTILE],
            f"{WITH_PROBLEMS} {first} {second} graded notebook · feedback page",
        ],
        ["eve", scores["eve"], f"{WITH_PROBLEMS} {first} {second}"],
    ]


def test_the_page_asks_nobody_and_runs_nothing(page: Page) -> None:
    assert "http" not in page.source
    assert "@import" not in page.source
    assert "url(" not in page.source
    assert not page.tags & {"script", "link:stylesheet", "img", "iframe", "object", "form"}
    assert not any(name.startswith("on") for name in page.attributes)
    assert "<script" not in page.source
    assert "alert(1)</td>" not in page.source


def test_hidden_inputs_are_not_told(page: Page, graded: Path) -> None:
    assert SECRET in (graded / ".nbcourse" / "grading.jsonl").read_text()
    assert SECRET not in page.source
    assert SECRET not in (graded / ".nbcourse" / "report" / "graphs.csv").read_text()


def test_the_page_is_sound_html_with_accessible_tables(page: Page) -> None:
    assert page.errors == []
    assert page.source.startswith("<!DOCTYPE html>\n<html lang=")
    assert len(page.tables) == 5
    assert page.unscoped == 0
    assert len(page.ids) == len(set(page.ids))
