"""The calls to the Linux kernel that Python 3.11 has no functions for."""

import ctypes
import errno
import os
from functools import lru_cache

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REC, MS_PRIVATE = 0x4000, 0x40000

PR_SET_PDEATHSIG = 1
PR_CAPBSET_DROP = 24
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4

_CAPABILITY_VERSION_3 = 0x20080522


def unshare(flags: int) -> None:
    """Leave the namespaces that ``flags`` name for new ones.

    Raises
    ------
    OSError
        If the kernel does not allow it.
    """
    _check(_libc().unshare(flags), "unshare")


def mount(kind: str | None, target: str, flags: int, options: str = "") -> None:
    """Mount a file system of ``kind`` on ``target``, or change the mount that is there.

    Raises
    ------
    OSError
        If the kernel does not allow it.
    """
    kind_ = kind.encode() if kind else None
    result = _libc().mount(b"none", target.encode(), kind_, flags, options.encode())
    _check(result, f"mount {kind or 'flags'} on {target}")


def prctl(option: int, *args: int) -> None:
    """Change something about this process.

    Raises
    ------
    OSError
        If the kernel does not allow it.
    """
    _check(_prctl(option, *args), f"prctl {option}")


def drop_bounding_set() -> None:
    """Let no program that is started from here on have any capability.

    Raises
    ------
    OSError
        If the kernel does not allow it.
    """
    for capability in range(64):
        if _prctl(PR_CAPBSET_DROP, capability) != 0:
            if ctypes.get_errno() == errno.EINVAL:  # beyond the last one that the kernel knows
                return
            _check(-1, f"prctl {PR_CAPBSET_DROP} of {capability}")


def drop_capabilities() -> None:
    """Give up every capability.

    Raises
    ------
    OSError
        If the kernel does not allow it.
    """
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _check(_libc().capset(ctypes.byref(header), ctypes.byref(nothing)), "capset")


def _prctl(option: int, *args: int) -> int:
    values = [ctypes.c_ulong(arg) for arg in (*args, 0, 0, 0, 0)[:4]]
    return int(_libc().prctl(option, *values))


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


@lru_cache(maxsize=1)
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
