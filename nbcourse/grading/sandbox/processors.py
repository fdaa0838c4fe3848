"""Sharing out the processors among the processes that grade on this machine."""

import errno
import os
import socket
import sys
from functools import cache


@cache
def claim_processor(name: str = "nbcourse-processor") -> int:
    """Return the number of a processor that no other grading process has claimed, always the same.

    Whoever started them, as workers of a scheduler or in runs of two courses: their students'
    code is not held up on one processor while another one is idle. A claim is a name in the
    kernel's list of sockets; it goes with this process. When all are claimed, or where there is
    no such list, the number is arbitrary.

    Parameters
    ----------
    name
        What the claims are called: processes that share out the processors use the same.
    """
    if sys.platform == "linux":
        for number in range(len(os.sched_getaffinity(0))):
            claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                claim.bind(f"\0{name}-{number}")
            except OSError as error:
                claim.close()
                if error.errno != errno.EADDRINUSE:
                    break
            else:
                claim.detach()  # nobody closes it: it stays open as long as this process lasts
                return number
    return os.getpid()
