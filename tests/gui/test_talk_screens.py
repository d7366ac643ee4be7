"""A talk in every look: neutral signs that betray nothing, the pause, and what was asked before."""

import os
import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from tests.gui import walks
from tests.gui.test_screens import (  # noqa: F401 - fixtures are found by their names here
    folder,
    is_built,
    keys,
    look_at,
    page,
    program,
    work,
)
from tests.gui.window import CTRL, readable, shown_words
from tests.packs.sensitive import SENSITIVE

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.commands import OpenCase
from nrm_desktop.app.signs import signs_of
from nrm_desktop.domain.indicators import Documented
from nrm_desktop.domain.values import NOT_ASKED, AnswerState, Source
from nrm_desktop.ui.presenters.main import CaseRef
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.unlock import QUICK
from nrm_desktop.ui.views.counter_sheet import CounterSheetCard
from nrm_desktop.ui.views.talk_frame import TalkFrame
from nrm_desktop.ui.views.writing_offer import WritingOffer
from nrm_desktop.ui.widgets.answer_state import state_word
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.earlier_line import EarlierLine
from nrm_desktop.ui.widgets.field import FieldWidget
from nrm_desktop.ui.widgets.field_stack import FieldStack
from nrm_desktop.ui.widgets.pill import Pill

SHORTEST = 4
ON_THE_SHEET = ("counter_sheet", "counter_line")
"""Words that a bystander may read: they are looked through for sensitive ones."""


def case_with(vault, **answers):
    """A new case with an interview in it."""
    (opened,) = vault.handle(OpenCase(child=NOT_ASKED))
    answering = Answering(vault.context, opened.scope, vault.reader.case(opened.scope, vault.sight))
    for name, value in answers.items():
        answering.add(Wanted(f"screening[+1].{name}", value))
    vault.handle(answering.command())
    return CaseRef(opened.scope, opened.code)


def open_interview(work, keys, program, case):  # noqa: F811 - fixtures
    work.main.open_case(case)
    keys.wait(lambda: page(program).findChild(FieldStack) and is_built(page(program)))


def settle(program, keys):  # noqa: F811 - fixtures
    """What was hidden or shown is laid out when the events that it caused are through."""
    QTest.qWait(60)
    keys.wait(lambda: not walks.cut_off(program.window))


def words_of_packs(forms) -> set[str]:
    """Every label, title, reason and code of the packs, in every language."""
    return {
        text
        for texts in forms.texts.values()
        for key, text in texts.items()
        if len(text) >= SHORTEST and not key.startswith(("yesno", "state", "role", *ON_THE_SHEET))
    }


@pytest.mark.rule("R41")
@pytest.mark.rule("S2")
def test_while_somebody_else_can_see_the_screen_nothing_on_it_betrays(
    program,  # noqa: F811 - fixtures
    work,  # noqa: F811 - fixtures
    keys,  # noqa: F811 - fixtures
    look_at,  # noqa: F811 - fixtures
):
    forms = work.vault.forms
    case = case_with(work.vault, seen_alone="no", danger_now="yes", explained="purpose")
    open_interview(work, keys, program, case)
    told = words_of_packs(forms)
    # Words of the program for the state of an answer; some list of codes has them, too.
    states = {state_word(program.kit.say, state) for state in AnswerState}

    for number, part in enumerate(work.main.page._page.flow()):
        work.main.page.open_section(part.section.key)
        keys.wait(lambda: is_built(page(program)))
        lines = set(readable(program.window).splitlines())
        assert sorted(lines & told - states) == [], part.section.key
        assert [line for line in lines if SENSITIVE.search(line)] == [], part.section.key
        if number in (0, 1):
            settle(program, keys)
            look_at(f"neutral {number}")
            take_picture(program, f"neutral-{number}")
        sheet = program.window.findChild(CounterSheetCard)
        assert sheet.isVisible()
        assert forms.text("counter_line.from", program.kit.say.language) in lines
    assert program.window.windowTitle() == program.kit.say("Notes")

    keys.press(Qt.Key.Key_P)
    settle(program, keys)
    look_at("neutral pause")
    assert not SENSITIVE.search(readable(program.window))
    keys.press(Qt.Key.Key_H, CTRL)
    assert set(readable(program.window).splitlines()) & told, "the same key brings the words back"


@pytest.mark.rule("R41")
@pytest.mark.rule("S2")
def test_what_is_answered_on_the_sheet_lands_in_its_field_and_a_sign_needs_one_key(
    program,  # noqa: F811 - fixtures
    work,  # noqa: F811 - fixtures
    keys,  # noqa: F811 - fixtures
    look_at,  # noqa: F811 - fixtures
):
    case = case_with(work.vault, place_type="port")
    open_interview(work, keys, program, case)
    settle(program, keys)
    look_at("the legend of the sheet")
    take_picture(program, "legend")
    scope, forms = work.main.page._scope, work.vault.forms
    keys.press(Qt.Key.Key_H, CTRL)
    sheet = program.window.findChild(CounterSheetCard)
    keys.tab_to(forms.text("counter_line.booked", program.kit.say.language))
    keys.type("A friend")
    while keys.focused().accessibleName()[-1:] != "7":
        keys.press(Qt.Key.Key_Tab)
    keys.press(Qt.Key.Key_8)
    settle(program, keys)
    take_picture(program, "sheet")
    assert [one.isChecked() for one in sheet.signs.values()] == [False, True, False]
    keys.press(Qt.Key.Key_H, CTRL)
    assert program.window.findChild(CounterSheetCard) is None or not sheet.isVisible()
    work.main.page.leave()

    def said(field):
        view = work.vault.reader.case(scope, work.vault.sight)
        found = [c.acting.answer for c in view.cells if c.field == field]
        return [(one.value, one.source) for one in found]

    keys.wait(lambda: said("quick.q_result"))
    assert said("counter.booked") == [("A friend", Source.PERSON)]
    assert said("quick.q_result")[0][0] == ("travelled_on_with_companion",)


@pytest.mark.rule("R41")
@pytest.mark.rule("S2")
def test_the_sheet_can_be_read_in_the_language_of_the_person(program, work, keys, look_at):  # noqa: F811 - fixtures
    open_interview(work, keys, program, case_with(work.vault, seen_alone="no"))
    sheet = program.window.findChild(CounterSheetCard)
    for language in ("ar", "uk", "bg", "en"):
        work.main.page.talk.sheet.choose_language(language)
        settle(program, keys)
        look_at(f"the sheet in {language}")
        take_picture(program, f"sheet-in-{language}")
        assert work.vault.forms.text("counter_line.bag", language) in readable(sheet)
        assert not SENSITIVE.search(readable(program.window))


@pytest.mark.rule("R41")
@pytest.mark.rule("S2")
def test_before_unlocking_the_sheet_can_be_read_heard_and_reached(program, keys, look_at):  # noqa: F811 - fixtures
    keys.wait(lambda: (shown := program.window.findChild(WritingOffer)) and shown.isVisible())
    program.window.findChild(WritingOffer).ask(QUICK)
    keys.wait(lambda: program.window.findChild(FieldStack) and is_built(program.window))
    keys.press(Qt.Key.Key_H, CTRL)
    keys.wait(lambda: program.window.findChild(CounterSheetCard))
    settle(program, keys)
    look_at("the sheet before unlocking")
    assert not SENSITIVE.search(readable(program.window))


@pytest.mark.rule("N14")
def test_signs_can_be_read_heard_and_reached(program, work, keys, look_at):  # noqa: F811 - fixtures
    case = case_with(work.vault, place_type="shelter")
    work.main.open_case(case)
    work.main.open(PlaceId.SIGNS)
    keys.wait(lambda: page(program).findChildren(Pill))
    settle(program, keys)
    look_at("signs")

    keys.tab_to(page(program)._adding["general.means"].accessibleName())
    keys.press(Qt.Key.Key_Space)
    settle(program, keys)
    keys.press(Qt.Key.Key_Down)
    keys.press(Qt.Key.Key_2)
    settle(program, keys)
    look_at("a sign is asked about")
    keys.press(Qt.Key.Key_Return, CTRL)

    def documented():
        view = work.vault.reader.case(case.scope, work.vault.sight)
        return signs_of(work.vault.forms.signs, view).states["general.means"]

    keys.wait(lambda: documented() is Documented.YES)
    settle(program, keys)
    look_at("a sign is noted")
    keys.wait(lambda: keys.focused() is page(program)._adding["general.means"])


@pytest.mark.rule("S2")
@pytest.mark.rule("R41")
def test_a_card_is_all_that_is_on_the_screen_while_the_person_looks(program, work, keys, look_at):  # noqa: F811 - fixtures
    case = case_with(work.vault, place_type="shelter")
    work.main.open_case(case)
    work.main.open(PlaceId.CARDS)
    keys.wait(lambda: isinstance(keys.focused(), ChoiceBox))
    settle(program, keys)
    look_at("show-cards")

    work.main.page.choose_language("uk")
    work.main.page.show("talk_alone")
    settle(program, keys)
    look_at("a card")
    assert "Хочете поговорити наодинці?" in readable(program.window)
    assert case.code not in readable(program.window)
    keys.press(Qt.Key.Key_1)

    def pointed():
        view = work.vault.reader.case(case.scope, work.vault.sight)
        return [c.acting.answer.value for c in view.cells if c.field == "cards.ca_answer"]

    keys.wait(lambda: pointed() == ["yes"])
    keys.wait(lambda: case.code in readable(program.window))


@pytest.mark.rule("S1")
@pytest.mark.rule("R23")
def test_a_code_from_a_slip_goes_on_with_what_was_seen(program, work, keys, look_at, tmp_path):  # noqa: F811 - fixtures
    case = case_with(work.vault, danger_now="yes", seen_alone="yes")
    open_interview(work, keys, program, case)
    work.main.page.talk.give_code()
    keys.wait(lambda: code_on(program) is not None)
    keys.wait(lambda: (card := page(program).paper) and card.isVisible())
    look_at("a code for the slip")
    take_picture(program, "slip")
    code = code_on(program)
    page(program).paper._folder.take_focus()
    keys.type(str(tmp_path))
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: list(tmp_path.glob("h-*.pdf")))
    keys.wait(page(program).paper._write.isEnabled)
    look_at("the slip is written")

    work.main.open(PlaceId.NEW_CASE)
    keys.tab_to(page(program)._slip.accessibleName())
    keys.type(code.lower())
    look_at("a code is typed")
    keys.press(Qt.Key.Key_Return)
    keys.wait(lambda: page(program).findChild(FieldStack) and isinstance(page(program), TalkFrame))

    def dangers():
        scope = work.main.page._scope
        view = work.vault.reader.case(scope, work.vault.sight)
        return [c.acting.answer.value for c in view.cells if c.field == "screening.danger_now"]

    assert work.main.page._scope != case.scope
    keys.wait(lambda: dangers() == [True])


def take_picture(program, name: str) -> None:  # noqa: F811 - fixtures
    """A picture of the window, where somebody wants to look."""
    folder = os.environ.get("NRM_PICTURES")  # noqa: F811 - a folder to look into
    if folder:
        program.window.grab().save(f"{folder}/{name}-{program.kit.say.language}.png")


def code_on(program):  # noqa: F811 - fixtures
    """The hand-over code that can be read in the window."""
    found = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{4}", shown_words(program.window))
    return found.group() if found else None


def test_a_pause_is_one_key_and_its_reason_another(program, work, keys, look_at):  # noqa: F811 - fixtures
    open_interview(work, keys, program, case_with(work.vault, place_type="shelter"))
    field = page(program).findChild(FieldWidget)
    field.take_focus()

    keys.press(Qt.Key.Key_P)
    settle(program, keys)
    look_at("pause")
    keys.press(Qt.Key.Key_3)
    keys.wait(lambda: work.main.page.talk._card.chosen == "distress")
    keys.press(Qt.Key.Key_Return)  # go on

    keys.wait(lambda: page(program).findChild(FieldStack).isVisible())
    scope = work.main.page._scope

    def reasons():
        view = work.vault.reader.case(scope, work.vault.sight)
        return [
            cell.acting.answer.value
            for cell in view.cells
            if cell.field == "screening.breaks.reason"
        ]

    keys.wait(lambda: reasons() == ["distress"])


@pytest.mark.rule("R23")
def test_what_was_asked_before_stands_beside_the_question(program, work, keys, look_at):  # noqa: F811 - fixtures
    case = case_with(work.vault, able_to_talk="yes", danger_now="no")
    open_interview(work, keys, program, case)
    first = work.main.page._page.root

    work.main.page.start_another()
    keys.wait(lambda: work.main.page._page.root != first and is_built(page(program)))
    settle(program, keys)
    look_at("asked before")
    lines = [one for one in walks.visible(page(program)) if isinstance(one, EarlierLine)]
    assert lines

    before = len(lines)
    button = lines[0].findChild(QWidget, "still-so")
    button.setFocus()
    keys.press(Qt.Key.Key_Space)
    keys.wait(
        lambda: (
            before
            > len([one for one in walks.visible(page(program)) if isinstance(one, EarlierLine)])
        )
    )
    assert isinstance(page(program), TalkFrame)
