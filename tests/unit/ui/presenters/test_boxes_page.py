"""What waits, in the open window: the list, what a role is shown, taking over, and refusals."""

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.fakes.writing import Box, FakeBoxes
from tests.unit.ui.presenters.cases import Reader

from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import FieldId, case_code
from nrm_desktop.domain.values import answered
from nrm_desktop.ui.presenters.boxes import BoxesPresenter
from nrm_desktop.ui.presenters.marks import Tone

HEALTH = FieldId("screening.medical_now")
WRITER = FieldId("quick.q_writer")
QUICK = Box("a.nrm", BoxContent("quick", 7, ((WRITER, answered("P-07")), (HEALTH, answered(True)))))
MESSAGE = Box(
    "b.nrm", BoxContent("feedback", 8, ((FieldId("feedback.fb_text"), answered("Cold soup")),))
)
CODE = case_code(SCOPE)
FOREIGN = Box("c.nrm", problem="integrity.not_for_us")


@pytest.fixture
def desk():
    return FakeDesk(Reader(case=None, scope_of_code=SCOPE))


@pytest.fixture
def tools():
    return FakeBoxes(QUICK, MESSAGE, FOREIGN)


@pytest.fixture
def news():
    return []


@pytest.fixture
def page(view, desk, tools, news):
    made = BoxesPresenter(view, desk, tools, lambda: news.append(True))
    made.start()
    return made


def test_everything_that_waits_is_listed_also_what_cannot_be_read(view, page):
    lines = view.last("show_lines")

    assert [(line.form, line.state) for line in lines] == [
        ("Quick screen", "Not signed yet"),
        ("Message", "Not signed yet"),
        ("Not known", "Cannot be read"),
    ]
    assert lines[0].when == "day 7, clock 7"


def test_what_cannot_be_read_says_why_and_stays(view, page, tools):
    page.open(2)
    page.take_into_new_case()

    assert view.last("show_paper") is None
    assert "somebody else" in view.last("show_banners")[0].title
    assert tools.taken == []


def test_a_form_is_read_in_the_words_of_the_pack(view, page):
    page.open(0)

    paper = view.last("show_paper")
    assert [answer for _, answer in paper.said] == ["P-07", "Yes"]
    assert all(question and not question.startswith("quick.") for question, _ in paper.said)
    assert paper.is_of_a_case


def test_answers_that_a_role_does_not_read_are_counted(view, desk, news):
    content = BoxContent("feedback", 8, ())
    made = BoxesPresenter(view, desk, FakeBoxes(Box("b.nrm", content, unread=1)), news.append)
    made.start()
    made.open(0)

    paper = view.last("show_paper")
    assert (paper.said, paper.unread, paper.is_of_a_case) == ((), 1, False)


def test_taking_over_goes_into_a_new_case_or_into_the_inbox(view, page, tools, news):
    page.open(0)
    page.take_into_new_case()
    assert tools.taken == [("a.nrm", None)]
    assert len(view.last("show_lines")) == 2
    assert news == [True]
    assert "in your name" in view.last("show_banners")[0].text

    page.open(0)
    page.take_into_inbox()
    assert tools.taken[-1] == ("b.nrm", None)


def test_taking_over_goes_into_the_case_of_a_typed_code(page, tools):
    page.open(0)
    page.take_into_case(CODE)

    assert tools.taken == [("a.nrm", SCOPE)]


def test_a_code_that_is_none_takes_nothing_over(view, page, tools):
    page.open(0)
    page.take_into_case("no code")

    assert tools.taken == []
    assert view.last("show_banners")[0].tone is Tone.BAD


def test_a_refusal_is_told_plainly_and_the_form_stays_on_the_page(view, page, tools, news):
    tools.fails = Refused("policy.role")
    page.open(0)
    page.take_into_new_case()

    assert view.last("show_paper") is not None
    assert view.last("show_banners")[0].tone is Tone.BAD
    assert news == []
    tools.fails = None
    page.take_into_new_case()
    assert tools.taken == [("a.nrm", None)]


def test_two_presses_take_over_once(desk, page, tools):
    desk.holds = True
    page.open(0)
    page.take_into_new_case()
    page.take_into_new_case()
    desk.holds = False
    desk.release()

    assert len(tools.taken) == 1


def test_what_was_taken_over_before_is_said_to_be(view, page, tools):
    tools.is_again = True
    page.open(0)
    page.take_into_new_case()

    assert "before" in view.last("show_banners")[0].text
