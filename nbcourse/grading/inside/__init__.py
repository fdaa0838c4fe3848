"""What runs inside the sandbox before a student's code does: the zygote and its locks.

``zygote`` imports NumPy, IPython and matplotlib once and forks a process for every submission;
``isolation`` shuts that process in before a line of the student's code runs. These modules, the
worker and the wire are all of ``nbcourse`` that is in the sandbox, beside the reduced package of
``nbcourse.grading.reduced``; nothing here may import anything else of the library.
"""
