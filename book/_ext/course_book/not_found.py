"""404.html: what a web server shows for an address that the site does not have.

It is shown under that address, at any depth, so its links begin at the server's root: with the path
of BOOK_URL, or with ``/`` where that is not set. For the same reason it brings its own styles and
needs no other file.
"""

from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.nodes import clean_astext

PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    <meta name="description" content="This address leads to no page of the course. Search it, or \
choose a chapter from the list." />
    <title>Page not found &#8212; {title}</title>
    <link rel="icon" href="{root}_static/favicon.svg" />
    <style>
      :root {{
        color-scheme: light dark;
        --ink: #1b1b1b; --muted: #4d4d4d; --ground: #ffffff; --line: #8a8a8a; --link: #00639b;
      }}
      @media (prefers-color-scheme: dark) {{
        :root {{
          --ink: #ececec; --muted: #bdbdbd; --ground: #14181e; --line: #8a8a8a; --link: #7cc4f0;
        }}
      }}
      * {{ box-sizing: border-box; }}
      body {{
        max-width: 42rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; line-height: 1.6;
        font-family: system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", Arial, sans-serif;
        color: var(--ink); background: var(--ground);
      }}
      h1 {{ margin: 0 0 0.5rem; font-size: 2rem; line-height: 1.2; }}
      h2 {{ margin: 2rem 0 0.5rem; font-size: 1.2rem; }}
      .course {{ margin: 0 0 2.5rem; color: var(--muted); }}
      a {{ color: var(--link); }}
      form {{ display: flex; flex-wrap: wrap; gap: 0.5rem; margin-top: 1.5rem; }}
      label {{ flex: 1 1 100%; }}
      input, button {{
        padding: 0.5rem 0.8rem; border: 1px solid var(--line); border-radius: 0.3rem;
        font: inherit; color: inherit; background: transparent;
      }}
      input {{ flex: 1 1 12rem; min-width: 0; }}
      button {{ cursor: pointer; }}
      :focus-visible {{ outline: 3px solid var(--link); outline-offset: 2px; }}
      ol {{ padding-left: 2rem; }}
      li {{ margin: 0.3rem 0; }}
    </style>
  </head>
  <body>
    <header><p class="course"><a href="{home}">{title}</a></p></header>
    <main>
      <h1>There is no such page</h1>
      <p>The address may be mistyped, or the page has a new one.</p>
      <form action="{search}" role="search">
        <label for="q">Search the course</label>
        <input id="q" name="q" type="search" required />
        <button type="submit">Search</button>
      </form>
      <nav aria-label="The pages of the course">
{lists}
      </nav>
    </main>
  </body>
</html>
"""


def lists(app: Sphinx, root: str) -> str:
    """The table of contents, part by part."""
    lines = []
    for tree in app.env.get_doctree(app.config.root_doc).findall(addnodes.toctree):
        caption = tree.get("caption")
        lines += [f"        <h2>{escape(caption)}</h2>"] if caption else []
        lines.append("        <ol>")
        for _, name in tree["entries"]:
            if name in app.env.titles:
                address = escape(root + app.builder.get_target_uri(name))
                title = escape(clean_astext(app.env.titles[name]))
                lines.append(f'          <li><a href="{address}">{title}</a></li>')
        lines.append("        </ol>")
    return "\n".join(lines)


def page(app: Sphinx) -> str:
    root = urlsplit(app.config.html_baseurl).path or "/"
    return PAGE.format(
        language=app.config.language,
        title=escape(app.config.html_title),
        root=escape(root),
        home=escape(root + app.builder.get_target_uri(app.config.root_doc)),
        search=escape(root + "search.html"),
        lists=lists(app, root),
    )


def write(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.name == "html":
        (Path(app.outdir) / "404.html").write_text(page(app), encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.connect("build-finished", write)
