"""Running notebooks, several at a time, into the caches where MyST-NB then finds their outputs.

MyST-NB by itself runs a notebook when Sphinx comes to its page, one after the other. Here all that
have to run do so before Sphinx reads the first page. What fails is not stored: MyST-NB runs it once
more, and says in which page and where.
"""

import copy
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat.v4
import psutil  # type: ignore[import-untyped]
from jupyter_cache.executors.utils import (  # type: ignore[import-untyped]
    single_nb_execution,
)
from nbclient.exceptions import DeadKernelError
from sphinx.util import logging

from course_book.closure import Library
from course_book.stored import Page, reads_of

logger = logging.getLogger(__name__)

WATCH = Path(__file__).with_name("watch.py")
nbformat_v4: Any = nbformat.v4  # untyped
REPORT = "application/x-course-reads+json"
ASK = f"__import__('IPython').display.display({{'{REPORT}': _report_reads()}}, raw=True)"


def processors() -> int:
    """How many notebooks run at a time: as many as there are processors that may be used."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def run_pages(pages: Sequence[Page], library: Library, since: float, timeout: int) -> None:
    """Run notebooks, beginning in this order, and store the outputs.

    In threads: the work is done by the kernels, and these end by themselves should this process be
    killed. ``since`` is the time at which the library was looked at.
    """
    with ThreadPoolExecutor(processors()) as pool:
        futures = [pool.submit(run_page, page, library, since, timeout) for page in pages]
        try:
            for future in futures:
                future.result()
        except BaseException:  # Ctrl-C above all: begin no other notebook, and end those that run
            pool.shutdown(wait=False, cancel_futures=True)
            for kernel in psutil.Process().children():
                kernel.kill()
            raise


def warned(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell wrote to stderr."""
    return any(output.get("name") == "stderr" for output in cell.get("outputs", []))


def run_page(page: Page, library: Library, since: float, timeout: int) -> None:
    """Run a notebook in its own folder and store its outputs, unless something stops it."""
    # The cell that asks what was read comes behind those of the page, whose numbers stay.
    notebook = copy.deepcopy(page.notebook)
    notebook.cells.append(nbformat_v4.new_code_cell(ASK))
    try:
        result = single_nb_execution(
            notebook,
            cwd=str(page.path.parent),
            timeout=timeout,
            allow_errors=False,
            extra_arguments=[f"--IPKernelApp.exec_files={WATCH}"],
        )
    except DeadKernelError as error:
        logger.info("%s: %s", page.docname, error)
        return
    if result.err is not None:
        logger.info("%s: %s", page.docname, result.err)
        return
    answers = [output.get("data", {}).get(REPORT) for output in notebook.cells.pop().outputs]
    report = next(answer for answer in answers if answer is not None)
    reads = reads_of(report, page, library, since)
    # Of what is not to be shown, such as a warning on stderr, the build tells each time it is made.
    if reads is not None and not any(map(warned, notebook.cells)):
        page.store(notebook, result.time, reads)
