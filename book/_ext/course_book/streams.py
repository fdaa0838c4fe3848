"""What a cell prints stands on the page as it was printed, in however many parts it arrived.

A kernel sends what has been printed so far now and then, also in the middle of a line. MyST-NB
ends a line after each part.
"""

from collections.abc import Callable
from copy import copy

from myst_nb.core import render  # type: ignore[import-untyped]
from nbformat import NotebookNode
from sphinx.application import Sphinx

Outputs = list[NotebookNode]


def joining(coalesce: Callable[[Outputs], Outputs]) -> Callable[[Outputs], Outputs]:
    """The same function, given one part for each stream; the parts that it was given stay."""

    def joined(outputs: Outputs) -> Outputs:
        first: dict[str, NotebookNode] = {}
        kept: Outputs = []
        for output in outputs:
            name = output["name"] if output["output_type"] == "stream" else None
            if name in first:
                first[name]["text"] += output["text"]
            elif name is not None:
                first[name] = copy(output)
                kept.append(first[name])
            else:
                kept.append(output)
        return coalesce(kept)

    return joined


def setup(app: Sphinx) -> None:
    render.coalesce_streams = joining(render.coalesce_streams)
