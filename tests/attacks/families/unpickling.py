"""Objects that run code where they are read back, printed, compared or forgotten."""

from tests.attacks.attack import END, TOP, Attack, Family

TRAP = '''
import os
here = os.getpid()
class Trap:
    """Tells when its methods run in another process than this one."""
    def __reduce__(self): return (exec, ("import os; open(@MARK@, 'w').write(str(os.getpid()))",))
    def __reduce_ex__(self, version): return self.__reduce__()
    def __getstate__(self): return {"mark": @MARK@}
    def __str__(self):
        if os.getpid() != here:
            open(@MARK@, "w").write("somewhere else")
        return "99.0"
    __repr__ = __format__ = _repr_html_ = lambda self, *args: str(self)
    def __del__(self): str(self)
    def __deepcopy__(self, memo): return str(self)
    def __getattr__(self, name): raise AttributeError(name)
'''

FAMILY = Family(
    "unpickling",
    harmless=True,
    attacks=(
        Attack(
            "reduce",
            "results that would run a command where they were unpickled",
            {
                TOP: TRAP,
                "add_backward": "def add_backward(dout, cache): return Trap(), Trap()",
                "matmul_backward": """
def matmul_backward(dout, cache): return np.array([Trap()] * 4).reshape(2, 2), {"da": Trap()}
""",
                "topological_order": "def topological_order(parents): return [Trap()] * 9",
                "numerical_gradient": "def numerical_gradient(f, x, h=1): return f(Trap())",
            },
        ),
        Attack(
            "pickles-as-values",
            "pickled bytes, npy files with objects and marshalled code as results",
            {
                TOP: TRAP,
                "add_backward": """
import io, marshal, pickle
def add_backward(dout, cache):
    file = io.BytesIO()
    np.save(file, np.array([Trap()]), allow_pickle=True)
    return pickle.dumps(Trap()), file.getvalue()
def matmul_backward(dout, cache):
    return np.frombuffer(pickle.dumps(Trap()), np.uint8), marshal.dumps(add_backward.__code__)
""",
            },
        ),
        Attack(
            "shown-objects",
            "objects that run code when they are shown, or whose description does not end",
            {
                TOP: TRAP + '\nprint("attack", "done")',
                END: """
class Loud:
    def _ipython_display_(self): raise SystemExit
    def _repr_mimebundle_(self, **options): return {"text/plain": Trap(), 5: b"x", "a": {1: 2}}
    def _repr_png_(self): return Trap()
    def __repr__(self): raise RecursionError
display(Loud())
display({"text/plain": Trap(), "application/json": {"a": float("nan")}}, raw=True)
Trap()
""",
            },
        ),
        Attack(
            "exceptions-with-traps",
            "exceptions whose type, arguments and text are traps",
            {
                TOP: TRAP,
                "add_backward": """
class Worse(Exception):
    def __str__(self): raise Worse
    __repr__ = __str__
def add_backward(dout, cache):
    raise type("Score\\0\\n<i>", (Worse, UnicodeDecodeError), {})("a", b"b", 1, 2, "c")
""",
                "matmul_backward": """
def matmul_backward(dout, cache):
    raise ExceptionGroup(str(Trap()), [OSError(2, "no", @MARK@), ValueError(Trap())])
""",
                "topological_order": """
def topological_order(parents): raise OSError(2, Trap(), @MARK@)
""",
            },
        ),
    ),
)
