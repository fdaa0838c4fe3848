"""Tests that share what is expensive are given to one process, the longest first."""

import pytest

from tests.conftest import in_one_process, turn


@pytest.mark.parametrize(
    ("test", "together"),
    [
        ("tests/book/test_site.py::test_pages[book/data.html]", "book"),
        ("tests/book/test_browser.py::test_search", "book"),
        ("tests/book/test_pdf.py::test_it", "tests/book/test_pdf.py"),
        ("tests/book/test_lite_lock.py::test_it", "tests/book/test_lite_lock.py"),
        ("tests/grading/report/test_page.py::test_it", "grading/report"),
        ("tests/grading/test_wire.py::test_it[a/b]", "tests/grading/test_wire.py"),
        ("nbcourse/graph.py::nbcourse.graph.backward", "nbcourse/graph.py"),
        ("tests/test_exercises.py::test_right[None-relu_forward]", "relu_forward"),
        ("tests/test_exercises.py::test_no_mutant[relu_forward: out: sign]", "relu_forward"),
        ("tests/test_exercises.py::test_names", "tests/test_exercises.py"),
    ],
)
def test_tests_are_grouped_by_what_they_share(test: str, together: str) -> None:
    assert in_one_process(test) == together


def test_what_takes_long_begins_first_and_short_ones_end() -> None:
    tests = [
        "tests/attacks/test_attacks.py::test_it[x]",
        "tests/book/test_site.py::test_pages",
        "tests/faults/test_kills.py::test_it",
        "tests/grading/test_cluster.py::test_it",
        "tests/test_exercises.py::test_right[None-relu_forward]",
        "tests/torch/test_layers.py::test_it",
    ]
    assert [tests.index(test) for test in sorted(tests, key=turn)] == [1, 3, 2, 0, 5, 4]
