"""Write the PDF into the folder of the built book."""

import argparse
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from course_book.downloads import pdf_name, size_of

from course_pdf.pages import BookError, pages_of
from course_pdf.printing import print_book

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m course_pdf", description=__doc__)
    parser.add_argument("folder", type=Path, help="the built book, such as _build/html")
    folder = parser.parse_args().folder
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None or find_spec("playwright") is None:
        sys.exit(
            "The PDF is printed by Chromium: install it (on Debian and Ubuntu the package "
            "chromium), and the Python package playwright, which requirements.lock has."
        )
    try:
        path = folder / pdf_name(pages_of(folder)[0].title)
        content = print_book(folder, browser)
    except BookError as error:
        sys.exit(str(error))
    # Under another name until it is whole: the book offers what it finds.
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)
    print(f"{path}: {size_of(len(content))}")


if __name__ == "__main__":
    main()
