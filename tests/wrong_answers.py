"""What every wrong answer gets, whatever the exercise."""

from nbcourse.exercise import Score


def assert_fails(score: Score) -> None:
    assert not score.passed, score
    assert 0 <= score < score.max_score
    assert score.problem is not None
    assert "points" in str(score)
    assert "✗" in score._repr_html_()
