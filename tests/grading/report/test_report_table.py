"""The table: every count in it counted again, from the lines of the journal."""

from pathlib import Path
from statistics import mean, median
from typing import Any

from nbcourse.grading.records import GRADED, NOT_GRADED, WITH_PROBLEMS
from tests.grading.report.graded_class import CLASS, EXERCISES, HOSTILE, counts, made


def test_the_table_counts_what_the_page_does(
    table: list[dict[str, str]], lines: list[dict[str, Any]]
) -> None:
    def rows(kind: str, exercise: str | None = None) -> dict[tuple[str, str], tuple[int, float]]:
        return {
            (row["exercise"], row["text"]): (int(row["count"]), float(row["share"]))
            for row in table
            if row["kind"] == kind and exercise in (None, row["exercise"])
        }

    total = len(lines)
    assert list(table[0]) == ["exercise", "kind", "text", "count", "share"]
    states = {GRADED: 9, WITH_PROBLEMS: 2, NOT_GRADED: 1}
    assert rows("state") == {("", k): (n, round(n / 12, 4)) for k, n in states.items()}
    scores = [line["score"] for line in lines]
    for name, value in (("mean", mean(scores)), ("median", median(scores))):
        assert rows("points", "")["", name] == (total, round(value / 20, 4))
    assert sum(count for count, _ in rows("scores").values()) == total
    for number, exercise in enumerate(EXERCISES):
        results = [line["exercises"][number] for line in lines]
        share = mean(each["score"] / each["max_score"] for each in results)
        assert rows("points", exercise.name) == {(exercise.name, "mean"): (total, round(share, 4))}
        texts = zip(["full", "partly", "none", "not attempted"], counts(results), strict=True)
        assert rows("result", exercise.name) == {
            (exercise.name, text): (n, round(n / total, 4)) for text, n in texts
        }
    for kind, hinted in (("mistake", True), ("wrong", False)):
        expected = {key: (n, round(n / total, 4)) for key, n in made(lines, hinted).items()}
        assert rows(kind) == expected
    assert len(table) == 3 + 2 + 10 + 5 * 9 + len(rows("mistake")) + len(rows("wrong"))


def test_the_table_names_no_student(graded: Path) -> None:
    text = (graded / ".nbcourse" / "report" / "graphs.csv").read_text()
    assert not any(f",{student}," in text or HOSTILE in text for student in CLASS)
