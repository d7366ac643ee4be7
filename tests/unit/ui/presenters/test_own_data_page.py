"""What a person asks about the own file: written down, answered with reasons, and what follows."""

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import Reader, cell, version, view

from nrm_desktop.app.commands import AskAccess, DecideAccess, KeepDraft
from nrm_desktop.app.events import AccessAsked, AccessDecided
from nrm_desktop.app.queries import RecordView
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.ui.presenters.marks import Shape, Tone
from nrm_desktop.ui.presenters.own_data import OwnDataPresenter

OLD, NEW = RecordId(b"1" * 16), RecordId(b"2" * 16)
ASKED = {"kind": "", "way": "", "day": ""}
pytestmark = pytest.mark.rule("R5")


def request(record, kind, decision="", erased=(), on="2026-11-20"):
    """The cells and rows of a request."""
    row = RecordId(bytes([record[0] + 64]) * 16)
    said = {"access.ac_kind": kind, "access.ac_decision": decision}
    said["access.ac_why"] = "The trial needs the rest." if decision else ""
    cells = [
        cell(name, version(value), record=record, form="access")
        for name, value in said.items()
        if value
    ]
    cells.append(cell("access.ac_in.date", version((on, 0)), record=row, form="access.ac_in"))
    if erased:
        entry = (("ab" * 16,), "2026-11-22T10:00:00Z", erased)
        cells.append(cell("access.ac_erased", version(entry), record=record, form="access"))
    rows = (RecordView(record, "access", None, 1), RecordView(row, "access.ac_in", record, 1))
    return cells, rows


class Part:
    """A part of the page that remembers which request it was told of."""

    def __init__(self) -> None:
        self.told = []

    def show_for(self, _view, found) -> None:
        self.told.append(found and found.record)


def page(log, *requests, roles=("coordinator", "case_manager"), drafts=()):
    cells = [one for each, _ in requests for one in each]
    rows = tuple(one for _, each in requests for one in each)
    desk = FakeDesk(Reader(case=view(*cells, records=rows), drafts=drafts), roles)
    desk.answers[AskAccess] = lambda cmd: (AccessAsked(scope=cmd.scope, request=OLD),)
    desk.answers[DecideAccess] = lambda cmd: (AccessDecided(scope=cmd.scope, request=cmd.request),)
    made, part = OwnDataPresenter(log, desk, SCOPE), Part()
    made.parts = (part,)
    made.start()
    return desk, made, part


@pytest.fixture
def log(view_log):
    return view_log


def test_every_kind_of_request_and_answer_is_offered_and_none_is_chosen_before(log):
    page(log)

    choices = log.last("show_choices")
    assert {one.code for one in choices.kinds} >= {"see", "correct", "erase", "restrict"}
    assert [one.code for one in choices.decisions] == ["granted", "partly", "refused"]
    assert log.last("show_lines") == ()
    assert log.last("show_request") is None


def test_a_request_is_written_down_with_its_day_and_comes_into_hand(log):
    desk, made, _ = page(log, request(OLD, "erase"), request(NEW, "see", on="2026-11-21"))
    assert log.last("show_request").title == "See it", "the newest in front"
    made.ask("erase", "spoken", ("2026-11-20", 0))

    (command,) = desk.commands
    assert (command.kind, command.how, command.on) == ("erase", "spoken", "2026-11-20")
    assert log.last("show_request").title == "Destroy it"
    assert typed(log) | ASKED == typed(log), "what was filled in is done"
    made.ask("erase", "spoken", None)
    assert desk.commands[-1].on == ""


@pytest.mark.parametrize(
    ("kind", "how", "day"), [("", "spoken", None), ("see", "", None), ("see", "spoken", "some day")]
)
def test_what_is_missing_is_said_and_nothing_is_written_down(log, kind, how, day):
    desk, made, _ = page(log)
    made.ask(kind, how, day)

    assert desk.commands == []
    assert log.last("show_banners")[0].tone is Tone.WARN


def test_nobody_answers_without_reasons(log):
    desk, made, _ = page(log, request(OLD, "erase"))
    assert log.last("show_request").is_open
    for decision, reason in (("granted", "  "), ("", "It is yours")):
        made.decide(decision, reason)
    assert desk.commands == []

    made.decide("granted", "It is yours")
    (command,) = desk.commands
    assert (command.request, command.decision, command.reason) == (OLD, "granted", "It is yours")
    assert "Tell the person" in repr(log.last("show_banners"))


def test_without_a_request_there_is_nothing_to_answer(log):
    desk, made, _ = page(log)
    made.decide("granted", "It is yours")

    assert desk.commands == []


@pytest.mark.parametrize(
    ("decision", "word", "shape", "tone"),
    [
        ("", "Not answered yet", Shape.RING, Tone.INFO),
        ("granted", "Yes", Shape.DOT, Tone.OK),
        ("partly", "In part", Shape.HALF, Tone.OK),
        ("refused", "No", Shape.BARRED, Tone.NEUTRAL),
    ],
)
def test_an_answer_is_a_word_and_a_shape_and_a_no_is_quiet(log, decision, word, shape, tone):
    _, made, _ = page(log, request(OLD, "erase", decision))

    (line,) = log.last("show_lines")
    assert (line.pill.word, line.pill.shape, line.pill.tone) == (word, shape, tone)
    assert [column.text(line) for column in made.columns()][-1] == word
    card = log.last("show_request")
    assert card.is_open is (decision == "")
    assert ("The trial needs the rest." in repr(card)) is bool(decision)


def test_when_something_was_erased_is_told_in_the_row(log):
    page(log, request(OLD, "erase", "granted", ("screening",)))

    assert log.last("show_lines")[0].erased == "2026-11-22"


def test_the_parts_of_the_page_follow_the_request_in_hand(log):
    _, made, part = page(log, request(OLD, "erase"), request(NEW, "correct", on="2026-11-21"))
    assert part.told == [NEW]
    assert "corrections" in log.last("show_request").hint
    made.choose(1)
    made.choose(9)

    assert part.told == [NEW, OLD]
    assert log.told("show_lines")[-1][1] == 1
    made.leave()
    assert part.told[-1] is None, "nothing of it is left when the page goes"


def test_one_who_may_not_write_reads_what_was_asked(log):
    page(log, request(OLD, "erase"), roles=("observer",))

    assert log.last("show_choices") is None
    assert len(log.last("show_lines")) == 1


def test_a_refusal_is_explained(log):
    desk, made, _ = page(log, request(OLD, "erase"))
    desk.answers[DecideAccess] = Refused("policy.decided")
    made.decide("granted", "It is yours")

    assert log.last("show_banners")[0].tone is Tone.BAD
    assert typed(log)["reasons"] == ""  # as it was shown when the request came into hand


def typed(log) -> dict[str, str]:
    """What the inputs show in the end."""
    return {name: text for (words,) in log.told("show_typed") for name, text in words.items()}


@pytest.mark.promise("P1")
def test_reasons_that_are_not_written_stay_with_their_request(log):
    two = (request(OLD, "erase"), request(NEW, "see", on="2026-11-21"))
    desk, made, _ = page(log, *two)
    made.typed("reasons", "She may see all of it")
    made.typed("kind", "correct")
    made.choose(1)
    assert typed(log)["reasons"] == "", "the other request has none yet"
    made.typed("reasons", "A trial needs it")
    made.choose(0)
    assert typed(log)["reasons"] == "She may see all of it"
    made.leave()

    draft = desk.sent(KeepDraft)[-1].draft
    log.forget()
    _, again, _ = page(log, *two, drafts=(draft,))
    assert typed(log)["reasons"] == "She may see all of it"
    assert typed(log)["kind"] == "correct"
    again.choose(1)
    assert typed(log)["reasons"] == "A trial needs it"


def test_an_answer_that_is_written_is_no_draft_and_the_others_are(log):
    desk, made, _ = page(log, request(OLD, "erase"))
    made.typed("reasons", "It is yours")
    made.typed("kind", "see")
    made.keep_drafts()
    made.decide("granted", "It is yours")

    (row,) = desk.sent(KeepDraft)[-1].draft.fields
    assert (row[0], row[2]) == ("kind", "see")
    assert typed(log)["reasons"] == ""


def test_news_from_elsewhere_that_come_before_the_kept_words_take_nothing_away(log):
    desk, made, _ = page(log, request(OLD, "erase"))
    made.typed("reasons", "It is yours")
    made.keep_drafts()
    draft = desk.sent(KeepDraft)[-1].draft

    rows = request(OLD, "erase")
    desk = FakeDesk(Reader(case=view(*rows[0], records=rows[1]), drafts=(draft,)))
    desk.holds = True
    made = OwnDataPresenter(log, desk, SCOPE)
    made.start()
    made.refresh()
    for _ in range(3):
        desk.release()
    assert typed(log)["reasons"] == "It is yours"
    assert desk.commands == []
