"""The hand-over in words: lines by code, cases without one, receipts, and the duty sheet."""

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.app.test_shift import Night

from nrm_desktop.app.commands import SaveAnswers
from nrm_desktop.app.context import iso_time
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.ui.presenters.shift import ShiftPresenter

CODE, OTHER = "4F7K-9ABC", "2B7K-9ABC"


class Tonight(Night):
    """Rows as the desk asks for them; the cases may be damaged."""

    fails = False

    def cases(self, *asked):
        if self.fails:
            raise IntegrityFault("integrity.database")
        return super().cases(*asked)


@pytest.fixture
def night() -> Tonight:
    return Tonight()


@pytest.fixture
def desk(night) -> FakeDesk:
    return FakeDesk(night)


@pytest.fixture
def minute(desk) -> str:
    return iso_time(desk.context.clock.now_ms())[:16]


def shown(log, desk):
    went = []
    page = ShiftPresenter(log, desk, lambda *case: went.append(case), lambda: went.append("duty"))
    page.start()
    return page, went


def lines(log):
    return log.told("show_lines")[-1]


@pytest.mark.rule("R40")
def test_a_line_tells_by_code_how_it_is_what_to_do_and_who_has_read(view_log, desk, night, minute):
    night.write(
        CODE,
        1,
        "shift",
        minute=minute,
        shift__sh_now="Sleeps badly",
        shift__sh_watch=("fear",),
        shift__sh_watch__text="asks for the key",
        shift__sh_bed="Room 3",
    )
    night.write(CODE, 2, "shift.sh_do", 1, shift__sh_do__what="Call", shift__sh_do__who="P-03")
    done = {"shift__sh_do__done_at": (minute, 0)}
    night.write(CODE, 3, "shift.sh_do", 1, shift__sh_do__what="Buy milk", **done)
    page, went = shown(view_log, desk)
    ([card], note) = lines(view_log)

    assert (card.title, card.code, note) == ("\u20684F7K-9ABC\u2069 · Room 3", CODE, "")
    day, _, time = minute.partition("T")
    assert card.written == f"Written {day} {time} by P-02"
    assert card.said == (
        ("How it is", "Sleeps badly"),
        ("To do in the next shift", "Call, P-03"),
        ("To do in the next shift", "Buy milk (done)"),
        ("Watch for", "Fear, asks for the key"),
    )
    assert (card.read, card.is_new) == ("Not read yet", True)
    page.write_line(card.scope, card.code)
    page.edit_duty()
    assert went == [(SCOPE, CODE), "duty"]


def test_reading_is_signed_in_the_own_name_once_and_only_what_is_new(view_log, desk, night, minute):
    night.write(CODE, 1, "shift", minute=minute, shift__sh_now="Calm")
    night.write(OTHER, 2, "shift", minute=minute, by="P-01", shift__sh_now="My own line")
    page, _ = shown(view_log, desk)
    assert view_log.last("show_unread") == 1
    page.read_all()

    (command,) = desk.sent(SaveAnswers)
    assert (command.scope, command.opens[0].form) == (SCOPE, "shift.sh_read")
    assert [(cell.field, cell.answer.value) for cell in command.answers] == [
        ("shift.sh_read.by", "P-01"),
        ("shift.sh_read.at", (minute, 0)),
    ]
    said = {"shift__sh_read__by": "P-01", "shift__sh_read__at": (minute, 0)}
    night.write(CODE, 3, "shift.sh_read", 1, by="P-01", **said)
    page.refresh()
    assert view_log.last("show_unread") == 0
    cards, _ = lines(view_log)
    assert [card.read.startswith("Read by P-01") for card in cards] == [False, True]


def test_open_cases_without_a_line_are_named(view_log, desk, night):
    night.write(CODE, 1, "screening", screening__place_type="port")
    shown(view_log, desk)

    assert lines(view_log) == ((), "Open cases without a line: 4F7K-9ABC")


def test_an_empty_house_says_so(view_log, desk):
    shown(view_log, desk)

    assert lines(view_log) == ((), "Nothing was handed over.")
    assert view_log.told("show_duty")[-1][1] == "Nobody is entered for tonight."


@pytest.mark.rule("R40")
def test_the_duty_sheet_tells_whom_to_call_and_what_is_old(view_log, desk, night, minute):
    night.write("", 1, "duty.oncall", duty__du_role="medical", duty__du_who="Clinic 555 01")
    night.write("", 2, "duty.du_time", 1, duty__du_time__from=("2020-01-01T20:00", 0))
    night.write("", 3, "duty.beds", duty__be_place="House Seven")
    night.write("", 4, "duty.be_free", 3, minute="2020-01-01T20:00", duty__be_free__profile="women")
    night.write("", 5, "duty.phone", duty__ph_language="ti", duty__ph_gender="woman")
    night.write("", 6, "duty.ph_phone", 5, duty__ph_phone__phone="555 02")
    page, _ = shown(view_log, desk)
    parts = view_log.told("show_duty")[-1][0]

    assert [part.title for part in parts] == [
        "On call tonight",
        "Free beds",
        "Interpreters by telephone",
    ]
    ([call], [bed], [phone]) = (part.rows for part in parts)
    assert (call.what, call.whom, call.pill.word) == ("Medical help", "Clinic 555 01", "Now")
    assert (bed.what, bed.whom, bed.pill.word) == ("House Seven", "Women: ?", "Old")
    assert (phone.what, phone.whom, phone.pill) == ("ትግርኛ, Woman", "555 02", None)
    texts = [column.text(call) for column in page.columns()]
    assert texts == ["Medical help", "Clinic 555 01", "2020-01-01 20:00", "", "Now"]


def test_a_role_that_reads_no_lines_has_the_duty_sheet_all_the_same(view_log, night):
    night.write("", 1, "duty.oncall", duty__du_who="Clinic 555 01")
    desk = FakeDesk(night, roles=("lawyer",))
    desk.sight = type(desk.sight)(frozenset({1, 65}))
    shown(view_log, desk)

    assert lines(view_log) == ((), "Your role does not read the lines of a shift.")
    assert view_log.told("show_duty")[-1][0][0].rows[0].whom == "Clinic 555 01"
    assert ("show_editing", ("is_allowed", False)) in view_log.calls


def test_a_part_that_cannot_be_read_says_so_and_the_other_is_there(view_log, desk, night):
    night.write("", 1, "duty.oncall", duty__du_who="Clinic 555 01")
    night.fails = True
    shown(view_log, desk)

    assert view_log.last("show_banners")[0].tone.value == "bad"
    assert view_log.told("show_duty")[-1][0][0].rows[0].whom == "Clinic 555 01"
