"""Processes that grade at the same time share out the processors."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's list of sockets")

CLAIM = """
import sys
from nbcourse.grading.sandbox.processors import claim_processor
assert claim_processor(sys.argv[1]) == claim_processor(sys.argv[1])
print(claim_processor(sys.argv[1]), flush=True)
input()
"""


class Claimer:
    """A process that claims a processor and waits."""

    def __init__(self, name: str) -> None:
        command = [sys.executable, "-c", CLAIM, name]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pid = self._process.pid
        assert self._process.stdout is not None
        self.number = int(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate("\n")


def test_each_claims_another_one_and_gives_it_back_when_it_ends() -> None:
    name = f"nbcourse-test-{os.getpid()}"
    count = len(os.sched_getaffinity(0))
    claimers = [Claimer(name) for _ in range(count)]
    one_more = Claimer(name)
    try:
        assert [claimer.number for claimer in claimers] == list(range(count))
        assert one_more.number == one_more.pid, "none was left: any number"
        claimers.pop(0).end()
        claimers.append(Claimer(name))
        assert claimers[-1].number == 0
    finally:
        for claimer in [*claimers, one_more]:
            claimer.end()
