"""What is written for those who are told of a consent taken back (R27, S6)."""

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import OFFICE, Reader, office

from nrm_desktop.app.notice_commands import NoticeSent, SendNotice
from nrm_desktop.domain.errors import EnvironmentFault, Refused
from nrm_desktop.domain.ids import RecipientId, RecordId
from nrm_desktop.domain.notices import Notice, Passed
from nrm_desktop.ui.presenters.notice_papers import NoticePapersPresenter
from nrm_desktop.ui.presenters.taking_back import TakingBackPresenter

pytestmark = pytest.mark.rule("R27")
ROW = RecordId(b"\xc1" * 16)
FILE = Passed("r-1", RecipientId(OFFICE), "2026-11-02", "paper", frozenset({ROW}))


class Office:
    """Writes for a recipient, or fails."""

    scope = SCOPE

    def __init__(self) -> None:
        self.fails, self.orders = None, []

    def write_letter(self, *order):
        if self.fails is not None:
            raise self.fails
        self.orders.append(order)
        return "/stick/l-abc.pdf"


@pytest.fixture
def tools():
    return Office()


@pytest.fixture
def card(view, tools):
    return NoticePapersPresenter(view, FakeDesk(), tools, lambda: FILE)


def test_a_letter_is_about_the_file_that_is_chosen_and_tells_nobody_by_itself(view, card, tools):
    languages, chosen = view.told("show_languages")[-1]
    assert ({"en", "uk", "ar", "bg"} <= {one.code for one in languages}, chosen) == (True, "en")

    card.write_letter(" /stick ", "ar")

    assert tools.orders == [(FILE, "ar", "/stick")]
    told = view.last("show_told")
    assert "l-abc.pdf" in told
    assert "/stick" not in told, "a path may tell something"
    assert told.endswith("When it has been handed over or sent, write that down above.")


def test_without_a_file_or_a_folder_nothing_is_written(view, card, tools):
    card.write_letter("  ", "en")
    assert view.last("show_told") == "Choose a folder first."

    nothing = NoticePapersPresenter(view, FakeDesk(), tools, lambda: None)
    nothing.write_letter("/stick", "en")

    assert view.last("show_told") == "Choose above which file it is about."
    assert tools.orders == []


@pytest.mark.parametrize(
    "fault", [EnvironmentFault("storage.full"), Refused("policy.notice_not_safe")]
)
def test_what_stops_it_is_explained_and_it_can_be_tried_again(view, card, tools, fault):
    tools.fails = fault
    card.write_letter("/stick", "en")
    assert view.last("show_told") == " ".join(FakeDesk().explain(fault))

    tools.fails = None
    card.write_letter("/stick", "en")
    assert len(tools.orders) == 1


def test_a_sealed_notice_is_written_down_as_told_and_the_page_hears_it(view, tools):
    desk, heard = FakeDesk(), []
    desk.answers[SendNotice] = lambda cmd: (
        NoticeSent(
            scope=cmd.scope, reference=cmd.reference, path="/stick/q-abc.nrm", size=1, owed=0
        ),
    )
    card = NoticePapersPresenter(view, desk, tools, lambda: FILE)
    card.told = lambda: heard.append(True)

    card.write_sealed(" /stick ")

    (command,) = desk.sent(SendNotice)
    assert (command.scope, command.reference, command.recipient) == (SCOPE, "r-1", OFFICE)
    assert (command.folder, command.confirmations) == ("/stick", frozenset())
    assert view.last("show_told").endswith("It stands as told; give them the file.")
    assert "q-abc.nrm" in view.last("show_told")
    assert heard == [True]


def test_a_card_that_nobody_compared_takes_a_word(view, tools):
    desk = FakeDesk()
    desk.answers[SendNotice] = Refused("confirm.unverified")
    card = NoticePapersPresenter(view, desk, tools, lambda: FILE)
    card.write_sealed("/stick")
    assert "UNVERIFIED" in view.last("show_word")

    card.write_sealed("/stick", " unverified ")

    assert [one.confirmations for one in desk.sent(SendNotice)] == [
        frozenset(),
        frozenset({"UNVERIFIED"}),
    ]


def test_a_file_that_was_no_packet_is_explained(view, tools):
    desk = FakeDesk()
    fault = Refused("policy.notice_no_packet", referral="r-1")
    desk.answers[SendNotice] = fault
    card = NoticePapersPresenter(view, desk, tools, lambda: FILE)

    card.write_sealed("/stick")

    assert view.last("show_told") == " ".join(FakeDesk().explain(fault))


def test_it_is_offered_while_there_is_somebody_to_be_told(view):
    reader = Reader(directory=(office(),), notices=())
    cards = TakingBackPresenter(view, FakeDesk(reader), SCOPE, lambda: None)
    cards.papers = NoticePapersPresenter(view, FakeDesk(), Office(), lambda: None)
    cards.start()
    assert view.told("show_offer")[-1] == (("is_offered", False),)

    reader.answers["notices"] = (Notice(FILE, frozenset({ROW})),)
    cards.refresh()

    assert view.told("show_offer")[-1] == (("is_offered", True),)
    assert cards.passed_at(0) == FILE
    assert cards.passed_at(None) is None
