"""HTML that students' code shows: tables, text and small images are kept, nothing that acts.

Two layers that know nothing of each other. The first reads the text once, from left to right,
and writes allowed tags anew, each closed where it must be and none deeper than ``MAX_DEPTH``:
so the second, bleach, whose parser takes quadratic time on hostile nesting, is quick. bleach
decides on tags, attributes and styles all over again.
"""

import re
from functools import cache, lru_cache
from html import escape, unescape
from typing import Any

from nbcourse.grading.sanitize import clean_math, clean_text, image_bytes

MAX_HTML = 200_000
MAX_DEPTH = 40
MAX_TAGS = 6_000


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VOID = _words("br hr img")
_CELLS = _words("td th")
_SECTIONS = _words("thead tbody tfoot")
_TAGS = (
    _VOID
    | _CELLS
    | _SECTIONS
    | _words(
        "h1 h2 h3 h4 h5 h6 p div span pre code b i em strong u s small sub sup blockquote ul ol li "
        "dl dt dd table caption tr samp kbd var mark center"
    )
)
# What stands in these is no text to be read.
_DROPPED = _words(
    "script style title textarea noscript iframe noembed noframes xmp template svg math object "
    "applet audio video select head"
)
# What an opening tag closes, as HTML has it.
_CLOSES = {
    "td": _CELLS,
    "th": _CELLS,
    "tr": _CELLS | {"tr"},
    **{section: _CELLS | _SECTIONS | {"tr"} for section in _SECTIONS},
    "dt": _words("dt dd"),
    "dd": _words("dt dd"),
    "li": {"li"},
    "p": {"p"},
}
_STYLES = _words(
    "color background-color text-align vertical-align font-weight font-style font-size "
    "font-family font-variant-numeric text-decoration white-space line-height width height "
    "min-width max-width opacity border-radius border-collapse border-spacing border-color "
    "border-style border-width"
)
_STYLES |= _words("margin padding border") | {
    f"{box}-{side}"
    for box in ("margin", "padding", "border")
    for side in ("top", "right", "bottom", "left")
}

# Each alternative takes all that it can and always matches: reading never goes back.
_TOKEN = re.compile(
    r"""<!--.*?(?:-->|\Z)|<[!?][^>]*+>?
    |<(?P<end>/?)(?P<tag>[a-z][^\s/>]*+)
      (?P<rest>(?:[^>"']++|"[^"]*+"?|'[^']*+'?)*+)>?
    |</[^>]*+>?|(?P<text>[^<]++|<)""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'=/<>]++)(?:\s*+=\s*+("[^"]*+|'[^']*+|[^\s"'>]++))?""")
_NUMBER = re.compile(r"\d{1,4}%?")
_ALIGNED = re.compile(r"left|right|center|justify")
_SCOPE = re.compile(r"(?:col|row)(?:group)?")
_ANY = re.compile(r"[^\0]{0,500}")
_CELL = {"colspan": _NUMBER, "rowspan": _NUMBER, "align": _ALIGNED, "scope": _SCOPE}
_ATTRIBUTES = {
    "td": _CELL,
    "th": _CELL,
    "tr": {"align": _ALIGNED},
    "table": {"border": _NUMBER, "class": re.compile("dataframe")},
    "img": {"alt": _ANY, "width": _NUMBER, "height": _NUMBER},
}
_IMAGE = re.compile(r"data:(image/(?:png|jpeg|gif));base64,([A-Za-z0-9+/]+={0,2})")
# No function but a color's, no escape, no comment; no negative length that leaves the output.
_VALUE = re.compile(r"(?:[\w.,%#' -]|\b(?:rgb|hsl)a?\([\d.,%/ ]*\)){1,200}")
_TOO_FAR = re.compile(r"-(?![a-zA-Z])|\d{5}")


# What bleach sees in place of characters that are escaped: it takes a millisecond for thirty
# entities. What becomes of the text is an entity in any case, wherever it stands.
_HIDDEN = {"<": "\ue000", ">": "\ue001", "&": "\ue002"}
_HIDE = str.maketrans(_HIDDEN)
_SHOW = {ord(hidden): escape(shown) for shown, hidden in _HIDDEN.items()}


def sanitize_html(html: str, limit: int = MAX_HTML) -> str:
    """Return HTML that looks as it did as far as it only shows something.

    Parameters
    ----------
    html
        Anything.
    limit
        So many characters are read; the cut is said.

    Examples
    --------
    >>> sanitize_html('<b onclick="f()" style="color: red; top: 0">hi<script>f()</script>')
    '<b style="color: red;">hi</b>'
    """
    tidy, lost = _tidied(clean_text(html[:limit]))
    cleaned = clean_math(_cleaner().clean(tidy).translate(_SHOW))
    lost += max(0, len(html) - limit)
    if lost:
        cleaned += f"<p>[Output cut here: {lost} more characters are not kept.]</p>"
    return cleaned


@cache
def _cleaner() -> Any:
    # Most submissions show no HTML: what takes a tenth of a second to import waits for the first.
    from bleach import Cleaner  # type: ignore[import-untyped]
    from bleach.css_sanitizer import CSSSanitizer  # type: ignore[import-untyped]

    attributes = {tag: [*names, "style"] for tag, names in _ATTRIBUTES.items()}
    attributes["img"].append("src")
    css = CSSSanitizer(allowed_css_properties=_STYLES, allowed_svg_properties=[])
    css.sanitize_css = lru_cache(1_000)(css.sanitize_css)  # a table's cells share a few styles
    return Cleaner(
        tags=_TAGS,
        attributes={"*": ["style"], **attributes},
        protocols=["data"],
        strip=True,
        css_sanitizer=css,
    )


def _tidied(html: str) -> tuple[str, int]:
    """Return allowed tags, well nested, with all else as text; and how much was not read."""
    written: list[str] = []
    opened: list[str] = []
    position, tags = 0, 0
    while position < len(html) and tags < MAX_TAGS:
        found = _TOKEN.match(html, position)
        assert found is not None
        position = found.end()
        if found["text"]:
            written.append(unescape(found["text"]).translate(_HIDE))
            continue
        tag = (found["tag"] or "").lower()
        if tag in _DROPPED and not found["end"] and not found["rest"].endswith("/"):
            end = re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE).search(html, position)
            position = end.start() if end else len(html)
        if tag not in _TAGS:
            continue
        tags += 1
        if found["end"]:
            _close(tag, opened, written)
        elif tag in _VOID or len(opened) < MAX_DEPTH:
            while opened and opened[-1] in _CLOSES.get(tag, ()):
                written.append(f"</{opened.pop()}>")
            written.append(_opening(tag, found["rest"]))
            if tag not in _VOID:
                opened.append(tag)
    written += [f"</{tag}>" for tag in reversed(opened)]
    return "".join(written), len(html) - position


def _close(tag: str, opened: list[str], written: list[str]) -> None:
    """Write the closing tags down to ``tag``, if it is open."""
    while tag in opened:
        closed = opened.pop()
        written.append(f"</{closed}>")
        if closed == tag:
            return


def _opening(tag: str, rest: str) -> str:
    """Return an opening tag with those attributes that are known and hold what they should."""
    kept = {}
    for name, value in _ATTRIBUTE.findall(rest):
        name, value = name.lower(), unescape(value.lstrip("\"'"))
        pattern = _ATTRIBUTES.get(tag, {}).get(name)
        if name == "style":
            value = _style(value)
        elif (tag, name) == ("img", "src"):
            image = _IMAGE.fullmatch("".join(value.split()))
            value = image[0] if image and image_bytes(image[1], image[2]) else ""
        elif not (pattern and pattern.fullmatch(value)):
            value = ""
        if value:
            kept[name] = value
    if tag == "img" and "src" not in kept:
        return kept.get("alt", "").translate(_HIDE)
    return "".join([f"<{tag}", *(f' {k}="{escape(v)}"' for k, v in kept.items()), ">"])


def _style(style: str) -> str:
    """Return the declarations of known properties whose values can only be looked at."""
    kept = []
    for declaration in style.split(";")[:50]:
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name.lower() in _STYLES and _VALUE.fullmatch(value) and not _TOO_FAR.search(value):
            kept.append(f"{name.lower()}: {value}")
    return "; ".join(kept)
