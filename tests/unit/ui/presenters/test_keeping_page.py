"""How long files are kept: words of a row, the way into the case, and who was not heard from."""

from dataclasses import replace

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import Reader, cell, row, version

from nrm_desktop.app.proofs import ComputerTold, ErasedCase
from nrm_desktop.app.queries import CaseView, ClosedDay, RecordView
from nrm_desktop.app.tombstone import Tombstone
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.ui.presenters.keeping import KeepingPresenter
from nrm_desktop.ui.presenters.kept_words import kept_banners
from nrm_desktop.ui.presenters.marks import Shape, Tone

END, ROW, HOLD = (RecordId(bytes([n]) * 16) for n in (0x41, 0x42, 0x43))
DELETE_ON = FieldId("closure.retention.delete_on")
pytestmark = pytest.mark.rule("N9")


def closed(day: str, *more) -> FakeDesk:
    cells = [
        cell("closure.ended_at", version(("2020-01-01T10:00:00Z", 0)), record=END, form="closure"),
        cell(
            "closure.retention.class", version("closed_adult"), record=ROW, form="closure.retention"
        ),
        *more,
    ]
    if day:
        said = version((day, 0))
        cells.append(cell(DELETE_ON, said, record=ROW, form="closure.retention"))
    records = (
        RecordView(END, "closure", None, 1),
        RecordView(ROW, "closure.retention", END, 1),
        RecordView(HOLD, "hold", None, 1),
    )
    case = CaseView(row(state="closed"), records, tuple(cells), ())
    days = (ClosedDay(SCOPE, DELETE_ON, day),)
    return FakeDesk(Reader(case=case, closed_days=days))


class Tools:
    def __init__(self, *found: ErasedCase) -> None:
        self._found = found

    def erased(self):
        if not self._found:
            return ()
        if self._found == (None,):
            raise IntegrityFault("integrity.database")
        return self._found


@pytest.fixture
def log(view_log):
    return view_log


def shown(log, desk, *erased):
    went = []
    page = KeepingPresenter(log, desk, Tools(*erased), lambda *case: went.append(case))
    page.start()
    return page, went


def held():
    return cell("hold.ho_since", version(("2026-01-01T10:00:00Z", 0)), record=HOLD, form="hold")


@pytest.mark.parametrize(
    ("day", "more", "word", "tone"),
    [
        ("2020-06-01", (), "Time is over", Tone.WARN),
        ("2020-06-01", (held(),), "Not to be erased", Tone.NEUTRAL),
        ("2999-06-01", (), "Kept", Tone.NEUTRAL),
        ("", (), "Day missing", Tone.WARN),
    ],
)
def test_a_closed_file_says_how_far_its_time_is_in_a_word_and_a_shape(log, day, more, word, tone):
    page, went = shown(log, closed(day, *more))

    (line,) = log.last("show_kept")
    assert (line.pill.word, line.pill.tone) == (word, tone)
    assert line.kind == "Ended, adult (rule not verified)"
    assert next(column.text(line) for column in page.columns()) == line.code
    page.open(0)
    page.open(7)
    assert went == [(SCOPE, line.code)]


def test_an_erased_file_names_the_computers_that_were_not_heard_from(log):
    stone = Tombstone("YE7T-9BRZ", SCOPE, "2026-11-20T10:00", "retention_ended")
    here, away = ComputerTold("Laptop 1", is_done=True), ComputerTold("Laptop 2", is_done=False)
    cases = (
        ErasedCase(stone, (here, away)),
        ErasedCase(stone, (here,)),
        ErasedCase(stone, (here,), left=2),
    )
    page, _ = shown(log, closed("2999-06-01"), *cases)

    lines = log.last("show_erased")
    assert [line.where for line in lines] == ["Laptop 2", "", ""]
    assert [line.pill.shape for line in lines] == [Shape.HALF, Shape.DOT, Shape.TRIANGLE]
    assert lines[0].ground == "The time of keeping is over"
    assert next(column.text(lines[0]) for column in page.erased_columns()) == "YE7T-9BRZ"


def test_what_cannot_be_read_is_said(log):
    shown(log, closed("2999-06-01"), None)

    (banner,) = log.last("show_banners")
    assert banner.tone is Tone.BAD


@pytest.mark.parametrize(
    ("day", "more", "begin"),
    [
        ("2020-06-01", (), "The time of keeping is over."),
        ("2999-06-01", (), "This file is closed. It is kept until "),
        ("", (), "This file is closed, and no last day is named."),
        ("2999-06-01", (held(),), "Not to be erased: "),
    ],
)
def test_the_page_of_a_case_says_until_when_it_is_kept(day, more, begin):
    desk = closed(day, *more)

    first = kept_banners(desk, desk.reader.case(SCOPE, None))[0]
    assert first.text.startswith(begin)


def test_an_open_case_says_nothing_of_its_end():
    desk = closed("2999-06-01")
    case = desk.reader.case(SCOPE, None)

    assert kept_banners(desk, replace(case, row=row(state="open"))) == ()
