"""System calls that lead out of a sandbox; each must fail."""

from tests.attacks.attack import TOP, Attack, Family

#: Numbers of x86-64; elsewhere the libc's own functions are what is left.
CALLS = '''
import ctypes, platform
libc = ctypes.CDLL(None, use_errno=True)
known = platform.machine() == "x86_64"
def call(what, number, *args):
    """A system call that must fail."""
    if known:
        ctypes.set_errno(0)
        args = [ctypes.c_long(each) if isinstance(each, int) else each for each in args]
        result = libc.syscall(number, *args)
        print(what, result, ctypes.get_errno())
        if result >= 0:
            leak(what, result)
'''

FAMILY = Family(
    "namespaces",
    attacks=(
        Attack("unshare", "namespaces of its own, in which it would be root", {TOP: CALLS + """
for name, flag in (("user", 0x10000000), ("mount", 0x20000), ("pid", 0x20000000),
                   ("net", 0x40000000), ("ipc", 0x8000000), ("uts", 0x4000000),
                   ("cgroup", 0x2000000), ("time", 0x80), ("user and mount", 0x10020000)):
    call("unshare " + name, 272, flag)
"""}),
        Attack("clone", "the same by clone and clone3", {TOP: CALLS + """
import struct
for flag in (0x10000000, 0x20000, 0x30000000):
    if known:
        pid = libc.syscall(56, ctypes.c_long(flag | 17), None, None, None, None)
        if pid == 0:
            os._exit(0)
        if pid > 0:
            leak("clone", hex(flag))
    arguments = ctypes.create_string_buffer(struct.pack("11Q", flag, *[0] * 3, 17, *[0] * 6))
    if known:
        pid = libc.syscall(435, arguments, ctypes.c_long(88))
        if pid == 0:
            os._exit(0)
        if pid > 0:
            leak("clone3", hex(flag))
"""}),
        Attack("mount", "mounts, remounts, another root", {TOP: CALLS + """
os.makedirs("here", exist_ok=True)
for name, arguments in (
    ("tmpfs", (b"none", b"here", b"tmpfs", 0, None)),
    ("proc", (b"none", b"here", b"proc", 0, None)),
    ("bind", (b"/", b"here", None, 4096 | 16384, None)),
    ("remount", (b"none", b"/", None, 32 | 4096, None)),
    ("overlay", (b"none", b"here", b"overlay", 0, b"lowerdir=/,upperdir=.,workdir=.")),
):
    call("mount " + name, 165, *arguments)
call("umount", 166, b"/proc", 2)
call("umount home", 166, os.getcwd().encode(), 2)
call("pivot_root", 155, b".", b"here")
call("chroot", 161, b"here")
call("open_tree", 428, -100, b"/", 1)
call("fsopen", 430, b"tmpfs", 0)
call("move_mount", 429, -100, b"/", -100, b"here", 0)
call("mount_setattr", 442, -100, b"/", 0, b"\\0" * 32, 32)
call("swapon", 167, b"here", 0)
"""}),
        Attack("users", "other users, groups and capabilities", {TOP: CALLS + """
import struct
print(os.getuid(), os.getgid(), os.getgroups())
for name, function in (
    ("setuid", lambda: os.setuid(0 if os.getuid() else 1) or True),
    ("setgid", lambda: os.setgid(0 if os.getgid() else 1) or True),
    ("setgroups", lambda: os.setgroups([0, 1, 2]) or True),
    ("setresuid", lambda: os.setresuid(1, 2, 3) or True),
):
    attempt(name, function)
data = ctypes.create_string_buffer(24)
if known and libc.syscall(125, ctypes.create_string_buffer(
        struct.pack("Ii", 0x20080522, 0)), data) == 0:
    effective, permitted, _, more, allowed, _ = struct.unpack("6I", data.raw)
    if effective or permitted or more or allowed:
        leak("capabilities", hex(permitted), hex(allowed))
full = ctypes.create_string_buffer(struct.pack("6I", *[0xFFFFFFFF] * 6))
call("capset", 126, ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0)), full)
if libc.prctl(39, 0, 0, 0, 0) != 1:
    leak("new privileges can be had")
"""}),
        Attack("rare-calls", "rare calls in which kernels had holes", {TOP: CALLS + """
zeros = ctypes.create_string_buffer(256)
for name, number, *arguments in (
    ("bpf", 321, 5, zeros, 128), ("bpf map", 321, 0, zeros, 128),
    ("perf_event_open", 298, zeros, 0, -1, -1, 0), ("userfaultfd", 323, 0),
    ("userfaultfd of users", 323, 1), ("io_uring_setup", 425, 8, zeros),
    ("keyctl session", 250, 0, -3, 1), ("keyctl join", 250, 1, 0), ("keyctl search", 250, 10, -4,
    b"user", b"x", 0), ("add_key", 248, b"user", b"x", b"y", 1, -2), ("request_key", 249, b"user",
    b"x", 0, 0), ("init_module", 175, zeros, 16, b""), ("finit_module", 313, 0, b"", 0),
    ("kexec_load", 246, 0, 0, 0, 0), ("acct", 163, b"here"), ("quotactl", 179, 0, 0, 0, 0),
    ("iopl", 172, 3), ("ioperm", 173, 0, 3, 1), ("syslog", 103, 3, zeros, 256),
    ("settimeofday", 164, zeros, 0), ("clock_settime", 227, 0, zeros),
    ("sethostname", 170, b"x", 1), ("fanotify_init", 300, 0, 0), ("ptrace", 101, 16, 1, 0, 0),
    ("kcmp", 312, 1, 1, 0, 0, 0), ("lookup_dcookie", 212, 0, zeros, 256),
    ("nfsservctl", 180, 0, 0, 0), ("setns", 308, 0, 0),
    ("migrate_pages", 256, 1, 0, 0, 0), ("pidfd_getfd", 438, 0, 0, 0),
    ("name_to_handle_at", 303, -100, b"/", zeros, zeros, 0),
    ("open_by_handle_at", 304, -100, zeros, 0), ("modify_ldt", 154, 1, zeros, 16),
    ("process_madvise", 440, 0, 0, 0, 0, 0), ("memfd_secret", 447, 0),
    ("landlock", 444, 0, 0, 5), ("personality", 135, 0x0008),
):
    call(name, number, *arguments)
"""}),
        Attack("old-abi", "the same calls by the old 32-bit entry and by x32's numbers", {
            TOP: CALLS + """
import mmap, struct
call("x32 unshare", 0x40000000 + 272, 0x10000000)
call("x32 mount", 0x40000000 + 165, b"none", b"/proc", b"tmpfs", 0, None)
def int80(number, argument):
    code = b"\\x53\\xb8" + struct.pack("<I", number) + b"\\xbb" + struct.pack("<I", argument)
    code += b"\\xcd\\x80\\x5b\\xc3"
    page = mmap.mmap(-1, 4096, prot=7)
    page.write(code)
    function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    return function()
if known:
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(42 if int80(310, 0x10000000) == 0 else 0)
        except BaseException:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    print("int 0x80:", status)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 42:
        leak("unshare by int 0x80")
"""}, shows="attack done|ended the process"),
        Attack("out-of-the-root", "open folders, links and .. that lead above the root", {TOP: """
import stat
for path in ("/..", "/../..", "/proc/self/cwd/../../..", "/proc/1/cwd", "/proc/1/root"):
    attempt(path, lambda: os.stat(path).st_ino != os.stat("/").st_ino and os.listdir(path))
fd = os.open("/", os.O_RDONLY)
os.fchdir(fd)
for _ in range(20):
    os.chdir("..")
attempt("above", lambda: os.stat(".").st_ino != os.stat("/").st_ino and os.listdir("."))
print(sorted(os.listdir("/")))
attempt("a hole in the mounts", lambda: [name for name in os.listdir("/") if name in (
    "mnt", "media", "srv", "boot", "oldroot", "newroot") and os.listdir("/" + name)] or None)
"""}),
    ),
)  # fmt: skip
