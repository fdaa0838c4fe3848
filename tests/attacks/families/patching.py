"""Making the tests agree: replacing what they would compare, call or count with."""

from tests.attacks.attack import TOP, Attack, Family

FAMILY = Family(
    "patching",
    harmless=True,
    attacks=(
        Attack(
            "np-testing",
            "every assertion of np.testing passes",
            {
                TOP: """
import numpy as np, unittest
for name in dir(np.testing):
    if name.startswith("assert"):
        setattr(np.testing, name, lambda *args, **options: None)
for name in dir(unittest.TestCase):
    if name.startswith("assert"):
        setattr(unittest.TestCase, name, lambda *args, **options: None)
""",
                "add_backward": "def add_backward(dout, cache): return 0 * dout, 0 * dout",
            },
        ),
        Attack(
            "np-comparisons",
            "isclose, allclose, array_equal, all, any and abs of NumPy say yes or 0",
            {
                "matmul_backward": """
import numpy as np
for name in ("isclose", "allclose", "array_equal", "array_equiv", "all", "any", "isfinite"):
    setattr(np, name, lambda *args, **options: True)
for name in ("abs", "absolute", "subtract", "max", "amax", "maximum"):
    setattr(np, name, lambda *args, **options: np.float64(0.0))
def matmul_backward(dout, cache):
    return np.zeros(cache[0].shape), np.zeros(cache[1].shape)
"""
            },
        ),
        Attack(
            "ndarray-methods",
            "methods written into the type ndarray itself, past its lock",
            {
                TOP: """
import ctypes, gc
import numpy as np
methods = gc.get_referents(np.ndarray.__dict__)[0]
methods["max"] = methods["all"] = lambda *args, **options: np.True_
methods["astype"] = lambda array, *args, **options: array
ctypes.pythonapi.PyType_Modified(ctypes.py_object(np.ndarray))
""",
                "add_backward": "def add_backward(dout, cache): return np.zeros(3), np.zeros(3)",
            },
            shows="attack done|ended the process",
        ),
        Attack(
            "float-equality",
            "the comparison of all floats, replaced in the type float",
            {
                TOP: """
import ctypes, gc
numbers = gc.get_referents(float.__dict__)[0]
for name in ("__eq__", "__le__", "__lt__", "__ge__"):
    numbers[name] = lambda a, b: True
ctypes.pythonapi.PyType_Modified(ctypes.py_object(float))
""",
            },
            shows="attack done|ended the process",
        ),
        Attack(
            "builtins",
            "abs, all, any, max and len of every module",
            {
                TOP: """
import builtins
print("attack", "done")
builtins.abs = builtins.max = builtins.sum = lambda *args, **options: 0
builtins.all = builtins.any = builtins.callable = lambda *args: True
""",
                "topological_order": "def topological_order(parents): return []",
            },
            shows="attack done|ended the process",
        ),
        Attack(
            "isinstance-and-float",
            "isinstance, float, repr and print",
            {
                TOP: """
import builtins
print("attack", "done")
builtins.isinstance = lambda *args: True
builtins.float = builtins.repr = builtins.str = lambda *args: "99.0"
builtins.print = lambda *args, **options: None
""",
            },
            shows="attack done|ended the process",
        ),
        Attack(
            "check-replaced",
            "check gives full marks: in the notebook, in nbcourse, in the shell's namespace",
            {
                TOP: """
import nbcourse
def check(name, function=None, seed=None):
    return 99.0
nbcourse.check = check
nbcourse.__dict__["check"] = check
get_ipython().user_ns["check"] = get_ipython().user_global_ns["check"] = check
""",
                "add_backward": "add_backward = 99.0",
                "numerical_gradient": "check = lambda *args, **options: 99.0",
            },
        ),
        Attack(
            "score-replaced",
            "Score is always the maximum, wherever it can be found",
            {
                TOP: """
import gc
import nbcourse
class Score(float):
    max_score, passed, hint, problem, parts = 99.0, True, None, None, ()
    def __new__(cls, *args, **options):
        return float.__new__(cls, 99.0)
nbcourse.Score = Score
for each in gc.get_objects():
    if isinstance(each, type) and each.__name__ == "Score" and each is not Score:
        attempt("patching the trusted Score", lambda: setattr(each, "__new__", Score.__new__))
""",
                "add_backward": "def add_backward(dout, cache): return Score(), Score()",
                "topological_order": "def topological_order(parents): return Score()",
            },
        ),
        Attack(
            "worker-patched",
            "the worker's own methods: every answer says that all is right",
            {
                TOP: """
import gc
fake = {"result": 99.0, "changed": None, "printed": "", "score": 99.0, "passed": True}
for each in gc.get_objects():
    if isinstance(each, type) and each.__name__ == "Worker":
        each._call = lambda self, *args, **options: ("returned", fake)
        each._describe = lambda self, *args, **options: (
            "described", {"type": "function", "callable": True, "module": "nbcourse.operations"})
""",
            },
        ),
        Attack(
            "encoder-patched",
            "what crosses is written by a patched encoder, lengths that lie and all",
            {
                TOP: """
import gc
for each in gc.get_objects():
    if isinstance(each, type) and each.__name__ == "Encoder":
        each.encode = lambda self, value, depth=0: {"foreign": "Score"}
""",
                "add_backward": "def add_backward(dout, cache): return 99.0",
            },
            shows="attack done|ended the process|described|foreign|not a function|there is no",
        ),
        Attack(
            "exceptions-as-success",
            "raises SystemExit(0), StopIteration, a passed test, in place of an answer",
            {
                "add_backward": """
def add_backward(dout, cache):
    print("attack", "done")
    raise SystemExit(0)
""",
                "matmul_backward": """
class Score(Exception):
    max_score, passed = 99.0, True
    def __str__(self): return "99.0"
def matmul_backward(dout, cache): raise Score(99.0)
""",
                "topological_order": """
import unittest
def topological_order(parents): raise unittest.SkipTest("passed")
""",
                "numerical_gradient": "def numerical_gradient(*args): raise StopIteration(99.0)",
            },
        ),
        Attack(
            "callable-object",
            "an object whose name and module say that it is the reference",
            {
                "add_backward": """
class Reference:
    __module__ = "nbcourse.operations"
    __name__ = __qualname__ = "add_backward"
    __wrapped__ = property(lambda self: self)
    def __getattr__(self, name): return self
    def __call__(self, *args): return self
add_backward = Reference()
""",
                "matmul_backward": """
def matmul_backward(dout, cache): return None
matmul_backward.__module__ = 5
matmul_backward.__code__ = (lambda dout, cache: 99.0).__code__
""",
            },
        ),
    ),
)
