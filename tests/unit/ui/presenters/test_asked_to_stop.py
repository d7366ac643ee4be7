"""What another organisation asks us to stop using, and our answer (R27, S6)."""

from dataclasses import replace

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import OFFICE, Reader, office

from nrm_desktop.app.exchange_ports import ReplyAddress
from nrm_desktop.app.notice_commands import AnswerNotice, NoticeAnswered
from nrm_desktop.app.stop_requests import AnsweredBack, AskedToStop
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.notices import Part
from nrm_desktop.ui.presenters.asked_to_stop import AskedToStopPresenter

pytestmark = [pytest.mark.rule("R27"), pytest.mark.rule("S6")]
NOTICE = b"n" * 16
REPLY = ReplyAddress(NOTICE, ScopeId(b"o" * 16), b"r" * 32, b"k" * 32, b"s" * 32)
ASKED = AskedToStop(
    REPLY,
    "r-7f3k2q",
    OFFICE,
    (Part("refer", "identity"), Part("refer", "needs")),
    "2026-11-26",
    "2026-12-10",
)
DONE = AnsweredBack("keeps_part", "The bill.", "2026-11-27T10:00", "P-02")


@pytest.fixture
def reader():
    return Reader(directory=(office(),), asked_to_stop=(ASKED,))


@pytest.fixture
def desk(reader):
    made = FakeDesk(reader)
    made.answers[AnswerNotice] = lambda cmd: (
        NoticeAnswered(
            scope=cmd.scope, reference="r-7f3k2q", reply=cmd.reply, path="/stick/q-abc.nrm"
        ),
    )
    return made


@pytest.fixture
def card(view, desk):
    made = AskedToStopPresenter(view, desk, SCOPE)
    made.start()
    return made


def test_it_says_who_asks_about_which_file_what_and_until_when(view, card):
    (lines, files, chosen) = view.told("show_requests")[-1]

    (line,) = lines
    assert line.title == "House Seven, file r-7f3k2q"
    assert line.is_open
    what, until = line.words.split("\n")
    assert what == (
        "To get help from another service: Name, birth date, citizenship; "
        "What help is needed, language, who comes along"
    )
    assert until == "To be answered by 2026-12-10."
    assert [one.code for one in files] == [chosen] == [NOTICE.hex()]


def test_what_cannot_be_read_means_all_of_it(view, reader, card):
    reader.answers["asked_to_stop"] = (
        replace(ASKED, parts=(Part("", ""), Part("refer", "")), sender=""),
    )
    card.refresh()

    (line,) = view.last("show_requests")
    assert line.title == "Name not known here, file r-7f3k2q"
    assert line.words.split("\n")[:2] == [
        "Everything in this file",
        "To get help from another service: Everything in this file",
    ]


def test_what_was_answered_stays_in_sight_and_what_is_open_stands_first(view, reader, card):
    other = replace(ASKED, reply=replace(REPLY, reference=b"m" * 16))
    reader.answers["asked_to_stop"] = (replace(ASKED, answers=(DONE,)), other)
    card.refresh()

    lines, _, chosen = view.told("show_requests")[-1]
    assert [line.is_open for line in lines] == [True, False]
    assert "Answered on 2026-11-27: A part stays here; The bill." in lines[1].words
    assert chosen == (b"m" * 16).hex()


def test_the_answer_is_written_for_the_chosen_file(view, desk, card):
    card.answer(NOTICE.hex(), "", "", "/stick")
    assert view.last("show_told") == "Choose what is done here."
    card.answer(NOTICE.hex(), "erased", "", " ")
    assert view.last("show_told") == "Choose a folder first."
    assert desk.sent(AnswerNotice) == []

    card.answer(NOTICE.hex(), "erased", "", " /stick ")

    (command,) = desk.sent(AnswerNotice)
    assert (command.scope, command.notice, command.reply) == (SCOPE, NOTICE, "erased")
    assert command.folder == "/stick"
    assert "q-abc.nrm" in view.last("show_told")
    assert "/stick" not in view.last("show_told"), "a path may tell something"
    assert view.told("clear_answer") == [()]


def test_what_is_refused_is_explained_and_what_was_typed_stays(view, desk, card):
    fault = Refused("policy.notice_words")
    desk.answers[AnswerNotice] = fault

    card.answer(NOTICE.hex(), "refuses", "", "/stick")

    assert view.last("show_told") == " ".join(desk.explain(fault))
    assert view.told("clear_answer") == []
    card.answer(NOTICE.hex(), "refuses", "", "/stick")
    assert len(desk.sent(AnswerNotice)) == 2, "it can be tried again"
