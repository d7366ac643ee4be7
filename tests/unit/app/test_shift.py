"""The hand-over of a shift and the duty sheet: which line counts, what is old, what is named."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.fakes.runner import SCOPE
from tests.unit.ui.presenters.cases import cell, row, version

from nrm_desktop.app.duty import DutySheet, duty_sheet
from nrm_desktop.app.queries import CaseView, Page, RecordView, RegisterView
from nrm_desktop.app.shift import Receipt, ToDo, hand_over
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.timing import Moments
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.scopes import Compartment

NOW = Moments("2026-11-26", "2026-11-26T23:00", UTC)
ALL = Sight(frozenset(map(int, Compartment)))


def at(minute: str) -> int:
    return int(datetime.fromisoformat(f"{minute}+00:00").timestamp() * 1000)


def record(number: int) -> RecordId:
    return RecordId(bytes([number]) * 16)


class Night:
    """Views that are built row by row. Shape: a case per code."""

    def __init__(self) -> None:
        self.views: dict[str, tuple[list, list]] = {}

    def write(self, code, number, form, parent=None, minute="2026-11-26T20:00", by="P-02", **said):
        records, cells = self.views.setdefault(code, ([], []))
        above = record(parent) if parent else None
        records.append(RecordView(record(number), form, above, number))
        for name, value in said.items():
            field = name.replace("__", ".")
            told = version(value, number, at_ms=at(minute), user=by)
            cells.append(cell(field, told, record=record(number), form=form))

    def view(self, code: str) -> CaseView:
        records, cells = self.views.get(code, ([], []))
        return CaseView(row(code=code, scope=SCOPE), tuple(records), tuple(cells), ())

    def cases(self, *_asked):
        codes = [code for code in self.views if code]
        self._turn = iter(codes)
        return Page(tuple(self.view(code).row for code in codes))

    def case(self, _scope, _sight):
        return self.view(next(self._turn))

    def register(self, form, _sight):
        assert form == "duty"
        records, cells = self.views.get("", ([], []))
        return RegisterView(tuple(records), tuple(cells))

    def directory(self):
        return ()

    def hand_over(self, sight=ALL):
        self.codes = [code for code in self.views if code]
        return hand_over(self, sight, NOW)

    def duty(self, sight=ALL) -> DutySheet:
        return duty_sheet(self, sight, NOW)


@pytest.fixture
def night() -> Night:
    return Night()


def line(night: Night, code: str, number: int, minute: str, **said) -> None:
    night.write(code, number, "shift", minute=minute, **{f"shift__{k}": v for k, v in said.items()})


@pytest.mark.rule("R40")
def test_the_last_line_of_each_case_counts_and_tells_everything_that_was_written(night):
    line(night, "4F7K-9ABC", 1, "2026-11-26T08:00", sh_now="Older")
    line(
        night,
        "4F7K-9ABC",
        2,
        "2026-11-26T20:00",
        sh_now="Sleeps badly",
        sh_watch=("fear", "pain"),
        sh_bed="Room 3",
    )
    do = {"shift__sh_do__what": "Call the doctor", "shift__sh_do__by_when": ("2026-11-27", 0)}
    night.write("4F7K-9ABC", 3, "shift.sh_do", 2, **do)
    night.write(
        "4F7K-9ABC",
        4,
        "shift.sh_read",
        2,
        shift__sh_read__by="P-01",
        shift__sh_read__at=("2026-11-26T21:00", 0),
    )
    line(night, "2B7K-9ABC", 5, "2026-11-26T20:30", sh_now="Calm")
    first, second = night.hand_over().lines

    assert (first.code, first.now) == ("2B7K-9ABC", "Calm")
    assert (second.now, second.bed, second.watch) == ("Sleeps badly", "Room 3", ("fear", "pain"))
    assert second.todo == (ToDo("Call the doctor", "2026-11-27"),)
    assert second.receipts == (Receipt("P-01", "2026-11-26T21:00"),)
    assert (second.written, second.by) == ("2026-11-26T20:00", "P-02")
    known = [badge for badge in ("P-01", "P-02", "P-03") if second.is_known_to(badge)]
    assert known == ["P-01", "P-02"]


@pytest.mark.rule("R40")
def test_a_case_without_a_fresh_line_is_named_and_not_passed_over(night):
    line(night, "4F7K-9ABC", 1, "2026-11-23T22:59", sh_now="Three days ago")
    line(night, "2B7K-9ABC", 2, "2026-11-23T23:00", sh_now="Just in time")
    night.write("9B7K-9ABC", 3, "screening", screening__place_type="port")
    found = night.hand_over()

    assert [one.code for one in found.lines] == ["2B7K-9ABC"]
    assert found.without == ("4F7K-9ABC", "9B7K-9ABC")


def test_what_two_people_wrote_beside_each_other_is_told_with_both(night):
    line(night, "4F7K-9ABC", 1, "2026-11-26T20:00", sh_now="Calm")
    records, cells = night.views["4F7K-9ABC"]
    other = version("Gone out alone", 9, at_ms=at("2026-11-26T20:01"), user="P-03")
    night.views["4F7K-9ABC"] = (records, [cells[0]._replace(others=(other,))])

    assert night.hand_over().lines[0].now == "Calm / Gone out alone"


def test_lines_are_for_those_who_read_the_part_in_which_they_lie(night):
    line(night, "4F7K-9ABC", 1, "2026-11-26T20:00", sh_now="Calm")
    sight = replace(ALL, compartments=ALL.compartments - {int(Compartment.SUPPORT)})

    with pytest.raises(Refused, match=r"policy\.role"):
        night.hand_over(sight)


@pytest.mark.rule("R40")
def test_the_duty_sheet_puts_those_on_call_now_in_front_and_leaves_out_the_night_before(night):
    for number, (who, start, end) in enumerate(
        (
            ("Before", "2026-11-24T20:00", "2026-11-25T06:00"),
            ("Later", "2026-11-27T06:00", "2026-11-27T20:00"),
            ("Tonight", "2026-11-26T20:00", "2026-11-27T06:00"),
        )
    ):
        head, times = 10 + number, 20 + number
        night.write("", head, "duty.oncall", duty__du_role="medical", duty__du_who=who)
        said = {"duty__du_time__from": (start, 0), "duty__du_time__until": (end, 0)}
        night.write("", times, "duty.du_time", head, **said)
    night.write("", 30, "duty.oncall", minute="2026-11-25T22:00", duty__du_who="No time")
    found = night.duty().on_call

    assert [(one.who, one.is_now, one.is_old) for one in found] == [
        ("Tonight", True, False),
        ("No time", False, True),
        ("Later", False, False),
    ]


@pytest.mark.rule("R40")
def test_an_old_number_of_beds_is_old_and_never_none(night):
    night.write("", 1, "duty.beds", duty__be_place="ab" * 16)
    free = {"duty__be_free__profile": "women", "duty__be_free__number": 2}
    night.write("", 2, "duty.be_free", 1, duty__be_free__at=("2026-11-26T10:59", 0), **free)
    night.write("", 3, "duty.be_free", 1, duty__be_free__profile="men")
    men, women = night.duty().beds

    assert (women.number, women.is_old) == (2, True)
    assert (men.number, men.is_old, men.at) == (None, False, "2026-11-26T20:00")


@pytest.mark.rule("R40")
def test_interpreters_by_telephone_stand_with_their_language(night):
    night.write("", 1, "duty.phone", duty__ph_language="ti", duty__ph_gender="woman")
    said = {"phone": "555 02", "hours": "18-06", "who_pays": "The office"}
    night.write("", 2, "duty.ph_phone", 1, **{f"duty__ph_phone__{k}": v for k, v in said.items()})
    (one,) = night.duty().phones

    assert (one.language, one.gender, one.phone) == ("ti", "woman", "555 02")
    assert (one.hours, one.who_pays) == ("18-06", "The office")


def test_whoever_does_not_read_the_directory_gets_no_duty_sheet(night):
    with pytest.raises(Refused, match=r"policy\.role"):
        night.duty(Sight(frozenset({int(Compartment.CORE)})))


def test_a_night_for_which_nobody_is_entered_is_empty(night):
    assert night.duty().is_empty
