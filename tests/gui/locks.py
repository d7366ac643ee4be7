"""What tests of the lock look for: live keys, live words, what is kept."""

import gc

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from tests.gui.window import (
    unlocked,
)

from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.security.keys import DeviceKeys, SignerKeys
from nrm_desktop.security.vault.opening import Unlocked
from nrm_desktop.security.vault.slot_locks import SlotSeeds
from nrm_desktop.security.vault.working_keys import VaultKeys
from nrm_desktop.storage.vault_database import VaultDatabase

NAME = "Quillsworth"
MARKER = f"{NAME}-4711"
"""Made here, so that no line of source kept for tracebacks holds it."""
CODE = "420917"
OF_A_VAULT = (OpenVault, VaultDatabase, Unlocked, VaultKeys, SlotSeeds, SignerKeys, DeviceKeys)


def unlock(program, keys, typed: str) -> None:
    """Type what opens, as somebody does who sees the cursor stand in an empty line."""
    keys.wait(lambda: is_empty_line(keys.focused()))
    keys.type(typed)
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: program.work is not None)
    keys.wait_for_words("New case")


def is_empty_line(widget: QWidget) -> bool:
    return isinstance(widget, QLineEdit) and not widget.isReadOnly() and not widget.text()


def is_left(marker: str) -> list[str]:
    """Texts in live objects that hold the marker, with what holds them."""
    found = []
    for holder in gc.get_objects():
        if type(holder).__name__ == "cell" or is_module_of_tests(holder):
            continue  # the variable here, and the constant of the tests
        for held in gc.get_referents(holder):
            place = str(held).find(marker) if type(held) in (str, bytes) else -1
            if place >= 0:
                near = str(held)[max(0, place - 60) : place + 60]
                found.append(f"{type(holder).__name__}: {near}")
    return found


def is_module_of_tests(holder: object) -> bool:
    name = holder.get("__name__") if isinstance(holder, dict) and "__builtins__" in holder else ""
    return str(name).startswith("tests.")


_of_others: list[object] = []
"""Keys that were alive before this test began: of windows of other tests in the same process."""


def note_keys_of_others() -> None:
    gc.collect()
    _of_others[:] = [one for one in gc.get_objects() if isinstance(one, OF_A_VAULT)]


def count_of_keys() -> int:
    gc.collect()
    known = set(map(id, _of_others))
    live = (one for one in gc.get_objects() if isinstance(one, OF_A_VAULT))
    return sum(id(one) not in known for one in live)


def kept_words(folder) -> list[object]:
    """What a case holds: signed values, and words of drafts."""
    vault = unlocked(folder)
    try:
        row = vault.reader.cases(CaseFilter(), 5, None, vault.sight).rows[0]
        view = vault.reader.case(row.scope, vault.sight)
        drafts = vault.reader.drafts(vault.context.user)
        signed = [cell.acting.answer.value for cell in view.cells]
        return signed + [field[2] for draft in drafts for field in draft.fields]
    finally:
        vault.close()
