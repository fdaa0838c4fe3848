"""Limits of time in tests follow the machine: longer where it is slow, never shorter."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import pace


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """What each try takes from now on, in place of what it would take."""
    seconds: list[float] = []
    monkeypatch.setattr(pace, "_seconds", lambda: seconds.pop())
    yield seconds
    assert seconds == []


def test_a_slow_machine_lengthens_limits(taken: list[float]) -> None:
    taken += [tries * pace.USUAL for tries in (3, 0.5, 3, 8, 3)]
    assert pace.settings(cell=4, call=2) == "\nc.Limits.cell = 12.0\nc.Limits.call = 6.0\n"


def test_a_fast_one_shortens_none(taken: list[float]) -> None:
    taken += [pace.USUAL / 3] * pace.TRIES
    assert pace.settings(cell=4) == "\nc.Limits.cell = 4.0\n"


def test_a_reason_names_the_limits_of_the_course(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.Limits.cell = 4.5\n")
    assert pace.with_limits("after {cell:g} s, {call:g} s", tmp_path) == "after 4.5 s, 10 s"


def test_the_time_of_this_machine_is_measured() -> None:
    assert 1 <= pace.slowness() < 1000
