"""Giving a file that others made the name of an older one: in one step, lasting, and patient.

Large files are made by the database engine, so they do not come through `files`. The rule is the
same: a scanner that holds a file is waited for, and nothing is ever forced.

Unverified on Windows (docs/platforms.md).

Source: storage-security.md sections 4.4 and 4.6.
"""

from __future__ import annotations

import time
from pathlib import Path

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.platforms.file_calls import FileCalls, calls_here
from nrm_desktop.platforms.files import WAITS_S, Sleep


def take_name(
    source: Path, target: Path, calls: FileCalls | None = None, sleep: Sleep = time.sleep
) -> None:
    """Rename a file over another one.

    Raises: EnvironmentFault while something holds one of them for more than three seconds; both
    then lie where they lay.
    """
    here = calls or calls_here()
    with told_as_faults():
        for wait_s in WAITS_S:
            try:
                here.replace(source, target)
                break
            except PermissionError:
                sleep(wait_s)
        else:
            here.replace(source, target)
        here.flush_folder(target.parent)
