"""Papers that have ended: the card asks once a day, and only where it is wanted."""

import pytest
from tests.unit.ui.presenters.test_invites import PlainDesk

from nrm_desktop.domain.errors import Refused
from nrm_desktop.ui.presenters.papers import PapersPresenter


class Tools:
    def __init__(self, *, is_wanted: bool, fails: Refused | None = None) -> None:
        self._is_wanted = is_wanted
        self._fails = fails
        self.confirmed = 0

    def is_wanted(self):
        return self._is_wanted

    def confirm(self):
        if self._fails is not None:
            raise self._fails
        self.confirmed += 1


@pytest.mark.parametrize("is_wanted", [True, False])
def test_the_question_is_there_only_while_it_is_wanted(view, is_wanted):
    PapersPresenter(view, PlainDesk(), Tools(is_wanted=is_wanted)).start()

    assert bool(view.last("show_question")) is is_wanted


def test_a_confirmation_holds_for_today(view):
    tools = Tools(is_wanted=True)

    PapersPresenter(view, PlainDesk(), tools).confirm()

    assert tools.confirmed == 1
    assert "today" in view.last("show_answer")


def test_a_confirmation_that_failed_says_why(view):
    tools = Tools(is_wanted=True, fails=Refused("policy.role"))

    PapersPresenter(view, PlainDesk(), tools).confirm()

    assert view.last("show_answer")
    assert "today" not in view.last("show_answer")
