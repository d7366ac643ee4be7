"""A paper that is written into a folder: its language, a word where it is readable, what became."""

import pytest
from tests.fakes.runner import FakeDesk

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.ui.presenters.paper import PaperPresenter


class Office:
    """Writes papers, or fails."""

    def __init__(self, fails=None) -> None:
        self.fails, self.orders = fails, []

    def write(self, *order):
        if self.fails is not None:
            raise self.fails
        self.orders.append(order)
        return "/stick/n-abc.pdf"


def card(log, office, *, is_readable, desk=None):
    return PaperPresenter(log, desk or FakeDesk(), office.write, is_readable=is_readable)


@pytest.fixture
def log(view_log):
    return view_log


def test_a_sealed_slip_is_written_without_a_word_and_in_the_language_chosen(log):
    office = Office()
    made = card(log, office, is_readable=False)
    languages, chosen = log.told("show_languages")[-1]
    assert ({"en", "uk", "ar"} <= {one.code for one in languages}, chosen) == (True, "en")
    assert log.last("show_word") == ""
    made.offer(is_offered=True)
    made.write(" /stick ", "ar")

    assert office.orders == [("ar", "/stick", "")]
    assert "n-abc.pdf" in log.last("show_told")
    assert "/stick" not in log.last("show_told"), "a path may tell something"


def test_a_readable_paper_takes_a_word_and_says_why(log):
    office = Office()
    made = card(log, office, is_readable=True)
    assert "Anyone who finds this file can read it." in log.last("show_word")
    for typed in ("", "yes", "PLAIN"):
        made.write("/stick", "en", typed)
        assert "Nothing was written" in log.last("show_told")
    assert office.orders == []

    made.write("/stick", "en", " plaintext ")
    assert office.orders == [("en", "/stick", "PLAINTEXT")]


def test_without_a_folder_nothing_is_written(log):
    office = Office()
    card(log, office, is_readable=False).write("  ", "en")

    assert office.orders == []
    assert log.last("show_told") == "Choose a folder first."


def test_a_second_order_waits_until_the_first_is_written(log):
    office, desk = Office(), FakeDesk()
    made = card(log, office, is_readable=False, desk=desk)
    desk.holds = True
    made.write("/stick", "en")
    made.write("/stick", "en")
    desk.release()
    assert len(office.orders) == 1

    desk.holds = False
    made.write("/stick", "en")
    assert len(office.orders) == 2


def test_what_fails_is_said_and_can_be_tried_again(log):
    office = Office(EnvironmentFault("environment.disk_full"))
    made = card(log, office, is_readable=False)
    made.write("/stick", "en")
    assert "pdf" not in log.last("show_told")

    office.fails = None
    made.write("/stick", "en")
    assert office.orders == [("en", "/stick", "")]
