"""How much memory and how many processes a student's code uses, all of them together.

The limits of ``isolation`` hold for each process; this is for their sum.
"""

import os

_PAGE = os.sysconf("SC_PAGE_SIZE")


def usage(inherited: int) -> tuple[int, int]:
    """Return the number of processes beside this one and the first, and their memory in bytes.

    Parameters
    ----------
    inherited
        The bytes that each of them has from the zygote: counted once, for they are shared.
    """
    own = {1, os.getpid()}
    sizes = [_resident(pid) for pid in _pids() if pid not in own]
    beyond = sum(max(0, size - inherited) for size in sizes)
    return len(sizes), beyond + inherited * bool(sizes)


def resident() -> int:
    """Return this process's memory in bytes."""
    return _resident(os.getpid())


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb", buffering=0) as file:  # many times a second
            return int(file.read(200).split()[1]) * _PAGE
    except OSError:  # it has ended meanwhile
        return 0
