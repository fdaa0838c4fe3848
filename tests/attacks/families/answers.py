"""Answers that depend on being tested: counting calls, looking inputs up, measuring."""

from tests.attacks.attack import TOP, Attack, Family
from tests.attacks.local_answers import FINGERPRINT

FAMILY = Family(
    "answers",
    harmless=True,
    attacks=(
        Attack(
            "table-of-answers",
            "the right answers to all inputs of the local checks, looked up by fingerprint",
            {
                TOP: f"import hashlib\nimport numpy as np\n{FINGERPRINT}",
                "add_backward": """
answers = @LOCAL_ANSWERS@
def looked_up(*args):
    return tuple(map(np.array, answers[fingerprint(args)]))
def add_backward(*args): return looked_up(*args)
""",
                "matmul_backward": "def matmul_backward(*args): return looked_up(*args)",
                "topological_order": """
def topological_order(parents): return answers[fingerprint((parents,))]
""",
            },
        ),
        Attack(
            "call-counting",
            "right only in the first calls, wrong in all others",
            {
                "add_backward": """
calls = 0
def add_backward(dout, cache):
    global calls
    calls += 1
    return (dout, dout) if calls < 4 else cache[::-1]
""",
                "matmul_backward": """
import time
start = time.monotonic()
def matmul_backward(dout, cache):
    a, b = cache
    small = a.size < 50
    return (dout @ b.T, a.T @ dout) if small else (0 * a, 0 * b)
""",
            },
        ),
        Attack(
            "differences-for-add",
            "the gradient of a sum measured entry by entry, through its own forward pass",
            {
                "add_backward": """
def add_backward(dout, cache):
    x, y = (np.array(part, float) for part in cache)
    grads = []
    for part in (x, y):
        grad = np.zeros_like(part)
        for i in np.ndindex(part.shape):
            before = part[i]
            part[i] = before + 1
            above = np.sum(dout * (x + y))
            part[i] = before - 1
            grad[i] = (above - np.sum(dout * (x + y))) / 2
            part[i] = before
        grads.append(grad)
    return tuple(grads)
print("attack", "done")
""",
            },
            shows="add_backward did not return within",
        ),
        Attack(
            "differences-for-matmul",
            "the gradient of a product measured entry by entry",
            {
                "matmul_backward": """
def matmul_backward(dout, cache):
    a, b = (np.array(part, float) for part in cache)
    grads = []
    for part in (a, b):
        grad = np.zeros_like(part)
        for i in np.ndindex(part.shape):
            before = part[i]
            part[i] = before + 1
            above = np.sum(dout * (a @ b))
            part[i] = before - 1
            grad[i] = (above - np.sum(dout * (a @ b))) / 2
            part[i] = before
        grads.append(grad)
    return tuple(grads)
""",
            },
            shows="matmul_backward did not return within",
        ),
        Attack(
            "earlier-inputs",
            "answers made from what earlier calls and earlier exercises were given",
            {
                "add_backward": """
seen = []
def add_backward(dout, cache):
    seen.append((dout, cache))
    return seen[0][0], seen[-1][1][0]
""",
                "matmul_backward": """
def matmul_backward(dout, cache):
    return seen[-1][1]
""",
                "numerical_gradient": """
kept = []
def numerical_gradient(f, x, h=1e-5):
    kept.append(f)
    return np.full(x.shape, kept[0](x))
""",
            },
        ),
        Attack(
            "global-random-state",
            "draws the inputs again from NumPy's and Python's global generators",
            {
                "add_backward": """
import random
def add_backward(dout, cache):
    for seed in range(50):
        np.random.seed(seed)
        random.seed(seed)
        drawn = np.random.default_rng(seed).standard_normal(dout.shape)
        if np.allclose(drawn, dout):
            leak("the generator of the inputs", seed)
    return np.random.standard_normal(dout.shape), np.random.standard_normal(dout.shape)
""",
            },
        ),
        Attack(
            "who-is-asking",
            "looks at the stack for the check that calls, and at its names",
            {
                "add_backward": """
import sys
def add_backward(dout, cache):
    frame = sys._getframe(1)
    while frame:
        for name, value in {**frame.f_globals, **frame.f_locals}.items():
            if name in ("exercise", "expected", "case", "reference", "seed", "trial"):
                leak(name, repr(value)[:200])
        frame = frame.f_back
    return dout * 0, dout * 0
""",
            },
        ),
        Attack(
            "other-packages",
            "a package that differentiates, if there is one",
            {
                TOP: """
import importlib
for name in ("torch", "jax", "autograd", "tensorflow", "sympy", "casadi", "numba", "theano",
             "tinygrad", "numdifftools", "scipy", "sklearn", "pandas", "nbgrader", "dask",
             "distributed", "sqlalchemy", "zmq", "psycopg2", "click", "pytest"):
    attempt(name, lambda: importlib.import_module(name))
""",
            },
        ),
        Attack(
            "one-part-for-all",
            "constants, inputs and sums that might be right somewhere",
            {
                "add_backward": "def add_backward(dout, cache): return cache",
                "matmul_backward": "def matmul_backward(dout, cache): return cache[::-1]",
                "topological_order": "def topological_order(parents): return sorted(parents)",
                "numerical_gradient": "def numerical_gradient(f, x, h=1): return x * 0 + f(x)",
            },
        ),
    ),
)
