"""Workers without a sandbox: ``--sandbox none``, and a student's own machine.

The code runs in a process of its own, with the same view of ``nbcourse`` and the same limits of
time and memory; but it may read, write and reach whatever whoever grades may.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from nbcourse.grading.sandbox.process import ENVIRONMENT, Command, ZygoteSandbox, zygote_words
from nbcourse.grading.sandbox.view import PACKAGES, packages, reduced_library


class LocalSandbox(ZygoteSandbox):
    """Workers of a zygote that runs in a temporary folder.

    Parameters
    ----------
    memory
        Bytes of address space for each process.
    seconds
        Processor time for each process.
    names
        The packages that students' code may import.
    place
        Which of several that are used at the same time this is.
    """

    def __init__(
        self, memory: int, seconds: int, names: Sequence[str] = PACKAGES, place: int = 0
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="nbcourse-"))
        for name, source in reduced_library().items():
            target = self._folder / "course" / "nbcourse" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        (self._folder / "packages").mkdir()
        for top, path in packages(tuple(names)).items():
            (self._folder / "packages" / top).symlink_to(path)
        work = self._folder / "work"
        work.mkdir()
        environment = ENVIRONMENT | {
            "HOME": str(work),
            "IPYTHONDIR": str(self._folder / "ipython"),
            "MPLCONFIGDIR": str(self._folder / "matplotlib"),
            "TMPDIR": str(self._folder),
            "PATH": os.defpath,
            "USER": "student",
        }
        folders = [str(self._folder / name) for name in ("course", "packages")]
        command = Command(zygote_words(sys.executable, *folders), environment, str(work))
        limits = {"memory": memory, "seconds": seconds}
        super().__init__(command, limits | {"namespaces": False, "place": place})

    def close(self) -> None:
        """End the zygote and everything that it has forked, and remove its folder."""
        super().close()
        shutil.rmtree(self._folder, ignore_errors=True)
