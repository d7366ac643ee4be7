"""Show-cards: in the language of the person, answered by pointing, without a sound. S2, R40."""

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import Reader, view

from nrm_desktop.app.commands import SaveAnswers
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.domain.values import Source
from nrm_desktop.ui.presenters.show_cards import ShowCardsPresenter


@pytest.fixture
def log(view_log):
    return view_log


@pytest.fixture
def desk():
    return FakeDesk(Reader(case=view()))


@pytest.fixture
def cards(log, desk):
    made = ShowCardsPresenter(log, desk, SCOPE)
    made.start()
    return made


@pytest.mark.rule("S2")
@pytest.mark.rule("R40")
def test_the_cards_are_there_in_every_language_of_the_packs_without_a_network(log, cards):
    languages, chosen, shown = log.told("show_cards")[-1]

    assert {one.code for one in languages} == {"ar", "bg", "en", "uk"}
    assert chosen == "en"
    assert "Do you want to talk alone?" in [one.label for one in shown]


@pytest.mark.rule("R20")
def test_a_card_speaks_the_language_of_the_person_and_the_worker_reads_it_too(log, cards):
    cards.choose_language("ar")
    cards.show("safe")

    card = log.last("show_card")
    assert card.is_rtl
    assert card.text == "هل أنت في أمان؟"
    assert card.beside == "Are you safe?"
    assert [one.label for one in card.answers][:2] == ["نعم", "لا"]


@pytest.mark.rule("R21")
@pytest.mark.parametrize("pointed", ["yes", "no", "did_not_point"])
def test_what_the_person_pointed_at_is_kept_as_the_persons_and_pointing_at_nothing_too(
    log, desk, cards, pointed
):
    cards.choose_language("uk")
    cards.show("talk_alone")
    cards.answer(pointed)

    (save,) = desk.sent(SaveAnswers)
    said = {one.field: one.answer for one in save.answers}
    assert said["cards.ca_card"].value == "talk_alone"
    assert said["cards.ca_language"].value == "uk"
    assert (said["cards.ca_answer"].value, said["cards.ca_answer"].source) == (
        pointed,
        Source.PERSON,
    )
    assert log.last("show_card") is None, "the next thing on the screen is the list again"


def test_a_card_that_nobody_answered_leaves_nothing(log, desk, cards):
    cards.show("pain")
    cards.back()

    assert log.last("show_card") is None
    assert desk.sent(SaveAnswers) == []


def test_what_could_not_be_kept_says_so_to_the_worker(log, desk, cards):
    desk.answers[SaveAnswers] = EnvironmentFault("storage.full")
    cards.show("pain")
    cards.answer("yes")

    assert log.last("show_card") is None
    assert log.last("show_banners")
