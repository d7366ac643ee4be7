"""A second person: asked only where an act takes two, and never without an own passphrase."""

import pytest
from tests.fakes.runner import SCOPE, FakeDesk

from nrm_desktop.app.commands import CloseCase, KeepDraft, OpenSealed
from nrm_desktop.app.events import CaseClosed, OpenedValue, SealedOpened
from nrm_desktop.domain.errors import Locked, Refused
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.sealed import LASTS
from nrm_desktop.domain.values import answered
from nrm_desktop.ui.presenters.second_person import SecondPerson
from nrm_desktop.ui.presenters.two_people import OpenedLine, TwoPeoplePresenter

STREET = "Linden Lane 5"


class NoCase:
    def case(self, _scope, _sight):
        return None

    def drafts(self, _user, _scope):
        return ()


class Tools:
    def __init__(self, *badges, fails=None) -> None:
        self.badges = badges
        self.fails = fails
        self.tried = []

    def others(self):
        return self.badges

    def confirm(self, badge, passphrase):
        self.tried.append((badge, passphrase))
        if self.fails is not None:
            raise self.fails
        return badge


def asking(view, desk, *badges, fails=None):
    tools = Tools(*badges, fails=fails)
    return SecondPerson(view, desk, tools), tools


def page(view, desk, *badges, fails=None):
    second, tools = asking(view, desk, *badges, fails=fails)
    return TwoPeoplePresenter(view, desk, SCOPE, second), second, tools


def test_whoever_confirms_is_named_in_the_act_and_the_passphrase_is_not_kept(view):
    done = []
    second, tools = asking(view, FakeDesk(), "P-02")
    second.ask("The support ends", done.append)
    assert [one.code for one in view.told("ask_second")[-1][1]] == ["P-02"]
    second.confirm("P-02", "four green doors")
    assert done == ["P-02"]
    assert tools.tried == [("P-02", "four green doors")]
    assert "four green doors" not in repr(vars(second))
    assert view.told("end_second") == [()]


@pytest.mark.parametrize("typed", [("", "words"), ("P-02", ""), ("", "")])
def test_nothing_is_tried_before_somebody_is_named_and_has_typed(view, typed):
    done = []
    second, tools = asking(view, FakeDesk(), "P-02")
    second.ask("The support ends", done.append)
    second.confirm(*typed)
    assert tools.tried == []
    assert done == []
    assert "Choose who confirms" in view.last("show_second_problem")


def test_a_wrong_passphrase_leaves_the_question_and_does_nothing(view):
    done = []
    second, tools = asking(view, FakeDesk(), "P-02", fails=Locked("vault.wrong_passphrase"))
    second.ask("The support ends", done.append)
    second.confirm("P-02", "wrong")
    assert done == []
    assert view.last("show_second_problem")
    tools.fails = None
    second.confirm("P-02", "right")
    assert done == ["P-02"]


def test_who_gives_up_has_done_nothing_and_a_late_passphrase_does_nothing_either(view):
    done = []
    second, tools = asking(view, FakeDesk(), "P-02")
    second.ask("The support ends", done.append)
    second.give_up()
    second.confirm("P-02", "four green doors")
    assert (done, tools.tried) == ([], [])


@pytest.mark.rule("R32")
def test_support_ends_with_the_badge_of_the_colleague_and_never_before(view):
    desk = FakeDesk(NoCase())
    desk.answers[CloseCase] = lambda command: (CaseClosed(scope=SCOPE, reason=command.reason),)
    presenter, second, _ = page(view, desk, "P-02")
    presenter.end("")
    presenter.end("plan_completed")
    assert desk.commands == []
    second.confirm("P-02", "four green doors")
    (command,) = desk.commands
    assert (command.reason, command.second) == ("plan_completed", "P-02")
    assert "door stays open" in repr(view.last("show_banners"))


@pytest.mark.rule("N5")
@pytest.mark.rule("R29")
def test_the_address_is_opened_alone_where_one_person_may_and_with_a_second_one_else(view):
    desk = FakeDesk()
    desk.answers[OpenSealed] = Refused("policy.needs_second")
    presenter, second, _ = page(view, desk, "P-02")

    presenter.open_address("The house does not answer", is_urgent=False)
    assert [one.second for one in desk.commands] == [""]
    assert view.told("show_opened") == []

    value = OpenedValue(FieldId("address.ad_street"), RecordId(b"a" * 16), answered(STREET))
    opened = SealedOpened(scope=SCOPE, part="address", until="", values=(value,))
    desk.answers[OpenSealed] = lambda _command: (opened,)
    second.confirm("P-02", "four green doors")
    assert [one.second for one in desk.commands] == ["", "P-02"]
    assert desk.commands[-1].reason == "The house does not answer"
    assert view.last("show_opened") == (OpenedLine("Street and number", STREET),)


@pytest.mark.rule("N5")
def test_what_was_opened_goes_after_an_hour_and_when_the_page_is_left(view):
    desk = FakeDesk()
    value = OpenedValue(FieldId("address.ad_street"), RecordId(b"a" * 16), answered(STREET))
    opened = SealedOpened(
        scope=SCOPE, part="address", until="", values=(value,), is_reviewed_later=True
    )
    desk.answers[OpenSealed] = lambda _command: (opened,)
    presenter, _, _ = page(view, desk)
    presenter.open_address("He is at the door", is_urgent=True)
    assert (desk.commands[-1].ground, desk.commands[-1].is_urgent) == ("vital_interest", True)
    assert "24 hours" in repr(view.last("show_banners"))
    desk.pass_time(LASTS.total_seconds())
    assert view.last("show_opened") == ()
    presenter.open_address("He is at the door", is_urgent=True)
    assert view.last("show_opened") != ()
    presenter.leave()
    assert view.last("show_opened") == ()


def test_what_is_refused_for_another_reason_asks_nobody(view):
    desk = FakeDesk()
    desk.answers[OpenSealed] = Refused("policy.unseal_reason")
    presenter, _, _ = page(view, desk, "P-02")
    presenter.open_address("", is_urgent=False)
    assert view.told("ask_second") == []
    assert view.last("show_banners")


@pytest.mark.promise("P1")
def test_a_reason_that_was_typed_is_kept_until_it_opened_something_and_a_passphrase_never_is(view):
    desk = FakeDesk(NoCase())
    desk.answers[OpenSealed] = Refused("policy.needs_second")
    presenter, second, _ = page(view, desk, "P-02")
    presenter.start()
    presenter.words.typed("why", "The house does not answer")
    presenter.open_address("The house does not answer", is_urgent=False)
    presenter.keep_drafts()
    assert [row[2] for row in desk.sent(KeepDraft)[-1].draft.fields] == [
        "The house does not answer"
    ]

    opened = SealedOpened(scope=SCOPE, part="address", until="", values=())
    desk.answers[OpenSealed] = lambda _command: (opened,)
    second.confirm("P-02", "four green doors")
    assert desk.sent(KeepDraft)[-1].draft.fields == ()
    assert view.last("show_typed") == {"why": "", "urgent": ""}
    assert "four green doors" not in repr(desk.commands)
