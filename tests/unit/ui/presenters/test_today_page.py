"""What waits today: words of a row, the way to where it is done, and a source that fails."""

from dataclasses import replace

import pytest
from tests.fakes.runner import SCOPE, FakeDesk, base_forms
from tests.unit.app.test_breaches import Books
from tests.unit.app.test_shift import NOW
from tests.unit.ui.presenters.cases import Reader, cell, version, view

from nrm_desktop.app.breaches import Office, office_list
from nrm_desktop.app.queries import Page, RecordView
from nrm_desktop.app.timing import now_of
from nrm_desktop.app.today import Asked, Source, Waiting, What, due_in_cases
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.ui.presenters.marks import Shape, Tone
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.today import TodayPresenter, source_words, waiting_words

LETTER = RecordId(b"\x31" * 16)
LAST = "letters.le_last"


def letter_due(day: str) -> FakeDesk:
    last_day = cell(LAST, version((day, 0)), record=LETTER, form="letters")
    case = view(last_day, records=(RecordView(LETTER, "letters", None, 1),))
    return FakeDesk(Reader(case=case, cases=Page((case.row,))))


class Tools:
    """Reads the cases of a desk, and what is put beside them."""

    def __init__(self, desk: FakeDesk, *others: Asked) -> None:
        self._desk = desk
        self._others = others

    def readings(self, within_days: int):
        desk = self._desk
        now = now_of(desk.context)
        forms = desk.context.forms
        return (due_in_cases(desk.reader, forms, desk.sight, now, within_days), *self._others)


@pytest.fixture
def log(view_log):
    return view_log


def shown(log, desk, *others: Asked):
    went = []
    tools = Tools(desk, *others)
    page = TodayPresenter(
        log, desk, tools, lambda *case: went.append(case), lambda *there: went.append(there)
    )
    page.start()
    return page, log.told("show_lines")[-1][0], went


def waits(what: What, source: Source, **more) -> Asked:
    return Asked((source,), lambda: [Waiting(source, what, **more)])


def broken() -> list:
    raise IntegrityFault("integrity.database")


@pytest.mark.rule("R39")
def test_a_letter_whose_day_is_over_is_told_by_code_and_time_limit_without_blame(log):
    desk = letter_due("2020-01-15")
    page, [line], went = shown(log, desk)

    assert (line.what, line.pill.word) == ("Last day named in a letter", "Overdue")
    assert (line.pill.shape, line.pill.tone) == (Shape.TRIANGLE, Tone.WARN)
    assert line.code == "YE7T-9BRZ"
    page.open(0)
    page.open(7)
    assert went == [(line.scope, line.code)]


def of_two_files(**changes) -> Asked:
    """A line of somebody with two files, as the work list has it."""
    desk = letter_due("2020-01-15")
    [due] = Tools(desk).readings(7)[0].read()
    return Asked((Source.DUE,), lambda: [replace(due, **changes)])


@pytest.mark.rule("S9")
def test_what_runs_in_another_file_says_so_and_leads_where_it_is_done(log):
    other = ScopeId(b"o" * 16)
    page, [_, line], went = shown(
        log, letter_due("2020-01-15"), of_two_files(file="7KQ2-M9FX", file_scope=other)
    )

    assert (line.what, line.code) == ("Last day named in a letter (in file 7KQ2-M9FX)", "YE7T-9BRZ")
    page.open(1)
    assert went == [(other, "7KQ2-M9FX")]


def test_another_day_of_the_same_rule_is_told_beside_the_one_that_acts(log):
    beside = (("", "2020-01-20"), ("7KQ2-M9FX", "2020-01-21T10:00"))
    _, [line, told], _ = shown(log, letter_due("2020-01-15"), of_two_files(beside=beside))
    assert told.when.startswith(f"{line.when}; by file YE7T-9BRZ: ")
    assert "; by file 7KQ2-M9FX: " in told.when
    assert told.when.endswith("10:00")


def test_that_more_may_be_due_elsewhere_is_to_read_and_no_alarm(log):
    away = waits(What.MAY_HOLD_MORE, Source.DUE, count=2)
    page, [line], went = shown(log, letter_due("2090-01-15"), away)

    assert line.what == "More may be due: files of 2 people are not on this laptop"
    assert (line.pill.word, line.pill.shape, line.code) == ("To read", Shape.RING, "")
    page.open(0)
    assert went == [(PlaceId.CASES, "")]


def test_what_is_far_away_is_not_on_the_list_and_the_time_of_looking_is_told(log):
    desk = letter_due("2090-01-15")
    _, lines, _ = shown(log, desk)

    assert lines == ()
    now = f"clock {desk.context.clock.now_ms()}"
    assert log.told("show_lines")[-1][1] == f"Nothing is due. Last checked {now}"


def test_every_column_says_something_of_a_row(log):
    page, [line], _ = shown(log, letter_due("2020-01-15"))

    assert [bool(column.text(line)) for column in page.columns()] == [True] * 4


def test_two_files_of_which_nobody_knows_which_goes_on_lead_into_the_case(log):
    undecided = waits(What.WHICH_GOES_ON, Source.CONFLICTS, code="4F7K-9ABC", scope=SCOPE)
    page, [_, line], went = shown(log, letter_due("2020-01-15"), undecided)
    assert line.what == "Two files of one person: decide which goes on"
    page.open(1)
    assert went == [(SCOPE, "4F7K-9ABC")]


def test_what_the_safe_waits_for_stands_behind_the_cases_and_leads_to_its_place(log):
    others = (
        waits(What.CONFLICT, Source.CONFLICTS, count=2, code="4F7K-9ABC"),
        waits(What.BOX, Source.WRITTEN_LOCKED),
        waits(What.HELD_WORK, Source.ARRIVALS),
        waits(What.CLAIM, Source.ARRIVALS),
        waits(What.OLD_BACKUP, Source.BACKUP, since_ms=5),
        waits(What.NO_WAY_BACK, Source.WAY_BACK, days_left=3),
    )
    page, lines, went = shown(log, letter_due("2020-01-15"), *others)

    assert [line.what for line in lines[1:]] == [
        "2 answers to decide",
        "1 form waits",
        "1 save is held until somebody decides",
        "1 person waits to be taken in",
        "The last backup is some days old.",
        "No way back: 3 days",
    ]
    assert (lines[1].code, lines[5].when) == ("4F7K-9ABC", "day 5")
    for row in range(1, 7):
        page.open(row)
    assert went == [
        (PlaceId.CONFLICTS, ""),
        (PlaceId.WAITING, ""),
        (PlaceId.EXCHANGE, ""),
        (PlaceId.PEOPLE, ""),
        (PlaceId.SAFETY, ""),
        (PlaceId.SAFETY, ""),
    ]


def test_forms_that_changed_are_a_quiet_line_that_leads_to_what_is_different(log):
    changed = waits(What.FORMS_CHANGED, Source.FORMS, since_ms=5)
    page, [_, line], went = shown(log, letter_due("2020-01-15"), changed)

    assert (line.what, line.when) == ("The forms changed: see what is different", "since day 5")
    assert (line.pill.word, line.pill.tone) == ("To read", Tone.NEUTRAL)
    page.open(1)
    assert went == [(PlaceId.PACKS, "")]


def test_a_source_that_cannot_be_read_says_so_and_the_others_are_there(log):
    boxes = waits(What.BOX, Source.WRITTEN_LOCKED)
    desk = letter_due("2020-01-15")
    _, lines, _ = shown(log, desk, Asked((Source.BACKUP, Source.WAY_BACK), broken), boxes)

    (banner,) = log.last("show_banners")
    assert (banner.title, banner.tone) == (
        "This could not be read: Backups, The way back",
        Tone.BAD,
    )
    assert [line.what for line in lines] == ["Last day named in a letter", "1 form waits"]


def test_nothing_is_called_nothing_while_a_source_is_read_or_could_not_be(log):
    desk = letter_due("2090-01-15")
    desk.holds = True
    tools = Tools(desk, Asked((Source.BACKUP,), broken))
    page = TodayPresenter(log, desk, tools, lambda *_: None, lambda *_: None)
    page.start()
    assert log.told("show_lines") == []
    page.start()  # what the first round still answers counts no more
    desk.release()

    assert log.told("show_lines")[-1][1] == "Nothing else is due."


def test_everything_that_can_wait_and_every_source_has_words():
    say = FakeDesk().say
    told = [waiting_words(say, Waiting(Source.BACKUP, what)) for what in What]
    told += [source_words(say, source) for source in Source]

    assert all(told)
    assert len(set(told)) == len(told)


@pytest.mark.rule("S5")
def test_what_is_due_in_a_register_leads_to_that_register(log):
    books = Books()
    books.reports()
    desk = FakeDesk(Reader(case=None, cases=Page(())))
    sources = (Source.OFFICE,)
    office = Office(desk.context.organisation, 7)
    asked = Asked(sources, lambda: office_list(books, base_forms(), desk.sight, NOW, office))
    page, [line], went = shown(log, desk, asked)

    assert (line.what, line.code) == ("Data in wrong hands: warn people in a safe way", "")
    page.open(0)
    assert went == [(PlaceId.REGISTER, "breach")]
