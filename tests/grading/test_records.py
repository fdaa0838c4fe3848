"""Every submission has one recorded state, also after a run that was killed."""

import csv
from pathlib import Path

import pytest

from nbcourse.grading.records import GRADED, NOT_GRADED, WITH_PROBLEMS, Record, Records

ADA = Record("ada", "graphs", GRADED, "", "d1")
BOB = Record("bob", "graphs", NOT_GRADED, 'it is "cut", off', "d2")


def rows(course: Path) -> list[list[str]]:
    with Records(course).write_csv().open(newline="") as file:
        return list(csv.reader(file))


def test_records_are_there_again_in_the_next_run(tmp_path: Path) -> None:
    records = Records(tmp_path)
    records.add(ADA)
    records.add(BOB)
    again = Records(tmp_path)
    assert again.find("graphs", "ada") == ADA
    assert again.find("graphs", "eve") is None
    assert rows(tmp_path) == [
        ["student_id", "assignment", "state", "reason"],
        ["ada", "graphs", GRADED, ""],
        ["bob", "graphs", NOT_GRADED, 'it is "cut", off'],
    ]


def test_the_last_record_of_a_submission_holds(tmp_path: Path) -> None:
    Records(tmp_path).add(BOB)
    Records(tmp_path).add(Record("bob", "graphs", WITH_PROBLEMS, "late", "d3"))
    assert rows(tmp_path)[1:] == [["bob", "graphs", WITH_PROBLEMS, "late"]]


@pytest.mark.parametrize("lost", [1, 5, 50])
def test_a_line_that_was_cut_off_costs_itself_alone(lost: int, tmp_path: Path) -> None:
    records = Records(tmp_path)
    records.add(ADA)
    records.add(BOB)
    log = tmp_path / ".nbcourse" / "grading.jsonl"
    log.write_bytes(log.read_bytes()[:-lost])
    records = Records(tmp_path)
    kept = lost == 1  # the line's end alone is missing
    assert (records.find("graphs", "bob") is not None) == kept
    records.add(Record("eve", "graphs", GRADED, "", "d4"))
    names = [row[0] for row in rows(tmp_path)[1:]]
    assert names == ["ada", "bob", "eve"] if kept else ["ada", "eve"]


def test_submissions_that_are_gone_leave_the_table(tmp_path: Path) -> None:
    records = Records(tmp_path)
    records.add(ADA)
    records.add(BOB)
    records.keep(lambda sheet, student: student == "ada")
    records.write_csv()
    assert (tmp_path / "grading.csv").read_text().splitlines()[1:] == [f"ada,graphs,{GRADED},"]


def test_a_table_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = Records(tmp_path)
    records.add(ADA)
    table = records.write_csv().read_text()

    def fails(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.replace", fails)
    records.add(BOB)
    with pytest.raises(OSError, match="no space"):
        records.write_csv()
    assert (tmp_path / "grading.csv").read_text() == table
    assert {path.name for path in tmp_path.iterdir()} == {".nbcourse", "grading.csv"}
