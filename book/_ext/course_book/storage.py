"""A browser may refuse to keep anything for a site, as it does for a page in a sandboxed frame.

There the mere name ``localStorage`` raises an error, and the theme's scripts stop: no search, no
dark mode. A page's own storage takes its place, before any other script runs, and forgets.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

IN_PLACE_OF_BLOCKED = """
<script>
for (const name of ["localStorage", "sessionStorage"]) {
  try {
    window[name].getItem("");
  } catch {
    const held = new Map();
    const value = {
      getItem: (key) => held.get(key) ?? null,
      setItem: (key, text) => { held.set(key, String(text)); },
      removeItem: (key) => { held.delete(key); },
    };
    Object.defineProperty(window, name, { value });
  }
}
</script>
"""


def add_to_head(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    context["metatags"] = context.get("metatags", "") + IN_PLACE_OF_BLOCKED


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", add_to_head)
