"""What of the library some code can use: the files that its imports lead to.

Read from the source, nothing is run. An import inside a function counts, whether or not the
function is ever called; where the source does not say what is imported, everything that it could
be counts.
"""

import ast
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path

PACKAGE = "nbcourse"
# With one of these a program makes up the name of a module, or code, while it runs.
BY_NAME = {"__import__", "import_module", "iter_modules", "walk_packages"}
AS_CODE = {"exec", "eval"}  # the functions: a layer may well have a method of such a name


class Library:
    """The files of ``nbcourse`` below a folder, and which of them some code can use."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files = frozenset(
            path
            for path in (root / PACKAGE).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        )
        self.modules = {self._name(path): path for path in self.files if path.suffix == ".py"}

    def used_by(self, cells: Sequence[str]) -> frozenset[Path]:
        """The files that the cells of a notebook can use; all of them when that is undecidable."""
        try:
            trees = [ast.parse(cell) for cell in cells]
        except SyntaxError:  # a magic command, or another language
            return self.files
        if any(_undecidable(cell) for cell in cells):
            return self.files
        found: set[str] = set()
        waiting = [name for tree in trees for name in self._imports(tree, "")]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._leads_to(name)
        return frozenset(self.modules[name] for name in found) | self._data(found)

    def _name(self, path: Path) -> str:
        parts = path.relative_to(self.root).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def _data(self, found: set[str]) -> frozenset[Path]:
        """The files other than modules in the folders of the packages that are used."""
        return frozenset(path for path in self._other_files if self._package_of(path) in found)

    @cached_property
    def _other_files(self) -> frozenset[Path]:
        return self.files - frozenset(self.modules.values())

    def _package_of(self, path: Path) -> str:
        """The nearest package whose folder a file is in, or below."""
        folder = path.parent
        while not (folder / "__init__.py").exists() and folder.parent != self.root:
            folder = folder.parent
        return ".".join(folder.relative_to(self.root).parts)

    @cache  # noqa: B019 - a library lives as long as a build
    def _tree(self, module: str) -> ast.Module:
        return ast.parse(self._source(module))

    def _source(self, module: str) -> str:
        return self.modules[module].read_text(encoding="utf-8")

    @cache  # noqa: B019
    def _leads_to(self, module: str) -> frozenset[str]:
        """The modules that importing this one, and calling what is in it, can import."""
        tree = self._tree(module)
        is_package = self.modules[module].name == "__init__.py"
        here = module if is_package else module.rpartition(".")[0]
        names = set(self._imports(_without_lazy(tree), here))
        if _undecidable(self._source(module)):
            # It imports its neighbors by names that it looks up, as a registry of plug-ins does.
            names |= {name for name in self.modules if f"{name}.".startswith(f"{here}.")}
        return frozenset(names)

    @cache  # noqa: B019
    def _lazily(self, module: str) -> frozenset[str]:
        """What a module imports when it is asked for an attribute that it does not have (PEP 562).

        Not everybody who imports ``nbcourse.graph``, and with it the package, asks for one.
        """
        lazy = [node for node in self._tree(module).body if _is_lazy(node)]
        return frozenset(self._imports(ast.Module(lazy, []), module))

    def _imports(self, tree: ast.Module, package: str) -> Iterator[str]:
        for node in _running(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield from self._with_parents(alias.name)
                    # The name is bound, and any attribute may be taken of it.
                    bound = alias.name if alias.asname else alias.name.partition(".")[0]
                    if bound in self.modules:
                        yield from self._lazily(bound)
            elif isinstance(node, ast.ImportFrom):
                base = _absolute(node, package)
                yield from self._with_parents(base)
                for alias in node.names:
                    inner = f"{base}.{alias.name}"
                    yield from self._with_parents(inner)
                    module = inner if inner in self.modules else base
                    if module in self.modules:
                        yield from self._lazily(module)

    def _with_parents(self, name: str) -> Iterator[str]:
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            prefix = ".".join(parts[:length])
            if prefix in self.modules:
                yield prefix


def _absolute(node: ast.ImportFrom, package: str) -> str:
    """The full name of the module in ``from .module import name``."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    start = parts[: len(parts) - node.level + 1]
    return ".".join([*start, *([node.module] if node.module else [])])


def _is_lazy(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == "__getattr__"


def _without_lazy(tree: ast.Module) -> ast.Module:
    return ast.Module([node for node in tree.body if not _is_lazy(node)], [])


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """All statements but those below ``if TYPE_CHECKING``, which never run."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            waiting += node.orelse
        elif not isinstance(node, ast.expr):
            waiting += ast.iter_child_nodes(node)


def _undecidable(source: str) -> bool:
    if not any(name in source for name in BY_NAME | AS_CODE):
        return False
    return any(
        (isinstance(node, ast.Name) and node.id in BY_NAME | AS_CODE)
        or (isinstance(node, ast.Attribute) and node.attr in BY_NAME)
        for node in ast.walk(ast.parse(source))
    )
