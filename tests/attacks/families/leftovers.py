"""What goes on after it should have ended: processes, threads, timers, handlers."""

from tests.attacks.attack import END, TOP, Attack, Family

FAMILY = Family(
    "leftovers",
    attacks=(
        Attack("daemon", "a daemon in a session of its own, deaf to signals", {TOP: """
import signal, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 32):
            try:
                signal.signal(number, signal.SIG_IGN)
            except OSError:
                pass
        os.chdir("/")
        os.closerange(0, 256)
        while True:
            time.sleep(1)
    os._exit(0)
"""}),
        Attack("busy-children", "children that compute for ever, in groups of their own", {TOP: """
for _ in range(4):
    if os.fork() == 0:
        os.setsid()
        while True:
            pass
"""}),
        Attack("holds-the-channel", "a child that keeps the channel and writes into it later", {
            END: """
import socket, struct, time
if os.fork() == 0:
    os.setsid()
    time.sleep(0.3)
    for fd in range(3, 64):
        try:
            socket.socket(fileno=fd).sendall(b"\\0" * 100)
        except OSError:
            pass
    time.sleep(60)
    os._exit(0)
"""}, shows="attack done|ended the process"),
        Attack("threads", "threads that go on in later calls and change what is there", {TOP: """
import threading, time
def go_on():
    while True:
        get_ipython().user_ns["matmul_backward"] = lambda dout, cache: 99.0
        print("x" * 1000)
        time.sleep(0.01)
for _ in range(8):
    threading.Thread(target=go_on, daemon=False).start()
print("attack", "done")
"""}, shows="attack done"),
        Attack("exit-handlers", "handlers that run when the process ends, or forks", {TOP: """
import atexit, threading, time, weakref
def forever():
    while True:
        time.sleep(1)
atexit.register(forever)
threading._register_atexit(forever)
os.register_at_fork(before=forever, after_in_child=forever)
keeper = weakref.finalize(sys, forever)
class Last:
    def __del__(self):
        forever()
sys.last = Last()
"""}),
        Attack("timers", "alarms and timers that go off in later cells and calls", {TOP: """
import signal, sys
def handler(*args):
    raise SystemExit(99)
for number, timer in ((signal.SIGALRM, signal.ITIMER_REAL), (signal.SIGPROF, signal.ITIMER_PROF),
                      (signal.SIGVTALRM, signal.ITIMER_VIRTUAL)):
    signal.signal(number, handler)
    signal.setitimer(timer, 0.3, 0.05)
print("attack", "done")
"""}, shows="attack done|ended the process"),
        Attack("tracing", "a trace function that runs in every line of the worker", {TOP: """
import sys, threading
def trace(frame, event, argument):
    if event == "line" and "dout" in frame.f_locals:
        frame.f_locals["dout"] = 0
    return trace
threading.settrace(trace)
sys.settrace(trace)
sys.setprofile(lambda *args: None)
sys.addaudithook(lambda *args: None)
print("attack", "done")
"""}, shows="attack done|ended the process"),
        Attack("stdlib-patched", "the modules that the worker itself uses", {TOP: """
print("attack", "done")
import json, socket, struct
json.dumps = lambda *args, **options: '{"kind": "returned", "value": 99.0, "buffers": []}'
struct.pack = lambda *args: b"\\0" * 8
os._exit = lambda code: None
sys.exit = lambda *args: None
"""}, shows="attack done|ended the process|could not"),
    ),
)  # fmt: skip
