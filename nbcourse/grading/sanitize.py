"""Text, formulas, Markdown and images by students, made so that a page only shows them.

What a student prints or writes ends in pages that graders open: feedback, formgrader,
JupyterLab. nbconvert writes Markdown and raw cells into its pages as they are, ``javascript:``
links included, and MathJax gives some of its commands attributes. What is left here has no tag
and no such command in it. HTML has a module of its own, ``sanitize_html``.
"""

import base64
import re
from html import unescape

MAX_MARKDOWN = 50_000
MAX_COLORS = 2_000
MAX_FORMULAS = 500

# What HTML and JSON in UTF-8 cannot hold, or a terminal would act on.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_ESCAPES = re.compile(
    r"(?P<color>\x1b\[[0-9;]{0,60}m)|\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b"
)
# nbconvert stops with an error at a color code that ends where the color's number should be.
_COLOR = re.compile(
    r"\x1b\[(?:[34]8;5;\d{1,3}|[34]8;2(?:;\d{1,3}){3}|(?![34]8[;m])\d{0,3})"
    r"(?:;(?:[34]8;5;\d{1,3}|[34]8;2(?:;\d{1,3}){3}|(?![34]8[;m])\d{0,3}))*m"
)
# MathJax's commands that make links, attributes, styles, or load more of MathJax.
_COMMANDS = re.compile(
    r"\\(?=(?:href|url|class|cssId|style|data|html[a-z]*|require|mmlToken|bbox|unicode|action|"
    r"toggle|texttip|mathtip|Tip|includegraphics)(?![a-z]))",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"(?<!\\)\\++(?=[(\[]|begin\{)")
_TAG = re.compile(r"<(?=[a-z/!?])", re.IGNORECASE)
_ADDRESS = re.compile(r"<(https?://[^\s<>]+)>", re.IGNORECASE)
_IMAGE = re.compile(r"!(?=\[)")
_DIAGRAM = re.compile(r"(```|~~~)[ \t]*(?=mermaid)", re.IGNORECASE)
_LINK = re.compile(r"\](?=[(:])(?![(:][ \t]*(?:https?://|mailto:|#))", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\w*|[a-z]\w*;)", re.IGNORECASE | re.ASCII)
_MAGIC = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}


def clean_text(text: str) -> str:
    r"""Return text as HTML and UTF-8 can hold it; of a terminal's codes only colors are kept.

    Examples
    --------
    >>> clean_text("a\x00b \x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07 \x1b[2J")
    'ab \x1b[31mred\x1b[0m link '
    """
    if text.isascii() and text.isprintable():
        return text
    if "\x1b" in text:
        # nbconvert copies the rest of the text at each of them.
        colored = text.count("\x1b") <= MAX_COLORS
        text = _ESCAPES.sub(lambda m: m[0] if colored and _is_color(m["color"]) else "", text)
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def clean_math(text: str) -> str:
    r"""Return text in which no formula acts: a space ends the commands that could.

    Examples
    --------
    >>> clean_math(r"$\href{javascript:alert(1)}{x} \frac{1}{2}$")
    '$\\ href{javascript:alert(1)}{x} \\frac{1}{2}$'
    """
    return _COMMANDS.sub(r"\\ ", text) if "\\" in text else text


def clean_source(kind: str, source: str) -> str:
    """Return the source of a student's cell of a kind, to be put into a graded notebook.

    Code is escaped wherever it is shown. In Markdown a space follows each ``<`` that would
    begin a tag, and each bracket that would make an image, or a link to anything but the web:
    formulas, code and comparisons mean what they did, and can be read.

    Examples
    --------
    >>> clean_source("markdown", "$a<b$, `x<1`, <script>, [web](https://a.org), [x](data:a)")
    '$a< b$, `x<1`, < script>, [web](https://a.org), [x] (data:a)'
    """
    if kind == "code":
        return source
    lost = len(source) - MAX_MARKDOWN
    text = clean_text(source[:MAX_MARKDOWN]).replace("\x1b", "")
    if kind == "markdown":
        text = _LINK.sub("] ", _IMAGE.sub("! ", _ADDRESS.sub(r"\1", text)))
        # JupyterLab draws diagrams and loads what they name: they are shown as they are written.
        text = _DIAGRAM.sub(r"\1text ", text)
        if len(_FORMULA.findall(text)) > MAX_FORMULAS:
            # nbconvert looks for the end of each in all that follows.
            text = _FORMULA.sub(" ", text)
    text = clean_math(_TAG.sub("< ", _ENTITY.sub(_shown_entity, text)))
    return f"{text}\n\n[Cell cut here: {lost} more characters are not kept.]" if lost > 0 else text


def image_bytes(mime: str, data: str) -> bytes | None:
    """Return the image that text in base64 holds; None if it is not one of the type it says.

    Examples
    --------
    >>> image_bytes("image/gif", "R0lGODlhAQABAAAAACw=")
    b'GIF89a\\x01\\x00\\x01\\x00\\x00\\x00\\x00,'
    >>> image_bytes("image/png", "R0lGODlhAQABAAAAACw=") is None
    True
    """
    try:
        image = base64.b64decode(data, validate=True)
    except ValueError:
        return None
    return image if image.startswith(_MAGIC.get(mime, ())) else None


def _is_color(code: str | None) -> bool:
    return code is not None and _COLOR.fullmatch(code) is not None


def _shown_entity(found: re.Match[str]) -> str:
    """An entity as it is; the ASCII ones, which could make a formula or a link, as their text."""
    character = unescape(found[0])
    return found[0] if not character.isascii() or character in "<>&\"'" else "&amp;" + found[0][1:]
