"""Results that agree with everything, lie about what they are, or are nothing one can compare."""

from tests.attacks.attack import Attack, Family

FAMILY = Family(
    "operators",
    harmless=True,
    attacks=(
        Attack(
            "equals-everything",
            "an object that equals everything and converts to whatever is wanted",
            {
                "add_backward": """
class Yes:
    shape, dtype, ndim, size = (), float, 0, 1
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __le__ = __lt__ = __ge__ = __gt__ = __contains__ = __eq__
    def __hash__(self): return 0
    def __sub__(self, other): return 0.0
    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __sub__
    def __abs__(self): return 0.0
    def __float__(self): return 0.0
    def __bool__(self): return True
    def __len__(self): return 2
    def __iter__(self): return iter((self, self))
    def __getitem__(self, index): return self
    def __array__(self, dtype=None, copy=None): return np.zeros(())
    def __array_ufunc__(self, *args, **options): return np.zeros(())
    def __array_function__(self, *args, **options): return True
def add_backward(dout, cache): return Yes(), Yes()
def matmul_backward(dout, cache): return Yes()
""",
                "topological_order": "def topological_order(parents): return Yes()",
                "numerical_gradient": "def numerical_gradient(f, x, h=1): return Yes()",
            },
        ),
        Attack(
            "ndarray-subclass",
            "an array subclass whose every operation agrees",
            {
                "add_backward": """
class Agreeable(np.ndarray):
    def __array_function__(self, *args, **options): return True
    def __array_ufunc__(self, *args, **options): return np.zeros(self.shape)
    def __eq__(self, other): return True
    def tobytes(self, *args, **options): return b"\\0" * 8
    shape = property(lambda self: (1,))
    dtype = property(lambda self: np.dtype(bool))
    __class__ = property(lambda self: float)
def add_backward(dout, cache):
    return np.zeros(dout.shape).view(Agreeable), np.zeros(dout.shape).view(Agreeable)
""",
                "matmul_backward": """
def matmul_backward(dout, cache):
    return tuple(np.ma.masked_array(np.zeros(x.shape), mask=True) for x in cache)
""",
            },
        ),
        Attack(
            "type-names-that-lie",
            "objects whose types are called ndarray, tuple, Score, '' and a line of markup",
            {
                "add_backward": """
def add_backward(dout, cache):
    return type("ndarray", (), {"shape": dout.shape})(), type("Score", (float,), {})(99.0)
""",
                "matmul_backward": "def matmul_backward(dout, cache): return type('', (), {})()",
                "topological_order": """
def topological_order(parents): return type("<b>\\0\\ud800list</b>" * 99, (), {})()
""",
                "numerical_gradient": """
def numerical_gradient(f, x, h=1): return type("Foreign", (), {"__class__": np.ndarray})()
""",
            },
        ),
        Attack(
            "subclasses-of-plain-types",
            "subclasses of float, int, str, tuple, list and dict that lie",
            {
                "add_backward": """
class Number(float):
    def __eq__(self, other): return True
    def __float__(self): return 0.0
    def __repr__(self): return "99.0"
class Pair(tuple):
    def __len__(self): return 2
    def __iter__(self): return iter([Number("nan")] * 2)
def add_backward(dout, cache): return Pair()
""",
                "matmul_backward": """
class Parts(dict):
    def __contains__(self, key): return True
    def __getitem__(self, key): return Number(0)
    def items(self): return [("da", Number(0)), ("db", Number(0))]
def matmul_backward(dout, cache): return Parts(da=0, db=0)
""",
                "topological_order": """
class Name(str):
    def __eq__(self, other): return True
    def __hash__(self): return 0
class Endless(list):
    def __iter__(self):
        while True:
            yield Name("a")
def topological_order(parents): return Endless([Name("a")])
""",
            },
            shows="attack done|ended the process|did not return",
        ),
        Attack(
            "not-a-number",
            "NaN, infinities and complex infinity, of which no comparison is true",
            {
                "add_backward": """
def add_backward(dout, cache): return np.full(dout.shape, np.nan), np.full(dout.shape, np.inf)
""",
                "matmul_backward": """
def matmul_backward(dout, cache):
    return tuple(np.full(x.shape, complex(np.nan, np.inf)) for x in cache)
""",
                "numerical_gradient": """
def numerical_gradient(f, x, h=1): return np.full(x.shape, np.inf, np.float16)
""",
            },
        ),
        Attack(
            "no-entries",
            "empty arrays, of which every statement is true",
            {
                "add_backward": """
def add_backward(dout, cache): return np.zeros((0, *dout.shape)), np.zeros(0)
""",
                "matmul_backward": "def matmul_backward(dout, cache): return np.zeros((2, 0, 7))",
                "topological_order": "def topological_order(parents): return np.array([], str)",
                "numerical_gradient": """
def numerical_gradient(f, x, h=1): return np.zeros((2**31 - 1, 2**31 - 1, 0, 5))
""",
            },
            shows=r"attack done|shape|could not be read|too big",
        ),
        Attack(
            "odd-dtypes",
            "structured, object, void, date, string, bool, unsigned and long double arrays",
            {
                "add_backward": """
def add_backward(dout, cache):
    record = np.zeros(dout.shape, [("a", float), ("b", object)])
    return record, np.full(dout.shape, None)
""",
                "matmul_backward": """
def matmul_backward(dout, cache):
    return np.zeros(cache[0].shape, "V8"), np.zeros(cache[1].shape, "M8[s]")
""",
                "topological_order": """
def topological_order(parents): return np.array(["nan"] * len(parents))
""",
                "numerical_gradient": """
def numerical_gradient(f, x, h=1): return np.zeros(x.shape, np.uint8) - np.uint8(1)
""",
            },
        ),
        Attack(
            "huge-without-memory",
            "arrays with strides of 0 that claim 10**18 entries, and whole numbers of 10**6 digits",
            {
                "add_backward": """
def add_backward(dout, cache):
    return np.broadcast_to(1.0, (10**9, 10**9)), np.broadcast_to(1.0, (10**9, 10**9))
""",
                "matmul_backward": "def matmul_backward(dout, cache): return 10**999_999, -1",
                "numerical_gradient": """
def numerical_gradient(f, x, h=1):
    return np.lib.stride_tricks.as_strided(x, (1, 2**40), (0, 0))
""",
            },
        ),
        Attack(
            "emptied-inputs",
            "the inputs are emptied, so that no statement about them is wrong",
            {
                "add_backward": """
def add_backward(dout, cache):
    print("attack", "done")
    dout.resize(0, refcheck=False)
    for part in cache:
        part[...] = 0
    return dout, dout
""",
                "matmul_backward": """
def matmul_backward(dout, cache):
    for part in (dout, *cache):
        part[...] = 0
    return cache
""",
                "topological_order": """
def topological_order(parents):
    parents.clear()
    return []
""",
            },
        ),
        Attack(
            "lazy-results",
            "generators, iterators, views of a dict, functions, modules, types as results",
            {
                "add_backward": "def add_backward(dout, cache): return (x for x in cache)",
                "matmul_backward": """
import itertools
def matmul_backward(dout, cache): return itertools.repeat(0.0)
""",
                "topological_order": "def topological_order(parents): return parents.keys()",
                "numerical_gradient": "def numerical_gradient(f, x, h=1): return f",
            },
        ),
        Attack(
            "results-that-change",
            "a result that is another at every look, and one that holds itself",
            {
                "add_backward": """
looks = 0
class Moving(float):
    def __float__(self):
        global looks
        looks += 1
        return float(looks)
def add_backward(dout, cache): return Moving(), Moving()
""",
                "matmul_backward": """
def matmul_backward(dout, cache):
    itself = []
    itself += [itself, itself]
    return itself
""",
            },
        ),
    ),
)
