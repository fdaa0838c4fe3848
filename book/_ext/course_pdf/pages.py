"""The pages of a built book in reading order, from its own table of contents."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

from bs4 import BeautifulSoup, Tag

ROOT_LINK = 'meta[http-equiv="refresh" i]'


class BookError(Exception):
    """The folder is no built book, or a page of it is not as expected."""


@dataclass(frozen=True)
class Page:
    """A page: its address from the site's root, such as ``book/data.html``."""

    address: str
    title: str
    part: str  # the caption that it stands under; empty for the first page
    depth: int  # 1 for a chapter, 2 for a page below it
    html: BeautifulSoup

    @property
    def key(self) -> str:
        """A name for it in ids: ``book-data``."""
        return key_of(self.address)

    @property
    def article(self) -> Tag:
        return only(self.html, "article.bd-article", self.address)


def key_of(address: str) -> str:
    return address.removesuffix(".html").replace("/", "-")


def read(folder: Path, address: str) -> BeautifulSoup:
    path = folder / address
    if not path.is_file():
        raise BookError(f"{folder} has no {address}: build the book first, with `make book`")
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def only(soup: BeautifulSoup | Tag, selector: str, where: str) -> Tag:
    found = soup.select(selector)
    if len(found) != 1:
        raise BookError(f"{where}: expected one {selector}, found {len(found)}")
    return found[0]


def pages_of(folder: Path) -> list[Page]:
    """The first page, then every page that its table of contents names, in that order."""
    redirect = str(only(read(folder, "index.html"), ROOT_LINK, "index.html")["content"])
    root = redirect.partition("url=")[2]
    first = read(folder, root)
    title = only(first, "article.bd-article h1", root)
    pages = [Page(root, text_of(title), "", 1, first)]
    part = ""
    for item in only(first, "nav.bd-docs-nav", root).select("p.caption, a.reference.internal"):
        if item.name == "p":
            part = text_of(item)
            continue
        address = unquote(urldefrag(urljoin(root, str(item["href"]))).url)
        if address in [page.address for page in pages]:
            continue
        depth = len(item.find_parents("ul"))
        pages.append(Page(address, text_of(item), part, depth, read(folder, address)))
    return pages


def text_of(tag: Tag) -> str:
    """The words of a heading, without the sign that links to it."""
    words = [
        str(piece)
        for piece in tag.find_all(string=True)
        if not (piece.parent and "headerlink" in piece.parent.get_attribute_list("class"))
    ]
    return " ".join("".join(words).split())
