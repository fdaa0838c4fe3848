"""sitemap.xml, which names the pages to search engines, and robots.txt, which names it.

A sitemap has complete addresses, so there is one only where BOOK_URL says where the site will be
(see descriptions.py).
"""

from html import escape
from pathlib import Path

from sphinx.application import Sphinx

from course_book.course_path import reading_order


def sitemap(addresses: list[str]) -> str:
    """The pages of a site, as https://www.sitemaps.org has it."""
    entries = "".join(f"  <url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )


def robots(base: str) -> str:
    """All may be read. Robots ask for this file at a host's root alone."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {base}sitemap.xml\n"


def write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name != "html":
        return
    folder, base = Path(app.outdir), app.config.html_baseurl
    files = {"sitemap.xml": "", "robots.txt": ""}
    if base:
        order = reading_order(app.env.collect_relations(), app.config.root_doc)
        addresses = [base + app.builder.get_target_uri(name) for name in order]
        files = {"sitemap.xml": sitemap(addresses), "robots.txt": robots(base)}
    for name, text in files.items():
        if text:
            (folder / name).write_text(text, encoding="utf-8")
        else:
            # That of an earlier build, which had an address.
            (folder / name).unlink(missing_ok=True)


def setup(app: Sphinx) -> None:
    app.connect("build-finished", write)
