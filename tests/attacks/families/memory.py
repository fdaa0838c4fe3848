"""Bombs of memory: by lists, arrays, files, segments, pipes, children."""

from tests.attacks.attack import END, TOP, Attack, Family

#: Who gets this much has found a way past the limit; it stops there, for the machine's sake.
TOO_MUCH = '''
TOO_MUCH = 3 * 2**30
def fill(what, step, size=64 * 2**20):
    """Take more and more; a leak if it can be far more than the limit."""
    taken = 0
    try:
        while taken < TOO_MUCH:
            step(size)
            taken += size
    except BaseException as error:
        print(what, taken >> 20, "MB, then", type(error).__name__)
    else:
        leak(what, taken)
'''
ENDED = "attack done|ended the process|ran longer|did not return"

FAMILY = Family(
    "memory",
    attacks=(
        Attack("lists", "lists and strings without end", {TOP: """
kept = ["x"]
while True:
    kept.append(kept[-1] * 2)
"""}, shows=ENDED + "|MemoryError"),
        Attack("arrays", "arrays, touched, and of a size that nobody has", {TOP: TOO_MUCH + """
import numpy as np
kept = []
fill("arrays", lambda size: kept.append(np.ones(size, np.int8)))
kept.clear()
attempt("a terabyte", lambda: np.ones(2**40))
"""}, shows=ENDED),
        Attack("files", "files in every folder that can be written to", {TOP: TOO_MUCH + """
data = b"x" * 2**20
for folder in (".", "/tmp", "/dev/shm", "/var/tmp", "/run", os.path.expanduser("~"), "/", "/dev"):
    if os.access(folder, os.W_OK):
        count = iter(range(10**9))
        def step(size):
            with open(f"{folder}/big-{next(count)}", "wb") as file:
                for _ in range(size >> 20):
                    file.write(data)
        fill("files in " + folder, step)
"""}),
        Attack("one-file", "one file that grows, and one with a hole of a terabyte", {
            TOP: TOO_MUCH + """
file = open("big", "wb")
fill("one file", lambda size: file.write(b"x" * size) and file.flush())
attempt("a hole", lambda: os.truncate("big", 2**40) or os.posix_fallocate(
    os.open("big", os.O_RDWR), 0, 2**33) or True)
"""}),
        Attack("anonymous-files", "files in memory that no folder holds", {TOP: TOO_MUCH + """
fds = []
def step(size):
    fds.append(os.memfd_create("x"))
    data = b"x" * 2**20
    for _ in range(size >> 20):
        os.write(fds[-1], data)
fill("memfd_create", step)
"""}),
        Attack("anonymous-files-of-children", "files in memory, some of each child", {
            TOP: TOO_MUCH + """
import time
data = b"x" * 2**20
for child in range(40):
    if os.fork() == 0:
        try:
            for _ in range(4):
                fd = os.memfd_create("x")
                for _ in range(60):
                    os.write(fd, data)
        finally:
            time.sleep(2)
            os._exit(0)
time.sleep(1)
"""}, shows=ENDED),
        Attack("segments", "segments of System V and of POSIX, outliving the process", {
            TOP: TOO_MUCH + """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
def step(size):
    segment = libc.shmget(0, ctypes.c_size_t(size), 0o1666)
    address = libc.shmat(segment, None, 0) if segment >= 0 else None
    if address in (None, 2**64 - 1):
        raise OSError(ctypes.get_errno())
    ctypes.memset(address, 1, size)
    libc.shmdt(ctypes.c_void_p(address))
fill("segments", step)
try:
    from multiprocessing import shared_memory
    kept = []
    def step(size):
        kept.append(shared_memory.SharedMemory(create=True, size=size))
        kept[-1].buf[:] = b"x" * size
    fill("shared_memory", step)
except (ImportError, OSError) as error:
    print("no", type(error).__name__)
"""}, shows=ENDED),
        Attack("maps", "anonymous maps, shared and private, and maps of one file", {
            TOP: TOO_MUCH + """
import mmap
kept = []
def step(size):
    kept.append(mmap.mmap(-1, size))
    for start in range(0, size, 4096):
        kept[-1][start] = 1
fill("shared maps", step)
"""}, shows=ENDED),
        Attack("pipes", "pipes and sockets full of what nobody reads", {TOP: TOO_MUCH + """
import fcntl, socket
kept = []
def step(size):
    for _ in range(64):
        reader, writer = os.pipe2(os.O_NONBLOCK)
        kept.append(reader)
        try:
            fcntl.fcntl(writer, 1031, 2**20)
        except OSError:
            pass
        try:
            while True:
                os.write(writer, b"x" * 2**16)
        except BlockingIOError:
            pass
fill("pipes", step)
def step(size):
    for _ in range(64):
        one, two = socket.socketpair()
        one.setblocking(False)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**26)
        kept.append((one, two))
        try:
            while True:
                one.send(b"x" * 2**16)
        except BlockingIOError:
            pass
fill("sockets", step)
"""}, shows=ENDED),
        Attack("children", "children that each take almost what one may take", {TOP: """
import time
for child in range(40):
    try:
        pid = os.fork()
    except OSError as error:
        print("no", child, type(error).__name__)
        break
    if pid == 0:
        try:
            kept = [bytearray(b"x" * 2**26) for _ in range(12)]
        finally:
            time.sleep(3)
            os._exit(0)
time.sleep(3)
"""}, shows=ENDED),
        Attack("in-a-loop", "takes, ends, and takes again in the cells after", {
            "add_backward": "kept = bytearray(b'x' * 2**30 * 9)",
            "matmul_backward": "kept = [bytearray(10**8) for _ in range(999)]",
            END: "import numpy as np; kept = np.ones((2**15, 2**15)) @ np.ones((2**15, 2**15))",
        }, shows="MemoryError|ended the process|ran longer"),
    ),
)  # fmt: skip
