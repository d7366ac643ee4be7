"""The page of the forms of a laptop: every state and every difference has words for people."""

import pytest

from nrm_desktop.app.known_forms import ChangedForms
from nrm_desktop.app.packs_in_use import NOT_USED, PackState
from nrm_desktop.domain.compartments import Cell
from nrm_desktop.domain.errors import HostileInput, Refused
from nrm_desktop.domain.forms.comparison import FormChange, Turn
from nrm_desktop.domain.forms.outline import Subject
from nrm_desktop.domain.forms.outline_parts import Aspect
from nrm_desktop.domain.forms.problems import PackProblem, PackRefused
from nrm_desktop.domain.forms.timetable import Unit
from nrm_desktop.ui.presenters.form_changes import (
    ChangeLine,
    cell_words,
    change_groups,
    length_words,
    side_words,
    subject_words,
)
from nrm_desktop.ui.presenters.marks import Shape, Tone
from nrm_desktop.ui.presenters.packs import PackLine, PacksNow, PacksPresenter, PackTaken

USED = PackLine("base", "0.1.0", PackState.IN_USE, is_read=False)
SIGNED = PackLine("bg", "0.2.0", PackState.IN_USE, "P-01", 5, 7, is_read=True)
ADDED = FormChange(Subject.FIELD, Turn.ADDED, "screening.way", "Way home", "screening")
WORDS = FormChange(
    Subject.CONSENT,
    Turn.WORDS,
    "consent_talk.adult.p2",
    "consent_talk.adult.p2",
    text="consent_talk.adult.p2",
    before=("You decide.",),
    after=("You decide who gets to know what.",),
)


class Tools:
    """What there is, and what was asked for."""

    def __init__(self, now: PacksNow) -> None:
        self.found = now
        self.asked: list = []
        self.fails = None

    def now(self, language):
        self.asked.append(("now", language))
        return self.found

    def take(self, file):
        self.asked.append(("take", file))
        if self.fails is not None:
            raise self.fails
        return PackTaken("bg", "0.2.0", "P-01", is_new=True)

    def looked(self):
        self.asked.append(("looked",))


def page(view, desk, *packs, may_take=True, **more):
    tools = Tools(PacksNow(packs, may_take, **more))
    presenter = PacksPresenter(view, desk, tools)
    presenter.start()
    return presenter, tools


def only_card(view):
    (card,) = view.last("show_packs")
    return card


def test_a_pack_says_its_version_and_who_signed_it_and_when(view, desk):
    page(view, desk, SIGNED)

    card = only_card(view)
    assert (card.title, card.pill.word) == ("Country forms “bg”, version 0.2.0", "In use")
    assert card.lines == (
        "Signed by P-01 on day 5; the signature was verified. Taken in here on day 7.",
    )


def test_a_pack_of_the_program_that_nobody_there_has_read_says_both(view, desk):
    page(view, desk, USED)

    card = only_card(view)
    assert card.title == "Base forms, version 0.1.0"
    assert card.lines == (
        "It came with the program.",
        "Nobody who works in this mechanism has read every word of it yet.",
    )


@pytest.mark.threat("T12")
@pytest.mark.parametrize("code", ["integrity.pack", "integrity.signature", "integrity.pack_signer"])
def test_a_refused_pack_says_why_and_what_helps(view, desk, code):
    page(view, desk, PackLine("bg", "", PackState.REFUSED, taken_ms=7, code=code))

    card = only_card(view)
    assert (card.pill.shape, card.pill.tone) == (Shape.TRIANGLE, Tone.BAD)
    assert card.title == "Country forms “bg”, version ?"
    came, message, remedy = card.lines
    assert came == "Taken in here on day 7."
    assert message
    assert remedy
    assert (message == desk.explain(HostileInput(NOT_USED))[0]) == (code == "integrity.pack")


def test_damage_under_the_packs_is_told_without_a_name(view, desk):
    page(view, desk, PackLine("", "", PackState.REFUSED, code="integrity.database"))

    card = only_card(view)
    assert card.title == "Forms that cannot be read"
    assert len(card.lines) == 2


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (PackLine("base", "0.1", PackState.SUPERSEDED, "P-01", 5, 7), "Replaced"),
        (PackLine("bg", "0.2", PackState.NOT_CHOSEN, "P-01", 5, 7), "Not used here"),
        (
            PackLine("bg", "0.2", PackState.IN_USE, "P-01", 5, 7, is_coming=True),
            "From the next unlocking on",
        ),
    ],
)
def test_a_pack_that_is_not_used_now_says_so(view, desk, line, word):
    page(view, desk, line)

    assert only_card(view).pill.word == word


def test_what_changed_is_shown_by_kind_with_old_and_new_words_and_counts_as_seen(view, desk):
    changed = ChangedForms(3, is_seen=False, changes=(WORDS, ADDED))
    _, tools = page(view, desk, USED, changed=changed)

    words, groups = view.told("show_changed")[-1]
    form = desk.context.forms.text("screening.title", "en")
    assert words.startswith("The forms changed on day 3.")
    assert [(group.title, group.lines) for group in groups] == [
        (
            "Words that are read to a person, and consents",
            (
                ChangeLine(
                    "",
                    "Before: You decide.",
                    "Now: You decide who gets to know what.",
                ),
            ),
        ),
        ("Questions", (ChangeLine(f"New: Way home ({form})"),)),
    ]
    assert tools.asked == [("now", "en"), ("looked",)]


def test_a_change_that_was_seen_is_still_shown_and_not_noted_again(view, desk):
    _, tools = page(view, desk, USED, changed=ChangedForms(3, changes=(ADDED,)))

    assert view.told("show_changed")[-1][0]
    assert tools.asked == [("now", "en")]


def test_forms_that_never_changed_have_no_card_of_changes(view, desk):
    page(view, desk, USED)

    assert view.told("show_changed")[-1] == ("", ())
    assert view.told("show_coming")[-1] == ("", ())


@pytest.mark.parametrize(
    ("changes", "said"), [(None, "not known here any more"), ((), "nothing of what is shown")]
)
def test_a_change_of_which_nothing_can_be_told_says_so(view, desk, changes, said):
    page(view, desk, USED, changed=ChangedForms(3, changes=changes))

    assert said in view.told("show_changed")[-1][0]


def test_what_comes_with_the_next_unlocking_is_shown_before_it_is_there(view, desk):
    page(view, desk, USED, coming=(ADDED,))

    words, groups = view.told("show_coming")[-1]
    assert words == "This is used once it is opened next time."
    assert len(groups) == 1


def test_a_coordinator_takes_in_a_file_and_hears_who_signed_it(view, desk):
    presenter, tools = page(view, desk, USED)
    presenter.take("  /stick/forms.nrmf ")

    assert ("take", "/stick/forms.nrmf") in tools.asked
    (banner,) = view.last("show_banners")
    assert banner.tone is Tone.OK
    assert banner.text == "Country forms “bg”, version 0.2.0, signed by P-01."
    assert view.told("show_busy") == [("Checking the forms …",), ("",)]
    assert [one[0] for one in tools.asked].count("now") == 2, "it is there for next time"


def test_nothing_is_asked_for_without_a_file_or_twice_at_once(view, desk):
    presenter, tools = page(view, desk, USED)
    presenter.take("  ")
    assert view.last("show_banners")[0].tone is Tone.WARN
    desk.holds = True
    presenter.take("/a")
    presenter.take("/b")
    presenter.refresh()
    desk.release()

    assert [one for one in tools.asked if one[0] == "take"] == [("take", "/a")]


def test_a_file_with_faults_is_refused_with_every_fault_that_fits(view, desk):
    presenter, tools = page(view, desk, USED)
    faults = [
        PackProblem(f"bg/{at}.toml", 3, "lost", "`x` is lost.", "Keep it.") for at in range(9)
    ]
    tools.fails = PackRefused(faults)
    presenter.take("/stick")

    told, listed = view.last("show_banners")
    assert told.tone is Tone.BAD
    assert listed.text.count("`x` is lost.") == 5
    tools.fails = Refused("policy.role", compartment="org.packs")
    presenter.take("/stick")
    assert len(view.last("show_banners")) == 1


def test_who_may_not_take_in_is_told_who_does(view, desk):
    page(view, desk, USED, may_take=False)

    words, may_take = view.told("show_taking")[-1]
    assert words.startswith("A coordinator")
    assert may_take == ("may_take", False)


def line_of(desk, change):
    ((group),) = change_groups(desk.say, desk.context.forms, (change,))
    return group.lines[0]


def side(subject, aspect, before=(), after=(), **more):
    return FormChange(
        subject, Turn.SIDE, "screening.x", "X", side=aspect, before=before, after=after, **more
    )


def test_a_length_is_told_with_its_unit(desk):
    change = side(Subject.CLOCK, Aspect.LENGTH, ("1", "months"), ("45", "calendar_days"))

    assert line_of(desk, change) == ChangeLine(
        "X: another length", "Before: 1 month", "Now: 45 days"
    )
    assert line_of(desk, side(Subject.CLOCK, Aspect.LENGTH, (), ("10",))).before == (
        "Before: nothing"
    )


@pytest.mark.rule("N11")
def test_photos_of_persons_are_told_with_yes_and_no(desk):
    change = FormChange(
        Subject.PACK, Turn.SIDE, "base", "base", side=Aspect.PHOTOS, before=("no",), after=("yes",)
    )

    assert line_of(desk, change) == ChangeLine(
        "Base forms: photos and recordings of persons", "Before: No", "Now: Yes"
    )


def test_of_a_role_only_the_parts_are_told_in_which_something_else_may_be_done(desk):
    change = side(
        Subject.ROLE, Aspect.READS_AND_WRITES, ("core=W", "health=r"), ("core=W", "support=co")
    )

    line = line_of(desk, change)
    assert line.before == "Before: Health: reads, Support and safety: nothing"
    assert line.after == "Now: Health: nothing, Support and safety: with a consent; own entries"


def test_a_larger_smallest_number_of_a_table_is_told_in_words(desk):
    change = FormChange(
        Subject.RULE,
        Turn.SIDE,
        "smallest_cell",
        "smallest_cell",
        side=Aspect.LENGTH,
        before=("10",),
        after=("20",),
    )

    assert line_of(desk, change) == ChangeLine(
        "The smallest number that a table shows: another length", "Before: 10", "Now: 20"
    )


def test_a_side_that_says_nothing_to_people_is_told_without_before_and_now(desk):
    assert line_of(desk, side(Subject.FIELD, Aspect.ASKED_WHEN)) == ChangeLine(
        "X: asked under other conditions"
    )


def test_a_choice_is_told_with_the_question_that_offers_it(desk):
    listed = desk.context.forms.field("screening.place_type")
    change = FormChange(Subject.CODE, Turn.ADDED, f"{listed.codelist}.x", "X", listed.codelist)
    asked = next(one for one in desk.context.forms.fields() if one.codelist == listed.codelist)

    label = desk.context.forms.text(f"{asked.id}.label", "en")
    assert line_of(desk, change).text == f"New: X ({label})"
    assert line_of(desk, FormChange(Subject.CODE, Turn.HIDDEN, "zz.x", "X", "zz")).text == (
        "Not shown any more: X"
    )


def test_everything_that_can_be_told_has_words(desk):
    say = desk.say
    words = [
        *(subject_words(say, one) for one in Subject),
        *(side_words(say, one) for one in Aspect if one),
        *(cell_words(say, one.value) for one in Cell),
        *(length_words(say, 2, one.value) for one in Unit),
    ]

    assert all(words)
    assert len(set(words)) == len(words)
    for turn in Turn:
        assert line_of(desk, FormChange(Subject.FIELD, turn, "a.b", "B")).text
