"""The outputs of cells as the trusted side keeps them: checked and bounded, or made here.

A worker may have sent anything. Of each output only the known fields are read, of its forms
only those that a page shows without running anything; what is left out is said in the outputs.
"""

import re
from typing import Any

from nbcourse.grading.sanitize import clean_math, clean_text, image_bytes

Output = dict[str, Any]

MAX_OUTPUTS = 1_000
MAX_TRACEBACK = 100
MAX_LINE = 4_000
# A worker keeps 1 MiB of a cell itself; the rest is for what it says of the cut, and a traceback.
CELL = {"text": 2**20 + 2**18, "html": 200_000, "images": 4 * 2**20}
SUBMISSION = {"text": 16 * 2**20, "html": 1_000_000, "images": 64 * 2**20}
_IMAGES = ("image/png", "image/jpeg")


class Room:
    """How much may still be kept, in characters: of a cell, within that of its submission.

    Parameters
    ----------
    sizes
        Of text, HTML and images in base64.
    around
        What the room is a part of.
    """

    def __init__(self, sizes: dict[str, int], around: "Room | None" = None) -> None:
        self._left = dict(sizes)
        self._around = around
        self.lost = {"characters": 0, "figures": 0, "outputs": 0}

    def left(self, kind: str) -> int:
        """Return how much of a kind still fits."""
        left = self._left[kind]
        return left if self._around is None else min(left, self._around.left(kind))

    def take(self, kind: str, size: int) -> None:
        """Count something as kept."""
        self._left[kind] -= size
        if self._around is not None:
            self._around.take(kind, size)

    def cut(self, text: str) -> str:
        """Return as much of a text as fits."""
        kept = text[: self.left("text")]
        self.take("text", len(kept))
        self.lost["characters"] += len(text) - len(kept)
        return kept


def submission_room() -> Room:
    """Return what is kept of all the cells of a submission together."""
    return Room(SUBMISSION)


def trusted_outputs(outputs: Any, submission: Room | None = None) -> list[Output]:
    """Return of a cell's outputs what a notebook may hold and a page may show.

    Parameters
    ----------
    outputs
        What a worker sent.
    submission
        What may be kept of the cell's submission; None for a cell alone.

    Examples
    --------
    >>> trusted_outputs([{"output_type": "stream", "name": "stdout", "text": "3"}, "nonsense"])
    [{'output_type': 'stream', 'name': 'stdout', 'text': '3'}]
    >>> data = {"text/html": "<b onclick='f()'>3</b>", "application/javascript": "f()"}
    >>> shown = {"output_type": "display_data", "data": data, "metadata": {}}
    >>> trusted_outputs([shown])[0]["data"]
    {'text/html': '<b>3</b>'}
    """
    outputs = outputs if isinstance(outputs, list) else []
    room = Room(CELL, submission)
    room.lost["outputs"] = max(0, len(outputs) - MAX_OUTPUTS)
    checked = [_checked(output, room) for output in outputs[:MAX_OUTPUTS]]
    kept = [output for output in checked if output is not None]
    lost = [f"{number} more {what}" for what, number in room.lost.items() if number]
    if lost:
        kept.append(text_output(f"\n[Output cut here: {', '.join(lost)} are not kept.]\n"))
    return kept


def _checked(output: Any, room: Room) -> Output | None:
    match output:
        case {"output_type": "stream", "name": "stdout" | "stderr" as name, "text": str(text)}:
            kept = clean_text(room.cut(text))
            return {"output_type": "stream", "name": name, "text": kept} if kept else None
        case {
            "output_type": "error",
            "ename": str(name),
            "evalue": str(message),
            "traceback": list(lines),
        }:
            lines = [line for line in lines if isinstance(line, str)]
            if len(lines) > MAX_TRACEBACK:
                half = MAX_TRACEBACK // 2
                lines = [*lines[:half], "...", *lines[-half:]]
            lines = [room.cut(line[:MAX_LINE]) for line in lines]
            return error_output(room.cut(name[:200]), room.cut(message[:MAX_LINE]), lines)
        case {"output_type": "display_data" | "execute_result" as kind, "data": dict(data)}:
            forms = _forms({k: v for k, v in data.items() if isinstance(k, str)}, room)
            metadata = _sizes(output.get("metadata"), forms)
            shown = {"output_type": kind, "data": forms, "metadata": metadata}
            return shown | {"execution_count": None} if kind == "execute_result" else shown
    return None


def _forms(data: dict[str, Any], room: Room) -> dict[str, str]:
    """Return the forms of a value that only show something; or a line that says what it was."""
    forms: dict[str, str] = {}
    if isinstance(plain := data.get("text/plain"), str):
        forms["text/plain"] = clean_text(room.cut(plain))
    if isinstance(html := data.get("text/html"), str):
        forms["text/html"] = _html(html, room)
    if isinstance(latex := data.get("text/latex"), str):
        forms["text/latex"] = clean_math(clean_text(room.cut(latex)))
    for mime in _IMAGES:
        if isinstance(data.get(mime), str):
            forms[mime] = _image(mime, data[mime], room)
    forms = {mime: form for mime, form in forms.items() if form}
    left_out = [
        mime
        for mime, form in data.items()
        if mime not in forms and not (isinstance(form, str) and not form)
    ]
    if left_out and set(forms) <= {"text/plain"}:
        # Markdown is text that can be read as it is.
        markdown = data.get("text/markdown")
        plain = clean_text(room.cut(markdown)) if isinstance(markdown, str) else ""
        names = [name[:60] for name in left_out if re.fullmatch(r"[\w.+/-]+", name)][:5]
        said = f"[Not kept: {', '.join(names) or 'another form'}]"
        forms["text/plain"] = "\n".join(filter(None, [plain or forms.get("text/plain"), said]))
    return forms


def _html(html: str, room: Room) -> str:
    if not html.strip():
        return ""
    from nbcourse.grading.sanitize_html import sanitize_html

    limit = room.left("html")
    kept = sanitize_html(html, limit)
    room.take("html", min(limit, len(html)))
    return kept


def _image(mime: str, data: str, room: Room) -> str:
    data = "".join(data.split())
    if len(data) > room.left("images"):
        room.lost["figures"] += 1
        return ""
    if image_bytes(mime, data) is None:
        return ""
    room.take("images", len(data))
    return data


def _sizes(metadata: Any, forms: dict[str, str]) -> dict[str, dict[str, int]]:
    """Return of an output's metadata the size at which its image is shown."""
    sizes = {}
    for mime in _IMAGES:
        known = metadata.get(mime) if isinstance(metadata, dict) and mime in forms else None
        if isinstance(known, dict):
            size = {name: known.get(name) for name in ("width", "height")}
            sizes[mime] = {
                name: value
                for name, value in size.items()
                if type(value) is int and 0 < value < 10_000
            }
    return {mime: size for mime, size in sizes.items() if size}


def error_output(name: str, message: str, traceback: list[str] | None = None) -> Output:
    """Return the output of a cell that stopped with an error."""
    name, message = clean_text(name), clean_text(message)
    return {
        "output_type": "error",
        "ename": name,
        "evalue": message,
        "traceback": [f"{name}: {message}"]
        if traceback is None
        else list(map(clean_text, traceback)),
    }


def text_output(text: str) -> Output:
    """Return the output of a cell that printed ``text``."""
    return {"output_type": "stream", "name": "stdout", "text": clean_text(text)}


def result_output(plain: str, html: str) -> Output:
    """Return the value of a cell's last line, in its two forms."""
    return {
        "output_type": "execute_result",
        "execution_count": None,
        "data": {"text/plain": plain, "text/html": clean_math(clean_text(html))},
        "metadata": {},
    }
