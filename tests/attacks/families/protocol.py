"""Forged messages on the worker's channel: early, late, twice, too large, malformed, half."""

from tests.attacks.attack import END, TOP, Attack, Family

WIRE = '''
import json, os, select, socket, stat, struct, threading, time

def is_socket(fd):
    try:
        return stat.S_ISSOCK(os.fstat(fd).st_mode)
    except OSError:
        return False

def sockets():
    """Every socket of this process."""
    return [socket.socket(fileno=os.dup(fd)) for fd in list(filter(is_socket, range(1024)))]

def raw(kind, text, *buffers):
    """A message whose value is written by hand."""
    header = f'{{"kind": "{kind}", "value": {text}, "buffers": {list(map(len, buffers))}}}'.encode()
    lengths = struct.pack(">II", len(header), sum(map(len, buffers)))
    return lengths + header + b"".join(buffers)

def frame(kind, value):
    """A message as the wire writes it itself."""
    from nbcourse.grading.wire import encode
    encoded = encode(value, lenient=True)
    return raw(kind, encoded.text, *map(bytes, encoded.buffers))

def answers(result, changed=None, count=30):
    """Answers to as many calls as may have been asked for together."""
    return frame("called", [[{"result": result, "printed": ""}] * count, changed])

def write(data):
    """Write into every socket, however long the other side takes."""
    for each in sockets():
        left = memoryview(data)
        while left:
            select.select([], [each], [])
            try:
                left = left[each.send(left):]
            except OSError as error:
                print("no send", type(error).__name__)
                break

RIGHT = answers(99.0)
SCORE = {"score": 99.0, "points": 99.0, "passed": True, "printed": "", "result": 99.0}
'''
LOST = "attack done|ended the process|could not be read|did not return"


def in_call(body: str) -> dict[str, str]:
    """An answer cell whose function does something to the channel."""
    return {TOP: WIRE, "add_backward": f"def add_backward(dout, cache):\n    {body}"}


FAMILY = Family(
    "protocol",
    harmless=True,
    attacks=(
        Attack("answers-in-advance", "answers to calls that have not been asked",
               {TOP: WIRE + '\nprint("attack", "done")', END: "write(RIGHT * 20)"}, shows=LOST),
        Attack("answers-twice", "two answers to every call",
               in_call("write(RIGHT); return dout * 0, dout * 0"), shows=LOST),
        Attack("score-in-the-answer", "an answer that says it is a score",
               in_call("""write(frame("score", SCORE) + frame("called", [[SCORE] * 30, None]))
    os._exit(0)"""), shows=LOST),
        Attack("answers-late", "a thread answers after the call's time",
               {TOP: WIRE, "add_backward": """
def add_backward(dout, cache):
    threading.Thread(target=lambda: (time.sleep(2.5), write(RIGHT))).start()
    time.sleep(60)
"""}, shows=LOST),
        Attack("oversized", "a message that announces 4 GB twice",
               in_call('write(b"\\xff" * 8 + b"x" * 1000); os._exit(0)'), shows=LOST),
        Attack("announced-and-not-sent", "a message that stops in its middle",
               in_call('write(RIGHT[:25]); time.sleep(60)'), shows=LOST),
        Attack("byte-by-byte", "a message that comes a byte a second",
               in_call("[(write(RIGHT[i:i + 1]), time.sleep(1)) for i in range(60)]"), shows=LOST),
        Attack("not-json", "headers that are not JSON, or no messages",
               {TOP: WIRE, "add_backward": """
def add_backward(dout, cache):
    for header in (b"{", b"\\xff\\xfe", b"[]", b"null", b'{"kind": 5}', b"NaN", b"1" * 9999):
        write(struct.pack(">II", len(header), 0) + header)
    return dout
"""}, shows=LOST),
        Attack("deep-json", "a header nested a million levels deep",
               in_call('write(raw("called", "[" * 10**6)); time.sleep(1)'), shows=LOST),
        Attack("deep-value", "a value nested deeper than values may be",
               in_call("""text = '{"list": [' * 500 + "0.0" + "]}" * 500
    write(raw("called", text)); time.sleep(1)"""), shows=LOST),
        Attack("shapes-that-lie", "arrays whose shape, dtype and buffers do not fit",
               {TOP: WIRE, "add_backward": """
shapes = iter([[2**31 - 1] * 30 + [0], [-1], [2**31 - 1], ["x"], [1.5], [True], [[1]], [10**30]])
def add_backward(dout, cache):
    for name, shape in (("float64", next(shapes, [4])), ("object", [1]), ("O", []), ("V8", [1])):
        array = json.dumps({"array": [name, shape]})
        value = '{"dict": [{"list": ["result", "printed"]}, {"list": [%s, ""]}]}' % array
        write(raw("called", '{"list": [{"list": [%s]}, null]}' % value, b"\\0" * 8))
    time.sleep(0.5)
""", "matmul_backward": """
def matmul_backward(dout, cache):
    for tag in ("arrays", "lists", "tuples", "float64", "names", "scalar", "complex", "foreign"):
        for value in (5, [], [[], []], [[2**31], ["x"]], ["float64", [[2**40]]], "x" * 10**6):
            write(raw("called", json.dumps({"list": {tag: value}}), b"\\0" * 8))
    time.sleep(0.5)
"""}, shows=LOST),
        Attack("functions-as-values", "answers that hold tokens of functions",
               in_call("""write(raw("called", '{"list": [{"list": [{"function": 0}]}, null]}'))
    time.sleep(0.5)"""), shows=LOST),
        Attack("bad-tokens", "calls back of functions that were never passed",
               in_call("""for token in (0, -1, 10**30, "0", True, None, 1.0):
        write(frame("callback", {"token": token, "args": ()}))
    time.sleep(0.5)"""), shows=LOST),
        Attack("stale-tokens", "a function of an earlier call, called when its call is over",
               {TOP: WIRE, "numerical_gradient": """
kept = []
def numerical_gradient(f, x, h=1e-5):
    kept.append(f)
    return x * 0
""", END: "print(*[attempt('calling back', lambda: each(np.ones(2))) for each in kept[:1]])"},
               shows="attack done|ended|ran longer"),
        Attack("flood-of-callbacks", "calls back without end, of nothing and of nonsense",
               {TOP: WIRE, "numerical_gradient": """
def numerical_gradient(f, x, h=1e-5):
    while True:
        for arg in (x, None, "x", {}, [], 10**300, np.zeros((0, 3)), np.array(["a"])):
            try:
                f(arg)
            except Exception:
                pass
"""}, shows="did not return"),
        Attack("unread-answers", "calls back whose answers are never read, until pipes are full",
               {TOP: WIRE, "numerical_gradient": """
def numerical_gradient(f, x, h=1e-5):
    ask = frame("callback", {"token": 0, "args": ("x" * 1000,)})
    while True:
        write(ask * 100)
"""}, shows=LOST),
        Attack("changed-arguments-that-do-not-fit", "claims that arguments became something else",
               {TOP: WIRE, "add_backward": """
claims = iter([(0.0,), ({},) * 9, 5, np.array(["a", "b"]), ((), ()), {}, set(), [None, 5, "x"]])
def add_backward(dout, cache):
    claim = next(claims, None)
    write(answers(0.0, [claim] * 30) if claim != 5 else answers(0.0, claim))
    time.sleep(0.5)
""", "topological_order": """
def topological_order(parents):
    write(answers([], [({},)] * 30))
    time.sleep(0.5)
"""}, shows=LOST),
        Attack("too-few-and-too-many", "more answers than calls, fewer, none, for ever",
               {TOP: WIRE, "add_backward": """
def add_backward(dout, cache): write(answers(0.0, count=10_000)); time.sleep(0.5)
""", "matmul_backward": """
def matmul_backward(dout, cache): write(answers(0.0, [()], count=1)); time.sleep(0.5)
""", "topological_order": """
def topological_order(parents):
    while True:
        write(answers([], [], count=0))
"""}, shows=LOST),
        Attack("errors-that-do-not-fit", "exceptions with names, arguments and lines of no kind",
               {TOP: WIRE, "add_backward": """
errors = iter([
    [], "x", {"types": [], "args": [], "line": ""},
    {"types": ["SystemExit"], "args": [0], "line": "x"},
    {"types": ["KeyboardInterrupt", "BaseException"], "args": [], "line": ""},
    {"types": ["ExceptionGroup"], "args": ["a", "b"], "line": ""},
    {"types": ["A\\0\\n<script>", 5, "ValueError"], "args": [True], "line": "<b>"},
    {"types": ["Score", "MemoryError"], "args": ["99.0"] * 9999, "line": "99"},
])
def add_backward(dout, cache):
    for error in errors:
        write(frame("called", [[{"error": error, "printed": ""}] * 30, None]))
    time.sleep(0.5)
"""}, shows=LOST),
        Attack("outputs-that-do-not-fit", "outputs of cells that no notebook may hold",
               {TOP: WIRE, "matmul_backward": """
write(frame("ran", [
    {"output_type": "execute_result", "data": {"text/plain": "99.0"}, "metadata": {},
     "execution_count": 5, "evil": 1}, {"output_type": "pyout", "text": "99.0"},
    {"output_type": "error", "ename": "", "evalue": "", "traceback": [[5], None]},
    {"output_type": "stream", "name": "x", "text": "y"}, {5: 5}, None, 5, [],
    {"output_type": "display_data", "data": {"text/html": 5}, "metadata": {"a": None}}]))
"""}, shows="attack done|99.0"),
        Attack("descriptors-passed", "file descriptors passed to the grader through the channel",
               {TOP: WIRE, "add_backward": """
def add_backward(dout, cache):
    pipe = os.pipe()
    for each in sockets():
        for _ in range(50):
            try:
                socket.send_fds(each, RIGHT[:1], pipe * 20, socket.MSG_DONTWAIT)
            except OSError as error:
                print("no", type(error).__name__)
    os._exit(0)
"""}, shows=LOST),
        Attack("channel-taken", "the grader's requests read before the worker reads them",
               {TOP: WIRE, "add_backward": """
def listen(each):
    while True:
        data = each.recv(2**16)
        if not data:
            return
        each.sendall(RIGHT)
for each in sockets():
    threading.Thread(target=listen, args=(each,), daemon=True).start()
"""}, shows="attack done|ended the process|did not|ran longer"),
        Attack("more-than-one-socket", "a socket beside its own channel, to others or the zygote",
               {TOP: WIRE, END: """
found = sockets()
if len(found) > 1:
    leak("sockets", len(found))
for fd in range(1024):
    try:
        kind = stat.S_IFMT(os.fstat(fd).st_mode)
    except OSError:
        continue
    if kind in (stat.S_IFDIR, stat.S_IFREG, stat.S_IFBLK):
        leak("an open file", fd, kind)
for each in found:
    for level, option in ((socket.SOL_SOCKET, 17),):
        attempt("the grader's process id", lambda: struct.unpack(
            "3i", each.getsockopt(level, option, 12))[0] > 1)
"""}),
    ),
)  # fmt: skip
