"""Two files of one person on the page of two people: nothing is chosen before people choose it."""

from dataclasses import replace

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import Reader, view
from tests.unit.ui.presenters.test_second_person import asking

from nrm_desktop.app.joining_commands import CasesJoined, CasesParted, JoinCases, PartCases
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import ScopeId, case_code
from nrm_desktop.domain.joining import OnePerson
from nrm_desktop.ui.presenters.joining import OTHER, THIS, JoiningPresenter
from nrm_desktop.ui.presenters.kept_words import kept_banners
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.page_words import PageWords

CODE = case_code(b"other")
ELSEWHERE = ScopeId(b"e" * 16)
WORDS = "four green doors"


@pytest.fixture
def log(view):
    return view


def desk_with(joined=None, other=ELSEWHERE) -> FakeDesk:
    case = view()
    if joined is not None:
        case = replace(case, row=replace(case.row, joined=joined))
    desk = FakeDesk(Reader(case=case, scope_of_code=other))
    desk.answers[JoinCases] = lambda cmd: (CasesJoined(scope=cmd.scope, code="A", other="B"),)
    desk.answers[PartCases] = lambda cmd: (CasesParted(scope=cmd.scope, code="A", other="B"),)
    return desk


def card(log, desk):
    second, _ = asking(log, desk, "P-02")
    words = PageWords(desk, SCOPE, "two_people", log.show_mark, lambda _error: None)
    made = JoiningPresenter(log, desk, SCOPE, second, words)
    words.begin(made.start)
    made.words = words
    return made, second


def test_nothing_is_proposed_and_the_lists_are_those_of_the_packs(log):
    card(log, desk_with())
    reasons, seen, parting = log.told("show_lists")[-1]
    assert "opened_twice" in {one.code for one in reasons}
    assert {"same_papers", "names_differ"} <= {one.code for one in seen}
    assert "two_people" in {one.code for one in parting}
    assert log.told("show_files")[-1] == ("", ())


@pytest.mark.parametrize("goes_on", [THIS, OTHER])
def test_a_colleague_confirms_and_nothing_is_joined_before(log, goes_on):
    desk = desk_with()
    made, second = card(log, desk)
    made.join(CODE.lower(), goes_on, "opened_twice", ["same_papers"])
    assert desk.commands == []
    assert log.told("ask_second")[-1][0] == (
        "Two files are of one person: The case was opened twice"
    )
    second.confirm("P-02", WORDS)
    (command,) = desk.commands
    pair = (SCOPE, ELSEWHERE) if goes_on == THIS else (ELSEWHERE, SCOPE)
    assert (command.scope, command.other) == pair
    assert (command.reason, command.seen, command.second) == (
        "opened_twice",
        ("same_papers",),
        "P-02",
    )


@pytest.mark.parametrize(
    "typed", [("", THIS, "other"), (CODE, "", "other"), (CODE, THIS, ""), ("  ", OTHER, "other")]
)
def test_what_is_not_said_is_asked_for_and_nobody_is_called(log, typed):
    made, _ = card(log, desk_with())
    made.join(*typed, [])
    assert log.told("ask_second") == []
    assert "Type the code of the other file" in repr(log.last("show_banners"))


@pytest.mark.parametrize(("typed", "other"), [("nonsense", ELSEWHERE), (CODE, None)])
def test_a_code_that_is_none_or_unknown_calls_nobody(log, typed, other):
    made, _ = card(log, desk_with(other=other))
    made.join(typed, THIS, "other", [])
    assert log.told("ask_second") == []
    assert log.last("show_banners")[0].tone is Tone.BAD


@pytest.mark.rule("S12")
def test_a_link_that_both_files_hold_is_told(log):
    desk = desk_with()
    event = CasesJoined(scope=SCOPE, code="A", other="B", met_together=("G-7KQ2-M9FX",))
    desk.answers[JoinCases] = lambda _: (event,)
    made, second = card(log, desk)
    made.join(CODE, THIS, "other", [])
    second.confirm("P-02", WORDS)
    assert "people met together are mostly two" in repr(log.told("show_banners"))


def test_joined_files_are_parted_by_two_people_with_a_reason(log):
    desk = desk_with(OnePerson((CODE,), goes_on=(CODE,)))
    made, second = card(log, desk)
    said, others = log.told("show_files")[-1]
    assert said == f"One person, two files: {CODE} goes on, and this file stays."
    assert [one.code for one in others] == [CODE]
    made.part(CODE, "")
    made.part("", "two_people")
    assert log.told("ask_second") == []
    made.part(CODE, "two_people")
    second.confirm("P-02", WORDS)
    (command,) = desk.commands
    assert (command.scope, command.other, command.reason, command.second) == (
        SCOPE,
        CODE,
        "two_people",
        "P-02",
    )


def test_what_is_refused_is_said_in_words(log):
    desk = desk_with()
    desk.answers[JoinCases] = Refused("policy.joined", leads=(CODE,))
    made, second = card(log, desk)
    made.join(CODE, THIS, "other", [])
    second.confirm("P-02", WORDS)
    assert CODE in repr(log.last("show_banners"))


def test_a_case_that_is_not_there_shows_nothing(log):
    card(log, FakeDesk(Reader(case=None)))
    assert log.told("show_files") == []


@pytest.mark.parametrize(
    ("joined", "tones"),
    [
        (None, []),
        (OnePerson((CODE,)), [Tone.INFO]),
        (OnePerson((CODE,), disputed=(CODE,)), [Tone.WARN]),
    ],
    ids=["alone", "joined", "undecided"],
)
def test_the_forms_of_a_case_say_above_them_that_there_are_two_files(joined, tones):
    desk = desk_with(joined)
    found = kept_banners(desk, desk.reader.case(SCOPE, desk.sight))
    assert [one.tone for one in found] == tones


@pytest.mark.promise("P1")
def test_what_is_typed_stays_when_something_comes_from_elsewhere_and_goes_once_it_is_done(log):
    desk = desk_with()
    made, second = card(log, desk)
    for name, text in (("join_code", CODE), ("join_seen.same_papers", "1"), ("why", "A call")):
        made.words.typed(name, text)
    made.start()
    assert log.last("show_typed") == {
        "join_code": CODE,
        "join_seen.same_papers": "1",
        "why": "A call",
    }

    made.join(CODE, THIS, "other", [])
    second.confirm("P-02", WORDS)
    assert made.words.all() == {"why": "A call"}
    assert {"join_code": "", "join_seen.same_papers": ""} in [
        one for (one,) in log.told("show_typed")
    ]


def test_above_the_forms_stands_what_another_file_brings_and_which_one_is_not_here():
    desk = desk_with(OnePerson((CODE, "2222-2222"), away=("2222-2222",)))
    case = desk.reader.case(SCOPE, desk.sight)
    row = replace(case.row, child_in=(CODE,))

    (banner,) = kept_banners(desk, replace(case, row=row))

    assert f"A sign of a child stands in {CODE}" in banner.text
    assert banner.text.endswith("may hold more about this person: 2222-2222")
