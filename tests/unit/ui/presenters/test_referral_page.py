"""A referral: nothing goes that the engine does not let pass, and "done" is said at the end."""

from dataclasses import replace

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import OFFICE, Reader

from nrm_desktop.app.commands import IssueReferral, ReferralWish
from nrm_desktop.app.events import ReferralIssued
from nrm_desktop.app.handlers.referrals import Decided
from nrm_desktop.app.person_files import PersonFiles
from nrm_desktop.domain.case import Pathway
from nrm_desktop.domain.disclosure import (
    THE_PERSON,
    Disclosure,
    DisclosureRequest,
    Included,
    Item,
    Withheld,
)
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.domain.ids import FieldId, OpId, RecordId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.referral import (
    PACKET,
    PASSWORD,
    PLAIN,
    Picture,
    ReferralPresenter,
    SendInput,
    WishInput,
)

WISH = WishInput(recipient=OFFICE, language="en")


def item(field: str, value) -> Item:
    record = RecordId(b"r" * 16)
    op = OpId(bytes(16), 0)
    return Item(record, field, FieldId(field), Compartment.CORE, op, answered(value))


def decided(**changes) -> Decided:
    request = DisclosureRequest(OFFICE, "refer", {}, "2026-11-23", changes.pop("ground", "consent"))
    included = (Included(item("screening.language", "ti"), changes.pop("rule", "consent:c1")),)
    withheld = (Withheld(item("screening.given_name", "Amina"), changes.pop("reason", "declined")),)
    plain = Decided(
        wish=ReferralWish(SCOPE, OFFICE, "refer"),
        disclosure=Disclosure(request, included, withheld, ()),
        recipient_name="House Seven",
        card=None,
        is_card_verified=False,
        case_code="YE7T-9BRZ",
        pathway=Pathway.ADULT,
        draft=None,
    )
    return replace(plain, **changes)


class Tools:
    def __init__(self) -> None:
        self.decided = decided()
        self.wishes: list[ReferralWish] = []

    def preview(self, wish: ReferralWish) -> Decided:
        self.wishes.append(wish)
        return self.decided

    def pictures(self, *_):
        return [Picture(1, 1, bytes(4))]


@pytest.fixture
def tools():
    return Tools()


@pytest.fixture
def desk():
    made = FakeDesk(Reader())
    made.answers[IssueReferral] = lambda cmd: (
        ReferralIssued(
            scope=SCOPE,
            referral="r-7f3k2q",
            path="/stick/r-7f3k2q.pdf",
            size=1,
            sha256="",
            included=1,
            withheld=1,
            digest="",
            words=("amber", "river"),
        ),
    )
    return made


@pytest.fixture
def asked():
    return []


@pytest.fixture
def page(view, desk, tools, asked):
    made = ReferralPresenter(view, desk, SCOPE, tools, lambda: asked.append("consent"))
    made.start()
    made.change(WISH)
    return made


def banners(view) -> str:
    return " ".join(f"{one.title} {one.text}" for one in view.last("show_banners"))


def test_nobody_is_chosen_beforehand(view, desk, tools):
    ReferralPresenter(view, desk, SCOPE, tools, lambda: None).start()

    assert view.told("show_choices")[0][1].recipient == ""
    assert view.last("show_decision") is None
    assert tools.wishes == []


@pytest.mark.rule("R26")
def test_what_goes_and_what_stays_is_shown_with_its_reason_before_anything_is_written(
    view, desk, page
):
    decision = view.last("show_decision")

    assert [(line.question[:8], line.pill.word) for line in decision.included] == [
        ("Language", "agreed")
    ]
    assert [line.pill.word for line in decision.withheld] == ["the person said no"]
    assert len(view.last("show_pictures")) == 1
    assert desk.commands == []


def test_without_consent_the_page_names_the_one_step_that_helps(view, tools, page):
    tools.decided = decided(rule="envelope", reason="no_consent")
    page.change(WISH)

    blocked = view.last("show_decision").blocked
    assert "Nobody has agreed" in blocked.text
    assert blocked.action == "Ask for consent"
    assert view.last("show_pictures") == ()


def test_a_withdrawn_consent_is_no_fault_of_the_person(view, tools, page):
    tools.decided = decided(rule="envelope", reason="consent_withdrawn")
    page.change(WISH)

    blocked = view.last("show_decision").blocked
    assert blocked.tone is not Tone.BAD
    assert "help goes on" in blocked.text


@pytest.mark.rule("R26")
@pytest.mark.parametrize(("ground", "is_told"), [("consent", True), ("legal_claim", False)])
def test_another_file_that_is_not_here_is_named_and_nobody_is_asked_again(
    view, tools, page, ground, is_told
):
    files = PersonFiles(unread=("7KQ2-M9FX",))
    tools.decided = decided(rule="envelope", ground=ground, files=files)
    page.change(WISH)

    blocked = view.last("show_decision").blocked
    assert ("7KQ2-M9FX" in blocked.text) is is_told
    assert (not blocked.action) is is_told


def test_a_child_is_referred_once_child_and_guardian_were_told(view, tools, page):
    tools.decided = decided(
        rule="ground:child_protection", ground="child_protection", pathway=Pathway.CHILD
    )
    page.change(WISH)
    assert view.last("show_decision").needs_informed
    assert view.last("show_decision").blocked is not None

    page.change(replace(WISH, informed=frozenset({"child", "guardian"})))
    assert view.last("show_decision").blocked is None
    assert tools.wishes[-1].informed == {"child", "guardian"}


def test_a_late_answer_about_another_recipient_is_dropped(view, desk, page):
    desk.holds = True
    page.change(WISH)
    page.change(WishInput())
    view.forget()

    desk.release()

    assert view.told("show_decision") == []


@pytest.mark.parametrize(
    ("order", "word"),
    [
        (SendInput(PASSWORD, "", "secret"), "Choose a folder"),
        (SendInput(PASSWORD, "/stick"), "Type a password"),
        (SendInput(PLAIN, "/stick"), "PLAINTEXT"),
        (SendInput(PLAIN, "/stick", typed="yes"), "PLAINTEXT"),
        (SendInput(PACKET, "/stick"), "UNVERIFIED"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_written(view, desk, page, order, word):
    page.send(order)

    assert word in banners(view)
    assert desk.sent(IssueReferral) == []


def test_a_typed_word_confirms_and_is_passed_on(desk, page):
    page.send(SendInput(PLAIN, "/stick", typed=" plaintext "))

    assert desk.sent(IssueReferral)[0].confirmations == {"PLAINTEXT"}


def test_done_is_said_only_after_the_file_was_read_back(view, desk, page):
    desk.holds = True
    page.send(SendInput(PASSWORD, "/stick", "secret"))
    assert "leave the stick in" in view.last("show_busy")
    assert view.last("show_banners") == ()

    desk.release()
    assert view.last("show_busy") == ""
    assert "r-7f3k2q.pdf" in banners(view)
    assert "/stick" not in banners(view)
    assert "amber river" in banners(view)


def test_two_presses_write_one_file(desk, page):
    desk.holds = True
    page.send(SendInput(PASSWORD, "/stick", "secret"))
    page.send(SendInput(PASSWORD, "/stick", "secret"))

    assert len(desk.sent(IssueReferral)) == 1


@pytest.mark.parametrize("code", ["storage.full", "storage.read_only", "storage.medium"])
def test_a_stick_that_fails_is_said_with_its_remedy_and_can_be_tried_again(view, desk, page, code):
    desk.answers[IssueReferral] = EnvironmentFault(code)
    page.send(SendInput(PASSWORD, "/stick", "secret"))

    banner = view.last("show_banners")[0]
    assert (banner.title, banner.text) == desk.explain(EnvironmentFault(code))
    page.send(SendInput(PASSWORD, "/other", "secret"))
    assert len(desk.sent(IssueReferral)) == 2


# -------------------- papers, and the person


def test_the_papers_that_fit_are_offered_by_name_and_the_usual_one_is_chosen(view, tools, page):
    tools.decided = decided(layouts=("", "bg_plan"))
    page.change(WISH)

    decision = view.last("show_decision")
    assert [one.code for one in decision.papers] == ["", "bg_plan"]
    assert decision.papers[0].label == "Referral"
    assert decision.paper == ""


def test_a_paper_is_asked_for_and_given_up_with_the_occasion_that_it_fitted(tools, page):
    page.change(replace(WISH, layout="bg_plan"))
    assert tools.wishes[-1].layout == "bg_plan"

    page.change(replace(WISH, layout="bg_plan", purpose="legal"))
    assert tools.wishes[-1].layout == ""


def test_what_the_paper_does_not_ask_for_comes_last(view, tools, page):
    off = Withheld(item("screening.gender", "woman"), "not_on_this_paper")
    plain = decided()
    disclosure = replace(plain.disclosure, withheld=(off, *plain.disclosure.withheld))
    tools.decided = replace(plain, disclosure=disclosure)
    page.change(WISH)

    words = [line.pill.word for line in view.last("show_decision").withheld]
    assert words == ["the person said no", "not on this paper"]


def test_the_person_can_be_chosen_by_whoever_answers_what_a_person_asks(view, desk, tools):
    ReferralPresenter(view, desk, SCOPE, tools, lambda: None).start()
    assert view.told("show_choices")[0][0].recipients[-1].code == THE_PERSON

    view.forget()
    lawyer = FakeDesk(Reader(), roles=("lawyer",))
    ReferralPresenter(view, lawyer, SCOPE, tools, lambda: None).start()
    assert THE_PERSON not in [one.code for one in view.told("show_choices")[0][0].recipients]


@pytest.mark.rule("R9")
def test_a_copy_for_the_person_asks_for_no_purpose_and_only_where_it_is_safe(view, desk, tools):
    page = ReferralPresenter(view, desk, SCOPE, tools, lambda: None)
    page.start()
    tools.decided = decided(
        rule="ground:own_request", ground="own_request", layouts=("", "bg_plan")
    )
    page.change(WishInput(recipient=THE_PERSON, layout="bg_plan"))
    page.change(WishInput(recipient=THE_PERSON, layout="bg_plan"))

    wish = tools.wishes[-1]
    assert (wish.recipient, wish.purpose, wish.ground) == (THE_PERSON, "own_copy", "own_request")
    assert wish.layout == "bg_plan"
    decision = view.last("show_decision")
    assert decision.is_own
    assert decision.papers[0].label == "Everything that is kept"
    assert [line.pill.word for line in decision.included] == ["the person asked for it"]
    page.send(SendInput(PLAIN, "/stick", typed="plaintext"))
    assert desk.sent(IssueReferral) == []
    page.send(SendInput(PLAIN, "/stick", typed="safe"))
    assert desk.sent(IssueReferral)[0].confirmations == {"SAFE", "PLAINTEXT"}


def test_one_more_in_the_directory_is_offered_and_what_was_chosen_stays(view, desk, tools, page):
    view.forget()
    page.reload()

    choices, chosen = view.told("show_choices")[-1]
    assert chosen == WISH
    assert choices.recipients[0].code == OFFICE
    assert view.told("show_decision") == []
