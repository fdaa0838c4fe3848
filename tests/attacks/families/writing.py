"""Writing outside: into the course, the library, the next student's process, the kernel."""

from tests.attacks.attack import END, TOP, Attack, Family

#: Notes are left in every folder that can be written to.
NOTE = """
import os
def notes(action):
    for folder, folders, names in os.walk("/"):
        if folder.startswith(("/proc", "/sys")) or folder.count("/") > 6:
            folders[:] = []
            continue
        action(os.path.join(folder, "note-" + @MARK@))
"""

FAMILY = Family(
    "writing",
    attacks=(
        Attack("known-folders", "files in course, home, library and packages", {TOP: """
for place in @PLACES@:
    for name in (@MARK@, "sitecustomize.py", "usercustomize.py", "gradebook.db", "zz.pth",
                 "__pycache__/numpy.cpython-311.pyc"):
        try:
            with open(os.path.join(place, name), "a") as file:
                file.write("#" + @MARK@)
        except OSError as error:
            print("no", type(error).__name__)
        else:
            leak(place, name)
    attempt("a folder", lambda: os.mkdir(os.path.join(place, @MARK@)) or place)
    attempt("a rename", lambda: os.rename(place, place + "-gone") or place)
    attempt("removal", lambda: os.rmdir(place) or place)
    attempt("a mode", lambda: os.chmod(place, 0o777) or place)
    attempt("times", lambda: os.utime(place, (1, 1)) or place)
    attempt("an attribute", lambda: os.setxattr(place, "user.mark", b"x") or place)
"""}),
        Attack("library-files", "the library and the packages that the next student imports", {
            TOP: """
import importlib, IPython, matplotlib, matplotlib_inline, nbcourse, numpy
poison = "\\nimport os; os._exit(7)  #" + @MARK@ + "\\n"
for module in (nbcourse, numpy, IPython, matplotlib, matplotlib_inline, os, importlib):
    path = module.__file__
    compiled = importlib.util.cache_from_source(path)
    for each in (path, compiled, os.path.dirname(path) + "/sitecustomize.py"):
        try:
            with open(each, "a") as file:
                file.write(poison)
        except OSError as error:
            print("no", type(error).__name__)
        else:
            leak(each)
    attempt("removal", lambda: os.unlink(path) or path)
    attempt("a replacement", lambda: os.replace(path, path + "x") or path)
    attempt("a mode", lambda: os.chmod(path, 0o666) or path)
"""}),
        Attack("startup-files", "files that shells, matplotlib and Python read when they start", {
            TOP: """
import pathlib, matplotlib, site
code = "import os; os._exit(7)  #" + @MARK@
home = pathlib.Path.home()
for path in (home / ".ipython/profile_default/startup/00.py", home / ".pythonrc.py",
             home / ".config/matplotlib/matplotlibrc", home / ".pdbrc", home / ".bashrc",
             pathlib.Path(site.getusersitepackages()) / "usercustomize.py",
             pathlib.Path(matplotlib.get_configdir()) / "matplotlibrc",
             pathlib.Path(matplotlib.get_cachedir()) / "fontlist-v390.json",
             pathlib.Path("sitecustomize.py"), pathlib.Path("numpy.py"),
             pathlib.Path(get_ipython().profile_dir.location if hasattr(
                 get_ipython(), "profile_dir") else ".") / "startup" / "00.py"):
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)
        print("wrote", path.name)
    except OSError as error:
        print("no", type(error).__name__)
"""}),
        Attack("kernel-settings", "the core pattern and other settings of the kernel", {TOP: """
import glob
for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sysrq-trigger",
             "/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory", "/sys/power/state",
             "/proc/sys/kernel/pid_max", "/proc/sys/fs/file-max", "/proc/self/oom_score_adj",
             "/proc/1/oom_score_adj", "/proc/self/uid_map", "/proc/self/gid_map",
             "/sys/kernel/uevent_helper", "/sys/fs/cgroup/release_agent", "/proc/bus/pci",
             "/proc/acpi", "/proc/irq", "/proc/self/attr/current", "/proc/self/coredump_filter",
             *glob.glob("/sys/fs/cgroup/*")[:50]):
    attempt(path, lambda: os.close(os.open(path, os.O_WRONLY)) or path)
"""}),
        Attack("system-folders", "folders of the system", {TOP: """
for folder in ("/", "/etc", "/usr", "/usr/bin", "/usr/lib", "/bin", "/lib", "/opt", "/root",
               "/var/spool/cron", "/etc/cron.d", "/etc/profile.d", "/dev", "/run", "/var", "/srv",
               "/boot", "/sys", "/proc", sys.prefix, sys.base_prefix, "/home"):
    try:
        with open(os.path.join(folder, @MARK@), "w") as file:
            file.write(@MARK@)
        print("wrote in", folder)
    except OSError as error:
        print("no", folder, type(error).__name__)
for path in ("/etc/ld.so.preload", "/etc/passwd", "/etc/hosts", "/etc/resolv.conf",
             sys.executable, os.__file__):
    attempt(path, lambda: open(path, "a") and path)
"""}),
        Attack("devices", "device files, set-user-id programs, links out of the folder", {TOP: """
import stat
for number in (os.makedev(8, 0), os.makedev(1, 1), os.makedev(254, 0), os.makedev(5, 1)):
    for kind in (stat.S_IFBLK, stat.S_IFCHR):
        attempt("a device", lambda: os.mknod(f"device-{number}-{kind}", kind | 0o666, number)
                or open(f"device-{number}-{kind}", "rb"))
for path in @FILES@:
    os.symlink(path, "link-" + str(abs(hash(path))))
    attempt("through a link", lambda: open("link-" + str(abs(hash(path))), "rb").read())
with open("program", "w") as file:
    file.write("#!" + sys.executable)
os.chmod("program", 0o6777)
attempt("another user", lambda: os.setuid(0) or os.getuid() == 0 and os.stat("/root"))
attempt("another owner", lambda: os.chown("program", 4321, 4321) or True)
"""}),
        Attack("a-notes-left", "notes for the next student in every folder and every memory", {
            TOP: NOTE + """
import builtins, ctypes, fcntl, mmap, socket, sys
import numpy as np
def leave(path):
    try:
        with open(path, "w") as file:
            file.write("hello")
        print("left", path.rpartition("/")[0])
    except OSError:
        pass
notes(leave)
for module in (np, sys, os, builtins):
    setattr(module, "note", "hello")
sys.modules["note"] = sys
os.environ["NOTE"] = "hello"
libc = ctypes.CDLL(None, use_errno=True)
print("segment", libc.shmget(0x5EC2E7, 4096, 0o1666), "queue", libc.msgget(0x5EC2E7, 0o1666),
      "semaphore", libc.semget(0x5EC2E7, 1, 0o1666))
for family in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    server = socket.socket(socket.AF_UNIX, family)
    server.bind("\\0note" + @MARK@ + str(int(family)))
    if family == socket.SOCK_STREAM:
        server.listen()
attempt("a key", lambda: libc.syscall(248, b"user", b"note", b"hello", 5, -4) > 0)
get_ipython().user_ns_hidden["note"] = "hello"
"""}),
        Attack("b-notes-found", "looks for the notes that another student left", {TOP: NOTE + """
import builtins, ctypes, socket, sys
import numpy as np
def find(path):
    if os.path.exists(path):
        leak(path)
notes(find)
for module in (np, sys, os, builtins):
    if hasattr(module, "note"):
        leak("a note in", module)
if "note" in sys.modules or "NOTE" in os.environ or "note" in get_ipython().user_ns_hidden:
    leak("a note in memory")
libc = ctypes.CDLL(None, use_errno=True)
for get in (libc.shmget, libc.msgget, libc.semget):
    if get(0x5EC2E7, 0, 0) >= 0:
        leak("a segment, queue or semaphore")
for family in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    attempt("a socket", lambda: socket.socket(socket.AF_UNIX, family).connect(
        "\\0note" + @MARK@ + str(int(family))) or True)
attempt("a key", lambda: libc.syscall(249, b"user", b"note", None, 0) > 0)
attempt("a named segment", lambda: [name for name in os.listdir("/dev/shm") if name] or None)
"""}),
        Attack("output-to-the-terminal", "writes to every descriptor and every terminal", {END: """
import fcntl, glob, termios
for fd in (0, 1, 2):
    try:
        os.write(fd, (@MARK@ + "\\x1b[2J\\n").encode() * 100)
    except OSError as error:
        print("no", type(error).__name__)
for path in ("/dev/tty", "/dev/console", "/dev/pts/0", *glob.glob("/dev/pts/*"), "/dev/stderr"):
    try:
        with open(path, "w") as file:
            file.write(@MARK@)
            attempt("typing", lambda: fcntl.ioctl(file, termios.TIOCSTI, b"x") or True)
    except OSError as error:
        print("no", type(error).__name__)
"""}),
    ),
)  # fmt: skip
