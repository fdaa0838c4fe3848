"""The programs that check pages, fetched from npm by their hash: ``python -m tests.book.checkers``.

axe-core finds what keeps readers out (it runs in the page), the Nu checker what is not HTML (it
needs Java). Both are too large for the repository; ``make checkers`` fetches them into ``_build``.
"""

import sys
import tarfile
from pathlib import Path
from typing import NamedTuple

from lite import downloads

CACHE = Path(__file__).resolve().parents[2] / "_build" / "checkers"


class Checker(NamedTuple):
    package: str
    version: str
    integrity: str
    #: The one file of the package that is needed.
    member: str

    @property
    def path(self) -> Path:
        return CACHE / f"{self.package}-{self.version}" / Path(self.member).name


AXE = Checker(
    "axe-core",
    "4.14.1",
    "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/"
    "pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
    "axe.min.js",
)
NU = Checker(
    "vnu-jar",
    "26.9.27",
    "sha512-TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA==",
    "build/dist/vnu.jar",
)


def fetch(checker: Checker) -> None:
    """Put its file where ``path`` says."""
    archive = downloads.fetch_package(
        checker.package, checker.version, checker.integrity, CACHE / "downloads"
    )
    with tarfile.open(archive) as files:
        source = files.extractfile(f"package/{checker.member}")
        assert source is not None
        checker.path.parent.mkdir(parents=True, exist_ok=True)
        part = checker.path.with_suffix(".part")
        part.write_bytes(source.read())
        part.rename(checker.path)


if __name__ == "__main__":
    try:
        for each in (AXE, NU):
            if not each.path.is_file():
                fetch(each)
    except downloads.DownloadError as error:
        sys.exit(str(error))
