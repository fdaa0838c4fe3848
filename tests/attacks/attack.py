"""An attack: a submission that tries to gain, to learn or to disturb something.

Sources of attacks may use ``attempt`` and ``leak`` of ``PRELUDE``, and placeholders such as
``@TCP@`` for what only the harness knows (see ``setting.py``); those become Python literals.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Notebook = dict[str, Any]
EXERCISES = ("add_backward", "matmul_backward", "topological_order", "numerical_gradient")
#: Where cells of an attack go that stand in no answer cell.
TOP, END = "top", "end"
#: What an attack that was carried through prints; each must prove that it really took place.
DONE = "attack done"
LEAK = "LEAK:"

# The marker is put together when it runs, so that no traceback's source line looks like it.
PRELUDE = '''
import os, sys

def leak(*what):
    print("LE" + "AK:", *what)

def attempt(what, function):
    """Call a function that must fail; what it returns, unless None or False, is a leak."""
    try:
        got = function()
    except BaseException as error:
        print("no", what + ":", type(error).__name__, getattr(error, "errno", ""))
    else:
        if got is not None and got is not False:
            leak(what, repr(got)[:500])
'''


@dataclass(frozen=True)
class Attack:
    """One submission.

    Parameters
    ----------
    name
        Unique within the family; words joined by hyphens.
    says
        What it tries.
    cells
        Sources by grade id, ``TOP`` (before everything) or ``END``; the other answer cells are
        handed in as they were released.
    edit
        Changes the notebook once the cells are in; may return text or bytes instead.
    hand_in
        Puts whatever it likes into the submission's folder, in place of the notebook.
    shows
        A regular expression found in the outputs or in the reason: the attack took place.
    """

    name: str
    says: str
    cells: Mapping[str, str] = field(default_factory=dict)
    edit: Callable[[Notebook], Notebook | str | bytes] | None = None
    hand_in: Callable[[Path, "Handed"], None] | None = None
    shows: str = DONE


@dataclass(frozen=True)
class Family:
    """Attacks of one kind.

    Parameters
    ----------
    name
        The family's name.
    attacks
        The attacks.
    harmless
        They do nothing to the machine and may run where there is no sandbox.
    """

    name: str
    attacks: tuple[Attack, ...]
    harmless: bool = False


@dataclass(frozen=True)
class Handed:
    """What a ``hand_in`` gets: the notebook it would have been, and places of others."""

    notebook: Notebook
    neighbour: Path
    secret: Path
    solution: Path


def code_cell(source: str, cell_id: str, **metadata: Any) -> Notebook:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell_id,
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }


def find_cell(notebook: Notebook, cell_id: str) -> Notebook:
    cell: Notebook = next(cell for cell in notebook["cells"] if cell["id"] == cell_id)
    return cell


def build(attack: Attack, released: Notebook, values: Mapping[str, Any]) -> Notebook:
    """The notebook of an attack, before its ``edit``."""
    notebook: Notebook = json.loads(json.dumps(released))
    sources = {key: filled(source, values) for key, source in attack.cells.items()}
    told = any('"attack", "done"' in source for source in sources.values())
    if sources and DONE in attack.shows and not told:
        last = next((key for key in (END, *reversed(EXERCISES), TOP) if key in sources), TOP)
        sources[last] += '\nprint("attack", "done")'
    if sources:
        notebook["cells"].insert(0, code_cell(PRELUDE, "prelude"))
    if TOP in sources:
        notebook["cells"].insert(1, code_cell(sources[TOP], "attack-top"))
    if END in sources:
        notebook["cells"].append(code_cell(sources[END], "attack-end"))
    for name in EXERCISES:
        if name in sources:
            find_cell(notebook, name)["source"] = sources[name]
    return notebook


def filled(source: str, values: Mapping[str, Any]) -> str:
    """A source with the placeholders replaced."""
    for name, value in values.items():
        source = source.replace(f"@{name}@", repr(value))
    return source
