"""The benchmarks' class is what it says, and the scripts measure a handful from end to end."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from textwrap import indent
from typing import Any

import numpy as np
import pytest

from benchmarks.answers import EXIT_CALL, HANG_CALL, RIGHT, WRONG
from benchmarks.classes import BREAKS, KINDS, Handed, make_class, renamed, shares
from benchmarks.machine import PACKAGES
from benchmarks.measure import Sample, environment
from benchmarks.memory import course_of_memory
from benchmarks.stock import whole_class
from benchmarks.throughput import choose
from nbcourse.exercise import check_function
from nbcourse.reverse_mode import topological_order
from nbcourse.specs import find_exercise, find_sheet

ARGUMENTS = {
    "compound_backward": "x, y, z",
    "topological_order": "parents",
    "graph_backward": "parents, local, output",
    "unbroadcast": "dout, shape",
}
ANSWERS = [
    (name, body, table is RIGHT)
    for table in (RIGHT, WRONG)
    for name, bodies in table.items()
    for body in bodies
]


def function(name: str, body: str) -> Callable[..., Any]:
    scope: dict[str, Any] = {"np": np, "topological_order": topological_order}
    exec(f"def {name}({ARGUMENTS.get(name, 'dout, cache')}):\n{indent(body, '    ')}", scope)
    made: Callable[..., Any] = scope[name]
    return made


@pytest.fixture(scope="module")
def handed() -> list[Handed]:
    return make_class(200)


def test_every_exercise_of_the_sheet_is_answered() -> None:
    names = [exercise.name for exercise in find_sheet("graphs").exercises]
    assert list(RIGHT) == names
    assert list(WRONG) == names


@pytest.mark.parametrize(("name", "body", "right"), ANSWERS)
def test_an_answer_is_right_or_wrong_as_it_says(name: str, body: str, right: bool) -> None:
    exercise = find_exercise(name)
    assert check_function(exercise, function(name, body), "a seed").passed is right


def test_a_renamed_answer_is_as_right_as_before() -> None:
    rng = np.random.default_rng(0)
    for name, body, right in ANSWERS:
        if right:
            again = renamed(body, rng)
            assert check_function(find_exercise(name), function(name, again)).passed, again


def test_a_class_is_made_from_its_seed_alone(handed: list[Handed]) -> None:
    assert make_class(200) == handed
    assert make_class(200, seed=1) != handed


def test_a_class_has_the_shares_it_says(handed: list[Handed]) -> None:
    assert Counter(each.kind for each in handed) == shares(200)
    assert shares(200) == {kind: 2 * percent for kind, (percent, _) in KINDS.items()}
    assert all(sum(shares(count).values()) == count for count in range(1, 120))


def test_no_two_submissions_are_equal(handed: list[Handed]) -> None:
    data = [each.data for each in handed]
    assert len(set(data)) == len(data) - data.count(b"") + 1


def test_only_the_broken_notebooks_cannot_be_read(handed: list[Handed]) -> None:
    unreadable = Counter[str]()
    for each in handed:
        try:
            json.loads(each.data)
        except json.JSONDecodeError:
            unreadable[each.kind] += 1
    assert set(unreadable) == {"broken"}
    assert unreadable["broken"] < shares(200)["broken"]
    assert shares(200)["broken"] >= len(BREAKS)


def test_every_cell_of_a_notebook_can_be_run(handed: list[Handed]) -> None:
    for each in handed:
        if each.kind != "broken":
            for cell in json.loads(each.data)["cells"]:
                if cell["cell_type"] == "code":
                    compile("".join(cell["source"]), each.student, "exec")


def test_half_of_those_that_misbehave_do_so_in_a_function(handed: list[Handed]) -> None:
    calls = {"hang": HANG_CALL, "exit": EXIT_CALL}
    for kind, call in calls.items():
        last = call.split("\n")[-1]
        those = [each.data.decode() for each in handed if each.kind == kind]
        assert [f"    {last}" in text for text in those] == [False, True]


@pytest.mark.parametrize("count", [1, 7, 20, 100])
def test_a_sample_has_every_kind_in_its_share(handed: list[Handed], count: int) -> None:
    sample = choose(handed, count)
    assert len({each.student for each in sample}) == count
    found = Counter(each.kind for each in sample)
    for kind, (percent, _) in KINDS.items():
        assert abs(found[kind] - percent * count / 100) < 1, kind


def test_a_sample_stands_for_its_class_kind_by_kind(handed: list[Handed]) -> None:
    sample = choose(handed, 10)
    seconds = {each.student: 4.0 if each.kind == "right" else 2.0 for each in sample}
    kinds = {each.kind for each in sample}
    # Kinds that the sample lacks take the mean of all.
    rare = sum(number for kind, number in shares(200).items() if kind not in kinds)
    expected = 1.5 + 90 * 4 + (110 - rare) * 2 + rare * np.mean(list(seconds.values()))
    assert whole_class(1.5, seconds, sample, handed) == pytest.approx(expected)


def test_memory_that_grows_has_a_slope() -> None:
    samples = [
        Sample(0.5 * i, 10 * i, {"command": (100 + i) * 2**20}, {"command": 2**20}, {})
        for i in range(1, 21)
    ]
    found = course_of_memory(samples, "command", 200)
    assert found["rss"] == {10: 102.0, 50: 110.0, 100: 120.0}
    assert found["rss_per_1000"] == pytest.approx(100.0)
    assert found["uss_per_1000"] == pytest.approx(0.0)


def test_the_script_measures_a_handful(root: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, str(root / "benchmarks" / "grading.py")),
            *("--students", "3", "--stock", "1", "--json", str(tmp_path / "numbers.json")),
        ],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Gradebooks: 1 totals compared, 0 different" in done.stdout
    assert "Processes left after 3 s: 0" in done.stdout
    numbers = json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8"))
    found = numbers["throughput"]
    assert found["ratio"] == found["stock"]["wall"] / found["ours"]["wall"]
    assert 0 < found["floor"]["wall_each"] < found["ours"]["wall"]
    assert found["ours"]["cpu_each"] > 0


def test_what_is_compared_with_is_pinned(root: Path) -> None:
    lines = (root / "benchmarks" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    assert {"numpy", *pins} == set(PACKAGES)


@pytest.mark.torch
@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="needs Linux's taskset")
def test_the_script_says_where_the_time_of_a_step_goes(root: Path, tmp_path: Path) -> None:
    for name in ("autograd", "micrograd"):
        pytest.importorskip(name, reason="needs benchmarks/requirements.txt: make .venv/bench")
    # Two threads that wait for each other would take minutes beside other tests.
    one = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))]
    done = subprocess.run(
        [*one, sys.executable, str(root / "benchmarks" / "bench.py"), "--profile"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for text in ("threads: 1", "A training step takes", "batch norm", "matrix products alone"):
        assert text in done.stdout
