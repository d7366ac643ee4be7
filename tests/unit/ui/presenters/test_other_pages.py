"""The list, a new case, decisions between versions, and the frame around them."""

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.fakes.safety import FakeSafety
from tests.unit.ui.presenters.cases import Reader, row, version

from nrm_desktop.app.commands import OpenCase, ResolveConflict
from nrm_desktop.app.condition import Condition, ConditionChanged, Reason, State
from nrm_desktop.app.events import CaseOpened, CasesChanged, ConflictResolved, DraftKept
from nrm_desktop.app.ports import DraftKey
from nrm_desktop.app.queries import ConflictRow, ConsentCounts, Page
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import FieldId, RecordId, UserId
from nrm_desktop.domain.joining import ALONE, OnePerson
from nrm_desktop.domain.values import NOT_ASKED, AnswerState
from nrm_desktop.ui.presenters.case_list import CaseListPresenter, consent_words
from nrm_desktop.ui.presenters.conflicts import ConflictsPresenter
from nrm_desktop.ui.presenters.field_spec import FieldEdit, Reply
from nrm_desktop.ui.presenters.main import CaseRef, MainPresenter
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.new_case import NewCasePresenter
from nrm_desktop.ui.presenters.places import PlaceId


@pytest.fixture
def reader():
    return Reader(cases=Page((row(),)))


@pytest.fixture
def desk(reader):
    return FakeDesk(reader)


# ---- the list of cases --------------------------------------------------------------------------


@pytest.mark.rule("N1")
def test_consent_is_counted_answer_by_answer_and_never_as_a_share(desk):
    assert consent_words(desk.say, ConsentCounts()) == "not asked"
    words = consent_words(desk.say, ConsentCounts(agreed=3, said_no=1, withdrawn=2))
    assert words == "agreed 3 · said no 1 · withdrawn 2"


def test_consent_and_code_never_give_way(view, desk):
    columns = CaseListPresenter(view, desk, lambda _: None).columns()

    kept = {column.id for column in columns if not column.gives_way}
    assert {"code", "consent", "marks"} <= kept


def test_an_empty_list_says_what_to_do_next(view, desk):
    presenter = CaseListPresenter(view, desk, lambda _: None)
    presenter.arrived(0)
    assert "New case" in view.last("show_empty")

    presenter.arrived(3)
    assert view.last("show_empty") == ""


def test_typing_a_code_narrows_the_list_once_nobody_types(view, desk):
    presenter = CaseListPresenter(view, desk, lambda _: None)
    presenter.search("YE")
    presenter.search("YE7")
    assert view.calls == []

    desk.pass_time(0.3)
    assert view.names() == ["restart"]
    presenter.arrived(0)
    assert "begins like this" in view.last("show_empty")


def test_marks_say_what_needs_a_person(view, desk):
    marks = CaseListPresenter(view, desk, lambda _: None).columns()[3]

    assert marks.pill(row(conflicts=2)).word == "2 to decide"
    assert marks.pill(row(child="child")).word == "Child pathway"
    assert marks.pill(row(child="open", child_in=("7KQ2-M9FX",))).word == "Child pathway"
    assert marks.pill(row()) is None


@pytest.mark.parametrize(
    ("joined", "mark", "words"),
    [
        (ALONE, None, ""),
        (OnePerson(("7KQ2-M9FX",)), None, "this file goes on, and 7KQ2-M9FX stays"),
        (
            OnePerson(("7KQ2-M9FX",), goes_on=("7KQ2-M9FX",)),
            "Goes on in 7KQ2-M9FX",
            "7KQ2-M9FX goes on, and this file stays",
        ),
        (
            OnePerson(("7KQ2-M9FX",), disputed=("7KQ2-M9FX",)),
            "Two files: decide",
            "Decide which of them goes on",
        ),
    ],
    ids=["alone", "goes on", "stays", "undecided"],
)
def test_a_line_says_that_a_person_has_two_files_and_which_goes_on(view, desk, joined, mark, words):
    columns = CaseListPresenter(view, desk, lambda _: None).columns()
    one = row(joined=joined)
    pill = columns[3].pill(one)
    assert (pill.word if pill else None) == mark
    situation = columns[1].text(one)
    assert words in situation
    assert ("One person, two files" in situation) is bool(joined.others)
    if joined.goes_on:
        assert columns[3].pill(row(joined=joined, child="child")).word == "Child pathway"


# ---- a new case ---------------------------------------------------------------------------------


@pytest.mark.rule("R30")
def test_a_case_is_opened_without_an_answer_and_passes_every_doubt_on(view, desk):
    opened = []
    desk.answers[OpenCase] = lambda _: (CaseOpened(scope=SCOPE, code="YE7T", pathway="open"),)
    presenter = NewCasePresenter(view, desk, opened.append)
    presenter.start()
    presenter.open()
    assert desk.sent(OpenCase)[0].child == NOT_ASKED
    assert [event.code for event in opened] == ["YE7T"]

    spec = view.last("show_question")
    other = NewCasePresenter(view, desk, opened.append)
    other.edited(FieldEdit(spec.id, Reply(AnswerState.UNKNOWN)))
    other.open()
    other.open()
    assert desk.sent(OpenCase)[1].child.state is AnswerState.UNKNOWN
    assert len(desk.sent(OpenCase)) == 2, "two presses open one case"


def test_a_refused_case_can_be_tried_again(view, desk):
    desk.answers[OpenCase] = Refused("policy.role")
    presenter = NewCasePresenter(view, desk, lambda _: None)
    presenter.open()
    presenter.open()

    assert len(desk.sent(OpenCase)) == 2
    assert view.last("show_banners")[0].tone is Tone.BAD


# ---- decisions ----------------------------------------------------------------------------------


def conflict(policy: str = "protective") -> ConflictRow:
    first, second = version(value=False), version(True, 2, is_clock_suspect=True, user="P-02")
    return ConflictRow(
        "k1",
        SCOPE,
        "YE7T-9BRZ",
        RecordId(b"r" * 16),
        FieldId("screening.seen_alone"),
        1,
        policy,
        first.op,
        (first, second),
    )


@pytest.fixture
def decisions(view, desk, reader):
    reader.answers["conflicts"] = (conflict(),)
    desk.answers[ResolveConflict] = lambda cmd: (
        ConflictResolved(
            scope=cmd.scope, record=cmd.record, field=cmd.field, op=cmd.keep, superseded=()
        ),
    )
    made = ConflictsPresenter(view, desk, lambda: None)
    made.start()
    return made


def test_both_versions_stand_side_by_side_and_the_page_says_which_one_acts(view, decisions):
    card = view.last("show_conflicts")[0]

    assert [(each.value, each.acts) for each in card.versions] == [("No", True), ("Yes", False)]
    assert "“No” is used, because it protects more" in card.meanwhile
    assert "clock doubtful" in card.versions[1].when
    assert "P-02" in card.versions[1].who


def test_without_a_protective_rule_the_answer_goes_to_nobody_meanwhile(view, reader, decisions):
    reader.answers["conflicts"] = (conflict("surface"),)
    decisions.refresh()

    assert "goes to nobody" in view.last("show_conflicts")[0].meanwhile


def test_a_decision_names_every_version_that_was_seen(view, desk, decisions):
    decisions.take("k1", version(True, 2).op)

    command = desk.sent(ResolveConflict)[0]
    assert command.keep == version(True, 2).op
    assert set(command.seen) == {version(value=False).op, version(True, 2).op}
    assert "is kept" in view.last("show_banners")[0].text


def test_a_version_that_arrived_meanwhile_is_read_before_anybody_decides(view, desk, decisions):
    desk.answers[ResolveConflict] = Refused("conflict.open")
    decisions.take("k1", version(True, 2).op)

    assert view.last("show_banners")[0].tone is Tone.BAD
    assert view.names()[-1] == "show_conflicts"


# ---- the frame ----------------------------------------------------------------------------------


class Pages:
    def __init__(self) -> None:
        self.made: list[tuple] = []
        self.done: list[str] = []
        self.looked_at: list = []

    def note_look(self, case) -> None:
        self.looked_at.append(case)

    def make(self, place, case):
        self.made.append((place, case))
        return self

    def leave(self) -> None:
        self.done.append("leave")

    def refresh(self) -> None:
        self.done.append("refresh")


@pytest.fixture
def pages():
    return Pages()


@pytest.fixture
def locked():
    return []


@pytest.fixture
def main(view, desk, pages, locked):
    made = MainPresenter(view, desk, pages, FakeSafety(), lambda: locked.append(1))
    made.start()
    return made


CASE = CaseRef(SCOPE, "YE7T-9BRZ")


def test_the_window_begins_with_the_cases_and_says_how_it_stands(view, pages, main):
    assert pages.made == [(PlaceId.CASES, None)]
    assert [part.text for part in view.last("show_status")][:2] == [
        "Encrypted",
        "Not exchanged yet",
    ]


def test_going_elsewhere_leaves_the_page_first(pages, main):
    main.open_case(CASE)
    main.choose("consent")

    assert pages.made[1:] == [(PlaceId.INTERVIEW, CASE), (PlaceId.CONSENT, CASE)]
    assert pages.done == ["leave", "leave"]


@pytest.mark.promise("P21")
def test_looking_at_a_case_is_noted_in_the_audit_chain(main, pages):
    main.open_case(CASE)

    assert pages.looked_at == [CASE]


def test_a_place_of_a_case_needs_a_case(pages, main):
    main.choose("referral")

    assert pages.made == [(PlaceId.CASES, None)]


def test_what_others_changed_refreshes_the_page_and_own_drafts_do_not(pages, main):
    main.heard(DraftKept(key=DraftKey(UserId(b""), SCOPE, RecordId(b"")), at_ms=1))
    assert pages.done == []

    main.heard(CasesChanged(changed=frozenset()))
    assert pages.done == ["refresh"]


def test_the_status_line_leads_to_the_lock_and_says_what_is_to_be_decided(
    view, reader, main, locked
):
    reader.answers["conflicts"] = (conflict(),)
    main.refresh_status()
    loud = [part for part in view.last("show_status") if part.tone is Tone.WARN]
    assert [part.text for part in loud] == ["1 answer to decide"]

    main.choose("lock")
    assert locked == [1]


@pytest.mark.promise("P18")
def test_a_safe_that_may_do_less_is_said_above_every_page_and_cases_are_left_in_peace(
    view, desk, pages, locked
):
    safe = FakeSafety()
    main = MainPresenter(view, desk, pages, safe, lambda: locked.append(1))
    main.start()
    assert view.last("show_alarm") is None

    full = Condition(State.RESCUE, (Reason.FULL,))
    safe.knows(condition=full)
    main.heard(ConditionChanged(condition=full))
    assert "disk is full" in view.last("show_alarm").text
    assert pages.done == []

    main.choose("safety")
    main.heard(ConditionChanged(condition=full))
    assert pages.done == ["leave", "refresh"]
