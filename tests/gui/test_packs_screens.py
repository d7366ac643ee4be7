"""The forms of a laptop: found by keys from the day, read, heard, reached in every look."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tests.e2e.signed_packs import base, bulgaria
from tests.gui.test_screens import (  # noqa: F401 - fixtures are found by their names here
    folder,
    keys,
    look_at,
    page,
    program,
    work,
)
from tests.gui.test_talk_screens import take_picture
from tests.gui.window import PASSPHRASE, Keys, prepare_vault, shown_words, start

from nrm_desktop.app.known_forms import ChangedForms
from nrm_desktop.app.packs_in_use import PackState
from nrm_desktop.bootstrap.travelling_packs import seal_pack, take_pack
from nrm_desktop.domain.forms.comparison import FormChange, Turn, changes_between
from nrm_desktop.domain.forms.outline import Subject, outline_of
from nrm_desktop.domain.forms.problems import PackProblem, PackRefused
from nrm_desktop.paths import resource_root
from nrm_desktop.storage.form_packs import FormPacks
from nrm_desktop.ui.presenters.packs import PackLine, PacksNow
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.widgets.button import Button
from nrm_desktop.ui.widgets.pill import Pill

OLD, NEW = "You decide.", "You decide who gets to know what, and you can take it back at any time."


def test_the_forms_of_a_laptop_can_be_read_heard_and_reached(program, work, keys, look_at):  # noqa: F811 - fixtures
    say = program.kit.say
    work.main.open(PlaceId.PACKS)
    keys.wait(lambda: say("It came with the program.") in shown_words(program.window))
    keys.wait(lambda: say("Verify and take in") in shown_words(program.window))
    look_at("forms of the program")

    work.main.page._show(much(say.language))
    look_at("forms that changed")
    take_picture(program, "forms-changed")
    for more in page(program).findChildren(Button):
        if more.isVisible() and say("Show more ({count})", count="").rstrip(")") in more.text():
            more.click()
    look_at("all that changed")
    fault = PackProblem("bg/forms/screening.toml", 3, "lost", "`x` is lost.", "Keep it.")
    work.main.page._failed(PackRefused([fault]))
    page(program).show_busy(say("Checking the forms …"))
    look_at("a pack with a fault")
    work.main.page._show(PacksNow(work.main.page._tools.now(say.language).packs, may_take=False))
    look_at("somebody who may not take in")


def much(language: str) -> PacksNow:
    """Everything that the page can say, with the changes of real packs."""
    shelf = FormPacks(resource_root() / "packs")
    changes = changes_between(
        outline_of(shelf.load().forms), outline_of(shelf.load(("bg", "gb")).forms), language
    )
    words = FormChange(
        Subject.CONSENT,
        Turn.WORDS,
        "consent_talk.adult.p2",
        "consent_talk.adult.p2",
        text="consent_talk.adult.p2",
        before=(OLD,),
        after=(NEW,),
    )
    taken = ("P-01", 1_700_000_000_000, 1_700_000_500_000)
    packs = (
        PackLine("base", "0.1.0", PackState.IN_USE, is_read=False),
        PackLine("gb", "0.2.0", PackState.IN_USE, *taken, is_read=False),
        PackLine("ro", "0.2.0", PackState.NOT_CHOSEN, *taken),
        PackLine("ua", "0.2.0", PackState.SUPERSEDED, *taken),
        PackLine("md", "", PackState.REFUSED, taken_ms=5, code="integrity.signature"),
        PackLine("", "", PackState.REFUSED, code="integrity.database"),
        PackLine("bg", "0.2.0", PackState.IN_USE, *taken, is_coming=True, is_read=True),
    )
    changed = ChangedForms(1_700_000_600_000, changes=(words, *changes))
    return PacksNow(packs, may_take=True, changed=changed, coming=changes[-3:])


@pytest.fixture
def changed_program(tmp_path, qtbot, faults, shipped_fonts):
    """A window on a vault whose forms change with the next unlocking."""

    def fill(vault) -> None:
        made = seal_pack(vault.session, base(tmp_path / "base"), str(tmp_path / "base.nrmf"))
        take_pack(vault.session, made.file)
        seal_pack(vault.session, bulgaria(tmp_path / "bg"), str(tmp_path / "bg.nrmf"))

    prepare_vault(tmp_path, fill)
    made = start(tmp_path, faults)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made.window)
    yield made
    made.window.close()
    made.window.deleteLater()


@pytest.mark.threat("T12")
def test_who_unlocks_with_other_forms_finds_what_is_different_and_takes_in_more_by_keys(
    changed_program, qtbot, tmp_path
):
    hand = unlocked_by_keys(changed_program, qtbot)
    hand.go_to_place("Today")
    hand.wait_for_words("Go there")
    table = page(changed_program)._table
    hand.wait(lambda: table.isVisible() and table.view().hasFocus())
    hand.wait(lambda: changed_line(changed_program) is not None)
    row = changed_line(changed_program)
    hand.press(Qt.Key.Key_Home)
    hand.press(Qt.Key.Key_Down, times=row)
    hand.press(Qt.Key.Key_Return)

    hand.wait_for_words("New: Way home (")
    assert "Before: 0.1.0" in shown_words(changed_program.window)
    assert "Now: 0.2.0" in shown_words(changed_program.window)
    hand.wait_for_words("the signature was verified")
    take_picture(changed_program, "forms-after-an-unlocking")

    hand.wait_to_tab_to("File of the forms")
    hand.type(str(tmp_path / "bg.nrmf"))
    hand.press(Qt.Key.Key_Return)
    hand.wait_for_words("Taken in. It is used once it is opened next time.")
    hand.wait_for_words("New: Way that was taken (")
    hand.wait(lambda: "From the next unlocking on" in pills(changed_program))
    take_picture(changed_program, "forms-taken-in")

    hand.go_to_place("Today")
    hand.wait(lambda: checked(changed_program))
    assert changed_line(changed_program) is None


def unlocked_by_keys(shown, qtbot) -> Keys:
    hand = Keys(qtbot, lambda: shown.window)
    hand.wait_for_words("Unlock")
    hand.wait(lambda: QApplication.focusWidget() is not None)
    hand.type(PASSPHRASE)
    hand.press(Qt.Key.Key_Return)
    hand.wait(lambda: shown.work is not None)
    hand.wait_for_words("Today")
    return hand


def pills(shown) -> list[str]:
    """How the packs on the page stand."""
    return [pill.accessibleName() for pill in page(shown).findChildren(Pill) if pill.isVisible()]


def changed_line(shown) -> int | None:
    """The row of today that tells of other forms."""
    lines = shown.work.main.page._lines
    rows = [at for at, line in enumerate(lines) if line.place is PlaceId.PACKS]
    return rows[0] if rows else None


def checked(shown) -> bool:
    """True once every source of today was read."""
    found = shown.work.main.page._found
    return bool(found) and all(one is not None for one in found)
