"""The part of the site that runs sheets in the browser: JupyterLite, built by ``make site``.

Nothing of it is kept in the repository. ``downloads`` fetches what others publish and holds it to
its hash, ``wheels`` packs the course, ``lockfile`` tells the browser's Python where everything is,
``build`` puts it together.
"""
