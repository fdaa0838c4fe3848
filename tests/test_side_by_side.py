"""What `make bench` stands on: fair turns, ratios that are compared, results that are not mixed."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks import machine, results, side_by_side
from benchmarks.side_by_side import BATCH, OURS, Case, Measured, agree, from_seconds, measure

SPINS = 0.11  # for so long after a call its threads use a processor


class Clock:
    """Stands for ``time``: calls take what they say, and their threads go on for a while."""

    def __init__(self) -> None:
        self.now = self.used = self.busy_until = 0.0
        self.log: list[tuple[str, float]] = []

    def perf_counter(self) -> float:
        return self.now

    def process_time(self) -> float:
        return self.used

    def sleep(self, seconds: float) -> None:
        self.used += max(0.0, min(seconds, self.busy_until - self.now))
        self.now += seconds

    def call(self, name: str, seconds: float, cold: float = 1.0) -> Callable[[], None]:
        """A call; the first ones after a pause take ``cold`` times as long."""
        awake_since = [-1.0]

        def run() -> None:
            others = [at for other, at in self.log if other != name]
            assert not others or self.now - others[-1] > SPINS, "the other's threads still run"
            if not self.log or self.log[-1][0] != name or self.now - self.log[-1][1] > SPINS:
                awake_since[0] = self.now
            asleep = self.now - awake_since[0] < 0.03
            self.now += seconds * cold if asleep else seconds
            self.used += seconds
            self.busy_until = self.now + SPINS
            self.log.append((name, self.now))

        return run


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(side_by_side, "time", clock)
    monkeypatch.setattr(side_by_side, "used_elsewhere", lambda: 0.0)
    return clock


def measured(name: str = "step", ours: float = 0.002, **others: float) -> Measured:
    times = {OURS: [ours], **{other: [seconds] for other, seconds in others.items()}}
    return from_seconds(name, "what", times, goal=1.0)


def test_contenders_take_turns_and_only_warm_calls_count(clock: Clock) -> None:
    case = Case(
        "step",
        "what",
        clock.call("ours", 0.001, cold=5.0),
        {"other": clock.call("other", 0.004, cold=9.0), "third": clock.call("third", 0.02)},
        goal=0.3,
    )
    found = measure(case, repeats=4)
    assert found.medians == pytest.approx({OURS: 1.0, "other": 4.0, "third": 20.0})
    assert found.ratios == pytest.approx({"other": 0.25, "third": 0.05})
    assert found.reached
    assert found.repeats == 4
    turns = [name for i, (name, _) in enumerate(clock.log) if i == 0 or name != clock.log[i - 1][0]]
    assert turns == ["ours", "other", "third"] * 5  # the first time to see how long a call takes


def test_a_batch_is_long_enough_for_the_clock(clock: Clock) -> None:
    measure(Case("short", "what", clock.call("ours", 1e-4), {}), repeats=1)
    before_last_pause = max(
        i for i in range(1, len(clock.log)) if clock.log[i][1] - clock.log[i - 1][1] > SPINS
    )
    calls = len(clock.log) - before_last_pause
    assert calls * 1e-4 >= BATCH + side_by_side.WARMING


def test_a_rate_is_counted_and_a_goal_missed() -> None:
    times = {OURS: [0.5, 0.5, 0.7], "micrograd": [0.25, 0.25, 0.25]}
    found = from_seconds("chain", "what", times, goal=0.5, unit="scalars", count=1500)
    assert found.rate(OURS) == pytest.approx(3000)
    assert found.reached is False
    assert found.quartiles[OURS] == pytest.approx((500, 600))


def test_other_programs_are_noticed(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_by_side, "used_elsewhere", lambda: 0.4 * clock.now)
    assert measure(Case("x", "what", clock.call("ours", 0.1), {}), 1).elsewhere == pytest.approx(
        0.4
    )


@pytest.mark.parametrize(
    ("theirs", "message"),
    [
        (np.ones((3, 1), np.float32), r"float32 \(3,\), theirs float32 \(3, 1\)"),
        (np.ones(3), r"ours is float32 \(3,\), theirs float64"),
        (np.array([1.0, 1.0, 1.001], np.float32), "up to 1.0e-03 apart"),
        (np.array([1.0, 1.0, np.nan], np.float32), "apart"),
    ],
)
def test_contenders_that_differ_are_refused(theirs: Any, message: str) -> None:
    agree("sums", np.ones(3, np.float32), np.ones(3, np.float32))
    with pytest.raises(ValueError, match=message):
        agree("sums", np.ones(3, np.float32), theirs)


# The guard


def group(*cases: Measured) -> dict[str, Any]:
    return {"library": results.as_group(cases)}


def test_a_ratio_that_is_a_fifth_worse_is_named() -> None:
    stored = {"groups": group(measured(torch=0.002, limit=0.001))}
    (warning,) = results.warnings(stored, group(measured(ours=0.003, torch=0.0026, limit=0.001)))
    assert warning == ("library, step: 3.00 x the time of limit, 50% worse than the stored 2.00")


def test_times_are_not_compared() -> None:
    stored = {"groups": group(measured(torch=0.002))}
    assert not list(results.warnings(stored, group(measured(ours=0.2, torch=0.18))))


@pytest.mark.parametrize("new", [measured("other", torch=1e-6), measured(jax=1e-6)])
def test_what_was_never_measured_has_nothing_to_be_worse_than(new: Measured) -> None:
    assert not list(results.warnings({"groups": group(measured(torch=1.0))}, group(new)))
    assert not list(results.warnings({}, group(new)))


# The file


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    assert results.read(path) == {}
    whole = results.merged({}, {"cores": 2}, group(measured(ours=1 / 3, torch=1.0)))
    results.write(whole, path)
    assert results.read(path) == whole
    (case,) = whole["groups"]["library"]["cases"]
    assert case["medians"] == {OURS: 333.3, "torch": 1000.0}
    assert case["reached"] is True
    assert "count" not in case


def test_a_part_replaces_its_part_on_the_same_machine_only() -> None:
    old = results.merged({}, {"cores": 2}, {"library": {"date": "a"}, "engine": {"date": "b"}})
    new = results.merged(old, {"cores": 2}, {"library": {"date": "c"}})
    assert new["groups"] == {"library": {"date": "c"}, "engine": {"date": "b"}}
    results.require_whole(old, {"cores": 2}, ["library"])
    results.require_whole(old, {"cores": 8}, ["library", "engine"])
    results.require_whole({}, {"cores": 8}, ["library"])
    with pytest.raises(ValueError, match="engine would stay so"):
        results.require_whole(old, {"cores": 8}, ["library"])


# The command


@pytest.mark.parametrize("before", [{}, {"OMP_NUM_THREADS": "7"}])
def test_commands_get_the_environment_as_it_was(
    before: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {"HOME": "/", **before}
    monkeypatch.setattr(os, "environ", environment)
    monkeypatch.setattr(machine, "_BEFORE", before)
    machine.set_threads()
    with_threads = environment.copy()
    assert with_threads["OPENBLAS_NUM_THREADS"] == str(machine.THREADS)
    with machine.as_it_was():
        assert environment == {"HOME": "/", **before}
    assert environment == with_threads


def test_other_programs_have_the_processor_too() -> None:
    start, before = time.perf_counter(), machine.used_elsewhere()
    while time.perf_counter() < start + 0.1:
        pass
    # As much as all processors could do at most, and not our own loop; the clock ticks in 10 ms.
    assert -0.05 < machine.used_elsewhere() - before < 0.1 * (os.cpu_count() or 1) + 0.05


@pytest.fixture
def seconds() -> dict[str, float]:
    """How long each contender takes."""
    return {OURS: 0.002, "other": 0.004}


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seconds: dict[str, float]) -> ModuleType:
    """``benchmarks.bench`` with two groups that take no time, and a file of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "environ", dict(os.environ))  # It sets the number of threads.
        from benchmarks import bench
    case = Case("sum", "of ten", print, {"other": print}, goal=1.0)
    quick = SimpleNamespace(cases=lambda: [case])
    commands = SimpleNamespace(measure_all=lambda: [measured("build", cold=0.004)])
    monkeypatch.setitem(sys.modules, "quick", quick)
    monkeypatch.setitem(sys.modules, "commands", commands)
    monkeypatch.setattr(bench, "GROUPS", {"engine": "quick", "book": "commands"})
    monkeypatch.setattr(bench, "describe", lambda: {"processor": "P", "cores": 2, "threads": 2})

    def fake(case: Case, repeats: int) -> Measured:
        times = {name: [value] * repeats for name, value in seconds.items()}
        return from_seconds(case.name, case.what, times, goal=case.goal)

    monkeypatch.setattr(bench, "measure", fake)
    monkeypatch.setattr(results.read, "__defaults__", (tmp_path / "results.json",))
    monkeypatch.setattr(results.write, "__defaults__", (tmp_path / "results.json",))
    return bench


def run(bench: ModuleType, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr("sys.argv", ["bench.py", "--repeats", "3", *arguments])
    bench.main()


def test_the_command_measures_prints_and_stores(
    bench: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    seconds: dict[str, float],
) -> None:
    run(bench, monkeypatch, "--no-write")
    assert results.read() == {}
    run(bench, monkeypatch)
    stored = results.read()
    assert list(stored["groups"]) == ["engine", "book"]
    assert stored["groups"]["engine"]["cases"][0]["repeats"] == 3
    out, err = capsys.readouterr()
    assert "nbcourse / other: 0.50   asked 1: reached" in out
    assert err == ""

    seconds[OURS] = 0.005
    run(bench, monkeypatch, "--only", "engine")
    out, err = capsys.readouterr()
    assert "nbcourse / other: 1.25   asked 1: missed" in out
    assert err == (
        "\nWarning: engine, sum: 1.25 x the time of other, 150% worse than the stored 0.50\n"
    )
    assert list(results.read()["groups"]) == ["engine", "book"]
    run(bench, monkeypatch, "--only", "engine")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(bench, "describe", lambda: {"processor": "Q", "cores": 2, "threads": 2})
    with pytest.raises(SystemExit, match="of another machine"):
        run(bench, monkeypatch, "--only", "engine")


def test_a_disturbed_case_is_measured_again(
    bench: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    busy = iter([0.9, 0.1, 0.0])

    def fake(case: Case, repeats: int) -> Measured:
        return Measured(case.name, "what", {OURS: 1.0}, {OURS: (1.0, 1.0)}, elsewhere=next(busy))

    monkeypatch.setattr(bench, "measure", fake)
    assert bench.measure_in_quiet(Case("x", "what", print, {}), 3).elsewhere == 0.1
    assert "other programs used 90% of a processor" in capsys.readouterr().out
