"""index.html at the site's root: it sends a browser to the book's first page.

sphinx-external-toc would write one line that is no whole HTML page, where there is none. The page
has the description and the card of the first one, since it is the address that people pass on.
"""

from html import escape
from pathlib import Path

from sphinx.application import Sphinx

from course_book import descriptions

PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="refresh" content="0; url={address}" />
    {tags}
    <title>{title}</title>
    <link rel="icon" href="favicon.ico" />{canonical}
  </head>
  <body>
    <main>
      <h1>{title}</h1>
      <p><a href="{address}">To the first page</a></p>
    </main>
  </body>
</html>
"""


def write(app: Sphinx, exception: Exception | None) -> None:
    root = app.config.root_doc
    if exception is None and app.builder.name == "html" and root != "index":
        title, base = app.config.html_title, app.config.html_baseurl
        address = app.builder.get_target_uri(root)
        description = descriptions.describe(app, root, title, None)
        tags = descriptions.tags(title, description, title, "website", base + address, base)
        link = f'<link rel="canonical" href="{escape(base + address)}" />'
        page = PAGE.format(
            language=escape(app.config.language),
            title=escape(title),
            address=escape(address),
            tags=tags,
            canonical=f"\n    {link}" if base else "",
        )
        (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.connect("build-finished", write)
