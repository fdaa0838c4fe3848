"""What the site gives its readers besides the chapters: descriptions, the path, files, ways on."""

import os
import re
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin

import pytest
import yaml
from bs4 import BeautifulSoup
from sphinx.errors import ConfigError

from nbcourse.specs import sheets
from tests.book.small_books import config_elsewhere

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "https://example.org/deep/course"
SMALL = {
    "book/index": """# A small book

The first page of a small book, which leads to the only other one.

```{downloads} sheets pdf
```

```{course-path}
```
""",
    "book/neurons": """# Neurons & *more*

Short.

A paragraph that is long enough to say what this page, which no file describes, is about.
""",
}


def toc() -> list[str]:
    """The pages that the table of contents names, in reading order."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    names = [contents["root"]]
    for part in contents["parts"]:
        for chapter in part["chapters"]:
            names += [chapter["file"], *(each["file"] for each in chapter.get("sections", []))]
    return names


def chapters() -> list[str]:
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    return [chapter["file"] for chapter in parts[0]["chapters"]]


@pytest.fixture(scope="module")
def described() -> dict[str, dict[str, Any]]:
    text = (ROOT / "book/pages.yml").read_text(encoding="utf-8")
    read: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return read


class Soups(dict[str, BeautifulSoup]):
    """Address from the site's root -> the page, read when it is first asked for."""

    def __init__(self, site: Path) -> None:
        super().__init__()
        self.site = site

    def __missing__(self, name: str) -> BeautifulSoup:
        soup = self[name] = soup_of(self.site / name)
        return soup


@pytest.fixture(scope="module")
def soups(site: Path) -> Soups:
    return Soups(site)


@pytest.fixture(scope="module")
def heads(pages: dict[Path, Any], site: Path) -> dict[str, BeautifulSoup]:
    """Address from the site's root -> what stands before the page's body, of every page."""
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(
            page.text.partition("<body")[0], "html.parser"
        )
        for path, page in pages.items()
    }


def metas(soup: BeautifulSoup) -> dict[str, str]:
    """The ``<meta>`` tags of a page that are in its head, none of them twice."""
    assert soup.head is not None
    found = [
        (str(tag.get("name") or tag.get("property")), str(tag["content"]))
        for tag in soup.head.select("meta[name]:not([name=viewport]), meta[property]")
    ]
    assert len(dict(found)) == len(found)
    return dict(found)


# Descriptions and cards


def test_every_page_says_in_a_sentence_what_it_is_about(heads: dict[str, BeautifulSoup]) -> None:
    # The redirect at the root has what the first page has.
    found = {
        name: metas(soup)["description"] for name, soup in heads.items() if name != "index.html"
    }
    assert {name: text for name, text in found.items() if not 50 <= len(text) <= 200} == {}
    seen: dict[str, str] = {}
    for name, text in found.items():
        assert text not in seen, f"{name} is described as {seen.get(text)} is"
        seen[text] = name
    assert metas(heads["index.html"])["description"] == found["book/index.html"]


def test_the_descriptions_are_those_written_by_hand(
    soups: Soups, described: dict[str, dict[str, Any]]
) -> None:
    assert set(described) == set(toc())
    for name in toc():
        tags = metas(soups[f"{name}.html"])
        assert tags["description"] == tags["og:description"] == described[name]["description"]


def test_a_page_has_a_card_and_no_address_where_none_is_known(
    heads: dict[str, BeautifulSoup], site: Path
) -> None:
    assert "BOOK_URL" not in os.environ
    for name, head in heads.items():
        if name == "404.html":  # nobody passes it on
            continue
        tags = metas(head)
        assert tags["twitter:card"] == "summary", name
        assert tags["og:title"], name
        assert tags["og:site_name"] == "Training neural networks", name
        assert not {"og:url", "og:image"} & tags.keys(), name
        assert 'rel="canonical"' not in (site / name).read_text(encoding="utf-8"), name
    kept = ("sitemap.xml", "robots.txt", "_static/social-card.png")
    assert [name for name in kept if (site / name).exists()] == []


def small_book(folder: Path, pages: dict[str, str] = SMALL, pages_yml: str = "") -> Path:
    """A book of its own, with the extension of this one."""
    config = config_elsewhere() | {"title": "Small book"}
    for name, text in pages.items():
        path = folder / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "_config.yml").write_text(yaml.safe_dump(config))
    first, *others = pages
    listed = "".join(f"  - file: {name}\n" for name in others)
    parts = f"parts:\n- caption: The only part\n  chapters:\n{listed}"
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: {first}\n{parts if others else ''}")
    if pages_yml:
        (folder / "book/pages.yml").write_text(pages_yml)
    return folder


@pytest.fixture(scope="module")
def small_sites(
    tmp_path_factory: pytest.TempPathFactory, build: Callable[..., Any]
) -> tuple[Path, Path]:
    """A small book of a site whose address is known, and the same folder built again without."""
    folder = small_book(
        tmp_path_factory.mktemp("addressed"),
        pages_yml="book/index: {description: Said by hand in the file of the pages.}\n",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOK_URL", ADDRESS)
        done = build(folder, "-W", "-n", "--keep-going")
        assert done.returncode == 0, done.stdout + done.stderr
        addressed = tmp_path_factory.mktemp("site") / "html"
        shutil.copytree(folder / "_build/html", addressed)
        patch.delenv("BOOK_URL")
        done = build(folder, "-W", "-n", "--keep-going")
        assert done.returncode == 0, done.stdout + done.stderr
    return addressed, folder / "_build/html"


@pytest.fixture(scope="module")
def addressed(small_sites: tuple[Path, Path]) -> Path:
    return small_sites[0]


def soup_of(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize(
    ("name", "page", "title", "kind", "description"),
    [
        ("index.html", "index", "Small book", "website", "Said by hand"),
        ("book/index.html", "index", "A small book", "website", "Said by hand"),
        ("book/neurons.html", "neurons", "Neurons & more", "article", "A paragraph that is long"),
    ],
)
def test_a_site_with_an_address_has_whole_ones(
    name: str, page: str, title: str, kind: str, description: str, addressed: Path
) -> None:
    soup = soup_of(addressed / name)
    tags = metas(soup)
    expected = f"{ADDRESS}/book/{page}.html"
    (canonical,) = soup.select("link[rel=canonical]")
    assert canonical["href"] == tags["og:url"] == expected
    assert (tags["og:title"], tags["og:type"]) == (title, kind)
    assert tags["og:description"] == tags["description"]
    assert tags["description"].startswith(description)
    assert tags["twitter:card"] == "summary_large_image"
    assert tags["og:image"] == f"{ADDRESS}/_static/social-card.png"
    assert len(tags["og:image:alt"].split()) > 10


def test_the_card_is_a_picture_of_the_size_that_is_promised(addressed: Path) -> None:
    content = (addressed / "_static/social-card.png").read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", content[16:24]) == (1200, 630)
    tags = metas(soup_of(addressed / "book/index.html"))
    assert (tags["og:image:width"], tags["og:image:height"]) == ("1200", "630")
    assert 20_000 < len(content) < 300_000


def test_the_sitemap_names_every_page_once(addressed: Path) -> None:
    listed = re.findall("<loc>(.*?)</loc>", (addressed / "sitemap.xml").read_text())
    assert listed == [f"{ADDRESS}/{name}.html" for name in SMALL]
    assert f"\nSitemap: {ADDRESS}/sitemap.xml\n" in (addressed / "robots.txt").read_text()


def test_a_book_built_again_without_an_address_forgets_it(small_sites: tuple[Path, Path]) -> None:
    again = small_sites[1]
    for name in ("sitemap.xml", "robots.txt", "_static/social-card.png"):
        assert (small_sites[0] / name).exists()
        assert not (again / name).exists()
    assert "og:image" not in (again / "book/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "address", ["example.org", "file:///srv/course", "https:///x", "https://example.org/?a=b"]
)
def test_an_address_that_is_none_is_refused(
    address: str,
    tmp_path: Path,
    extension: Callable[[str], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BOOK_URL", address)
    with pytest.raises(ConfigError, match=re.escape(f"BOOK_URL is {address!r}; expected")):
        extension("descriptions").read_environment(SimpleNamespace(srcdir=tmp_path), {})


# 404.html


def test_the_page_for_a_lost_reader_works_at_any_depth(
    addressed: Path, small_sites: tuple[Path, Path], soups: Soups, site: Path
) -> None:
    """It is shown under the address that was asked for: only links from the root lead on."""
    for folder, soup, root in (
        (addressed, soup_of(addressed / "404.html"), "/deep/course/"),
        (small_sites[1], soup_of(small_sites[1] / "404.html"), "/"),
        (site, soups["404.html"], "/"),
    ):
        addresses = [
            str(tag.get("href") or tag.get("action")) for tag in soup.select("a,form,link")
        ]
        assert len(addresses) > 3
        for address in addresses:
            assert address.startswith(root)
            assert (folder / address.removeprefix(root)).is_file(), address
        # Nothing but the icon is loaded, so that it is readable wherever it is shown.
        assert soup.select("script, img, link[rel=stylesheet]") == []


def test_the_page_for_a_lost_reader_lists_every_chapter(soups: Soups) -> None:
    soup = soups["404.html"]
    links = [str(link["href"]).removeprefix("/").removesuffix(".html") for link in soup.select("a")]
    assert [name for name in toc() if not name.startswith("book/api/")] == [
        name for name in links if not name.startswith("book/api/")
    ]
    (box,) = soup.select("form[role=search] input[name=q]")
    assert len(soup.select(f"label[for={box['id']}]")) == 1


@pytest.mark.browser
def test_a_lost_reader_finds_a_chapter_without_scripts(
    site: Path, chromium: Any, base: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    lost = (site / "404.html").read_text(encoding="utf-8")
    page.route("**/no/such/*", lambda route: route.fulfill(status=404, body=lost,
                                                           content_type="text/html"))  # fmt: skip
    page.goto(f"{base}no/such/page.html")
    page.get_by_label("Search the course").fill("dropout")
    page.get_by_role("button", name="Search").click()
    assert page.url == f"{base}search.html?q=dropout"
    page.goto(f"{base}no/such/page.html")
    page.get_by_role("link", name="Batch normalization").click()
    assert page.locator("article h1", has_text="Batch normalization").is_visible()
    context.close()


# The path


def test_the_path_shows_every_chapter_once_and_in_order(soups: Soups) -> None:
    soup = soups["book/index.html"]
    (path,) = soup.select("ol.course-path")
    links = [urljoin("book/", str(link["href"])) for link in path.select("a")]
    assert links == [f"{name}.html" for name in chapters()]
    numbers = [tag.get_text() for tag in path.select(".path-number")]
    assert numbers == [str(number) for number in range(1, len(links) + 1)]
    # Each line ends where a reader of words is told the same.
    for step in path.select(".path-step"):
        lines, words = step.select(".path-line"), step.select(".path-needs")
        count = len(re.findall(r"\d+", words[0].get_text())) if words else 0
        assert len(lines) == count
    titles = [link.get_text() for link in path.select("a")]
    assert titles == [soups[link].select("h1")[0].find(string=True) for link in links]


@pytest.mark.parametrize("chapter", chapters())
def test_a_chapter_stands_in_the_path_with_its_own_sheet(
    chapter: str, described: dict[str, dict[str, Any]]
) -> None:
    entry = described[chapter]
    source = (ROOT / f"{chapter}.md").read_text(encoding="utf-8")
    assert re.findall(r"^```\{sheet\} (\S+)", source, re.MULTILINE) == [entry["sheet"]]
    before = chapters()[: chapters().index(chapter)]
    assert {f"book/{name}" for name in entry.get("builds_on", [])} <= set(before)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"place": [1, 1]}, "b is placed at [1, 1], which is a"),
        ({"place": [2, 4]}, "b is placed at [2, 4], which is no column of 1 to 3"),
        ({"place": [2, 1], "builds_on": ["c"]}, "b builds on c, which is not above it"),
        ({"place": [2, 1], "builds_on": ["nowhere"]}, "b builds on nowhere, which is not above it"),
    ],
)
def test_a_path_that_cannot_be_drawn_is_refused(
    second: dict[str, Any], message: str, extension: Callable[[str], Any]
) -> None:
    pages = {"a": {"place": [1, 1]}, "b": second, "c": {"place": [3, 1]}}
    with pytest.raises(ValueError, match=re.escape(message)):
        extension("course_path").chapters(pages, ["a", "b", "c"])


# Files to take along


def test_the_zip_has_every_sheet_and_how_to_begin(site: Path) -> None:
    with zipfile.ZipFile(site / "nbcourse-sheets.zip") as archive:
        assert archive.testzip() is None
        names = [Path(name) for name in archive.namelist()]
        assert {name.parent for name in names} == {Path("nbcourse-sheets")}
        assert {name.name for name in names} == {
            "README.md",
            *(f"{sheet.name}.ipynb" for sheet in sheets()),
        }
        for name in names[1:]:
            released = ROOT / "exercises" / name.stem / name.name
            assert archive.read(name.as_posix()) == released.read_bytes()
        text = archive.read(names[0].as_posix()).decode()
    assert "jupyter lab neurons.ipynb" in text
    assert [line.split(" | ")[0] for line in text.splitlines() if ".ipynb |" in line] == [
        f"| {name.name}" for name in names[1:]
    ]


def test_the_zip_has_the_same_bytes_whenever_it_is_made(
    tmp_path: Path, extension: Callable[[str], Any]
) -> None:
    downloads = extension("downloads")
    files = {"README.md": b"read me", "graphs.ipynb": b"{}" * 1000}
    for name in ("first.zip", "second.zip"):
        downloads.pack("sheets", files, tmp_path / name)
        os.utime(tmp_path / name, (1, 1))
    first, second = ((tmp_path / name).read_bytes() for name in ("first.zip", "second.zip"))
    assert first == second
    # What zlib makes of a text differs from version to version.
    assert b"{}" * 1000 in first


def test_the_zip_says_where_the_package_comes_from(extension: Callable[[str], Any]) -> None:
    downloads = extension("downloads")
    notebooks = sorted((ROOT / "exercises").glob("*/*.ipynb"))
    assert "copy-of-the-course" in downloads.readme(notebooks, "T", "")
    text = downloads.readme(notebooks, "T", "https://github.com/a/b")
    assert 'pip install jupyterlab "git+https://github.com/a/b"\n' in text


@pytest.mark.parametrize("name", ["book/index.html", "book/students.html"])
def test_the_zip_is_offered_with_its_size(name: str, soups: Soups, site: Path) -> None:
    (link,) = soups[name].select(".downloads a")
    assert (site / urljoin("book/", str(link["href"]))).is_file()
    assert (
        link.get_text()
        == f"All sheets (zip, {(site / 'nbcourse-sheets.zip').stat().st_size / 1e3:.0f} kB)"
    )


def test_an_unknown_download_is_refused(tmp_path: Path, build: Callable[..., Any]) -> None:
    done = build(small_book(tmp_path, {"book/index": "# Page\n\n```{downloads} epub\n```\n"}), "-W")
    assert done.returncode != 0
    assert "no download 'epub'; there are sheets, pdf" in done.stdout + done.stderr


# The way through, and the search


def test_each_page_leads_to_the_next_and_back(soups: Soups) -> None:
    names = [f"{name}.html" for name in toc()]
    for position, name in enumerate(names):
        soup = soups[name]
        for side, expected in (
            ("prev", names[position - 1] if position else None),
            ("next", names[position + 1] if position + 1 < len(names) else None),
        ):
            links = [
                str(link["href"])
                for link in soup.select(f"a.{'left' if side == 'prev' else 'right'}-{side}")
            ]
            found = {urljoin(name, link) for link in links}
            assert found == ({expected} if expected else set()), (name, side)


@pytest.fixture(scope="module")
def tab(chromium: Any) -> Iterator[Any]:
    """A tab for all searches: each loads the page anew, and finds what it finds without storage."""
    tab = chromium.new_page()
    yield tab
    tab.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("batch normalization", "book/batch-norm.html"),
        ("dropout", "book/batch-norm.html"),
        ("Xavier", "book/initialization.html"),
        ("computational graph", "book/computational-graphs.html"),
        ("momentum", "book/optimizers.html"),
        ("hand in", "book/students.html"),
    ],
)
def test_the_search_has_the_right_page_among_the_first_three(
    words: str, page: str, tab: Any, base: str
) -> None:
    tab.goto(f"{base}search.html?q={words.replace(' ', '+')}")
    tab.get_by_text("Search finished").first.wait_for()
    found = tab.locator("#search-results ul.search > li > a").evaluate_all(
        "links => links.slice(0, 3).map((link) => link.pathname.slice(1))"
    )
    tab.evaluate("localStorage.clear(); sessionStorage.clear()")
    assert page in found


def test_no_source_maps_are_published(site: Path) -> None:
    assert [path.name for path in site.rglob("*.map")] == []
