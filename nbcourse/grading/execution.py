"""Running the cells of a submission that was put back into its sheet."""

from typing import Any

from nbcourse.grading.checks import run_check, score_html
from nbcourse.grading.outputs import result_output
from nbcourse.grading.student import Student
