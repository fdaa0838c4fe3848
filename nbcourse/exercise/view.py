"""The learner's view of a score: a card for the notebook, with a table and one hint.

All styles are inline, so that it looks the same in Jupyter, in the book, in nbgrader's feedback and
in a light or a dark theme, and needs nothing from the network.
"""

from html import escape
from typing import TYPE_CHECKING

from nbcourse.exercise.score import STAGES, Part

if TYPE_CHECKING:
    from nbcourse.exercise.score import Score

# Okabe and Ito's palette: told apart under every common kind of color blindness. Only marks and
# bars are colored; words keep the color of the page, which is readable in every theme.
_RIGHT, _WRONG, _WAITING = ("#009e73", "✓"), ("#d55e00", "✗"), ("#0072b2", "…")
_CELL = "padding:.25em .9em .25em 0;text-align:left;vertical-align:top"


def score_html(score: "Score") -> str:
    """A score as an HTML fragment."""
    problem = score.problem
    if problem is None:
        kind, verdict = _RIGHT, "All checks pass"
    elif problem.stage == "unfinished":
        kind, verdict = _WAITING, STAGES[problem.stage]
    else:
        kind, verdict = _WRONG, STAGES[problem.stage]
    rows = [
        f'<div style="border-left:4px solid {kind[0]};padding:.4em 0 .4em .9em;margin:.3em 0;'
        'max-width:46em;line-height:1.45">',
        f"<div><strong>{_marked(kind, verdict)}</strong>"
        f" &nbsp;<code>{escape(score.name)}</code>"
        f' <span style="float:right">{float(score):g} of {score.max_score:g} points</span></div>',
    ]
    if problem is not None and problem.stage != "unfinished":
        rows.append(f"<div>{_sentence(escape(score.headline))}</div>")
    if score.note:
        rows.append(f"<div>{escape(score.note)}</div>")
    if any(part.checked and not part.right for part in score.parts) or score.problem is None:
        rows.append(_table(score.parts))
    if problem is not None and problem.inputs:
        note = f"Called with {escape(problem.inputs)}."
        if any(part.problem and part.problem.measured for part in score.parts):
            note += " Measured is the central difference of the forward pass."
        rows.append(f'<div style="font-size:90%;opacity:.85">{note}</div>')
    if score.hint:
        rows.append(
            f'<div style="margin-top:.5em"><strong>Hint</strong>&ensp;{escape(score.hint)}</div>'
        )
    return "".join([*rows, "</div>"])


def _table(parts: tuple[Part, ...]) -> str:
    """Part by part: right or not, and the worst entry of a wrong one."""
    problems = [part.problem for part in parts if part.problem]
    numbers = any(problem.got for problem in problems)
    measured = any(problem.measured for problem in problems)
    head = ["part", "result"]
    head += ["worst entry", "yours", "expected"] if numbers else []
    head += ["measured"] if measured else []
    rows = [_row("th", head)]
    for part in parts:
        problem = part.problem
        code = f"<code>{escape(part.name)}</code>"
        if problem is None:
            cells = [code, _marked(_RIGHT, "right")]
        elif problem.got:
            cells = [
                code,
                _marked(_WRONG, "wrong"),
                f"<code>{escape(part.name + problem.where)}</code>",
                escape(problem.got),
                escape(problem.expected),
                escape(problem.measured),
            ]
        else:
            cells = [code, _marked(_WRONG, escape(problem.message))]
        rows.append(_row("td", cells[: len(head)] + [""] * (len(head) - len(cells))))
    return (
        '<table style="border-collapse:collapse;font-size:inherit;margin:.4em 0;'
        'font-variant-numeric:tabular-nums">' + "".join(rows) + "</table>"
    )


def _marked(kind: tuple[str, str], words: str) -> str:
    color, mark = kind
    return f'<span style="color:{color}" aria-hidden="true">{mark}</span> {words}'


def _row(tag: str, cells: list[str]) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    return "<tr>" + "".join(f'<{tag}{scope} style="{_CELL}">{c}</{tag}>' for c in cells) + "</tr>"


def _sentence(text: str) -> str:
    """First letter large, a full stop at the end; names of parts stay as they are."""
    first = text.split(" ", 1)[0]
    if first in ("it", "there", "this", "all"):
        text = text[0].upper() + text[1:]
    return text if text.endswith(("?", ".")) else text + "."
