"""Opens the window on a vault, offscreen, waits, and says how much memory the program holds.

Run: `python -m bench.open_window FOLDER SECONDS`. Resident memory is that of the system at that
moment; the peak is that of the key derivation and is told apart.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from bench.big_vault import PASSPHRASE, shell_of
from bench.memory import peak_mb, resident_mb
from PySide6.QtCore import QTimer

from nrm_desktop.bootstrap.window import Opening, Program, report_defect
from nrm_desktop.ui.qt.application import make_application


def main(folder: str, wait_s: str) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = make_application(report_defect)
    vault = Path(folder)
    opening = Opening(lambda: shell_of(vault), vault / "settings", is_practice=True)
    program = Program(app, opening)
    program.show()

    def opened() -> None:
        QTimer.singleShot(int(float(wait_s) * 1000), tell)

    def tell() -> None:
        assert program.work is not None, "still unlocked"
        told = {"resident_mb": resident_mb(), "peak_mb": peak_mb()}
        json.dump(told, sys.stdout)
        app.quit()

    def refused(error: object) -> None:
        raise SystemExit(repr(error))

    program.unlock(PASSPHRASE, "", opened, refused)
    app.exec()
    program.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
