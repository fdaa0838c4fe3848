"""nbgrader's settings for this course; this file makes its folder a course folder.

Every nbgrader command run in this folder reads it (``nbgrader autograde graphs``,
``nbgrader db student list``, ...) and formgrader, and so do the commands of ``nbcourse``.
"""

from pathlib import Path

c = get_config()

course = Path(__file__).resolve().parent

c.CourseDirectory.course_id = "nbcourse"

# The solved sheets are built here by `nbcourse release`, outside everything that is published.
c.CourseDirectory.source_directory = "_build/source"
# nbgrader's "release" folder: the student notebooks.
c.CourseDirectory.release_directory = "exercises"
# submitted/, autograded/ and feedback/ keep nbgrader's own names.

# An absolute path, because nbgrader changes the working folder while it grades. SQLite waits
# for a writer to finish for this many seconds, instead of failing at once when it is busy.
c.CourseDirectory.db_url = f"sqlite:///{course / 'gradebook.db'}?timeout=60"

# nbgrader copies every file beside a source notebook to the students; these never go along.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "*.md",
]

# What stands in a student notebook where the solution was. `check` takes NotImplementedError
# for a function that is not written yet, not for a wrong one.
c.ClearSolutions.code_stub = {
    "python": '# Your code here\nraise NotImplementedError("Replace this line with your code.")'
}

# Kernels listen on a port of this machine; with keys, only nbgrader can talk to them.
c.KernelManager.transport_encryption = "auto"

# nbgrader tells every step by default; warnings and errors are enough.
c.Application.log_level = "WARN"

# Feedback pages without hidden tests, as `nbcourse feedback` makes them.
c.GenerateFeedback.exporter_class = "nbcourse.grading.exporter.FeedbackExporter"
