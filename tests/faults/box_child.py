"""A child program that writes boxes beside a locked vault until it is killed or the disk is full.

Run: `python -m tests.faults.box_child FOLDER [bytes]`: files limited to so many bytes. It says
`BOX name` after each one that was kept, and `FAULT code` where no further one is taken.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from tests.faults.saving_child import shell_in

from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.bootstrap.intake import write_box
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import answered

MARK = "Zzqwritten"


def main(folder: str, most_bytes: str = "") -> None:
    shell = shell_in(Path(folder))
    if most_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(most_bytes), int(most_bytes)))
    try:
        for number in range(1_000):
            words = f"{MARK} {number} " + "about what was seen in the queue " * 40
            answers = ((FieldId("quick.q_writer"), answered(words)),)
            name = write_box(shell, BoxContent("quick", shell.clock.now_ms(), answers))
            os.write(sys.stdout.fileno(), f"BOX {name}\n".encode())
    except NrmError as error:
        os.write(sys.stdout.fileno(), f"FAULT {error.code}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
