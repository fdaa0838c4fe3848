"""The outputs of cells as the trusted side keeps them: checked, or made here."""

from typing import Any

Output = dict[str, Any]


def trusted_outputs(outputs: Any) -> list[Output]:
    """Return the outputs that are what a notebook may hold; a worker may have sent anything.

    Examples
    --------
    >>> trusted_outputs([{"output_type": "stream", "name": "stdout", "text": "3"}, "nonsense"])
    [{'output_type': 'stream', 'name': 'stdout', 'text': '3'}]
    """
    checked = map(_checked, outputs if isinstance(outputs, list) else [])
    return [output for output in checked if output is not None]


def _checked(output: Any) -> Output | None:
    match output:
        case {"output_type": "stream", "name": "stdout" | "stderr" as name, "text": str(text)}:
            return {"output_type": "stream", "name": name, "text": text}
        case {
            "output_type": "error",
            "ename": str(name),
            "evalue": str(message),
            "traceback": list(lines),
        }:
            return error_output(name, message, [str(line) for line in lines])
        case {
            "output_type": "display_data" | "execute_result" as kind,
            "data": dict(data),
            "metadata": dict(metadata),
        } if _is_json(data) and _is_json(metadata):
            shown = {"output_type": kind, "data": data, "metadata": metadata}
            return shown | {"execution_count": None} if kind == "execute_result" else shown
    return None


def error_output(name: str, message: str, traceback: list[str] | None = None) -> Output:
    """Return the output of a cell that stopped with an error."""
    return {
        "output_type": "error",
        "ename": name,
        "evalue": message,
        "traceback": [f"{name}: {message}"] if traceback is None else traceback,
    }


def text_output(text: str) -> Output:
    """Return the output of a cell that printed ``text``."""
    return {"output_type": "stream", "name": "stdout", "text": text}


def result_output(plain: str, html: str) -> Output:
    """Return the value of a cell's last line, in its two forms."""
    return {
        "output_type": "execute_result",
        "execution_count": None,
        "data": {"text/plain": plain, "text/html": html},
        "metadata": {},
    }


def _is_json(value: Any) -> bool:
    """Say whether a value that crossed can be written into a notebook."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(part) for key, part in value.items())
    if isinstance(value, list):
        return all(map(_is_json, value))
    return value is None or (type(value) in (bool, int, float, str) and value == value)
