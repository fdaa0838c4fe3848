"""The built book as one PDF: ``python -m course_pdf _build/html``, which ``make pdf`` runs.

The chapters' articles are put one after the other into a single page (``pages``, ``article``,
``document``), and Chromium prints it (``printing``): so the PDF shows what the site shows, with
formulas and figures drawn by the same scripts. Page numbers in the table of contents are read from
the PDF of a first pass (``numbers``).
"""
