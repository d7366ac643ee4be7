"""The people of a laptop: added by their own passphrase, removed by their badge."""

import pytest

from nrm_desktop.domain.errors import EnvironmentFault, Locked, Refused
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.people import PeoplePresenter, PersonRow, Removed

OWN = PersonRow("P-01", "blue-kite", ("case_manager",), is_own=True, is_known=True)
OTHER = PersonRow("P-02", "red-lamp", ("outreach",), is_own=False, is_known=False)


class People:
    """Fulfils `PeopleTools`. Shape: `fails` is raised."""

    def __init__(self) -> None:
        self.fails = None
        self.asked = []

    def people(self):
        return [OWN, OTHER]

    def roles(self):
        return ("case_manager",)

    def add(self, badge, role, passphrase):
        self._do(("add", badge, role, passphrase))
        return OTHER

    def remove(self, badge, also):
        self._do(("remove", badge, *also))
        return Removed(badge, ("b-20261125-AB12",), has_sheet=True)

    def change(self, old, new):
        self._do(("change", old, new))

    def _do(self, what):
        self.asked.append(what)
        if self.fails is not None:
            raise self.fails


@pytest.fixture
def people():
    return People()


@pytest.fixture
def locked():
    return []


@pytest.fixture
def page(view, desk, people, locked):
    made = PeoplePresenter(view, desk, people, lambda: locked.append(1))
    made.start()
    return made


def test_nobody_can_remove_oneself_and_who_waits_is_said(view, page):
    own, other = view.last("show_people")

    assert "This is you" in own[0]
    assert own[1] == ""
    assert "cannot unlock yet" in other[0]
    assert other[1] == "P-02"


def test_a_person_is_added_by_an_own_passphrase_and_nothing_typed_stays(view, people, page):
    page.add("P 02", "outreach", "four green doors")
    page.add("P-02", "outreach", "")
    page.add("P-02", "", "four green doors")
    assert people.asked == []

    page.add(" P-02 ", "outreach", "four green doors")
    assert people.asked == [("add", "P-02", "outreach", "four green doors")]
    assert "red lamp" in view.last("show_banners")[0].text
    assert "clear" in view.names()


@pytest.mark.threat("T22")
def test_a_removal_is_confirmed_by_the_badge_and_ends_at_the_lock(view, people, page, locked):
    page.ask_removal("P-02")
    page.remove("P-01")
    assert people.asked == []
    assert view.last("show_banners")[0].tone is Tone.WARN

    page.remove(" p-02 ")
    lines = view.last("show_over")
    assert any("b-20261125-AB12" in line for line in lines)
    assert any("14 groups" in line for line in lines)
    page.add("P-03", "outreach", "four green doors")
    assert people.asked == [("remove", "P-02")], "after a removal the safe is closed"
    page.go_on()
    assert locked == [1]


def test_who_keeps_everybody_can_go_on(view, people, page):
    page.ask_removal("P-02")
    page.keep()
    page.remove("P-02")

    assert people.asked == []


def test_a_removal_that_was_refused_leaves_the_page_as_it_was(view, people, page):
    people.fails = Refused("policy.last_user")
    page.ask_removal("P-02")
    page.remove("P-02")
    assert "show_over" not in view.names()

    people.fails = None
    page.remove("P-02")
    assert len(people.asked) == 2


def test_a_removal_that_broke_off_goes_on_to_the_lock(view, people, page):
    people.fails = EnvironmentFault("storage.full")
    page.ask_removal("P-02")
    page.remove("P-02")

    assert view.last("show_over")


def test_the_own_passphrase_is_changed_only_where_two_lines_agree(view, people, page):
    page.change("blue rain", "")
    assert people.asked == []

    page.change("blue rain", "four green doors")
    assert people.asked == [("change", "blue rain", "four green doors")]
    assert "Backups of before" in view.last("show_banners")[0].text


@pytest.mark.threat("T21")
def test_whoever_passes_by_an_unlocked_laptop_changes_no_passphrase(view, people, page):
    page.change("", "four green doors")
    assert people.asked == []

    people.fails = Locked("vault.wrong_passphrase")
    page.change("a guess", "four green doors")
    assert view.last("show_banners")[0].tone is Tone.BAD
    assert "clear" not in view.names()


@pytest.mark.threat("T22")
def test_ways_in_that_nobody_vouches_for_go_only_after_a_second_yes(view, people, page):
    people.fails = Refused("policy.unknown_slot", slots=["recovery-3f2a", "red-lamp"])
    page.ask_removal("P-02")
    page.remove("P-02")
    assert people.asked == [("remove", "P-02")]
    assert "recovery 3f2a, red lamp" in view.told("ask_removal")[-1][1]
    assert "show_over" not in view.names()

    people.fails = None
    page.remove("p-02")
    assert people.asked[1:] == [("remove", "P-02", "recovery-3f2a", "red-lamp")]


def test_a_yes_to_more_does_not_count_for_the_next_person(people, page):
    people.fails = Refused("policy.unknown_slot", slots=["recovery-3f2a"])
    page.ask_removal("P-02")
    page.remove("P-02")
    page.keep()
    people.fails = None
    page.ask_removal("P-02")
    page.remove("P-02")

    assert people.asked == [("remove", "P-02"), ("remove", "P-02")]
