"""Grading a class: students' code runs in processes of its own, the tests run here.

The trusted side is ``engine`` (run a submission's cells, call its functions, score its check
cells) and, over it, nbgrader (``autograde``, ``feedback``, ``export``). The student's side is
``worker``. Between them passes only what ``wire`` lets pass.
"""
