"""The system calls that a student's process may not make.

The namespaces hide the machine; this shuts the doors that they leave: memory that no limit
counts (``memfd_create``, System V segments), sockets of families that have no namespace
(``AF_VSOCK`` reaches the host of a virtual machine), new namespaces, tracing, kernel interfaces
that have been holes before. What is refused fails with ``EPERM``, as an ordinary error of the
student's own code.
"""

import ctypes
import errno
import os
import socket
import struct

from nbcourse.grading.inside.linux import PR_SET_SECCOMP, SECCOMP_MODE_FILTER, prctl

# (x86_64, aarch64); None where the architecture has no such call.
REFUSED: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "fanotify_init": (300, 262),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "sched_setaffinity": (203, 122),
    "personality": (135, 92),
    "syslog": (103, 116),
    "acct": (163, 89),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "quotactl": (179, 60),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "lookup_dcookie": (212, 18),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "vhangup": (153, 58),
    "landlock_create_ruleset": (444, 444),
}
# clone3 passes its flags in memory, where a filter cannot look: libc falls back to clone.
CLONE, CLONE3, SOCKET, IOCTL = (56, 220), (435, 435), (41, 198), (16, 29)
NEW_NAMESPACES = 0x7E020080
FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
TIOCSTI = 0x5412
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_LOAD, _EQUAL, _GREATER, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24


def install() -> bool:
    """Refuse the calls from here on, in this process and all that it starts.

    Returns
    -------
    bool
        Whether it was done; on a processor whose numbers are not known it is not.

    Raises
    ------
    OSError
        If the kernel has no filters.
    """
    program = filter_program(os.uname().machine)
    if program is None:
        return False
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: the number of instructions, and where they are.
    pointer = struct.pack("HL", len(program) // 8, ctypes.addressof(code))
    description = ctypes.create_string_buffer(pointer, len(pointer))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(description))
    return True


def filter_program(machine: str) -> bytes | None:
    """Return the filter in the kernel's code, None for a processor that is not known.

    Examples
    --------
    >>> len(filter_program("x86_64")) % 8, filter_program("pdp11")
    (0, None)
    """
    if machine not in _ARCHITECTURES:
        return None
    column, architecture = _ARCHITECTURES[machine]
    refuse = _returning(0x00050000 | errno.EPERM)
    lines = [
        _load(_ARCHITECTURE),
        _skip_if(_EQUAL, architecture, 1),
        _returning(_KILL),
        _load(_NUMBER),
    ]
    if machine == "x86_64":  # the x32 numbers are other names of the same calls
        lines += [_skip_unless(_GREATER, 0x40000000, 1), _returning(_KILL)]
    for numbers in REFUSED.values():
        number = numbers[column]
        if number is not None:
            lines += [_skip_unless(_EQUAL, number, 1), refuse]
    absent = _returning(0x00050000 | errno.ENOSYS)
    lines += [_skip_unless(_EQUAL, CLONE3[column], 1), absent]
    namespaces = [_load(_FIRST_ARGUMENT), _skip_unless(_ANY_BIT, NEW_NAMESPACES, 1), refuse]
    lines += [_skip_unless(_EQUAL, CLONE[column], 4), *namespaces, _returning(_ALLOW)]
    families = [_load(_FIRST_ARGUMENT)]
    for position, family in enumerate(FAMILIES):
        families.append(_skip_if(_EQUAL, family, len(FAMILIES) - position))
    families += [refuse, _returning(_ALLOW)]
    lines += [_skip_unless(_EQUAL, SOCKET[column], len(families)), *families]
    typing = [_load(_SECOND_ARGUMENT), _skip_unless(_EQUAL, TIOCSTI, 1), refuse]
    lines += [_skip_unless(_EQUAL, IOCTL[column], len(typing)), *typing]
    return b"".join([*lines, _returning(_ALLOW)])


def _load(offset: int) -> bytes:
    """Take four bytes of the call's description: its number, an argument."""
    return struct.pack("HBBI", _LOAD, 0, 0, offset)


def _skip_if(test: int, value: int, count: int) -> bytes:
    return struct.pack("HBBI", test, count, 0, value)


def _skip_unless(test: int, value: int, count: int) -> bytes:
    return struct.pack("HBBI", test, 0, count, value)


def _returning(value: int) -> bytes:
    return struct.pack("HBBI", _RETURN, 0, 0, value)
