"""Taking a consent back: told before, done at once, whom to tell in sight (R5, R27, S6)."""

from dataclasses import replace

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import OFFICE, Reader, office

from nrm_desktop.app.commands import WithdrawConsent
from nrm_desktop.app.events import ConsentWithdrawn
from nrm_desktop.app.notice_commands import RecipientTold, TellRecipient
from nrm_desktop.app.queries import Effects
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import RecipientId, RecordId, ScopeId
from nrm_desktop.domain.notices import Notice, Passed, Telling
from nrm_desktop.ui.presenters.consent_rows import RegisterLine
from nrm_desktop.ui.presenters.marks import PillSpec, Shape, Tone
from nrm_desktop.ui.presenters.taking_back import TakingBackPresenter

ROW = RecordId(b"\xc1" * 16)
CLINIC = "b" * 32
LINE = RegisterLine(
    id=ROW.hex(),
    recipient="House Seven",
    purpose="Referral",
    group="What is needed",
    pill=PillSpec("Agreed", Shape.DOT, Tone.OK),
    until="",
    may_withdraw=True,
)
FILE = Passed("r-1", RecipientId(OFFICE), "2026-11-02", "paper", frozenset({ROW}))
OTHER_FILE = replace(FILE, reference="r-2", recipient=RecipientId(CLINIC), day="2026-11-01")
SAID = Telling("r-1", RecipientId(OFFICE), frozenset({ROW}), "2026-11-05T10:00", "letter")


@pytest.fixture
def reader():
    offices = (office(), office(entry=CLINIC, kind="health", name="Riverside Clinic"))
    return Reader(directory=offices, notices=(), effects=Effects(0, 0, (), 0))


@pytest.fixture
def desk(reader):
    made = FakeDesk(reader)
    made.answers[WithdrawConsent] = lambda cmd: (
        ConsentWithdrawn(
            scope=cmd.scope, consents=cmd.consents, at_ms=1, to_tell=((OFFICE, "r-1"),)
        ),
    )
    made.answers[TellRecipient] = lambda cmd: (
        RecipientTold(scope=cmd.scope, reference=cmd.reference, recipient=cmd.recipient),
    )
    return made


@pytest.fixture
def read_anew():
    return []


@pytest.fixture
def cards(view, desk, read_anew):
    made = TakingBackPresenter(view, desk, SCOPE, lambda: read_anew.append(True))
    made.start()
    return made


def told_before(view, cards) -> str:
    cards.ask(LINE)
    return " ".join(view.last("show_effects").lines)


@pytest.mark.rule("R5")
def test_nothing_happens_before_it_is_told_what_it_does(view, desk, cards):
    words = told_before(view, cards)

    assert desk.sent(WithdrawConsent) == []
    assert words.startswith("Nothing of “What is needed” goes to House Seven from then on.")
    assert words.endswith("Help goes on as before.")
    assert "Nothing has been passed on with it." in words

    cards.leave_it()
    cards.take_back()
    assert view.last("show_effects") is None
    assert desk.sent(WithdrawConsent) == []


@pytest.mark.rule("R5")
def test_it_names_who_has_received_what_and_what_stays(view, reader, cards):
    reader.answers["effects"] = Effects(3, 2, (FILE,), 1)

    words = told_before(view, cards)

    assert "House Seven has received something: 2026-11-02, On paper." in words
    assert "cannot be fetched back" in words
    assert "is being prepared" in words
    assert "3 answers of this kind stay in this file" in words
    assert "2 pictures or recordings of the person lie in this file." in words
    assert "stays written down" in words


@pytest.mark.rule("R35")
def test_who_does_not_see_the_log_is_told_so(view, reader, desk, cards):
    reader.answers["effects"] = Effects(0, 0, (FILE,), 0)
    desk.sight = replace(desk.sight, compartments=frozenset({1}))

    words = told_before(view, cards)

    assert "cannot be seen with your role" in words
    assert "House Seven has received" not in words


@pytest.mark.rule("S6")
def test_taking_back_acts_once_and_names_whom_to_tell(view, desk, cards, read_anew):
    cards.ask(LINE)
    cards.take_back()
    cards.take_back()

    assert [one.consents for one in desk.sent(WithdrawConsent)] == [(ROW,)]
    texts = " ".join(banner.text for banner in view.last("show_banners"))
    assert "help goes on" in texts
    assert "House Seven" in texts
    assert view.last("show_effects") is None
    assert read_anew == [True]


def test_a_row_that_says_no_cannot_be_taken_back(view, cards):
    for line in (None, replace(LINE, may_withdraw=False)):
        cards.ask(line)
        assert view.last("show_banners")[0].text == "Choose a row that says yes."


@pytest.mark.rule("R27")
def test_who_has_to_be_told_stands_first_and_what_was_said_beside_it(view, reader, cards):
    reader.answers["notices"] = (
        Notice(OTHER_FILE, frozenset(), (replace(SAID, reply="keeps_part", words="The bill."),)),
        Notice(FILE, frozenset({ROW})),
        Notice(OTHER_FILE, frozenset(), (replace(SAID, way="not_safe", words="A threat."),)),
    )
    cards.refresh()

    lines = view.last("show_notices")
    assert [line.pill.word for line in lines] == ["To be told", "Told", "Not told: it is not safe"]
    assert [line.recipient for line in lines] == ["House Seven"] + ["Riverside Clinic"] * 2
    assert lines[1].said == "By letter; 2026-11-05; A part has to stay there; The bill."
    assert lines[2].said == "A threat."


@pytest.mark.rule("R27")
def test_an_answer_to_an_earlier_notice_says_so(view, reader, cards):
    """Somebody erased what the first notice told of; of the second nobody has heard."""
    other = RecordId(b"\xc2" * 16)
    first = replace(SAID, way="sealed_notice", order=1)
    second = replace(first, rows=frozenset({other}), order=2)
    late = replace(first, reply="erased", order=3)
    for reply, is_late in ((late, True), (replace(late, rows=second.rows), False)):
        reader.answers["notices"] = (Notice(FILE, frozenset(), (first, second, reply)),)
        cards.refresh()

        (line,) = view.last("show_notices")
        assert line.said.endswith("This answers an earlier notice") is is_late
        assert "It is erased there" in line.said


@pytest.mark.rule("R27")
def test_telling_is_written_for_the_chosen_file(view, reader, desk, cards):
    reader.answers["notices"] = (
        Notice(OTHER_FILE, frozenset(), (SAID,)),
        Notice(FILE, frozenset({ROW})),
    )
    cards.refresh()
    cards.tell(None, "letter", "", "")
    cards.tell(0, "", "", "")
    assert desk.sent(TellRecipient) == []

    cards.tell(0, "letter", "", "")

    (command,) = desk.sent(TellRecipient)
    assert (command.reference, command.recipient, command.way) == ("r-1", OFFICE, "letter")
    assert command.reply == "none_yet"
    assert view.last("show_banners")[0].text == "It is written down."


def test_what_is_refused_is_explained_and_the_words_stay(view, reader, desk, cards):
    desk.answers[TellRecipient] = Refused("policy.notice_words")
    reader.answers["notices"] = (Notice(FILE, frozenset({ROW})),)
    cards.refresh()
    cards.tell(0, "not_safe", "", "")

    assert view.last("show_banners")[0].tone is Tone.BAD
    assert view.told("clear_telling") == []


@pytest.mark.rule("S9")
def test_a_row_of_another_file_is_taken_back_where_it_stands(view, desk, reader, cards):
    other = ScopeId(b"o" * 16)
    reader.answers["scope_of_code"] = other
    cards.ask(replace(LINE, file="7KQ2-M9FX"))
    cards.take_back()

    assert [one.scope for one in desk.sent(WithdrawConsent)] == [other]
    cards.ask(LINE)
    cards.take_back()
    assert desk.sent(WithdrawConsent)[-1].scope == SCOPE


def test_what_left_from_another_file_says_from_which(view, reader, cards):
    owed = Notice(FILE, frozenset({ROW}))
    reader.answers["notices"] = (owed, replace(owed, file="7KQ2-M9FX"))
    cards.refresh()

    ours, theirs = (line.passed for line in view.last("show_notices"))
    assert theirs == f"{ours}, from file 7KQ2-M9FX"
