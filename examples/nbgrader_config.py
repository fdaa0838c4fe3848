"""A sample class: the course's settings, with what this class needs changed.

The sheets are those that `nbcourse release` built in the folder above.
"""

from pathlib import Path

c = get_config()

here = Path(__file__).resolve().parent
load_subconfig("nbgrader_config.py", path=str(here.parent))

c.CourseDirectory.source_directory = "../_build/source"
# Only plain nbgrader writes here; the released notebooks are the folder above's exercises/.
c.CourseDirectory.release_directory = ".nbcourse/release"
c.CourseDirectory.db_url = f"sqlite:///{here / 'gradebook.db'}?timeout=60"

# Two submissions hang on purpose. With the usual limits (30 s a cell, 10 s a call) they would
# take more than a minute; with these the whole class takes less than half of one.
c.Limits.cell = 5
c.Limits.call = 3
