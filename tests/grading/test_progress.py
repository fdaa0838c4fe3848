"""How far a run is: a bar with rate and estimate on a terminal, nothing elsewhere."""

import io
import sys
import time

import pytest

from nbcourse.grading.progress import show_progress


class Terminal(io.StringIO):
    """A stderr that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO) -> str:
    monkeypatch.setattr(sys, "stderr", stderr)
    with show_progress(2) as advance:
        for _ in range(2):
            time.sleep(0.15)  # the bar is drawn ten times a second at most
            advance()
    return stderr.getvalue()


def test_a_terminal_sees_a_count_an_estimate_and_a_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    bar = shown(monkeypatch, Terminal())
    assert "2/2" in bar
    assert "submission" in bar
    assert "<" in bar  # elapsed<left


def test_elsewhere_it_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, io.StringIO()) == ""
