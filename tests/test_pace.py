"""Limits of time in tests follow the machine: longer where it is slow, never shorter."""

from collections.abc import Iterator

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
    taken += [3 * pace.USUAL] * (pace.TRIES - 1) + [8 * pace.USUAL]
    assert pace.settings(cell=4, call=2) == "\nc.Limits.cell = 12.0\nc.Limits.call = 6.0\n"


def test_a_fast_one_shortens_none(taken: list[float]) -> None:
    taken += [pace.USUAL / 3] * pace.TRIES
    assert pace.settings(cell=4) == "\nc.Limits.cell = 4.0\n"


def test_the_time_of_this_machine_is_measured() -> None:
    assert 1 <= pace.slowness() < 1000
