"""Signals to the grader, to siblings, to itself; and the ways to end or block a process."""

from tests.attacks.attack import END, TOP, Attack, Family

ENDED = "ended the process|ran longer|did not return"

FAMILY = Family(
    "signals",
    attacks=(
        Attack("kill-everybody", "every signal that ends or stops, to every process there is",
               {TOP: """
import signal, threading, time
print("attack", "done")
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGSTOP, signal.SIGKILL):
    try:
        os.kill(-1, number)
    except OSError as error:
        print("no", type(error).__name__)
"""}, shows="attack done|ended the process"),
        Attack("kill-the-parent", "kills parent, process 1, its group and the grader by number",
               {TOP: """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for pid in {1, 2, 3, 4, 5, 6, 7, os.getppid(), @GRADER@} - {0, os.getpid()}:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(pid, number)
            print("signal", pid)
        except OSError as error:
            print("no", type(error).__name__)
for pid in range(100, 40_000, 7):
    try:
        os.kill(pid, signal.SIGKILL)
        leak("killed", pid)
    except OSError:
        pass
"""}),
        Attack("kill-the-group", "kills its own process group and session", {END: """
import signal
os.killpg(0, signal.SIGKILL)
"""}, shows=ENDED + "|attack done"),
        Attack("stops-itself", "stops itself and never goes on", {TOP: """
import signal
os.kill(os.getpid(), signal.SIGSTOP)
signal.raise_signal(signal.SIGSTOP)
signal.sigwait({signal.SIGUSR1})
"""}, shows=ENDED),
        Attack("abort", "aborts, segmentation faults, illegal instructions", {
            TOP: "import ctypes; ctypes.string_at(0)", "add_backward": "os.abort()",
            "matmul_backward": "import signal; signal.raise_signal(signal.SIGBUS)",
            END: "import signal; signal.raise_signal(signal.SIGILL)"}, shows=ENDED),
        Attack("exits-in-a-call", "ends its process in every call", {
            "add_backward": "def add_backward(*args): os._exit(0)",
            "matmul_backward": "def matmul_backward(*args): os.kill(os.getpid(), 9)",
            "topological_order": "def topological_order(*args): os.execv('/none', ['x'])",
        }, shows=ENDED),
        Attack("closes-everything", "closes all descriptors", {END: "os.closerange(0, 65536)"},
               shows=ENDED),
        Attack("shuts-the-channel", "shuts its channel down, replaces it by nothing", {
            "add_backward": """
import socket
def add_backward(*args):
    for fd in range(3, 256):
        try:
            socket.socket(fileno=os.dup(fd)).shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
""", "matmul_backward": """
def matmul_backward(*args):
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in range(3, 256):
        if fd != nothing:
            os.dup2(nothing, fd)
"""}, shows=ENDED),
        Attack("another-program", "becomes another program that keeps the channel", {END: """
for fd in range(3, 64):
    try:
        os.set_inheritable(fd, True)
    except OSError:
        pass
os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(60)"])
"""}, shows=ENDED + "|Error"),
        Attack("blocks-signals", "blocks and ignores all signals, then never ends", {TOP: """
import signal
for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
while True:
    pass
"""}, shows=ENDED),
        Attack("takes-the-processor", "priorities, real time, processors", {TOP: """
for name, function in (
    ("nice", lambda: os.nice(-20) and True),
    ("real time", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99)) or True),
    ("the parent's priority", lambda: os.setpriority(os.PRIO_PROCESS, os.getppid() or 1, 19)
     or os.getppid() > 0),
    ("a user's priority", lambda: os.setpriority(os.PRIO_USER, 0, -20) or True),
):
    attempt(name, function)
import resource
for name in dir(resource):
    if name.startswith("RLIMIT"):
        kind = getattr(resource, name)
        soft, hard = resource.getrlimit(kind)
        attempt(name, lambda: hard != resource.RLIM_INFINITY and resource.setrlimit(
            kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)) is None and name)
"""}),
    ),
)  # fmt: skip
