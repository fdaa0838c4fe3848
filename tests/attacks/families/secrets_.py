"""Reading what is not meant for students: secret, submissions, gradebook, environment."""

from tests.attacks.attack import TOP, Attack, Family

FAMILY = Family(
    "secrets",
    attacks=(
        Attack("known-paths", "files whose paths are known", {TOP: """
for path in @FILES@:
    attempt("a file", lambda: open(path, "rb").read())
    attempt("its folder", lambda: os.listdir(os.path.dirname(path)) or None)
    attempt("whether it is there", lambda: os.stat(path) and path)
    attempt("a link to it", lambda: os.link(path, "mine"))
    attempt("through root", lambda: open("/proc/1/root" + path, "rb").read())
    for up in range(1, 12):
        attempt("from here", lambda: open("../" * up + path.lstrip("/"), "rb").read())
"""}),
        Attack("environment", "the environment of this process, of its parents, of process 1",
               {TOP: """
import ctypes, gc, glob, subprocess
wanted = ("environment" + @MARK@[:0], "TOKEN", "SECRET", "PASS", "KEY", "COURSE")
def tell(where, text):
    for word in wanted[1:]:
        if "NBCOURSE_" + word in text:
            leak(where, text)
tell("os.environ", repr(os.environ))
for path in glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline"):
    try:
        text = open(path).read()
    except OSError as error:
        print("no", type(error).__name__)
        continue
    tell(path, text)
    if "autograde" in text:
        leak(path, text)
environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
index = 0
while environ and environ[index]:
    tell("environ", repr(environ[index]))
    index += 1
"""}),
        Attack("process-list", "other processes can be seen", {TOP: """
import glob
seen = [path for path in glob.glob("/proc/[0-9]*")]
if seen:
    leak("processes", seen)
for pid in range(2, 3000):
    if pid not in (os.getpid(), os.getppid()):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            continue
        except OSError as error:
            print("no", type(error).__name__)
        leak("a process", pid)
"""}),
        Attack("gradebook", "a gradebook is found and read", {TOP: """
import glob, sqlite3
for path in (*@FILES@, "gradebook.db", "../gradebook.db", "../../gradebook.db",
             "../../../gradebook.db", *glob.glob("/*/gradebook.db"), *glob.glob("/*/*/*.db")):
    if path.endswith(".db"):
        attempt("a gradebook", lambda: sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute(
            "select name from sqlite_master").fetchall() or None)
"""}),
        Attack("machine", "files of the machine: users, keys, logs, kernel, devices", {TOP: """
import glob
for path in ("/etc/shadow", "/etc/gshadow", "/etc/ssh/ssh_host_rsa_key", "/var/log/syslog",
             "/dev/mem", "/dev/kmem", "/dev/kmsg", "/dev/port", "/dev/sda", "/dev/vda", "/dev/fuse",
             "/dev/kvm", "/dev/net/tun", "/proc/kcore", "/proc/kallsyms", "/proc/config.gz",
             "/sys/kernel/debug", "/sys/fs/cgroup/cgroup.procs", "/run/docker.sock",
             "/var/run/docker.sock", "/run/user", "/dev/tty", "/dev/console", "/dev/ptmx"):
    attempt(path, lambda: os.listdir(path) if os.path.isdir(path) else open(path, "rb"))
for pattern in ("/root/*", "/home/*/*", "/root/.ssh", "/root/.bash*", "/home/*/.ssh",
                "/mnt/*", "/media/*", "/tmp/*canary*", "/var/lib/*/*.db", "/srv/*", "/boot/*"):
    attempt(pattern, lambda: glob.glob(pattern)[:5] or None)
"""}),
        Attack("open-descriptors", "folders and files left open lead out", {TOP: """
import fcntl, stat
for fd in range(3, 1024):
    try:
        about = os.fstat(fd)
    except OSError:
        continue
    print(fd, oct(about.st_mode))
    if stat.S_ISDIR(about.st_mode):
        leak("an open folder", fd, os.listdir(fd))
    if stat.S_ISREG(about.st_mode):
        leak("an open file", fd, os.pread(fd, 100, 0))
for fd in (0, 1, 2):
    attempt("a terminal", lambda: os.isatty(fd) and os.ttyname(fd))
    if stat.S_ISFIFO(os.fstat(fd).st_mode) or stat.S_ISREG(os.fstat(fd).st_mode):
        leak("standard stream", fd, oct(os.fstat(fd).st_mode))
"""}),
        Attack("handles", "files opened by handle, past every mount", {TOP: """
import ctypes, struct
libc = ctypes.CDLL(None, use_errno=True)
class Handle(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint), ("kind", ctypes.c_int), ("data", ctypes.c_ubyte * 128)]
handle, mount = Handle(128), ctypes.c_int()
if libc.name_to_handle_at(-100, b"/", ctypes.byref(handle), ctypes.byref(mount), 0) == 0:
    root = os.open("/", os.O_RDONLY)
    for inode in (2, 128, 256, 1):
        handle.data[0:4] = list(struct.pack("<I", inode))
        fd = libc.open_by_handle_at(root, ctypes.byref(handle), os.O_RDONLY)
        if fd >= 0:
            leak("a file by its handle", inode, os.listdir(fd))
"""}),
        Attack("other-memory", "the memory of the zygote and of the grader", {TOP: """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long
class Part(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
buffer = ctypes.create_string_buffer(4096)
address = id(os)
for pid in {1, 2, 3, os.getppid(), @GRADER@} - {0, os.getpid()}:
    for request in (16, 0x4206):  # ATTACH, SEIZE
        if libc.ptrace(request, pid, None, None) == 0:
            leak("ptrace", pid)
            libc.ptrace(17, pid, None, None)
    ours = Part(ctypes.addressof(buffer), 4096)
    theirs = Part(address, 4096)
    for call in (libc.process_vm_readv, libc.process_vm_writev):
        if call(pid, ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0) > 0:
            leak(call.__name__, pid)
    attempt("its memory", lambda: open(f"/proc/{pid}/mem", "rb"))
    attempt("its descriptors", lambda: os.listdir(f"/proc/{pid}/fd"))
    descriptor = libc.syscall(434, pid, 0)  # pidfd_open
    if descriptor >= 0:
        for fd in range(10):
            if libc.syscall(438, descriptor, fd, 0) >= 0:  # pidfd_getfd
                leak("a descriptor of", pid, fd)
"""}),
        Attack("programs", "programs that read for it", {TOP: """
import subprocess
for command in (["cat", @FILES@[0]], ["sh", "-c", "env"], ["ps", "ax"], ["bash", "-c", "id"],
                ["/bin/ls", "/"], ["find", "/", "-name", "gradebook.db"], ["mount"],
                ["bwrap", "true"], ["su"], ["sudo", "id"], ["git", "log"], ["busybox", "sh"]):
    attempt(command[0], lambda: subprocess.run(command, capture_output=True, timeout=2).stdout
            or None)
attempt("a shell", lambda: get_ipython().system("cat /etc/hostname"))
attempt("another", lambda: get_ipython().getoutput("env") or None)
"""}),
    ),
)  # fmt: skip
