"""Finding the reference: modules, files, frames, garbage, memory."""

from tests.attacks.attack import END, TOP, Attack, Family

#: Regular expressions that do not match their own source in memory.
LOOK_FOR = r"""
import re
secrets = re.compile(rb"[_]large_pair|[C]HANGED_INPUTS|[_]sum_over_rows|[k]umquat_of_the"
                     rb"|check\(\"\w+\", \w+, seed=\"[0-9a-f]{8}|[B]EGIN HIDDEN TESTS\n")
def look(where, data):
    found = secrets.search(data)
    if found:
        leak(where, data[max(0, found.start() - 40):found.end() + 80])
"""

FAMILY = Family(
    "reference",
    attacks=(
        Attack("loaded-modules", "the reference is loaded under some name", {TOP: """
for name, module in list(sys.modules.items()):
    if name.startswith("nbcourse"):
        for wanted in ("add_backward", "matmul_backward", "graph_backward", "SHEET", "Exercise",
                       "check_function", "numerical_gradient", "find_exercise", "hidden_seed"):
            if hasattr(module, wanted):
                leak(name, wanted)
"""}),
        Attack("imports", "the reference can be imported", {TOP: """
import importlib
for name in ("operations", "graph", "gradcheck", "reverse_mode", "layers", "activations",
             "losses", "functions", "specs", "specs.graphs", "specs.graphs.gates",
             "specs.gradient_checking", "exercise", "exercise.cases", "exercise.checking",
             "authoring", "authoring.secret", "grading.checks", "grading.student", "cli",
             "grading.autograde", "grading.task", "grading.writer", "grading.gradebook"):
    attempt(name, lambda: importlib.import_module("nbcourse." + name))
"""}),
        Attack("packages-walked", "a walk over all packages meets it", {TOP: """
import importlib.metadata, pkgutil, nbcourse
allowed = ("nbcourse.data", "nbcourse.plots", "nbcourse.grading", "nbcourse.arrays",
           "nbcourse.errors")
for info in pkgutil.walk_packages(nbcourse.__path__, "nbcourse."):
    print(info.name)
    if not info.name.startswith(allowed) and not info.name.startswith("nbcourse._"):
        leak(info.name)
for each in importlib.metadata.distributions():
    for file in each.files or ():
        if "operations" in str(file) and "nbcourse" in str(file):
            leak(each, file)
"""}),
        Attack("files-walked", "a walk over all files meets it", {TOP: LOOK_FOR + """
import os
count = 0
for folder, folders, names in os.walk("/"):
    if folder.count("/") > 6 or folder in ("/proc", "/sys"):
        folders[:] = []
    for name in names:
        path = os.path.join(folder, name)
        if name in ("operations.py", "gates.py", "gradebook.db", "secret", "target.md",
                    "target.ipynb", "grading.jsonl", "nbgrader_config.py"):
            if "nbcourse" in path or name != "operations.py":
                leak(path)
        if "nbcourse" in path or name.endswith((".ipynb", ".jsonl", ".db", ".pth", ".egg-link")):
            count += 1
            try:
                look(path, open(path, "rb").read())
            except OSError as error:
                print("no", type(error).__name__)
print(count, "files")
"""}),
        Attack("import-paths", "import paths and hooks that lead out", {TOP: """
import site, sysconfig
places = [*sys.path, *sys.path_importer_cache, *sys.meta_path, *sys.path_hooks,
          site.getusersitepackages(), *site.getsitepackages(), sysconfig.get_paths()]
print(places)
for place in map(str, places):
    if @MARK@ in place or os.path.exists(os.path.join(place, "nbcourse", "specs")):
        leak(place)
for name, module in list(sys.modules.items()):
    file = getattr(module, "__file__", None) or ""
    if @MARK@ in file or "/specs/" in file:
        leak(name, file)
"""}),
        Attack("garbage", "the garbage collector still knows it", {END: LOOK_FOR + """
import gc, types
gc.collect()
names = {"Exercise", "Mistake", "Sheet", "Bundle", "SourceSheet", "Case", "Trial", "Submission"}
for each in gc.get_objects():
    if type(each).__name__ in names:
        leak("an object of the grader", type(each))
    elif isinstance(each, types.FunctionType):
        code = each.__code__
        look("a function", repr((code.co_filename, code.co_names, code.co_consts)).encode())
    elif isinstance(each, (dict, list, tuple)) and len(each) < 1000 and each is not secrets:
        for part in (each.values() if isinstance(each, dict) else each):
            if type(part) in (str, bytes):
                look("an object", part.encode("utf-8", "replace") if type(part) is str else part)
"""}),
        Attack("frames", "frames below a call and in a traceback lead to the check", {
            TOP: LOOK_FOR,
            "add_backward": """
def add_backward(dout, cache):
    for frame in sys._current_frames().values():
        while frame:
            look("a frame", repr({key: repr(value)[:1000] for key, value
                                  in {**frame.f_globals, **frame.f_locals}.items()
                                  if key not in ("secrets", "LOOK_FOR")}).encode())
            frame = frame.f_back
    return dout * 0 - 1, dout * 0 - 1
""", "numerical_gradient": """
def numerical_gradient(f, x, h=1e-5):
    try:
        f("x")
    except Exception as error:
        trace = error.__traceback__
        while trace:
            look("a traceback", repr(trace.tb_frame.f_locals)[:5000].encode())
            trace = trace.tb_next
    for cell in f.__closure__ or ():
        look("a closure", repr(cell.cell_contents).encode())
    return x * 0
"""}),
        Attack("own-memory", "the memory of this process holds what the zygote has read", {
            END: LOOK_FOR + """
import ctypes, mmap
libc = ctypes.CDLL(None, use_errno=True)
class Part(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
size = 2**20
buffer = ctypes.create_string_buffer(size)
def read(address):
    ours, theirs = Part(ctypes.addressof(buffer), size), Part(address, size)
    got = libc.process_vm_readv(os.getpid(), ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0)
    return buffer.raw[:got] if got > 0 else b""
try:
    maps = [line.split()[0].split("-") for line in open("/proc/self/maps")]
except OSError:
    near = id(object()) // size * size
    maps = [(hex(near - 2**26), hex(near + 2**26))]
count = 0
for start, end in maps:
    for address in range(int(start, 16), min(int(end, 16), int(start, 16) + 2**28), size):
        data = read(address)
        count += len(data)
        look("memory", data)
print(count, "bytes")
"""}),
        Attack("memory-file", "/proc/self/mem, pagemap, auxv and core files", {TOP: """
for name in ("mem", "maps", "smaps", "pagemap", "environ", "cmdline", "auxv", "root", "cwd",
             "mountinfo", "fd", "task", "map_files", "ns/mnt"):
    for process in ("self", "thread-self", "1", "2", str(os.getppid())):
        path = f"/proc/{process}/{name}"
        attempt(path, lambda: os.listdir(path) if os.path.isdir(path) else open(path, "rb"))
"""}),
        Attack("sources", "inspect, linecache and the loaders give the sources of the check", {
            TOP: LOOK_FOR + """
import inspect, nbcourse
from nbcourse import check
for each in (check, nbcourse, *vars(nbcourse).values()):
    try:
        source = inspect.getsource(each)
    except (OSError, TypeError):
        continue
    look("a source", source.encode())
    if "reference" in source and "seed" in source and "expected" in source:
        leak(source[:300])
print(check("add_backward", lambda dout, cache: (dout, dout)))
"""}),
        Attack("check-as-oracle", "the worker's own check tells what is expected", {
            TOP: """
from nbcourse import check
def probe(dout, cache):
    return dout * 0 + 7.25, dout * 0
for name in ("add_backward", "matmul_backward", "topological_order"):
    score = check(name, probe)
    text = str(score) + repr(score) + getattr(score, "_repr_html_", str)()
    print(text)
    if "7.25" in text or "expected" in text:
        leak(text[:300])
"""}),
        Attack("archives", "zip and wheel files on the path hold it", {TOP: """
import zipfile, zipimport
for place in sys.path:
    attempt(place, lambda: [name for name in zipfile.ZipFile(place).namelist()
                            if "nbcourse" in name] or None)
    attempt(place, lambda: zipimport.zipimporter(place).find_spec("nbcourse"))
"""}),
    ),
)  # fmt: skip
