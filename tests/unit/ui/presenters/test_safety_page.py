"""Safety: what is loud, what is calm, and how a sheet comes to count."""

import pytest
from tests.fakes.safety import GROUPS, FakeSafety

from nrm_desktop.app.condition import Condition, Reason, State
from nrm_desktop.app.way_back import WayBack
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.recovery import SheetPresenter, WayBackPresenter
from nrm_desktop.ui.presenters.safety import (
    CheckState,
    SafetyPresenter,
    Stage,
    safety_banner,
    safety_mark,
)

MISSING = WayBack(False, 0, 5, is_check_due=False)
OVER = WayBack(False, 0, 0, is_check_due=False)


@pytest.fixture
def safe():
    return FakeSafety()


@pytest.fixture
def went():
    return []


@pytest.fixture
def page(view, desk, safe, went):
    return SafetyPresenter(view, desk, safe, went.append, lambda: went.append("lock"))


# ---- the way back -------------------------------------------------------------------------------


@pytest.mark.promise("P11")
def test_a_missing_way_back_is_loud_on_the_page_and_in_the_status_line(view, desk, safe, page):
    safe.knows(way_back=MISSING, must_remind=True)
    page.start()
    card = view.last("show_way_back")
    mark = safety_mark(desk.say, safe.now)

    assert card.tone is Tone.BAD
    assert "In 5 days" in card.text
    assert card.makes
    assert not card.checks
    assert (mark.text, mark.tone, mark.id) == ("No way back: 5 days", Tone.BAD, PlaceId.SAFETY)


@pytest.mark.promise("P11")
@pytest.mark.parametrize("days", [5, 0])
def test_who_keeps_the_keys_is_told_that_the_office_does_not_bring_them_back(
    view, desk, safe, page, days
):
    safe.knows(way_back=WayBack(False, 0, days, is_check_due=False, is_root_at_stake=True))
    page.start()
    card = view.last("show_way_back")

    assert (card.tone, card.makes) == (Tone.BAD, "Make the sheet now")
    assert "keys of the organisation" in card.text
    assert safety_mark(desk.say, safe.now).text == f"No sheet: {days} days"


@pytest.mark.promise("P11")
def test_after_the_days_of_grace_the_page_says_what_waits(view, safe, page):
    safe.knows(way_back=OVER)
    page.start()

    assert "New cases wait" in view.last("show_way_back").text


def test_with_a_way_back_the_status_line_is_calm_and_a_backup_is_reminded_of(desk, safe):
    assert safety_mark(desk.say, safe.now) is None

    safe.knows(must_remind=True)
    assert safety_mark(desk.say, safe.now).tone is Tone.WARN


def test_practice_is_not_urged_to_a_way_back(view, desk, safe, page):
    safe.knows(way_back=WayBack(False, 0, None, is_check_due=False))
    page.start()

    assert view.last("show_way_back").tone is Tone.NEUTRAL
    assert safety_mark(desk.say, safe.now) is None


def test_after_ninety_days_the_sheet_is_asked_for(view, safe, page, went):
    safe.knows(way_back=WayBack(True, None, None, is_check_due=True))
    page.start()
    page.check_sheet()
    page.make_way_back()

    assert view.last("show_way_back").tone is Tone.WARN
    assert went == [PlaceId.SHEET, PlaceId.WAY_BACK]


@pytest.mark.promise("P11")
def test_a_sheet_counts_once_two_groups_were_typed_back(view, desk, safe):
    done = []
    page = WayBackPresenter(view, desk, safe, lambda: done.append(1))
    page.start()
    assert view.last("show_groups") == GROUPS

    page.written()
    assert view.last("show_asked").numbers == (3, 9)
    page.confirm(GROUPS[2], "wrong")
    assert view.told("show_problem")[-1][1] == 9
    assert (safe.made.counts, done) == (False, [])

    page.show_again()
    page.written()
    page.confirm(GROUPS[2], GROUPS[8])
    assert safe.made.counts
    assert done == [1]
    assert "set up" in view.last("show_done")


def test_a_sheet_that_was_left_unconfirmed_counts_for_nothing(view, desk, safe):
    page = WayBackPresenter(view, desk, safe, lambda: None)
    page.start()
    page.leave()
    page.written()
    page.confirm(GROUPS[2], GROUPS[8])

    assert not safe.made.counts
    assert "show_asked" not in view.names()


def test_a_sheet_that_is_at_hand_is_noted_and_one_that_is_not_is_said(view, desk, safe):
    done = []
    page = SheetPresenter(view, desk, safe, lambda: done.append(1))
    page.start()
    page.confirm(GROUPS[0], GROUPS[8])
    assert view.told("show_problem")[-1][1] == 3
    page.confirm(GROUPS[2], GROUPS[8])
    assert done == [1]

    safe.has_sheet = False
    page.start()
    assert "no sheet" in view.last("show_done")


# ---- backups, check, condition ------------------------------------------------------------------


def test_a_backup_needs_a_folder_and_says_what_is_in_it(view, safe, page):
    page.back_up("  ", with_attachments=True)
    assert view.last("show_banners")[0].tone is Tone.WARN
    assert safe.asked == []

    page.back_up(" /stick ", with_attachments=False)
    assert safe.asked == [("backup", "/stick", False)]
    assert "3 cases" in view.last("show_banners")[0].text
    assert view.last("show_busy") == ""


def test_a_backup_that_failed_says_why_and_can_be_tried_again(view, safe, page):
    safe.fails = EnvironmentFault("storage.full")
    page.back_up("/stick", with_attachments=True)
    assert view.last("show_banners")[0].tone is Tone.BAD
    assert view.last("show_busy") == ""

    safe.fails = None
    page.back_up("/stick", with_attachments=True)
    assert len(safe.asked) == 2


def test_none_elsewhere_for_a_week_is_said_on_the_page(view, safe, page):
    safe.knows(must_remind=True, last_backup_ms=5)
    page.start()
    lines = view.last("show_backups")

    assert "Last backup: day 5, clock 5" in lines
    assert any("Take a stick" in line for line in lines)


def test_a_running_check_is_followed_until_it_says_what_it_found(view, desk, safe, page):
    safe.check = CheckState(Stage.RUNS, 1, 4)
    page.start()
    assert "25 %" in view.last("show_check")

    safe.check = CheckState(Stage.DAMAGED, places=("file",))
    desk.pass_time(1.1)
    assert "damaged" in view.last("show_check")
    before = len(view.told("show_check"))
    desk.pass_time(5)
    assert len(view.told("show_check")) == before, "nobody looks at a check that has ended"


@pytest.mark.promise("P18")
def test_what_limits_a_safe_is_said_above_every_page_the_worst_first(desk, safe):
    say = desk.say
    assert safety_banner(say, safe.now) is None

    safe.knows(condition=Condition(State.RESCUE, (Reason.FULL,)))
    assert "disk is full" in safety_banner(say, safe.now).text
    safe.knows(needs_identity=True)
    assert "new identity" in safety_banner(say, safe.now).text
    safe.knows(condition=Condition(State.READ_ONLY, (Reason.DAMAGED,), ("case.YE7T",)))
    assert safety_banner(say, safe.now).tone is Tone.BAD


def test_the_page_says_why_and_what_to_do_each_thing_once(view, safe, page):
    safe.knows(
        condition=Condition(State.READ_ONLY, (Reason.DAMAGED,), ("audit.7",)),
        findings=(Reason.DAMAGED, "clock.behind", "identity.needed"),
    )
    page.start()
    lines = view.last("show_condition")

    assert len(lines) == 3
    assert "audit.7" in lines[-1]
    assert not any("nrm-desktop" in line for line in lines), "a window names no command"


@pytest.mark.promise("P9")
def test_after_a_new_identity_the_window_locks(view, safe, page, went):
    page.renew()

    assert safe.asked == ["renew"]
    assert went == ["lock"]
