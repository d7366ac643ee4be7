"""The page of tables that leave: what is hidden and why, what is told before, who made what."""

import pytest

from nrm_desktop.domain.errors import Refused
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.release_words import (
    FileChecked,
    ReleaseLine,
    Withdrawn,
    WouldLeave,
)
from nrm_desktop.ui.presenters.releases import ReleasesNow, ReleasesPresenter, WishedRelease

pytestmark = pytest.mark.rule("R24")
TABLES = (Choice("by_age", "People by age"), Choice("by_form", "People by form"))
OUT = ReleaseLine("a" * 64, "People by age", "2025", "P-01", 5)
TWIN = ReleaseLine("b" * 64, "People by age", "2025", "P-02", 7, ("a" * 64,))
CLASHING = (ReleaseLine("a" * 64, "People by age", "2025", "P-01", 5, ("b" * 64,)), TWIN)


class Tools:
    """What there is, and what was asked for."""

    def __init__(self, now: ReleasesNow) -> None:
        self.found = now
        self.asked: list = []
        self.fails = None
        self.would = (WouldLeave("People by age", "2025", is_new=True, hidden=3, figures=12),)
        self.known = True

    def now(self):
        return self.found

    def look(self, wish):
        return self._do(("look", wish), self.would)

    def make(self, wish, folder):
        return self._do(("make", wish, folder), ("by_age-2025.csv",))

    def check(self, file):
        found = FileChecked("People by age", "2025", "Help", 9, is_known=self.known)
        return self._do(("check", file), found)

    def settle(self, *what):
        return self._do(("settle", *what), None)

    def _do(self, asked, answer):
        self.asked.append(asked)
        if self.fails is not None:
            raise self.fails
        return answer


class Second:
    """A second person who confirms at once, or leaves it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.confirms = True

    def ask(self, what, go_on):
        self.asked.append(what)
        if self.confirms:
            go_on("P-02")


@pytest.fixture
def second():
    return Second()


def page(view, desk, second, *rows, may_make=True, unread=0):
    tools = Tools(ReleasesNow(TABLES, "2025", 10, rows, unread, may_make))
    presenter = ReleasesPresenter(view, desk, tools, second)
    presenter.start()
    return presenter, tools


def banner(view):
    (only,) = view.last("show_banners")
    return only


def test_whoever_makes_tables_chooses_among_all_or_one_of_the_year_that_is_over(view, desk, second):
    page(view, desk, second)

    words, tables, year = view.told("show_making")[-1]
    assert words.startswith("Release the tables of one year together")
    assert [one.label for one in tables] == ["All tables", "People by age", "People by form"]
    assert year == "2025"
    assert view.told("show_releases")[-1] == ("Nothing has been released.", ())


def test_whoever_only_reads_is_told_who_makes_them_and_sees_the_list(view, desk, second):
    page(view, desk, second, OUT, may_make=False)

    words, tables, _ = view.told("show_making")[-1]
    assert "a coordinator" in words
    assert tables == ()
    _, (card,) = view.told("show_releases")[-1]
    assert (card.title, card.pill.word) == ("People by age, 2025", "Out")
    assert card.lines == ("Released by P-01 on day 5.",)


def test_before_a_table_leaves_it_says_what_is_hidden_and_why_and_two_things(view, desk, second):
    presenter, tools = page(view, desk, second)

    presenter.look("by_age", " 2025 ", "2025")

    assert tools.asked == [("look", WishedRelease(("by_age",), "2025", "2025"))]
    lines, told = view.told("show_preview")[-1]
    assert lines[0] == "People by age, 2025: 3 of 12 figures are hidden."
    assert lines[1].startswith("Behind each figure stand 10 people or more.")
    assert [one.split(".")[0] for one in told] == [
        "A table leaves once",
        "What is out cannot be called back",
    ]


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (WouldLeave("T", "2025", False, 3, 12), "it is out, and is given again as it was."),
        (WouldLeave("T", "2025", True, 12, 12, True, False), "everything is hidden, the total"),
        (WouldLeave("T", "2025", True, 11, 12, True), "only the total is shown."),
    ],
)
def test_every_way_in_which_a_table_is_hidden_has_words(view, desk, second, one, words):
    presenter, tools = page(view, desk, second)
    tools.would = (one,)

    presenter.look("", "2025", "2025")

    assert tools.asked[0][1].tables == (), "all of them"
    assert view.told("show_preview")[-1][0][0].startswith(f"T, 2025: {words}")


def test_only_what_was_looked_at_leaves(view, desk, second):
    presenter, tools = page(view, desk, second)
    presenter.release("/stick")
    assert tools.asked == []
    presenter.look("by_age", "2025", "2025")
    presenter.release(" ")
    assert banner(view).text == "Choose a folder first."

    presenter.release(" /stick ")

    assert tools.asked[-1] == ("make", WishedRelease(("by_age",), "2025", "2025"), "/stick")
    assert "by_age-2025.csv" in banner(view).text
    assert view.told("show_preview")[-1] == ((), ())
    presenter.release("/stick")
    assert len(tools.asked) == 2, "once more only after another look"


def test_a_refusal_is_told_with_its_remedy_and_nothing_can_be_released(view, desk, second):
    presenter, tools = page(view, desk, second)
    tools.fails = Refused("policy.release_open", year=2026)

    presenter.look("", "2026", "2026")

    assert banner(view).tone is Tone.BAD
    assert "2026" in banner(view).title
    presenter.release("/stick")
    assert [one[0] for one in tools.asked] == ["look"]


def test_a_release_that_cannot_be_read_is_said_before_anything_else(view, desk, second):
    page(view, desk, second, OUT, unread=2)

    assert view.told("show_releases")[-1][0].startswith("2 releases cannot be read here")


def test_two_that_contradict_each_other_are_asked_about_and_a_second_person_confirms(
    view, desk, second
):
    presenter, tools = page(view, desk, second, *CLASHING)
    card = view.last("show_clash")
    assert "If both are out, decide nothing" in card.words
    assert card.first == "People by age, 2025: released by P-01 on day 5, clock 5"
    assert card.second == "People by age, 2025: released by P-02 on day 7, clock 7"
    assert [one.pill.word for one in view.told("show_releases")[-1][1]] == ["Contradicted"] * 2

    presenter.settle(is_first=False)

    assert second.asked == [
        "The release by P-02 of day 7 stands. The other one, by P-01 of day 5, was given to nobody."
    ]
    assert tools.asked == [("settle", "b" * 64, "a" * 64, "P-02")]
    assert banner(view).title == "Decided."


def test_without_the_second_person_nothing_is_decided(view, desk, second):
    presenter, tools = page(view, desk, second, *CLASHING)
    second.confirms = False

    presenter.settle(is_first=True)

    assert tools.asked == []


def test_whoever_only_reads_releases_is_not_asked_to_decide(view, desk, second):
    presenter, _ = page(view, desk, second, *CLASHING, may_make=False)

    assert view.last("show_clash") is None
    presenter.settle(is_first=True)
    assert second.asked == []


def test_what_was_withdrawn_says_by_whom(view, desk, second):
    gone = ReleaseLine("c" * 64, "T", "2024", "P-02", 7, (), (Withdrawn("P-01", "P-03", 8),))

    page(view, desk, second, gone)

    _, (card,) = view.told("show_releases")[-1]
    assert card.pill.word == "Never left"
    assert card.lines[1] == "It was given to nobody: said by P-01 and P-03 on day 8."


@pytest.mark.parametrize(("known", "tone"), [(True, Tone.OK), (False, Tone.WARN)])
def test_a_checked_file_says_whose_it_is_and_what_that_is_worth(view, desk, second, known, tone):
    presenter, tools = page(view, desk, second)
    tools.known = known
    presenter.check("")
    assert banner(view).text == "Choose the file of the table first."

    presenter.check(" /stick/t.csv ")

    assert tools.asked == [("check", "/stick/t.csv")]
    assert banner(view).title == "Unchanged. People by age, 2025, signed by Help on day 9."
    assert banner(view).tone is tone


def test_while_something_runs_nothing_else_begins(view, desk, second):
    presenter, tools = page(view, desk, second, *CLASHING)

    def look(wish):
        tools.asked.append(("look", wish))
        presenter.look("", "2024", "2024")
        presenter.settle(is_first=True)
        presenter.refresh()
        return tools.would

    tools.look = look
    presenter.look("", "2025", "2025")
    presenter.leave()

    assert len(tools.asked) == 1
    assert second.asked == []
