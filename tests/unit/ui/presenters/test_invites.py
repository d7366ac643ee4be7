"""Invitations on the page of people: who is offered what, and digits decide among several."""

import pytest
from tests.fakes.runner import PlainDates

from nrm_desktop.domain.errors import Refused
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.paths import resource_root
from nrm_desktop.texts import load_translator
from nrm_desktop.ui.presenters.invites import (
    ClaimLine,
    InviteMade,
    InvitesNow,
    InvitesPresenter,
)

DIGITS = ("1234", "5678", "9012", "3456", "7890", "1234")
CLAIM = ClaimLine("ab" * 16, "P-09", "field laptop", ("lawyer",), 0, must_compare=False)


class PlainDesk:
    """Answers at once, in the same thread."""

    def __init__(self) -> None:
        self.say = load_translator(resource_root() / "texts", "en")
        self.dates = PlainDates()

    def ask(self, question, done, failed):
        try:
            found = question()
        except Refused as error:
            failed(error)
        else:
            done(found)

    def explain(self, error):
        return ErrorTexts(resource_root()).explain(error)


class Tools:
    """What there is, and what was asked for."""

    def __init__(self, now: InvitesNow) -> None:
        self.found = now
        self.asked = []
        self.fails = None

    def now(self):
        return self.found

    def roles(self):
        return ("lawyer",)

    def invite(self, badge, role, folder):
        self.asked.append((badge, role, folder))
        return InviteMade(badge, "i-abcd.nrmi", DIGITS)

    def confirm(self, device, typed):
        self.asked.append((device, typed))
        if self.fails is not None:
            raise self.fails
        return "P-09"


def page_of(view, now: InvitesNow):
    tools = Tools(now)
    presenter = InvitesPresenter(view, PlainDesk(), tools)
    presenter.start()
    return presenter, tools


def test_whoever_keeps_the_keys_sees_who_waits_and_confirms_with_one_decision(view):
    page, tools = page_of(view, InvitesNow(may_invite=True, claims=(CLAIM,)))

    ((words, device),) = view.last("show_claims")
    assert "P-09" in words
    assert "field laptop abababab" in words
    page.confirm(device, "")

    assert tools.asked == [("ab" * 16, "")]
    assert "next exchange" in view.last("show_banners")[0].text


def test_others_are_offered_neither(view):
    page_of(view, InvitesNow(may_invite=False, claims=(CLAIM,)))

    assert view.last("show_claims") == ()
    assert "show_invite" not in view.names()


def test_somebody_who_waits_is_told_what_to_read_out(view):
    page_of(view, InvitesNow(may_invite=False, own_digits=DIGITS))

    lines = view.last("show_own")
    assert "You can work" in lines[0]
    assert " ".join(DIGITS) in lines[1]


def test_several_laptops_are_told_apart_by_what_is_read_out(view):
    held = ClaimLine("cd" * 16, "P-09", "", (), 0, must_compare=True)
    page, tools = page_of(view, InvitesNow(may_invite=True, claims=(held,)))
    tools.fails = Refused("trust.second_claim", badge="P-09")

    page.confirm("cd" * 16, "")

    assert "compare" in view.last("show_claims")[0][0]
    assert "read out" in view.last("show_banners")[0].text


@pytest.mark.parametrize(
    ("badge", "role", "folder", "words"),
    [
        ("", "lawyer", "/s", "badge"),
        ("Amina O", "lawyer", "/s", "badge"),
        ("P-09", "", "/s", "what this person does"),
        ("P-09", "lawyer", " ", "folder"),
    ],
)
def test_nobody_is_invited_before_all_of_it_is_there(view, badge, role, folder, words):
    page, tools = page_of(view, InvitesNow(may_invite=True))

    page.invite(badge, role, folder)

    assert words in view.last("show_banners")[0].text
    assert tools.asked == []


def test_the_digits_are_shown_once_and_gone_with_the_page(view):
    page, _ = page_of(view, InvitesNow(may_invite=True))

    page.invite("P-09", "lawyer", "/stick")
    assert view.last("show_made")[0] == " ".join(DIGITS)
    page.leave()

    assert view.last("show_made") == ()
    assert "1234" not in repr(InviteMade("P-09", "f", DIGITS))
