"""The whole book as one HTML page: title, contents, every page, and the answers to the quizzes."""

import json
from html import escape
from pathlib import Path
from urllib.parse import urljoin

from course_pdf.article import prepared
from course_pdf.pages import Page, pages_of

STYLES = Path(__file__).with_name("print.css")
#: The scripts that draw something, by the beginning of their names; the theme's are left out.
DRAWING = ("interactive.js", "graph-player", "startup.js")
ANSWERS = "answers"
ANSWERS_TITLE = "Answers to the quizzes"
DOCUMENT = """\
<!DOCTYPE html>
<html lang="{language}" data-theme="light" data-mode="light">
<head>
<meta charset="utf-8">
<title>{title}</title>
{head}
</head>
<body>
<header class="title-page">
<p class="title-course">{title}</p>
<p class="title-about">{about}</p>
<p class="title-notes">{notes}</p>
</header>
<nav class="list-of-pages">
<h1>Contents</h1>
{contents}
</nav>
<main>
{body}
</main>
</body>
</html>
"""
NOTES = (
    "Printed from the course's pages. Figures with sliders are shown at their first position, and "
    "the code that draws a figure is left out: both are on the site{site}."
)


def document(folder: Path) -> str:
    """The page that is printed; its addresses begin at the site's root."""
    pages = pages_of(folder)
    first = pages[0]
    canonical = first.html.select_one("link[rel=canonical]")
    base = str(canonical["href"]).removesuffix(first.address) if canonical else ""
    addresses = {page.address for page in pages}

    sections, answers = [], []
    for number, page in enumerate(pages):
        article, found = prepared(page, addresses, base)
        sections.append(
            f'<section class="page page-{number}" id="{page.key}">\n{article}\n</section>'
        )
        if found:
            listed = "\n".join(str(each) for each in found)
            answers.append(f"<h2>{escape(page.title)}</h2>\n{listed}")
    if answers:
        body = "\n".join([f"<h1>{ANSWERS_TITLE}</h1>", *answers])
        sections.append(f'<section class="page page-{ANSWERS}" id="{ANSWERS}">\n{body}\n</section>')

    named = {str(n): page.title for n, page in enumerate(pages)} | {ANSWERS: ANSWERS_TITLE}
    description = first.html.select_one("meta[name=description]")
    site = f', <a href="{escape(base)}">{escape(base)}</a>' if base else ""
    return DOCUMENT.format(
        language=escape(str(first.html.html["lang"]) if first.html.html else "en"),
        title=escape(first.title),
        about=escape(str(description["content"])) if description else "",
        notes=NOTES.format(site=site),
        head="\n".join(
            [
                *linked(pages),
                f"<style>{STYLES.read_text(encoding='utf-8')}",
                running_heads(named),
                "</style>",
            ]
        ),
        contents=contents(pages, bool(answers)),
        body="\n".join(sections),
    )


def linked(pages: list[Page]) -> list[str]:
    """The styles of the pages, the scripts that draw, and MathJax's settings; each once."""
    found: dict[str, str] = {}
    for page in pages:
        for tag in page.html.select("head link[rel=stylesheet], script"):
            kind = "href" if tag.name == "link" else "src"
            if not tag.get(kind):
                text = tag.get_text()
                if text.startswith("window.MathJax"):
                    found.setdefault(text, str(tag))
                continue
            address = urljoin(f"/{page.address}", str(tag[kind]))
            name = address.partition("?")[0].rpartition("/")[2]
            if tag.name == "link":
                found.setdefault(address, f'<link rel="stylesheet" href="{escape(address)}">')
            elif name.startswith(DRAWING):
                found.setdefault(address, f'<script defer src="{escape(address)}"></script>')
    return list(found.values())


def running_heads(titles: dict[str, str]) -> str:
    """On each sheet of paper, the title of the page that it is a part of."""
    rules = []
    for key, title in titles.items():
        # A string of CSS is written as one of JSON, but for characters beyond ASCII.
        text = json.dumps(title, ensure_ascii=False)
        rules.append(
            f".page-{key} {{ page: page-{key}; }}\n"
            f"@page page-{key} {{ @top-left {{ content: {text}; }} }}"
        )
    return "\n".join(rules)


def contents(pages: list[Page], answers: bool) -> str:
    """The table of contents, with a place for each page number."""
    lines, part = [], None
    entries = [(page.part, page.depth, page.key, page.title) for page in pages]
    if answers:
        entries.append(("Answers", 1, ANSWERS, ANSWERS_TITLE))
    for caption, depth, key, title in entries:
        if caption != part:
            lines.append("</ul>" if part is not None else "")
            lines.append(f"<h2>{escape(caption)}</h2>" if caption else "")
            lines.append("<ul>")
            part = caption
        lines.append(
            f'<li class="depth-{depth}"><a href="#{key}">{escape(title)}</a>'
            f'<span class="dots"></span><span data-page-of="{key}"></span></li>'
        )
    return "\n".join([*filter(None, lines), "</ul>"])
