"""Bombs of every other kind: processes, threads, descriptors, output, time, depth."""

from tests.attacks.attack import END, TOP, Attack, Family

ENDED = "attack done|ended the process|ran longer|did not return"

FAMILY = Family(
    "bombs",
    attacks=(
        Attack("forks", "forks that fork", {TOP: """
while True:
    try:
        os.fork()
    except OSError:
        pass
"""}, shows="ran longer|ended the process"),
        Attack("threads", "as many threads as there can be, each with a large stack", {TOP: """
import threading, time
threading.stack_size(64 * 2**20)
count = 0
try:
    while count < 20_000:
        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
        count += 1
except BaseException as error:
    print(count, type(error).__name__)
else:
    leak("threads", count)
"""}, shows=ENDED),
        Attack("descriptors", "as many open descriptors as there can be, kept in children too", {
            TOP: """
kept = []
try:
    while len(kept) < 200_000:
        kept.append(os.dup(2))
except OSError as error:
    print(len(kept), type(error).__name__)
else:
    leak("descriptors", len(kept))
for fd in kept[:50]:
    os.close(fd)
"""}),
        Attack("small-files", "as many files and folders as there can be", {TOP: """
count = 0
try:
    while count < 200_000:
        os.mkdir(f"d{count}")
        count += 1
except OSError as error:
    print(count, type(error).__name__)
else:
    leak("folders", count)
try:
    for _ in range(20_000):
        os.mkdir("d")
        os.chdir("d")
except OSError as error:
    print(type(error).__name__)
"""}, shows=ENDED),
        Attack("printing", "prints and errors without end", {TOP: """
print("attack", "done")
while True:
    print("x" * 1_000_000)
    print("y" * 1_000_000, file=sys.stderr)
"""}, shows=ENDED),
        Attack("displays", "displays of many megabytes, and very many small ones", {
            "add_backward": """
print("attack", "done")
for _ in range(40):
    display({"image/png": "A" * 10**6, "text/plain": "x"}, raw=True)
for i in range(20_000):
    display({"text/plain": ""}, raw=True)
for i in range(20_000):
    print(end="")
    display({}, raw=True)
"""}, shows=ENDED),
        Attack("standard-streams", "floods the descriptors 1 and 2 past Python", {TOP: """
import time
end = time.monotonic() + 1
sent = 0
while time.monotonic() < end:
    sent += os.write(1, b"x" * 2**20) + os.write(2, b"y" * 2**20)
print(sent)
"""}),
        Attack("loop", "a loop without end in a cell and in a call", {
            TOP: "while True: pass",
            "add_backward": "def add_backward(*args):\n    while True: pass"}, shows=ENDED),
        Attack("sleep", "sleeps in a call, through every exception", {
            "matmul_backward": """
import time
def matmul_backward(*args):
    while True:
        try:
            time.sleep(100)
        except BaseException:
            pass
"""}, shows=ENDED),
        Attack("recursion", "recursion without end, in Python and below it", {
            TOP: """
import sys
print("attack", "done")
sys.setrecursionlimit(10**9)
def deeper(*args): return deeper(*args)
deeper()
""", "add_backward": """
def add_backward(dout, cache):
    nested = []
    for _ in range(10**5):
        nested = [nested]
    return nested
""", "matmul_backward": """
def matmul_backward(dout, cache): return repr(add_backward(dout, cache))
"""}, shows=ENDED),
        Attack("below-python", "computations that no signal of Python interrupts", {
            TOP: """
import signal
signal.signal(signal.SIGALRM, signal.SIG_IGN)
x = 3 ** (3 ** 20)
""", "add_backward": """
import re
def add_backward(*args): return re.match("(a*)*b", "a" * 60)
""", "topological_order": "def topological_order(parents): return sum(range(10**12))",
        }, shows=ENDED),
        Attack("generators", "results without end", {
            "add_backward": """
import itertools
def add_backward(dout, cache): return itertools.count()
""", "topological_order": """
class Endless(dict):
    def items(self): return ((i, i) for i in itertools.count())
def topological_order(parents): return Endless(a=1)
"""}, shows="^"),
        Attack("many-cells-that-hang", "every cell hangs, so that the limits of cells add up", {
            name: f"import time; time.sleep(600)  # {name}"
            for name in (TOP, "add_backward", "matmul_backward", "topological_order",
                         "numerical_gradient", END)}, shows="ran longer"),
        Attack("cells-that-end-late", "cells that each end the process after a while", {
            name: f"import time; time.sleep(2); os._exit(0)  # {name}"
            for name in (TOP, "add_backward", "matmul_backward", "topological_order")},
               shows="ended the process"),
        Attack("slow-when-run-again", "cells that hang only when they are run again", {
            TOP: """
if os.path.exists("/tmp/again") or os.path.exists("again"):
    while True: pass
open("again", "w").close()
""", "add_backward": "os._exit(0)", "matmul_backward": "os._exit(0)",
        }, shows="ended the process"),
    ),
)  # fmt: skip
