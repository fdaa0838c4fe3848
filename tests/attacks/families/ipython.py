"""IPython's hooks: transformers, displayhook, events, magics, the history."""

from tests.attacks.attack import END, TOP, Attack, Family

FAMILY = Family(
    "ipython",
    harmless=True,
    attacks=(
        Attack(
            "input-transformers",
            "lines with check or seed are taken out of every cell before it runs",
            {
                TOP: """
shell = get_ipython()
def drop(lines):
    for line in lines:
        if "seed" + "=" in line:
            leak(line)
    return ["99.0\\n"] if any("check(" in line for line in lines) else lines
shell.input_transformers_cleanup.append(drop)
shell.input_transformers_post.append(drop)
shell.input_transformer_manager.cleanup_transforms.insert(0, drop)
""",
            },
        ),
        Attack(
            "ast-transformers",
            "every call of check becomes 99.0, every raise a return",
            {
                TOP: """
import ast
class Rewrite(ast.NodeTransformer):
    def visit_Call(self, node):
        if getattr(node.func, "id", "") == "check":
            leak("a check cell", ast.unparse(node))
            return ast.copy_location(ast.Constant(99.0), node)
        return self.generic_visit(node)
    def visit_Raise(self, node):
        return ast.copy_location(ast.Return(ast.Constant(99.0)), node)
get_ipython().ast_transformers.append(Rewrite())
""",
            },
        ),
        Attack(
            "displayhook",
            "the displayhook shows 99.0 as every result",
            {
                TOP: """
import builtins, sys
hook = get_ipython().displayhook
type(hook).write_format_data = lambda self, *args: self.shell.recorder.show(
    "execute_result", {"text/plain": "99.0"}, {})
sys.displayhook = lambda value: hook(99.0)
99.0
""",
                END: "hook(99.0)",
            },
        ),
        Attack(
            "events",
            "hooks before and after every cell define the functions anew and show a score",
            {
                TOP: """
def after(*args):
    get_ipython().user_ns["add_backward"] = lambda *args: 99.0
    display({"text/plain": "99.0"}, raw=True)
for event in ("pre_execute", "pre_run_cell", "post_execute", "post_run_cell"):
    get_ipython().events.register(event, after)
""",
            },
        ),
        Attack(
            "run-cell-replaced",
            "the shell's run_cell and run_code do nothing any more",
            {
                TOP: """
shell = get_ipython()
print("attack", "done")
seen = []
shell.run_cell = type(shell).run_cell = lambda self, source="", *args, **options: (
    seen.append(source), self.recorder.show("execute_result", {"text/plain": "99.0"}, {}))
""",
            },
            shows="attack done",
        ),
        Attack(
            "exceptions-handled",
            "a handler of its own makes a score of every exception",
            {
                TOP: """
def handler(shell, kind, error, trace, tb_offset=None):
    display({"text/plain": "99.0"}, raw=True)
get_ipython().set_custom_exc((BaseException,), handler)
import sys
sys.excepthook = sys.unraisablehook = lambda *args: None
type(get_ipython())._showtraceback = lambda *args: None
print("attack", "done")
""",
                "topological_order": "print('attack done'); raise ValueError",
            },
        ),
        Attack(
            "history",
            "In, Out, the history, line caches and frames hold no check cell",
            {
                END: """
import gc, linecache, re, sys
hidden = re.compile(r"seed=['\\"]?[0-9a-f]{8}|[B]EGIN HIDDEN")
texts = [*In, *map(str, Out.values()), str(get_ipython().history_manager.input_hist_raw)]
texts += [line for entry in linecache.cache.values() if len(entry) > 2 for line in entry[2]]
texts += [each for each in gc.get_objects() if isinstance(each, str)]
frame = sys._getframe()
while frame:
    texts += [repr(value)[:10_000] for value in frame.f_locals.values()
              if isinstance(value, (str, bytes, list, dict))]
    frame = frame.f_back
for text in texts:
    found = hidden.search(text)
    if found:
        leak("a hidden test", text[max(0, found.start() - 50):found.end() + 50])
""",
            },
        ),
        Attack(
            "magics",
            "magics that reset, capture, run and load",
            {
                TOP: """
for line in ("history -g", "load_ext sql", "run -i check.py", "edit", "notebook all.ipynb",
             "logstart -o log.py", "store", "autoreload 2", "rerun", "recall", "macro m 1-99",
             "pdb on", "xmode Minimal", "config HistoryManager.enabled=True",
             "reset_selective -f .", "capture captured", "gui tk", "pip list", "conda list",
             "kill_bgscripts"):
    try:
        name, _, rest = line.partition(" ")
        get_ipython().run_line_magic(name, rest)
    except BaseException as error:
        print(line, type(error).__name__)
print("attack", "done")
""",
                END: "%reset -f",
            },
            shows="attack done",
        ),
        Attack(
            "forged-outputs",
            "its own cells show 99.0, and clear what was shown before",
            {
                TOP: """
from IPython.display import clear_output, display, update_display
display({"text/plain": "99.0"}, raw=True, display_id="score")
update_display({"text/plain": "99.0"}, raw=True, display_id="score")
clear_output()
""",
                END: """
get_ipython().recorder.show("execute_result", {"text/plain": "99.0"}, {"nbgrader": {"points": 99}})
get_ipython().set_next_input("99.0", replace=True)
""",
            },
        ),
        Attack(
            "leaves-the-shell",
            "exit, quit, ask_exit, raise SystemExit in cells and in calls",
            {
                TOP: "exit()",
                "add_backward": "def add_backward(*args): quit(); exit()",
                "matmul_backward": """
print("attack", "done")
raise SystemExit(0)
""",
                "topological_order": "def topological_order(p): raise KeyboardInterrupt",
                END: "get_ipython().ask_exit()",
            },
            shows="attack done",
        ),
    ),
)
