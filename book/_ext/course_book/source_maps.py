"""The theme's source maps are left out: 3.3 MB that no reader's browser asks for.

They let somebody who works on the theme's own scripts step through them.
"""

from pathlib import Path

from sphinx.application import Sphinx


def remove(app: Sphinx, exception: Exception | None) -> None:
    for path in (Path(app.outdir) / "_static").rglob("*.map"):
        path.unlink()


def setup(app: Sphinx) -> None:
    # Late: whatever copies files at the end of a build has done so.
    app.connect("build-finished", remove, priority=800)
