"""Tables that leave: found by keys, read, heard, reached in every look; two people decide."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tests.gui.test_packs_screens import unlocked_by_keys
from tests.gui.test_screens import (  # noqa: F401 - fixtures are found by their names here
    folder,
    keys,
    look_at,
    page,
    program,
    work,
)
from tests.gui.test_talk_screens import take_picture
from tests.gui.window import prepare_vault, shown_words, start

from nrm_desktop.app.commands import NewRecord
from nrm_desktop.app.counting import Counting
from nrm_desktop.app.records import Saving
from nrm_desktop.app.releasing import FILE, FORM, ReleaseAsked, release_tables
from nrm_desktop.bootstrap.people import NewPerson, add_user
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.release_words import (
    FileChecked,
    ReleaseLine,
    Withdrawn,
    WouldLeave,
)
from nrm_desktop.ui.presenters.releases import ReleasesNow

pytestmark = pytest.mark.rule("R24")
TABLE = "persons_by_citizenship"
DAY = 1_700_000_000_000
SECOND = "an invented passphrase of Boris"


def much(tables) -> ReleasesNow:
    """Everything that the list can say."""
    other = "b" * 64
    rows = (
        ReleaseLine("a" * 64, tables[0].label, "2024", "P-01", DAY, (other,)),
        ReleaseLine(other, tables[0].label, "2024", "P-02", DAY, ("a" * 64,)),
        ReleaseLine("c" * 64, tables[1].label, "2022–2023", "P-01", DAY),
        ReleaseLine(
            "d" * 64, tables[2].label, "2021", "P-02", DAY, (), (Withdrawn("P-01", "P-03", DAY),)
        ),
    )
    return ReleasesNow(tables, "2025", 10, rows, 0, may_make=True)


def test_tables_that_leave_can_be_read_heard_and_reached(program, work, keys, look_at):  # noqa: F811 - fixtures
    say = program.kit.say
    work.main.open(PlaceId.RELEASES)
    presenter = work.main.page
    keys.wait(lambda: say("See what would leave") in shown_words(program.window))
    look_at("nothing is out")

    tables = presenter._tools.now().tables
    presenter._show(much(tables))
    presenter._second.ask(say("Which one is out?"), lambda _second: None)
    look_at("two that contradict each other")
    presenter._tools.look = lambda _wish: tuple(
        WouldLeave(one.label, "2025", number != 1, 3, 12, number == 2, number != 3)
        for number, one in enumerate(tables)
    )
    presenter.look("", "2025", "2025")
    keys.wait(lambda: say("Release and write") in shown_words(program.window))
    look_at("what would leave")
    take_picture(program, "releases")
    presenter._checked(FileChecked(tables[0].label, "2025", "Help", DAY, is_known=False))
    look_at("a file of others")
    presenter._show(replace(much(tables), may_make=False, unread=2))
    look_at("somebody who only reads them")


@pytest.fixture
def clashing(tmp_path, qtbot, faults, shipped_fonts):
    """A window on a vault with two releases of one year, and a colleague on the same laptop."""

    def fill(vault) -> None:
        add_user(vault, NewPerson("P-02", "case_manager", SECOND, FLOOR))
        parts = Counting(vault.reader, vault.work, vault.context, vault.sight)
        year = str(int(vault.context.today()[:4]) - 1)
        (made,) = release_tables(parts, ReleaseAsked((TABLE,), year, year))
        twin = made.data.replace(b"smallest_cell,10,", b"smallest_cell,12,")

        def enter(uow) -> None:
            saving = Saving(uow, vault.context, vault.context.organisation)
            record = saving.begin(NewRecord(vault.context.new_record(), FORM))
            saving.enter(record, FILE, twin)
            saving.finish()

        vault.work.run(enter)

    prepare_vault(tmp_path, fill)
    made = start(tmp_path, faults)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made.window)
    yield made
    made.window.close()
    made.window.deleteLater()


def test_two_people_decide_and_then_a_table_leaves_and_is_checked_by_keys_alone(
    clashing, qtbot, tmp_path
):
    stick = tmp_path / "stick"
    stick.mkdir()
    hand = unlocked_by_keys(clashing, qtbot)
    hand.go_to_place("Safety")
    hand.wait_to_tab_to("Tables that leave")
    hand.press(Qt.Key.Key_Return)
    hand.wait_for_words("Which one is out?")
    take_picture(clashing, "releases-clash")

    hand.wait_to_tab_to("This one is out")
    hand.press(Qt.Key.Key_Return)
    hand.wait_for_words("Who confirms")
    hand.type(SECOND)
    hand.press(Qt.Key.Key_Return)
    hand.wait_for_words("Decided.")
    hand.wait_for_words("It was given to nobody: said by P-01 and P-02")

    hand.wait_to_tab_to("See what would leave")
    hand.press(Qt.Key.Key_Return)
    hand.wait_for_words("Before it leaves")
    hand.wait_for_words("it is out, and is given again as it was.")
    hand.wait_to_tab_to("Folder for the tables")
    hand.type(str(stick))
    hand.press(Qt.Key.Key_Return)
    hand.wait_for_words("The tables are written.")
    take_picture(clashing, "releases-written")
    tables = sorted(stick.glob("*.csv"))
    assert len(tables) > 1, "all tables of the year"

    hand.wait_to_tab_to("File of the table")
    hand.type(str(tables[0]))
    hand.press(Qt.Key.Key_Return)
    hand.wait_for_words("Somebody here has compared the card of that organisation.")
