"""Memory of large arrays is used again: the system need not fill other pages with zeros."""

import platform
import resource
import subprocess
import sys

import pytest

# The pages that the system fills while some arrays are made, written to and freed, again and again.
FILLED = """\
import resource
import numpy as np
{before}
def filled():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def work():
    arrays = [np.empty({size}, np.uint8) for _ in range({count})]
    for array in arrays:
        array[...] = 1
work()
before = filled()
for _ in range({times}):
    work()
print(filled() - before)
"""
SIZE, COUNT, TIMES = 2**20, 8, 10
PAGES = SIZE * COUNT * TIMES // resource.getpagesize()


def pages_filled(before: str) -> int:
    script = FILLED.format(before=before, size=SIZE, count=COUNT, times=TIMES)
    done = subprocess.run((sys.executable, "-c", script), capture_output=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="is about the GNU C library")
def test_memory_of_large_arrays_is_used_again() -> None:
    assert pages_filled("") > 0.5 * PAGES
    assert pages_filled("import nbcourse.fast") < 0.01 * PAGES
