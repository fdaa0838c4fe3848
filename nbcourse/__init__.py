"""A course on how neural networks are trained: reference library, exercises and grader.

``from nbcourse import check`` is all a student needs; the chapters of the book use the modules
``nbcourse.operations``, ``nbcourse.graph``, ``nbcourse.gradcheck`` and their neighbors.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbcourse.specs import check as check

__version__ = "0.1.0"
__all__ = ["__version__", "check"]


def __getattr__(name: str) -> Any:
    # ``check`` knows every exercise; loading it on first use keeps ``import nbcourse.graph``
    # a matter of NumPy alone.
    if name == "check":
        from nbcourse.specs import check

        return check
    raise AttributeError(f"module 'nbcourse' has no attribute {name!r}")
