"""Against the grader's own process: its memory, its time, the pages that instructors read."""

from tests.attacks.attack import END, TOP, Attack, Family, code_cell
from tests.attacks.families.notebook import around
from tests.attacks.families.protocol import WIRE

FAMILY = Family(
    "trusted",
    attacks=(
        Attack("large-results", "results of 250 MB, of which every entry is a byte",
               {"add_backward": """
big = np.zeros(250 * 2**20, np.int8)
def add_backward(dout, cache):
    print("attack", "done")
    return big
def matmul_backward(dout, cache): return big
""", "matmul_backward": "def matmul_backward(dout, cache): return big, big"},
               shows="attack done|too large|can be passed|did not return"),
        Attack("broadcast-in-callbacks", "calls back with arrays that grow when they are used",
               {"numerical_gradient": """
print("attack", "done")
def numerical_gradient(f, x, h=1e-5):
    try:
        f(np.ones((1, 1, 1)))  # a function that uses its argument together with arrays
    except Exception:
        return x
    return f(np.ones((2**25, 1, 1), np.int8))
"""}, shows="attack done|did not return"),
        Attack("changed-into-something-large", "arguments that come back 250 MB large",
               {"topological_order": """
def topological_order(parents):
    print("attack", "done")
    parents.clear()
    parents["a"] = np.zeros(250 * 2**20, np.int8)
    return []
"""}, shows="attack done|did not return"),
        Attack("json-that-grows", "a header of 30 MB that becomes 2 GB of lists",
               {TOP: WIRE, "add_backward": """
def add_backward(dout, cache):
    write(raw("called", '{"list": [' + "[]," * (10 * 2**20) + "[]]}"))
    time.sleep(1)
"""}, shows="ended the process|did not return|ran longer"),
        Attack("names-that-grow", "an array of names; the others grow with a long one",
               {TOP: WIRE, "add_backward": """
def add_backward(dout, cache):
    names = json.dumps({"names": [[401], ["x" * 10**6, *[""] * 400]]})
    write(raw("called", '{"list": [{"list": [{"dict": [{"list": ["result", "printed"]}, {"list": ['
              + names + ', ""]}]}]}, null]}'))
    time.sleep(0.5)
"""}, shows="ended the process|did not return|ran longer|raised"),
        Attack("long-names", "types, exceptions and modules whose names are very long", {
            "add_backward": "add_backward = type('A' * 20_000_000, (), {})()",
            "matmul_backward": """
def matmul_backward(dout, cache): raise type("B" * 20_000_000, (ValueError,), {})("C" * 10**7)
""", "topological_order": """
def topological_order(parents): return {"D" * 10**6: "E" * 10**7}
print("attack", "done")
"""}),
        Attack("long-messages", "exceptions and prints of many megabytes, written past the worker",
               {TOP: WIRE, "add_backward": """
def add_backward(dout, cache):
    error = {"types": ["A" * 10**6, "ValueError"], "args": ["x" * 10**7], "line": "y" * 10**7}
    write(frame("called", [[{"error": error, "printed": "z" * 10**6}] * 1, None]))
    time.sleep(0.5)
""", "matmul_backward": """
def matmul_backward(dout, cache): write(answers("z" * 10**7, count=1))
"""},
               shows="."),
        Attack("many-cells-that-print", "hundreds of cells, each printing all that is kept of one",
               {TOP: 'print("attack", "done")'},
               edit=around(*(code_cell("print('x' * 2**20)", f"c{i}") for i in range(300)), at=3)),
        Attack("outputs-without-limit", "30 MB of output a cell, past the worker's own limit",
               {TOP: """
get_ipython().recorder._limit = 10**12
type(get_ipython().recorder).__init__.__defaults__ = (10**12,)
for each in ("x" * 15_000_000, "y" * 14_000_000):
    print(each)
print("attack", "done")
""", "add_backward": """
for _ in range(3):
    get_ipython().recorder.fail("a", "b" * 4000, ["x" * 4000] * 90)
display({"text/html": "<p>" * 9_000_000}, raw=True)
""", END: "display({'image/png': 'A' * 28_000_000}, raw=True)"}, shows="^"),
        Attack("scripts-in-outputs", "outputs in which a page would run JavaScript",
               {TOP: """
from IPython.display import HTML, Javascript, Markdown, SVG, Latex
script = "<script>document.title=" + repr(@MARK@) + "</script>"
handler = "<img src=x onerror=document.title=" + repr(@MARK@) + ">"
frame = "<iframe srcdoc='" + script.replace("'", '"') + "'></iframe><a href='javascript:1'>x</a>"
for html in (script, handler, frame, "<svg onload=1>" + script + "</svg>"):
    display(HTML(html), Markdown(html), Latex(html))
    display({"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'>" + html + "</svg>"},
            raw=True)
display(Javascript("document.title=1"))
display({"application/javascript": "1", "text/html": script, "application/vnd.x+json": {}},
        raw=True)
print(script, handler)
""", "add_backward": """
def add_backward(dout, cache):
    raise ValueError("<script>1</script><img src=x onerror=1>")
""", "matmul_backward": """
def matmul_backward(dout, cache): return type("<script>1</script>", (), {})()
"""}),
        Attack("patterns-that-explode", "messages on which a regular expression would not end",
               {"add_backward": """
def add_backward(dout, cache):
    print("attack", "done")
    raise TypeError("() takes" + " " * 3900 + "(" * 90)
""", "matmul_backward": """
def matmul_backward(dout, cache):
    raise AttributeError("module 'numpy' has no attribute '" + "a" * 3900)
"""}),
        Attack("printing-for-the-page", "prints control characters, and megabytes, in every call",
               {"add_backward": """
def add_backward(dout, cache):
    print("attack", "done")
    print("\\x1b[2J\\x1b]0;title\\x07\\r\\0\\ud800" + "x" * 10**6)
    return 99.0, 99.0
"""}),
    ),
)  # fmt: skip
