"""What is told at the start and stops nobody: the folder, the clock, the room, the anchor."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.e2e.laptops import copy_of, made_once
from tests.e2e.test_background_check import opened_again
from tests.fakes.clock import FakeClock
from tests.fakes.disk import ToldDisk
from tests.fakes.windows import FakeKernel

from nrm_desktop.app.file_ports import FolderFacts
from nrm_desktop.bootstrap import anchoring
from nrm_desktop.bootstrap.anchoring import UNREADABLE
from nrm_desktop.bootstrap.safe import open_safe
from nrm_desktop.bootstrap.starting import (
    CLOCK_BEHIND,
    LITTLE_ROOM,
    PROGRAM_MADE,
    is_clock_behind,
)
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.paths import resource_root
from nrm_desktop.platforms.file_calls import windows_calls
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.security.vault.copies import COPY_NAMES, HeaderCopies
from nrm_desktop.storage.anchor import read_anchor
from nrm_desktop.storage.exchange import SqlSyncState
from nrm_desktop.storage.journal import Journal

MADE_MS = int(PROGRAM_MADE.timestamp() * 1000)
DANGERS = {
    "folder.synced": FolderFacts(is_synced=True),
    "folder.wiped": FolderFacts(is_wiped=True),
    "folder.long_path": FolderFacts(is_path_too_long=True),
    "folder.guarded": FolderFacts(is_guarded=True),
}


@pytest.mark.threat("T28")
@pytest.mark.parametrize("finding", DANGERS)
def test_each_danger_of_a_folder_is_told_in_words_and_the_vault_still_opens(tmp_path, finding):
    laptop = copy_of(made_once()[0], tmp_path, ToldDisk(facts=DANGERS[finding]))

    assert finding in laptop.vault.findings
    assert not laptop.vault.condition.is_read_only
    assert laptop.open_case()
    laptop.vault.close()
    assert finding in ErrorTexts(resource_root()).codes()


@pytest.mark.threat("T28")
def test_an_ordinary_folder_is_not_spoken_of(tmp_path):
    laptop = copy_of(made_once()[0], tmp_path, ToldDisk())

    assert not set(DANGERS) & set(laptop.vault.findings)
    laptop.vault.close()
    assert FolderFacts().findings == ()


@pytest.mark.threat("T28")
def test_a_network_drive_is_refused_before_the_passphrase_is_tried(tmp_path):
    laptop = copy_of(made_once()[0], tmp_path)
    laptop.vault.close()
    disk = ToldDisk(facts=FolderFacts(is_network=True))
    shell = replace(laptop.vault.session.safe.shell, files=disk)

    with pytest.raises(EnvironmentFault) as raised:
        open_safe(shell, "whatever is typed here")

    assert raised.value.code == "storage.network_folder"
    assert not (shell.folder / "vault.tries").exists()


@pytest.mark.promise("P18")
def test_little_room_is_told(tmp_path):
    laptop = copy_of(made_once()[0], tmp_path, ToldDisk(free=499_999_999))

    assert LITTLE_ROOM in laptop.vault.findings
    assert laptop.open_case()
    laptop.vault.close()


@pytest.mark.promise("P20")
@pytest.mark.threat("T23")
@pytest.mark.parametrize(
    ("now_ms", "written_ms", "is_behind"),
    [
        (0, 0, True),
        (MADE_MS - 1, 0, True),
        (MADE_MS, 0, False),
        (MADE_MS, MADE_MS + 9 * 60_000, False),
        (MADE_MS, MADE_MS + 11 * 60_000, True),
        (MADE_MS + 10 * 365 * 86_400_000, MADE_MS, False),
    ],
)
def test_a_clock_is_behind_the_program_or_behind_what_was_written_here(
    now_ms, written_ms, is_behind
):
    assert is_clock_behind(now_ms, written_ms) is is_behind


@pytest.mark.promise("P20")
@pytest.mark.threat("T23")
def test_a_clock_set_back_is_told_marks_entries_and_locks_nothing(tmp_path):
    laptop = copy_of(made_once()[0], tmp_path)
    case = laptop.open_case()
    laptop.vault.close()
    safe = laptop.vault.session.safe
    shell = replace(safe.shell, clock=FakeClock(MADE_MS - 365 * 86_400_000))

    laptop.vault = opened_again(laptop.vault, shell)
    laptop.save(case, laptop.vault.context.new_record(), "screening.own_reference", "later")

    assert CLOCK_BEHIND in laptop.vault.findings
    assert not laptop.vault.condition.is_read_only
    rows = laptop.vault.reader.history(case, laptop.vault.sight, 50).rows
    assert rows[-1].is_clock_suspect
    assert not rows[0].is_clock_suspect
    laptop.vault.close()


@pytest.mark.promise("P8")
def test_the_anchor_holds_the_counter_of_our_newest_checkpoint_from_the_exchange_on(tmp_path):
    laptop = copy_of(made_once()[0], tmp_path)
    laptop.open_case()
    safe = laptop.vault.session.safe

    laptop.sync(tmp_path / "stick")

    counter = laptop.vault.database.read(lambda db: SqlSyncState(db).own_counter()[0]).result()
    seal = anchoring._seal(safe)
    noted = read_anchor(safe.shell.files, anchoring._path(safe.shell, safe), seal)
    assert counter > 0
    assert noted.checkpoint_counter == counter
    laptop.vault.close()


@pytest.mark.promise("P8")
def test_the_anchor_follows_the_work_every_ten_minutes(tmp_path):
    laptop = copy_of(made_once()[0], tmp_path)
    safe = laptop.vault.session.safe
    laptop.open_case()

    laptop.vault.look_after()

    seal = anchoring._seal(safe)
    noted = read_anchor(safe.shell.files, anchoring._path(safe.shell, safe), seal)
    commits = laptop.vault.database.read(lambda db: Journal(db).state.commits).result()
    assert noted.commits == commits
    laptop.vault.close()


def test_a_damaged_anchor_says_no_more_than_a_missing_one_and_is_told(tmp_path):
    laptop = copy_of(made_once()[0], tmp_path)
    laptop.vault.close()
    (note,) = laptop.vault.session.safe.shell.anchors.iterdir()
    note.write_bytes(b"torn" * 30)

    again = opened_again(laptop.vault)

    assert UNREADABLE in again.findings
    assert not again.condition.is_read_only
    again.close()


@pytest.mark.promise("P18")
def test_a_scanner_that_never_lets_go_leaves_the_old_anchor_and_the_old_header_in_force(tmp_path):
    """Five tries in three seconds, a fresh part file, five more; then it is refused."""
    laptop = copy_of(made_once()[0], tmp_path)
    safe = laptop.vault.session.safe
    laptop.vault.look_after()
    before = contents(safe.shell)
    held = SystemFiles(sleep=lambda _: None, calls=windows_calls(FakeKernel(held=10_000)))
    shell = replace(safe.shell, files=held)

    laptop.open_case()
    with pytest.raises(EnvironmentFault) as anchor:
        anchoring.note_anchor(replace(safe, shell=shell))
    copies = HeaderCopies(held, shell.folder)
    with pytest.raises(EnvironmentFault) as header:
        copies.write(safe.unlocked.copy.sound.raw + b"x", COPY_NAMES[0], lambda copy: copy)

    assert (anchor.value.code, header.value.code) == ("storage.read_only", "storage.read_only")
    assert contents(safe.shell) == before
    laptop.vault.close()
    again = opened_again(laptop.vault)
    assert not again.condition.is_read_only
    again.close()


def contents(shell) -> dict:
    files = [*shell.anchors.iterdir(), *(shell.folder / name for name in COPY_NAMES)]
    return {path.name: path.read_bytes() for path in files}
