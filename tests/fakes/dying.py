"""A process that dies at its n-th step on the disk, as if by kill -9: nothing is tidied up.

The steps are those that Python reports of its own accord (files opened, folders made, renamed,
removed, files copied), so no step of the code under test has to be named here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

STEPS = frozenset(
    ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.copyfile", "shutil.rmtree")
)
DIED = 9
DONE = 0


def dies_at(step: int, work: Callable[[], object]) -> bool:
    """Do the work in a child that dies before its n-th step; False once it comes to its end."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _die_at(step)
            work()
            code = DONE
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {DIED, DONE}, code
    return code == DIED


def _die_at(step: int) -> None:
    left = [step]

    def hook(event: str, _arguments: tuple) -> None:
        if event in STEPS:
            left[0] -= 1
            if left[0] == 0:
                os._exit(DIED)

    sys.addaudithook(hook)
