"""Erasing for a request: what is held and chosen, what would go, the code typed, two people."""

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import Reader, cell, version, view

from nrm_desktop.app.commands import KeepDraft
from nrm_desktop.app.proofs import Request
from nrm_desktop.domain.errors import Locked, Refused
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.ui.presenters.erasing import ErasingPresenter, WouldGo
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.page_words import PageWords
from nrm_desktop.ui.presenters.second_person import SecondPerson

ASKED = RecordId(b"q" * 16)
NAME, DANGER = "screening.given_name", "screening.danger_now"
GRANTED = Request(ASKED, "erase", "2026-11-20", "granted", "It is yours")
CODE = "YE7T-9BRZ"
PARTS = {"screening.immediate", "screening.person"}
pytestmark = [pytest.mark.rule("N9"), pytest.mark.promise("P14")]


class Tools:
    """Erases nothing and remembers the orders; a second person may be needed, or a fault told."""

    def __init__(self, *, needs_second=True, fails=None) -> None:
        self.needs_second, self.fails = needs_second, fails
        self.orders, self.confirmed, self.forgot = [], "", 0

    def others(self):
        return ("P-02",)

    def confirm(self, badge, passphrase):
        if passphrase == "wrong":
            raise Locked("vault.wrong_passphrase")
        self.confirmed = badge
        return badge

    def look(self, order):
        if self.fails is not None:
            raise self.fails
        return WouldGo(3, () if order.whole_case else (DANGER,))

    def erase(self, order):
        confirmed, self.confirmed = self.confirmed, ""
        if self.fails is not None:
            raise self.fails
        if self.needs_second and order.second != (confirmed or None):
            raise Refused("erasure.needs_second")
        self.orders.append(order)
        return 3

    def forget(self):
        self.forgot += 1


class Card:
    """The card, and what it is made from."""

    def __init__(self, log, tools, *cells) -> None:
        self.log, self.tools, self.done = log, tools, []
        self.second = SecondPerson(log, FakeDesk(), tools)
        self.made = ErasingPresenter(log, FakeDesk(), tools, self.second, self.done.append)
        self.view = view(
            cell(NAME, version("Olena")),
            cell(DANGER, version(value=True)),
            cell("access.ac_kind", version("erase"), record=ASKED, form="access"),
            cell("disclosure.d_fields", version("x"), form="disclosure"),
            cell("case.state", version("open"), form="case"),
            *cells,
        )

    def show(self, request=GRANTED):
        self.made.show_for(self.view, request)
        return self


@pytest.fixture
def log(view_log):
    return view_log


@pytest.fixture
def tools():
    return Tools()


@pytest.mark.parametrize(
    "request_",
    [
        None,
        Request(ASKED, "see", "", "granted"),
        Request(ASKED, "erase", ""),
        Request(ASKED, "erase", "", "refused", "No"),
    ],
)
def test_nothing_is_offered_before_a_request_to_erase_was_granted(log, tools, request_):
    Card(log, tools).show(request_)

    assert log.told("show_held")[-1] == ((), "")


def test_what_is_held_is_told_by_form_and_question_and_never_by_an_answer(log, tools):
    made = Card(log, tools).show().made

    first, second = log.last("show_held")
    assert {first.code, second.code} == PARTS, "neither the request nor what the program keeps"
    assert first.label.endswith("(1)")
    (one,) = log.last("show_questions")
    made.open_part(second.code)
    (other,) = log.last("show_questions")
    assert {one.name, other.name} == {NAME, DANGER}
    assert not any(one.is_chosen for one in log.last("show_questions"))
    assert log.last("show_choice") == "Nothing is chosen."
    assert "Olena" not in repr(log.calls)


@pytest.mark.rule("N5")
def test_a_sealed_address_is_not_told_by_its_question(log, tools):
    Card(log, tools, cell("address.ad_street", version("Linden Lane 5"), form="address")).show()

    assert {one.code for one in log.last("show_held")} == PARTS


def test_parts_that_the_role_does_not_read_are_named_not_hidden(log, tools):
    card = Card(log, tools)
    card.made.show_for(
        type(card.view)(card.view.row, card.view.records, card.view.cells, ("health",)), GRANTED
    )

    assert "Your role does not read" in log.told("show_held")[-1][1]


def test_what_would_go_is_said_before_anything_goes_and_so_is_what_stays(log, tools):
    card = Card(log, tools).show()
    card.made.look()
    assert "Choose what is to be erased." in repr(log.last("show_banners"))

    card.made.tick(NAME, is_chosen=True)
    card.made.look()
    told = " ".join(log.last("show_would_go"))
    assert told.startswith("3 values would go")
    assert "they are written anew" in told
    assert "cannot be brought back" in told
    assert tools.orders == []


def test_another_choice_takes_the_question_away_again(log, tools):
    card = Card(log, tools).show()
    card.made.tick(NAME, is_chosen=True)
    card.made.look()
    card.made.tick(DANGER, is_chosen=True)

    assert log.last("show_would_go") == ()
    card.made.erase(CODE)
    assert tools.orders == [], "nobody has seen what would go now"


@pytest.mark.rule("R29")
def test_a_second_person_is_asked_and_signs_the_very_order_that_was_shown(log, tools):
    card = Card(log, tools).show()
    card.made.tick(NAME, is_chosen=True)
    card.made.look()
    card.made.erase("0000-0000")
    assert log.told("ask_second") == []
    assert "Nothing was changed" in repr(log.last("show_banners"))

    card.made.erase(CODE.lower())
    assert tools.orders == []
    assert "cannot be brought back" in log.last("ask_second")
    card.second.confirm("P-02", "wrong")
    assert tools.orders == []
    card.second.confirm("P-02", "four green doors")
    (order,) = tools.orders
    assert (order.fields, order.second, order.request) == (frozenset({NAME}), "P-02", ASKED)
    assert (order.ordered_by, order.ground) == ("P-01", "request_of_the_person")
    assert order.keeps("anything else"), "what lies in the same saves is written anew"
    assert card.done == [False]
    (banner,) = log.last("show_banners")
    assert banner.title == "3 values are erased here."
    assert "next exchange" in banner.text


@pytest.mark.rule("R29")
def test_what_was_chosen_anew_while_the_colleague_came_is_not_signed_by_the_old_question(
    log, tools
):
    card = Card(log, tools).show()
    card.made.tick(NAME, is_chosen=True)
    card.made.look()
    card.made.erase(CODE)
    card.made.tick(DANGER, is_chosen=True)

    card.second.confirm("P-02", "four green doors")

    assert tools.orders == []
    assert "Choose what is to be erased" in repr(log.last("show_banners"))


def test_who_gives_up_has_erased_nothing_and_it_can_be_begun_again(log, tools):
    card = Card(log, tools).show()
    card.made.tick(NAME, is_chosen=True)
    card.made.look()
    card.made.erase(CODE)
    card.second.give_up()
    assert tools.orders == []

    card.made.erase(CODE)
    card.second.confirm("P-02", "four green doors")
    assert len(tools.orders) == 1


def test_who_may_alone_is_not_asked_for_a_second_person(log):
    tools = Tools(needs_second=False)
    card = Card(log, tools).show()
    for part in log.last("show_held"):
        card.made.open_part(part.code)
        card.made.tick_all()
    card.made.look()
    card.made.erase(CODE)

    assert [sorted(order.fields) for order in tools.orders] == [sorted((NAME, DANGER))]
    assert log.told("ask_second") == []


def test_the_whole_file_goes_as_a_whole(log):
    tools = Tools(needs_second=False)
    card = Card(log, tools).show()
    card.made.tick(NAME, is_chosen=True)
    card.made.choose_whole(is_whole=True)
    assert log.told("show_choice")[-1] == ("Chosen: the whole file.", ("is_whole", True))
    card.made.look()
    card.made.erase(CODE)

    (order,) = tools.orders
    assert (order.whole_case, order.fields) == (True, frozenset())
    assert card.done == [True]


@pytest.mark.parametrize("step", ["look", "erase"])
def test_a_refusal_is_explained_and_leaves_everything_as_it_was(log, step):
    tools = Tools(needs_second=False)
    card = Card(log, tools).show()
    card.made.tick(NAME, is_chosen=True)
    if step == "erase":
        card.made.look()
    tools.fails = Refused("erasure.legal_hold", count=1)
    card.made.look() if step == "look" else card.made.erase(CODE)

    assert log.last("show_banners")[0].tone is Tone.BAD
    assert (tools.orders, card.done) == ([], [])


def test_another_request_begins_with_nothing_chosen_and_nobody_confirmed(log, tools):
    card = Card(log, tools).show()
    card.made.tick(NAME, is_chosen=True)
    card.made.choose_whole(is_whole=True)
    forgot = tools.forgot
    card.show(Request(RecordId(b"p" * 16), "erase", "", "partly", "Half of it"))

    assert log.last("show_choice") == "Nothing is chosen."
    assert tools.forgot > forgot


@pytest.mark.promise("P1")
def test_what_is_ticked_outlives_a_lock_and_the_whole_file_and_the_code_do_not(log, tools):
    first = Card(log, tools)
    desk = FakeDesk(Reader())
    words = first.made.words = PageWords(desk, SCOPE, "own_data", log.mark, log.failed)
    words.begin(first.show)
    first.made.tick(NAME, is_chosen=True)
    first.made.choose_whole(is_whole=True)
    words.keep()
    (row,) = desk.sent(KeepDraft)[-1].draft.fields
    assert row[2] == NAME
    assert CODE not in repr(desk.commands)

    again = Card(log, tools)
    again.made.words = words
    again.show()
    assert log.last("show_choice").startswith("Chosen: the answers to 1 question")
    assert log.told("show_choice")[-1][1] == ("is_whole", False)
    again.made.look()
    again.made.erase(CODE)
    again.second.confirm("P-02", "four green doors")
    again.show()
    assert words.all() == {}
