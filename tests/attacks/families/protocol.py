"""Forged messages on the worker's channel: early, late, twice, too large, malformed, half."""

from tests.attacks.attack import END, TOP, Attack, Family

WIRE = '''
import json, os, socket, stat, struct, threading, time

def sockets():
    """Every socket of this process."""
    found = []
    for fd in range(1024):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                found.append(socket.socket(fileno=os.dup(fd)))
        except OSError:
            pass
    return found

def frame(kind, value, *buffers):
    """A message as the wire has it."""
    header = {"kind": kind, "value": value, "buffers": [len(each) for each in buffers]}
    header = json.dumps(header).encode()
    lengths = struct.pack(">II", len(header), sum(map(len, buffers)))
    return lengths + header + b"".join(buffers)

def tree(**values):
    return {"dict": [[key, value] for key, value in values.items()]}

def write(data):
    for each in sockets():
        try:
            each.sendall(data)
        except OSError as error:
            print("no send", type(error).__name__)

RIGHT = frame("returned", tree(result=99.0, changed=None, printed="", score=99.0))
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
               {TOP: WIRE, END: "write(RIGHT * 20)"}, shows=LOST),
        Attack("answers-twice", "two answers to every call",
               in_call("write(RIGHT); return dout * 0, dout * 0"), shows=LOST),
        Attack("score-in-the-answer", "an answer that says it is a score",
               in_call("""write(frame("score", tree(score=99.0, points=99.0, passed=True)) + RIGHT)
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
               in_call("""header = b'{"kind": "returned", "buffers": [], "value": ' + b"[" * 10**6
    write(struct.pack(">II", len(header), 0) + header); time.sleep(1)"""), shows=LOST),
        Attack("deep-value", "a value nested deeper than values may be",
               in_call("""value = 0.0
    for _ in range(200):
        value = {"tuple": [value]}
    write(frame("returned", tree(result=value, changed=None, printed=""))); time.sleep(1)"""),
               shows=LOST),
        Attack("shapes-that-lie", "arrays whose shape, dtype and buffers do not fit",
               {TOP: WIRE, "add_backward": """
shapes = iter([[2**31 - 1] * 30 + [0], [-1], [2**31 - 1], ["x"], [1.5], [True], [[1]], [10**30]])
def add_backward(dout, cache):
    for name, shape in (("float64", next(shapes, [4])), ("object", [1]), ("O", []), ("V8", [1])):
        array = {"array": [name, shape]}
        write(frame("returned", tree(result=array, changed=None, printed=""), b"\\0" * 8))
    time.sleep(1)
""", "matmul_backward": """
def matmul_backward(dout, cache):
    write(frame("returned", tree(result={"scalar": ["float64", []]}, changed=None, printed="")))
    time.sleep(1)
"""}, shows=LOST),
        Attack("functions-as-values", "answers that hold tokens of functions",
               in_call("""write(frame("returned", tree(result={"function": 0}, changed={"tuple": [
        {"function": 0}, {"function": 1}]}, printed=""))); time.sleep(1)"""), shows=LOST),
        Attack("bad-tokens", "calls back of functions that were never passed",
               in_call("""for token in (0, -1, 10**30, "0", True, None):
        write(frame("callback", tree(token=token, args={"tuple": []})))
    time.sleep(1)"""), shows=LOST),
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
    ask = frame("callback", tree(token=0, args={"tuple": ["x" * 1000]}))
    while True:
        write(ask * 100)
"""}, shows=LOST),
        Attack("changed-arguments-that-do-not-fit", "claims that arguments became something else",
               {TOP: WIRE, "add_backward": """
claims = iter([{"tuple": [0.0]}, {"tuple": [{"dict": []}] * 9}, 5, {"names": [[2], ["a", "b"]]},
               {"tuple": [{"tuple": [{"tuple": []}] * 30}]}, {"foreign": "tuple"}])
def add_backward(dout, cache):
    write(frame("returned", tree(result=0.0, changed=next(claims, None), printed="")))
    time.sleep(0.5)
"""}, shows=LOST),
        Attack("errors-that-do-not-fit", "exceptions with names, arguments and lines of no kind",
               {TOP: WIRE, "add_backward": """
errors = iter([
    {"list": []}, "x", tree(types={"list": []}, args={"list": []}, line=""),
    tree(types={"list": ["SystemExit"]}, args={"list": [0]}, line="x"),
    tree(types={"list": ["KeyboardInterrupt", "BaseException"]}, args={"list": []}, line=""),
    tree(types={"list": ["ExceptionGroup"]}, args={"list": ["a", "b"]}, line=""),
    tree(types={"list": ["A\\0\\n<script>", 5, "ValueError"]}, args={"list": [True]}, line="<b>"),
    tree(types={"list": ["Score", "MemoryError"]}, args={"list": ["99.0"] * 9999}, line="99"),
])
def add_backward(dout, cache):
    error = next(errors, "x")
    write(frame("raised", tree(error=error, printed="")))
    time.sleep(0.5)
"""}, shows=LOST),
        Attack("outputs-that-do-not-fit", "outputs of cells that no notebook may hold",
               {TOP: WIRE, "matmul_backward": """
def output(**values): return tree(**values)
write(frame("ran", {"list": [
    output(output_type="execute_result", data=tree(**{"text/plain": "99.0"}), metadata=tree(),
           execution_count=5, evil=1),
    output(output_type="pyout", text="99.0"), output(output_type="error", ename="", evalue="",
    traceback={"list": [{"list": [5]}]}), output(output_type="stream", name="x", text="y"),
    output(output_type="display_data", data=tree(**{"text/html": 5}), metadata=tree(a=None)),
    {"dict": [[5, 5]]}, None, 5, {"list": []}]}))
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
