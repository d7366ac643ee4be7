"""What was on paper keeps two times; clocks start from the sheet once it was read again. R36."""

import pytest
from tests.fakes.desk import base_forms
from tests.unit.ui.presenters.cases import ROOT, cell, version, view

from nrm_desktop.app.queries import RecordView
from nrm_desktop.app.timing import Moments, case_seen, case_times
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.paper import sheets_typed_twice

SHEET = RecordId(b"p" * 16)
EVENT = RecordId(b"e" * 16)
PAPER = RecordView(SHEET, "paper", ROOT, 2)
NIGHT = ("2026-11-23T02:10", 0)


def seen(*cells):
    found = case_seen(base_forms(), view(*cells, records=(PAPER,)))
    return found.records.get(ROOT)


def on_sheet(**said):
    return [
        cell(f"paper.{name}", version(value), record=SHEET, form="paper")
        for name, value in said.items()
    ]


@pytest.mark.rule("R36")
def test_what_is_typed_in_the_morning_counts_from_the_night_once_the_time_was_confirmed():
    typed = cell("screening.place_type", version("shelter"))

    assert seen(typed, *on_sheet(at=NIGHT, right=True)).written == "2026-11-23T02:10"
    assert seen(typed, *on_sheet(at=NIGHT, right=True)).opened == "2026-11-23T02:10"


@pytest.mark.rule("R36")
@pytest.mark.parametrize("said", [{"at": NIGHT}, {"at": NIGHT, "right": False}, {"right": True}])
def test_a_time_that_nobody_read_again_starts_nothing(said):
    typed = cell("screening.place_type", version("shelter"))

    assert seen(typed, *on_sheet(**said)).written == "1970-01-01T00:00"


@pytest.mark.rule("R36")
def test_a_sheet_that_is_not_decided_is_on_the_list_until_it_is_somewhere_safe():
    now = Moments("2026-11-24", "2026-11-24T09:00")

    def due(*cells):
        times = case_times(base_forms(), view(*cells, records=(PAPER,)), now)
        return [one.clock.rule.id for one in times.due]

    assert "sheet_left" in due(*on_sheet(at=NIGHT))
    assert "sheet_left" in due(*on_sheet(at=NIGHT, gone="not_decided"))
    assert "sheet_left" not in due(*on_sheet(at=NIGHT, gone="destroyed"))


@pytest.mark.rule("R36")
def test_the_time_of_typing_is_kept_once_and_no_correction_changes_it(desk):
    case = desk.open_case()
    talk = desk.write(case, "screening", {"screening.place_type": "shelter"})
    sheet = desk.write(case, "paper", {"paper.at": NIGHT}, parent=talk)
    (typed,) = desk.answers(case, "paper.typed_at")

    desk.clock.move(3_600_000)
    desk.write(case, "paper", {"paper.at": ("2026-11-23T02:40", 0)}, record=sheet)

    assert desk.answers(case, "paper.typed_at") == [typed]
    assert desk.answers(case, "paper.at") == [("2026-11-23T02:40", 0)]


def test_two_records_from_one_sheet_are_told():
    other = RecordId(b"q" * 16)

    assert sheets_typed_twice([(SHEET, "S-12"), (other, " s-12 ")]) == {SHEET, other}
    assert sheets_typed_twice([(SHEET, "S-12"), (other, "S-13")]) == frozenset()
