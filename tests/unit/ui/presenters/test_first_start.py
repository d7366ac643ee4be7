"""The first start and a forgotten passphrase: nothing is begun before all of it is there."""

import pytest
from tests.fakes.runner import PlainDates

from nrm_desktop.domain.errors import IntegrityFault, Locked, Refused, Usage
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.paths import resource_root
from nrm_desktop.texts import load_translator
from nrm_desktop.ui.presenters.first_start import (
    BackupFound,
    Beginning,
    Door,
    FirstStartPresenter,
    Joining,
)
from nrm_desktop.ui.presenters.forgotten import CameBack, ForgottenPresenter
from nrm_desktop.ui.presenters.marks import Tone

WHOLE = Beginning("Harbour Aid", "P-01", "case_manager", "nine calm boats")
GROUPS = tuple(f"AB{number:02}" for number in range(1, 15))


class Steps:
    """Answers at once; `fails` is handed to `failed`. Fulfils `FirstSteps` and `WayBackIn`."""

    def __init__(self) -> None:
        self.fails = None
        self.bad_code = None
        self.found_backups = []
        self.asked = []

    def explain(self, error):
        return ErrorTexts(resource_root()).explain(error)

    def roles(self, done, failed):
        done(("coordinator_intake", "of_a_pack"))

    def found(self, beginning, done, failed):
        self._answer(("found", beginning), done, failed)

    def join(self, joining, done, failed):
        self._answer(("join", joining), done, failed)

    def read_backups(self, folder, sign, passphrase, done, failed):
        self._answer(("read", folder, sign, passphrase), lambda: done(self.found_backups), failed)

    def restore(self, path, sign, passphrase, done, failed):
        self._answer(("restore", path, sign, passphrase), done, failed)

    def look_at_code(self, code):
        if self.bad_code is not None:
            raise self.bad_code

    def use_code(self, code, sign, passphrase, done, failed):
        back = CameBack("P-01", "blue-kite", is_known=True)
        self._answer(("use", code, sign, passphrase), lambda: done(back), failed)

    def _answer(self, what, done, failed):
        self.asked.append(what)
        if self.fails is not None:
            failed(self.fails)
        else:
            done()


@pytest.fixture
def steps():
    return Steps()


@pytest.fixture
def say():
    return load_translator(resource_root() / "texts", "en")


@pytest.fixture
def page(view, steps, say):
    made = FirstStartPresenter(view, steps, say, PlainDates())
    made.start()
    return made


@pytest.fixture
def forgotten(view, steps, say):
    made = ForgottenPresenter(view, steps, say, "red-lamp")
    made.start()
    return made


# ---- the first start ----------------------------------------------------------------------------


def test_three_ways_are_offered_and_roles_of_packs_keep_their_names(view, page):
    assert view.last("show_door") is Door.CHOOSE
    labels = [choice.label for choice in view.last("show_roles")]
    assert labels == ["Leads an office and takes cases in", "of_a_pack"]


@pytest.mark.parametrize(
    ("wanting", "words"),
    [
        (Joining("", "1234", "x"), "Choose the folder"),
        (Joining("/stick", " ", "x"), "24 digits"),
        (Joining("/stick", "1234", ""), "passphrase"),
    ],
)
def test_no_invitation_is_opened_before_all_of_it_is_there(view, steps, page, wanting, words):
    page.join(wanting)

    assert words in view.last("show_banners")[0].text
    assert steps.asked == []


def test_an_invitation_is_opened_with_its_digits_which_no_text_form_shows(view, steps, page):
    whole = Joining("/stick", "1234 5678", "nine calm boats")

    page.join(whole)

    assert steps.asked == [("join", whole)]
    assert "1234" not in repr(whole)
    assert "calm" not in repr(whole)


def test_wrong_digits_say_what_to_do_and_it_can_be_tried_again(view, steps, page):
    steps.fails = Locked("invite.wrong_secret")
    page.join(Joining("/stick", "1234", "x"))

    assert "Check all six groups" in view.last("show_banners")[0].text
    steps.fails = None
    page.join(Joining("/stick", "5678", "x"))
    assert [one[0] for one in steps.asked] == ["join", "join"]


@pytest.mark.parametrize(
    ("wanting", "words"),
    [
        (Beginning(" ", "P-01", "case_manager", "x"), "name for your organisation"),
        (Beginning("H", "Amina O", "case_manager", "x"), "not your name"),
        (Beginning("H", "P-01", "", "x"), "what you do"),
        (Beginning("H", "P-01", "case_manager", ""), "passphrase"),
    ],
)
def test_nothing_is_founded_before_all_of_it_is_there(view, steps, page, wanting, words):
    page.begin(wanting)

    assert words in view.last("show_banners")[0].text
    assert steps.asked == []


def test_a_founding_that_failed_can_be_tried_again(view, steps, page):
    steps.fails = Refused("policy.floor")
    page.begin(WHOLE)
    assert view.last("show_banners")[0].tone is Tone.BAD
    assert view.last("show_busy") == ""

    steps.fails = None
    page.begin(WHOLE)
    assert steps.asked == [("found", WHOLE)] * 2


def test_a_passphrase_stands_in_no_text_of_a_beginning():
    assert WHOLE.passphrase not in repr(WHOLE)


@pytest.mark.promise("P10")
def test_backups_stand_side_by_side_and_a_damaged_one_hides_none(view, steps, page):
    steps.found_backups = [
        BackupFound("/s/b", "b", 20, 15, 2, 9, has_attachments=True),
        BackupFound("/s/c", "c", 10, 0, 0, 0),
        BackupFound("/s/d", "d", problem=IntegrityFault("integrity.backup", what="file")),
    ]
    page.read_backups("/s", " ", "pass")
    rows = view.last("show_backups")

    assert [row.code for row in rows] == ["/s/b", "/s/c"]
    assert "day 15" in rows[0].label
    assert "2 cases, with files" in rows[0].label
    assert "No entry in it" in rows[1].label
    assert view.last("show_banners")[0].title.startswith("d: ")

    page.restore("")
    assert view.last("show_banners")[0].tone is Tone.WARN
    page.restore("/s/c")
    assert steps.asked[-1] == ("restore", "/s/c", "", "pass")


def test_a_passphrase_of_a_backup_is_kept_no_longer_than_its_screen(view, steps, page):
    steps.found_backups = [BackupFound("/s/b", "b", 20)]
    page.read_backups("/s/b", "", "pass")
    page.choose(Door.CHOOSE)
    page.restore("/s/b")

    assert steps.asked[-1] == ("restore", "/s/b", "", "")


# ---- a forgotten passphrase ---------------------------------------------------------------------


@pytest.mark.promise("P11")
def test_a_slip_in_the_sheet_is_named_before_a_passphrase_is_asked_for(view, steps, forgotten):
    forgotten.groups_typed((*GROUPS[:3], " ", *GROUPS[4:]))
    assert view.told("show_problem")[-1][1] == 4

    steps.bad_code = Usage("usage.bad_group", group=7)
    forgotten.groups_typed(GROUPS)
    assert view.told("show_problem")[-1][1] == 7
    assert "ask_passphrase" not in view.names()


@pytest.mark.promise("P11")
def test_the_sheet_gives_the_chosen_sign_a_new_passphrase(view, steps, forgotten):
    forgotten.groups_typed(GROUPS)
    forgotten.passphrase_typed("")
    assert steps.asked == []

    forgotten.passphrase_typed("four green doors")
    assert steps.asked == [("use", " ".join(GROUPS), "red-lamp", "four green doors")]
    assert "blue kite" in view.last("show_done")


@pytest.mark.threat("T26")
def test_a_sheet_of_another_safe_is_asked_for_again(view, steps, forgotten):
    forgotten.groups_typed(GROUPS)
    steps.fails = Locked("vault.wrong_recovery")
    forgotten.passphrase_typed("four green doors")

    assert view.names().count("ask_groups") == 2
    assert view.told("show_problem")[-1][0] != ""
    forgotten.passphrase_typed("four green doors")
    assert len(steps.asked) == 1, "a code that was refused is not tried again"
