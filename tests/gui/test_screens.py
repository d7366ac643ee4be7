"""Every screen, in every look: named for screen readers, nothing cut, large enough, reachable."""

from functools import partial

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from tests.gui import walks
from tests.gui.pseudo import PseudoSay
from tests.gui.samples import A_CONFLICT, A_LINE, MISSING
from tests.gui.window import (
    CTRL,
    PASSPHRASE,
    Keys,
    prepare_vault,
    readable,
    shell_of,
    shown_words,
    start,
)
from tests.packs.sensitive import SENSITIVE

import nrm_desktop.bootstrap.window as window_module
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.app.way_back import WayBack
from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.bootstrap import practice_cases
from nrm_desktop.bootstrap.intake import write_box
from nrm_desktop.bootstrap.window_settings import WindowSettings, write_settings
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import answered
from nrm_desktop.paths import resource_root
from nrm_desktop.ui.presenters.idle import Due
from nrm_desktop.ui.presenters.lock_reason import LockReason
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.safety import (
    CheckState,
    Stage,
    check_words,
    safety_banner,
    safety_mark,
    way_back_card,
)
from nrm_desktop.ui.presenters.unlock import MESSAGE, QUICK
from nrm_desktop.ui.views.case_list import CaseListPage
from nrm_desktop.ui.views.counter_sheet import CounterSheetCard
from nrm_desktop.ui.views.sliced_stack import SlicedStack
from nrm_desktop.ui.views.static_table import StaticTable
from nrm_desktop.ui.views.writing_offer import WritingOffer
from nrm_desktop.ui.widgets.answer_state import StateButton
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.field_stack import FieldStack
from nrm_desktop.ui.widgets.page import EmptyState
from nrm_desktop.ui.widgets.picture import PictureBox
from nrm_desktop.ui.widgets.table import TableCard

SETTLED_MS = 60
"""After it what was hidden or shown is laid out."""
SMALL, LAPTOP = (1024, 600), (1366, 768)
LOOKS = {
    "light": (WindowSettings("en", "light", 100), SMALL, None),
    "dark": (WindowSettings("uk", "dark", 100), LAPTOP, None),
    "high contrast": (WindowSettings("bg", "hc", 115), LAPTOP, None),
    "right to left, 150 %": (WindowSettings("ar", "light", 150), LAPTOP, None),
    "pseudo-language": (WindowSettings("en", "light", 100), SMALL, PseudoSay()),
    "pseudo-language, 150 %": (WindowSettings("en", "dark", 150), LAPTOP, PseudoSay()),
}
SECTIONS = (0, 1, 2, 4, 8)
"""Setting, information, safety now, what happened (repeats), the worker's view (groups)."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A vault with invented people; every test unlocks it anew."""
    made = tmp_path_factory.mktemp("screens")

    def fill(vault) -> None:
        offices = practice_cases.add_offices(vault, resource_root())
        for told in practice_cases.invented_cases(resource_root(), 2):
            case = practice_cases.open_case(vault, told)
            practice_cases.answer_case(vault, case, told, offices)
            practice_cases.record_consents(vault, case, told, offices)

    prepare_vault(made, fill)
    return made


@pytest.fixture(params=LOOKS, ids=LOOKS)
def program(request, folder, qtbot, qapp, faults, shipped_fonts, monkeypatch):
    settings, size, say = LOOKS[request.param]
    if say is not None:
        monkeypatch.setattr(window_module, "load_translator", lambda *_, **__: say)
    write_settings(folder, settings)
    made = start(folder, faults)
    made.window.resize(*size)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made.window)
    yield made
    made.window.close()
    made.window.deleteLater()
    write_settings(folder, WindowSettings())


@pytest.fixture
def look_at(program):
    """Walk over what is shown now."""
    return partial(walks.look_at, program)


@pytest.fixture
def work(program, keys, look_at):
    """The unlocked window, its list of cases looked at."""
    keys.wait(lambda: program.window.findChild(StateButton))
    look_at("locked")
    keys.type(PASSPHRASE)
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: program.work and shows(program, CaseListPage))
    table = program.work.frame.page.findChild(TableCard).view()
    keys.wait(lambda: table.model().rowCount())
    look_at("cases")
    return program.work


@pytest.fixture
def keys(qtbot, program):
    return Keys(qtbot, lambda: program.window)


def shows(program, kind: type) -> bool:
    return isinstance(program.work.frame.page, kind)


def is_built(shown) -> bool:
    stack = shown.findChild(SlicedStack)
    return stack is None or not stack.findChild(QTimer).isActive()


def page(program):
    return program.work.frame.page


def test_the_screens_of_a_case_can_be_read_heard_and_reached(program, work, keys, look_at):
    vault = work.vault
    row = vault.reader.cases(CaseFilter(), 5, None, vault.sight).rows[-1]
    work.main.open_case(CaseRef(row.scope, row.code))
    keys.wait(lambda: page(program).findChild(FieldStack))
    for number in range(9):
        keys.wait(lambda: is_built(page(program)))
        if number in SECTIONS:
            look_at(f"section {number}")
        keys.press(Qt.Key.Key_PageDown, CTRL)

    work.main.open(PlaceId.CONSENT)
    keys.wait(lambda: page(program).findChild(FieldStack))
    keys.press(Qt.Key.Key_Down)
    keys.press(Qt.Key.Key_Tab, times=2)
    keys.press(Qt.Key.Key_Space)
    keys.press(Qt.Key.Key_4)
    look_at("consent")

    work.main.open(PlaceId.REFERRAL)
    keys.wait(lambda: isinstance(keys.focused(), ChoiceBox))
    going = page(program).findChild(StaticTable)
    for _ in range(6):
        keys.press(Qt.Key.Key_Down)
        keys.wait(lambda: going.view().model().rowCount())
        look_at("referral")


def test_the_attachments_of_a_case_can_be_read_heard_and_reached(
    program, work, keys, look_at, tmp_path
):
    vault = work.vault
    row = vault.reader.cases(CaseFilter(), 5, None, vault.sight).rows[-1]
    work.main.open_case(CaseRef(row.scope, row.code))
    keys.wait(lambda: page(program).findChild(FieldStack))
    work.main.open(PlaceId.ATTACHMENTS)
    keys.wait(lambda: isinstance(keys.focused(), QLineEdit))
    table = page(program).findChild(StaticTable)
    before = len(vault.attachments.desk.rows(row.scope))
    keys.wait(lambda: table.view().model().rowCount() == before)
    look_at("attachments")

    painted = QImage(300, 200, QImage.Format.Format_RGB32)
    painted.fill(Qt.GlobalColor.darkCyan)
    assert painted.save(str(tmp_path / "paper.png"), "PNG")
    keys.type(str(tmp_path / "paper.png"))
    for box in page(program).findChildren(ChoiceBox):  # the part of the file, and what it shows
        box.setCurrentIndex(0)
    keys.press(Qt.Key.Key_Return, CTRL)
    keys.wait(lambda: table.view().model().rowCount() == before + 1)
    look_at("a file was taken in")
    table.choose_row(before)
    table.view().setFocus()
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: page(program).findChild(PictureBox).isVisible())
    look_at("a page is shown")


FORMS = {"needs": "needs.domain", "safety": "safety.plan", "plan": "plan.goal", "event": "event.e"}


def test_the_forms_of_a_case_can_be_read_heard_and_reached(program, work, keys, look_at):
    vault = work.vault
    row = vault.reader.cases(CaseFilter(), 5, None, vault.sight).rows[-1]
    work.main.open_case(CaseRef(row.scope, row.code))
    for form, section in FORMS.items():
        work.main.open(PlaceId.FORMS)
        keys.wait(lambda: page(program).findChild(StaticTable).view().model().rowCount())
        look_at("forms")
        lines = work.main.page
        lines.begin([line.id for line in lines._lines].index(form))
        keys.wait(lambda: page(program).findChild(FieldStack))
        work.main.page.open_section(section)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the section before
        keys.wait(lambda: is_built(page(program)) and not walks.cut_off(program.window))
        look_at(f"{form}: {section}")


def test_the_other_places_can_be_read_heard_and_reached(program, work, keys, look_at):
    work.main.open(PlaceId.NEW_CASE)
    look_at("new case")

    work.main.open(PlaceId.EXCHANGE)
    page(program).show_result(("Nothing new has arrived.",))
    look_at("exchange")

    work.main.open(PlaceId.CONFLICTS)
    keys.wait(lambda: page(program).findChild(EmptyState))
    look_at("nothing to decide")
    page(program).show_conflicts((A_CONFLICT,))
    look_at("two versions")


def test_the_search_can_be_read_heard_and_reached(program, work, keys, look_at):
    keys.press(Qt.Key.Key_F, CTRL)
    keys.wait(lambda: isinstance(keys.focused(), QLineEdit))
    look_at("search")
    keys.type("olena")
    table = page(program).findChild(StaticTable)
    keys.wait(lambda: table.view().model().rowCount())
    look_at("found")
    keys.press(Qt.Key.Key_Return)
    look_at("into the rows")
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: page(program).findChild(FieldStack))
    keys.wait(lambda: is_built(page(program)))
    page(program).alike.show_alike((A_LINE, A_LINE))
    look_at("a name like this stands elsewhere")


def test_the_safety_of_the_safe_can_be_read_heard_and_reached(program, work, keys, look_at):
    say = program.kit.say
    work.main.open(PlaceId.SAFETY)
    keys.wait(lambda: not work.care.is_at_work)
    keys.wait(lambda: say("Set up the way back now") in shown_words(program.window))
    look_at("safety")
    at_stake = WayBack(False, 0, 5, is_check_due=False, is_root_at_stake=True)
    page(program).show_way_back(way_back_card(say, at_stake))
    look_at("the office is not enough")

    page(program).show_way_back(way_back_card(say, MISSING.way_back))
    page(program).show_condition(("One line of what is to be known.", "And a second one."))
    page(program).show_identity(is_needed=True)
    page(program).show_busy(say("Making the new identity …"))
    page(program).show_check(*check_words(say, CheckState(Stage.RUNS, 1, 4)))
    work.frame.show_alarm(safety_banner(say, MISSING))
    work.frame.status.show_parts((safety_mark(say, MISSING),))
    look_at("safety, where everything is loud")
    work.frame.show_alarm(None)

    work.main.open(PlaceId.WAY_BACK)
    keys.wait(lambda: focused_words(keys) == say("I have written them down"))
    look_at("the groups")
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: isinstance(keys.focused(), QLineEdit))
    keys.type("0000")
    keys.press(Qt.Key.Key_Return, times=2)
    keys.wait(lambda: say("Group {number}", number=1)[:3] in shown_words(program.window))
    look_at("a group that is wrong")
    page(program).show_done(say("The sheet is at hand. Put it back where it was."))
    look_at("the way back is set up")


def focused_words(keys) -> str:
    return walks.words_of(keys.focused())


def test_locking_and_the_locked_screen_can_be_read_heard_and_reached(program, work, keys, look_at):
    work.main.open(PlaceId.LOCKING)
    look_at("locking")
    page(program).show_problem(program.kit.say("The two lines differ."))
    look_at("a code that was not taken")
    program.control.set_shift("420917")
    work.main.open(PlaceId.LOCKING)
    look_at("a shift code is set")

    row = work.vault.reader.cases(CaseFilter(), 5, None, work.vault.sight).rows[-1]
    work.main.open_case(CaseRef(row.scope, row.code))
    keys.wait(lambda: page(program).findChild(FieldStack))
    keys.wait(lambda: is_built(page(program)))
    work.frame.status.show_listening(is_on=True)
    program.window.show_due(Due.ASK)
    look_at("listening")

    program.lock(LockReason.NEXT_PERSON)
    keys.wait(lambda: program.window.findChild(StateButton))
    look_at("locked under a shift code")


def test_writing_without_unlocking_can_be_read_heard_and_reached(program, keys, look_at):
    for form in (QUICK, MESSAGE):
        keys.wait(lambda: (shown := program.window.findChild(WritingOffer)) and shown.isVisible())
        program.window.findChild(WritingOffer).ask(form)
        keys.wait(lambda: program.window.findChild(FieldStack))
        keys.wait(lambda: is_built(program.window))
        look_at(f"writing {form}")
        keys.press(Qt.Key.Key_Return, CTRL)
        look_at(f"nothing is written in {form}")
        if form == QUICK:
            keys.press(Qt.Key.Key_H, CTRL)
            keys.wait(lambda: program.window.findChild(CounterSheetCard))
            QTest.qWait(SETTLED_MS)
            look_at("the sheet before unlocking")
            assert not SENSITIVE.search(readable(program.window)), "S2"
        keys.press(Qt.Key.Key_Escape)
        keys.wait(lambda: program.window.findChild(FieldStack) is None)
    keys.wait(lambda: program.window.findChild(WritingOffer).isVisible())
    note = program.kit.say("These open once somebody has unlocked this laptop.")
    program.window.findChild(WritingOffer).offer(note)
    look_at("nobody has unlocked here")


def test_what_waits_can_be_read_heard_and_reached(program, folder, work, keys, look_at):
    shell = shell_of(folder)
    said = ((FieldId("screening.danger_now"), answered(value=True)),)
    message = ((FieldId("feedback.fb_text"), answered("Cold soup, and a long wait.")),)
    work.main.open(PlaceId.WAITING)
    keys.wait(lambda: not page(program).findChild(StaticTable).isVisible())
    look_at("nothing waits")

    names = [write_box(shell, BoxContent(QUICK, 1, said))]
    names.append(write_box(shell, BoxContent(MESSAGE, 2, message)))
    work.main.open(PlaceId.WAITING)
    work.main.refresh_status()
    table = page(program).findChild(StaticTable)
    keys.wait(lambda: table.view().model().rowCount() == len(names))
    look_at("two wait")
    for row in range(len(names)):
        table.choose_row(row)
        table.view().setFocus()
        keys.press(Qt.Key.Key_Return)
        look_at("a form that waits")
    for name in names:
        (shell.folder / "boxes" / name).unlink()
