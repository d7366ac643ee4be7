"""Public bodies beside a choice of recipients: one press takes one over, and chooses nobody."""

from dataclasses import replace

import pytest
from tests.fakes.desk import PACKS, base_forms
from tests.fakes.runner import FakeDesk
from tests.unit.ui.presenters.cases import Reader, office

from nrm_desktop.app.commands import AddDirectoryEntry
from nrm_desktop.domain.errors import Refused
from nrm_desktop.storage.form_packs import FormPacks
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.public_bodies import PublicBodies

BULGARIA = FormPacks(PACKS).load(["bg"]).forms
LINE = BULGARIA.authorities["bg_child_line"]


def a_desk(*directory, roles=("case_manager",), forms=BULGARIA) -> FakeDesk:
    made = FakeDesk(Reader(directory=directory), roles=roles)
    made.context = replace(made.context, forms=forms)
    return made


def shown(view) -> dict:
    return {one.id: one for one in view.told("show_bodies")[-1][0]}


def started(view, desk, taken=lambda: None) -> PublicBodies:
    card = PublicBodies(view, desk, taken)
    card.start()
    return card


def test_every_body_says_what_it_is_how_it_is_reached_and_where_that_was_read(view):
    started(view, a_desk())

    line = shown(view)["bg_child_line"]
    words = " ".join(line.lines)
    assert set(shown(view)) == set(BULGARIA.authorities)
    assert line.name == "National telephone line for children"
    assert BULGARIA.text(f"codelist.referral_type.{LINE.kind}") in words
    assert "116 111" in words
    assert LINE.source in words
    assert LINE.as_of in words


def test_nobody_counts_as_verified_however_plain_the_page_was(view):
    started(view, a_desk())

    assert {one.pill.word for one in shown(view).values()} == {"Not verified"}
    doubtful = {name for name, one in shown(view).items() if "so plainly" in " ".join(one.lines)}
    assert doubtful == {one.id for one in BULGARIA.authorities.values() if not one.is_verified}


def test_one_press_takes_a_body_over_unverified_under_the_id_that_every_laptop_gives_it(view):
    desk, taken = a_desk(), []
    card = started(view, desk, lambda: taken.append(True))

    card.take("bg_child_line")

    (command,) = desk.sent(AddDirectoryEntry)
    assert command.entry.hex() == LINE.entry
    assert (command.kind, command.contact) == ("child_protection", LINE.reached)
    assert not command.is_verified
    assert taken == [True]
    assert "not verified" in view.last("show_told")


def test_two_presses_take_it_over_once(view):
    desk = a_desk()
    card = started(view, desk)
    desk.holds = True

    card.take("bg_child_line")
    card.take("bg_child_line")

    assert len(desk.sent(AddDirectoryEntry)) == 1


@pytest.mark.parametrize(
    ("is_verified", "word"),
    [(True, "In the directory"), (False, "In the directory, not verified")],
)
def test_what_stands_in_the_directory_is_said_and_not_offered_again(view, is_verified, word):
    started(view, a_desk(office(entry=LINE.entry, is_verified=is_verified)))

    line = shown(view)["bg_child_line"]
    assert line.pill.word == word
    assert (line.pill.tone is Tone.OK) is is_verified
    assert not line.may_take


def test_whoever_does_not_keep_the_directory_sees_the_numbers_and_who_takes_them_over(view):
    started(view, a_desk(roles=("health",)))

    assert not any(one.may_take for one in shown(view).values())
    assert "colleague" in view.told("show_bodies")[-1][1]


def test_without_a_country_there_is_no_card(view):
    started(view, a_desk(forms=base_forms()))

    assert view.told("show_bodies")[-1][0] == ()


def test_a_refusal_is_said_with_its_remedy_and_it_can_be_tried_again(view):
    desk = a_desk()
    refused = Refused("policy.role", compartment="org.directory")
    desk.answers[AddDirectoryEntry] = refused
    card = started(view, desk)

    card.take("bg_child_line")
    card.take("bg_child_line")

    assert view.last("show_told") == " ".join(desk.explain(refused))
    assert len(desk.sent(AddDirectoryEntry)) == 2


def test_a_body_that_no_pack_names_is_not_taken_over(view):
    desk = a_desk()
    started(view, desk).take("xx_nobody")

    assert desk.sent(AddDirectoryEntry) == []
