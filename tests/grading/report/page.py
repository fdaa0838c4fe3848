"""A page of HTML, read as a browser reads it: its tables, links, and what is unsound in it."""

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "wbr", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """What is on a page.

    ``text`` is all that is read, ``tables`` the rows of cells under each table's caption,
    ``headline`` the terms of the list at the top, ``drawn`` the text in pictures, ``bars`` the
    widths in each bar, ``errors`` the tags that are not closed as they were opened.
    """

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.errors: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.headline: dict[str, str] = {}
        self.drawn: list[str] = []
        self.bars: list[list[float]] = []
        self.description = ""
        self.unscoped = 0
        self.text = ""
        self._open: list[str] = []
        self._texts: list[str] = []
        self._row: list[str] = []
        self._rows: list[list[str]] = []
        self._term = ""
        self.feed(source)
        self.close()
        self.errors += [f"<{tag}> is not closed" for tag in self._open]
        self.text = _plain(self.text)

    def table(self, caption: str) -> list[list[str]]:
        """The rows of the table whose caption begins so, those of the head left out."""
        return next(rows for name, rows in self.tables.items() if name.startswith(caption))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(f"link:{given.get('rel')}" if tag == "link" else tag)
        self.attributes |= set(given)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given[name] for name in ("href", "src") if name in given]
        self.unscoped += tag == "th" and "scope" not in given
        if "stack" in given.get("class", "").split():
            self.bars.append([])
        if tag == "rect" and given["class"] in ("full", "partly", "none", "open"):
            self.bars[-1].append(float(given["width"]))
        if tag == "tr":
            self._row = []
        if tag == "table":
            self._rows = []
        if tag == "li":
            self.handle_data(" ")
        if tag not in VOID:
            self._open.append(tag)
            self._texts.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        self._texts = [text + data for text in self._texts]
        if not {"style", "title"} & set(self._open):
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.errors.append(f"</{tag}> in line {self.getpos()[0]} closes {self._open[-1:]}")
            return
        self._open.pop()
        text = _plain(self._texts.pop())
        if tag in ("th", "td"):
            self._row.append(text)
        elif tag == "tr" and "thead" not in self._open:
            self._rows.append(self._row)
        elif tag == "caption":
            self.tables[text] = self._rows
        elif tag == "dt":
            self._term = text
        elif tag == "dd":
            self.headline[self._term] = text
        elif tag == "text":
            self.drawn.append(text)
        elif tag == "desc":
            self.description = text


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
