"""The signs of a case: two words for each dimension, and never a number. N1, N13, N14."""

import re

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import ROOT, Reader, cell, version, view

from nrm_desktop.app.commands import SaveAnswers
from nrm_desktop.app.queries import RecordView
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.signs import SignLine, SignsPresenter

ROW = "screening.indicators"
DEBT, HOURS = "ilo_labour.coercion_destination.debt_bondage", "ilo_labour.exploitation.low_salary"


def noted(number, code, how="told", where=""):
    record = RecordId(bytes([number]) * 16)
    said = {"sign": code, "how": how, "where": where}
    cells = [
        cell(f"{ROW}.{name}", version(value, number), record=record, form=ROW)
        for name, value in said.items()
        if value
    ]
    return RecordView(record, ROW, ROOT, number), cells


def case(*rows):
    return view(*(one for _, cells in rows for one in cells), records=tuple(r for r, _ in rows))


@pytest.fixture
def log(view_log):
    return view_log


def page(log, case_view):
    desk = FakeDesk(Reader(case=case_view))
    made = SignsPresenter(log, desk, SCOPE)
    made.start()
    return desk, made


def line(log, key):
    return next(one for card in log.last("show_sets") for one in card.dimensions if one.key == key)


def test_a_dimension_is_documented_with_how_and_where_or_it_is_not_yet(log):
    page(log, case(noted(1, "gen.debt", "told", "Talk of 3 May")))

    means = line(log, "general.means")
    assert means.state.word == "Documented"
    (sign,) = means.signs
    assert (sign.noticed, sign.where, sign.who) == (
        "Told by the person",
        "Talk of 3 May",
        "day 7, P-01",
    )
    assert line(log, "general.act").state.word == "Not documented yet"


@pytest.mark.rule("N14")
def test_no_number_no_share_and_no_colour_is_shown(log):
    page(log, case(*(noted(n, code) for n, code in enumerate(["gen.debt", DEBT, HOURS], 1))))

    cards = log.last("show_sets")
    words = " ".join(
        text
        for card in cards
        for text in (
            card.caution,
            *(one.state.word for one in card.dimensions),
            *(one.title for one in card.dimensions),
        )
    )
    assert not re.search(r"\d|%|score|of them|likely", words)
    assert {one.state.tone for card in cards for one in card.dimensions} == {Tone.NEUTRAL}


@pytest.mark.rule("N1")
def test_a_set_that_nobody_checked_says_so_and_one_without_a_list_says_nothing(log):
    page(log, case())

    cautions = {card.title: card.caution for card in log.last("show_sets")}
    assert [title for title, words in cautions.items() if not words] == [
        "General signs",
        "Signs with children",
    ]
    missing = next(card for card in log.last("show_sets") if "sexual" in card.title)
    assert missing.dimensions == ()
    assert "could not be had" in missing.caution


def test_what_was_ticked_in_the_queue_is_a_sign_that_was_seen(log):
    page(log, view(cell("quick.q_signs", version(("gen.fear",)), form="screening")))

    shown = [
        sign for card in log.last("show_sets") for one in card.dimensions for sign in one.signs
    ]
    assert shown == [SignLine(shown[0].words, "Seen", "", "day 7, P-01")]


def test_a_sign_is_noted_in_the_talk_that_is_there(log):
    desk, made = page(log, case())

    made.ask("general.means")
    form = log.last("show_form")
    assert [one.code for one in form.ways] == ["seen", "told", "document", "third_party"]
    made.note("gen.debt", "told", " page 2 ")

    (save,) = desk.sent(SaveAnswers)
    assert {one.field.rpartition(".")[2]: one.answer.value for one in save.answers} == {
        "sign": "gen.debt",
        "how": "told",
        "where": "page 2",
    }
    assert [(one.form, one.parent) for one in save.opens] == [(ROW, ROOT)]
    assert log.last("show_form") is None


def test_without_a_sign_nothing_is_noted(log):
    desk, made = page(log, case())

    made.note("", "told", "")

    assert desk.sent(SaveAnswers) == []
