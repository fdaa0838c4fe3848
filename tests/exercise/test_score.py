"""A score is a number for nbgrader, a report for a terminal and a card for a notebook."""

import logging
import re
from html import unescape
from typing import Any

import nbformat.v4 as v4
import numpy as np
import pytest
from nbgrader.utils import determine_grade

from nbcourse.exercise import Score, check_function
from nbcourse.exercise.score import Part, Problem, verdict
from nbcourse.exercise.view import score_html
from nbcourse.layers import linear_backward
from tests.exercise.linear import EXERCISE


def cell_with(score: Score) -> Any:
    """A graded cell as a notebook holds it after the check was its last expression."""
    data = {"text/plain": repr(score), "text/html": score._repr_html_()}
    output = v4.new_output("execute_result", data, execution_count=1)
    cell = v4.new_code_cell("check(...)", outputs=[output])
    cell.metadata["nbgrader"] = {
        "grade": True,
        "solution": False,
        "points": score.max_score,
        "schema_version": 3,
    }
    return cell


@pytest.mark.parametrize("points", [0.0, 1.0, 2 / 3, 2.4, 3.0])
def test_nbgrader_reads_the_points(points: float) -> None:
    score = Score(points, 3.0, "linear_backward")
    grade, most = determine_grade(cell_with(score), logging.getLogger())
    assert grade == score == pytest.approx(points, abs=1e-4)
    assert most == 3.0


def test_a_score_is_a_number() -> None:
    score = Score(2 / 3, 1, "f")
    assert repr(score) == "0.6667"
    assert isinstance(score, float)
    assert score + 1 == pytest.approx(1.6667)
    assert not score.passed
    assert score.max_score == 1.0
    assert score.hint is None


def test_full_points_with_a_problem_are_not_a_pass() -> None:
    assert not Score(1.0, 1.0, "f", problem=Problem("raised", None, "it stopped")).passed


def wrong(dout: Any, cache: Any) -> Any:
    dx, dw, db = linear_backward(dout, cache)
    return dx, -dw, db


def test_the_report_tells_part_by_part() -> None:
    score = check_function(EXERCISE, wrong)
    first, called, *parts, hint = str(score).splitlines()
    assert first == "linear_backward: dw is not the derivative  [2 / 3 points]"
    assert called.startswith("  called with dout of shape (4, 2), cache = (shape (4, 3)")
    assert parts[0] == "  dx: right"
    assert parts[1].startswith("  dw: dw[")
    assert ", expected " in parts[1]
    assert ", measured " in parts[1]
    assert parts[2] == "  db: right"
    assert hint == f"  Hint: {score.hint}"


def seen(card: str) -> str:
    """What a reader sees of a card."""
    return unescape(re.sub(r"<[^>]*>", "", card))


def test_the_card_shows_the_same() -> None:
    score = check_function(EXERCISE, wrong)
    card = score_html(score)
    assert score.problem is not None
    assert score.hint is not None
    for text in (
        "✗ Not the derivative",
        "2 of 3 points",
        score.hint,
        "worst entry",
        "measured",
        score.problem.got,
        score.problem.expected,
    ):
        assert text in seen(card)
    assert seen(card).count("✓ right") == 2
    assert seen(card).count("✗ wrong") == 1
    assert "http" not in card
    assert "✓ All checks pass" in seen(score_html(check_function(EXERCISE, linear_backward)))


def test_the_card_escapes_what_students_write() -> None:
    def attack(dout: Any, cache: Any) -> Any:
        raise ValueError("<script>alert(1)</script> & more")

    card = check_function(EXERCISE, attack)._repr_html_()
    assert "<script" not in card
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in card
    entry = Problem("reference", "<i>p", "<i>m", "<i>in", "<i>", "<i>1", "<i>2", "<i>3")
    whole = Problem("type", "<i>q", "is an <i>object")
    named = Score(0.0, 1.0, "<i>f", (Part("<i>p", entry), Part("<i>q", whole)), entry, "<i>hint")
    assert "<i>" not in named._repr_html_()
    assert named._repr_html_().count("&lt;i&gt;") >= 12


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (Part("dx"), "right"),
        (Part("dx", checked=False), "not checked"),
        (Part("dx", Problem("type", "dx", "is None")), "is None"),
        (Part("dx", Problem("value", "dx", "", "", "[0]", "1", "2")), "dx[0] is 1, expected 2"),
    ],
)
def test_a_verdict_says_what_is_known(part: Part, words: str) -> None:
    assert verdict(part) == words


def test_a_part_that_was_not_looked_at_is_neither_right_nor_shown() -> None:
    score = check_function(EXERCISE, lambda dout, cache: np.zeros(3))
    assert not any(part.right for part in score.parts)
    assert "dx" not in str(score).split("expected")[1].split("\n", 1)[1]
    assert "<table" not in score._repr_html_()
