"""A new data key, cut off at every boundary: the old state opens or the new one, never neither.

The person whose slot goes opens everything before the header is written, and nothing after it.
"""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.e2e.laptops import PASSPHRASE, copy_of, made_once, new_record, shell_at

from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.bootstrap import rotating
from nrm_desktop.bootstrap.attachments import files_key
from nrm_desktop.bootstrap.backups import backup_before
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.people import NewPerson, add_user
from nrm_desktop.bootstrap.recovering import create_recovery, use_recovery
from nrm_desktop.bootstrap.removing import remove_user
from nrm_desktop.bootstrap.rotating import (
    backups_of_old_keys,
    drop_backups_of_old_keys,
    finish_rotation,
)
from nrm_desktop.bootstrap.safe import database_key, open_safe
from nrm_desktop.bootstrap.shell import Shell, header_copies
from nrm_desktop.bootstrap.starting import note_alarm, noted_alarm
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault, Locked
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.platforms.renaming import take_name
from nrm_desktop.security.primitives import KemKey
from nrm_desktop.security.vault.copies import HeaderCopies
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.security.vault.opening import Unlocked
from nrm_desktop.security.vault.slot_locks import unwrap_data_key
from nrm_desktop.storage import engine, rotation
from nrm_desktop.storage.files_database import add_chunks, open_files, read_chunk
from nrm_desktop.storage.names import DATABASE, FILES

HERS = "nine grey herons walk at low tide"
PLACE = FieldId("screening.place_type")
CHUNK = b"a sealed chunk of an attachment"

pytestmark = [pytest.mark.promise("P12"), pytest.mark.threat("T22")]


class Cut(BaseException):
    """The power is cut: nothing that would tidy up runs behind it."""


@dataclass
class Office:
    """Ana's laptop with Bea's slot, a case, an attachment and a backup. Everything is closed."""

    shell: Shell
    signs: tuple[str, str]
    bea: Unlocked
    code: str
    scope: ScopeId
    record: RecordId

    def in_room(self, room: Path) -> "Office":
        shell = shell_at(room)
        shutil.copytree(self.shell.folder, shell.folder)
        shutil.copytree(self.shell.anchors, shell.anchors)
        return replace(self, shell=shell)

    def open(self, who: int = 0):
        return open_vault(self.shell, (PASSPHRASE, HERS)[who], self.signs[who])

    def remove_bea(self):
        return remove_user(self.open(), "P-21")

    def left(self) -> list[str]:
        folders = (self.shell.folder, self.shell.anchors)
        return sorted(path.name for each in folders for path in each.glob("*.new*"))


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Office:
    laptop = copy_of(made_once()[0], tmp_path_factory.mktemp("rotation"))
    scope, record = laptop.open_case(), new_record()
    laptop.save(scope, record, PLACE, "port")
    vault = laptop.vault
    shell = vault.session.safe.shell
    hers = add_user(vault, NewPerson("P-21", "case_manager", HERS, FLOOR))
    offer = create_recovery(vault)
    offer.confirm(*(offer.groups[number - 1] for number in offer.asked))
    files = open_files(shell.folder / FILES, files_key(vault.session.safe.unlocked.keys))
    add_chunks(files, [(name20(CHUNK), CHUNK)], shell.clock.now_ms())
    engine.close_database(files)
    backup_before(vault)
    own = vault.unlocked.sign
    vault.close()
    safe = open_safe(shell, HERS, hers.sign)
    safe.close()
    return Office(shell, (own, hers.sign), safe.unlocked, " ".join(offer.groups), scope, record)


@pytest.fixture
def office(template, tmp_path) -> Office:
    return template.in_room(tmp_path / "copy")


def cut(*_args, **_more):
    raise Cut


def cut_off(office, monkeypatch, where, name, by=cut):
    """Remove Bea, and cut the power where the named step would begin."""
    with monkeypatch.context() as patch:
        patch.setattr(where, name, by)
        with pytest.raises(Cut):
            office.remove_bea()


def refused(kind, code, act, *more):
    with pytest.raises(kind) as caught:
        act(*more)
    assert caught.value.code == code


def must_be_old(office: Office) -> None:
    """As if nothing had happened: both open, and nothing lies beside."""
    for who in (0, 1):
        vault = office.open(who)
        assert vault.session.safe.unlocked.data.epoch == 1
        must_hold(office, vault)
    assert office.left() == []


def must_be_new(office: Office) -> None:
    """Ana has everything under the new key; what Bea knew opens nothing of it."""
    vault = office.open()
    keys = vault.session.safe.unlocked.keys
    assert vault.session.safe.unlocked.data.epoch == 2
    must_hold(office, vault)
    assert office.left() == []
    refused(Locked, "vault.no_slot", office.open, 1)
    must_be_shut(office, office.bea)
    files = open_files(office.shell.folder / FILES, files_key(keys))
    assert read_chunk(files, name20(CHUNK)) == CHUNK
    engine.close_database(files)


def must_hold(office: Office, vault) -> None:
    """Nothing is lost, nothing is told as damaged or moved, and work goes on."""
    assert vault.findings == ()
    view = vault.reader.case(office.scope, vault.sight)
    (cell,) = (one for one in view.cells if one.field == PLACE)
    assert cell.acting.answer.value == "port"
    assert verify_vault(vault).is_sound
    vault.close()


def must_be_shut(office: Office, bea: Unlocked) -> None:
    folder = office.shell.folder
    header = header_copies(office.shell).read().best.sound.header
    hers = KemKey(bea.seeds.kem)
    for slot in header.slots:
        for epoch in (bea.data.epoch, header.dek_epoch):
            assert unwrap_data_key(slot, hers, header.vault_id, epoch) is None
    for name, key in ((DATABASE, database_key(bea)), (FILES, files_key(bea.keys))):
        refused(IntegrityFault, "integrity.database", engine.open_database, folder / name, key)


BEFORE_THE_HEADER = [
    (rotating, "export_vault"),
    (rotation, "export_files"),
    (rotation, "_must_hold"),
    (rotating, "_seal_notes_anew"),
    (rotating, "write_rotated"),
]
AFTER_THE_HEADER = [
    (rotating, "_take_notes"),
    (rotating, "_put_backups_aside"),
    (rotating, "take_over"),
    (rotating, "take_name"),
    (rotating, "keep_backup"),
]


def names(steps):
    return pytest.mark.parametrize("step", steps, ids=[name for _, name in steps])


@names(BEFORE_THE_HEADER)
def test_cut_before_the_header_is_written_the_old_state_opens(office, monkeypatch, step):
    cut_off(office, monkeypatch, *step)

    must_be_old(office)
    office.remove_bea()
    must_be_new(office)


@names(AFTER_THE_HEADER)
def test_cut_after_the_header_was_written_the_next_start_finishes(office, monkeypatch, step):
    cut_off(office, monkeypatch, *step)

    must_be_new(office)


@pytest.mark.parametrize("ended", [1, 2])
def test_cut_between_two_renames_the_next_start_goes_on(office, monkeypatch, ended):
    """Attachments take their place first: only the database says that all is done."""
    done = []

    def some(source, target):
        if len(done) == ended:
            raise Cut
        done.append(target.name)
        take_name(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(rotating, "take_name", some)
        if ended < 2:
            with pytest.raises(Cut):
                office.remove_bea()
        else:
            office.remove_bea()

    assert done == [FILES, DATABASE][:ended]
    must_be_new(office)


def test_cut_between_the_two_header_copies_the_new_one_is_in_force(office, monkeypatch):
    """The copy that was not written is our own of before, and no alarm."""
    write, count = HeaderCopies._replace, []

    def first_only(self, name, raw):
        count.append(name)
        if len(count) == 2:
            raise Cut
        return write(self, name, raw)

    cut_off(office, monkeypatch, HeaderCopies, "_replace", first_only)

    vault = office.open()
    assert vault.findings == ("header.copy_behind",)
    vault.close()
    must_be_new(office)


@pytest.mark.parametrize("failing", [1, 2])
def test_a_disk_that_takes_no_header_leaves_one_state_and_says_so(office, monkeypatch, failing):
    write, count = HeaderCopies._replace, []

    def fails(self, name, raw):
        count.append(name)
        if len(count) == failing:
            raise EnvironmentFault("storage.full")
        return write(self, name, raw)

    with monkeypatch.context() as patch:
        patch.setattr(HeaderCopies, "_replace", fails)
        if failing == 1:
            refused(EnvironmentFault, "storage.full", office.remove_bea)
        else:
            office.remove_bea()

    if failing == 1:
        must_be_old(office)
    else:
        office.open().close()  # puts the second copy right, and says so
        must_be_new(office)


def test_a_copy_that_is_not_the_same_never_counts(office, monkeypatch):
    """One row less in the new file, and everything stays as it was."""
    real = rotation.engine.open_database

    def one_row_less(path, key, **more):
        connection = real(path, key, **more)
        if path.name.endswith(".new") and path.name.startswith(DATABASE):
            connection.execute("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(rotation.engine, "open_database", one_row_less)
        refused(IntegrityFault, "integrity.database", office.remove_bea)

    must_be_old(office)


def test_a_held_file_is_finished_at_the_next_start_and_never_forced(office, monkeypatch):
    def held(*_):
        raise EnvironmentFault("storage.medium")

    with monkeypatch.context() as patch:
        patch.setattr(rotating, "take_name", held)
        refused(EnvironmentFault, "storage.medium", office.remove_bea)
        refused(EnvironmentFault, "storage.medium", office.open)

    must_be_new(office)


def test_a_recovery_code_opens_what_was_cut_off_and_what_was_rotated(office, monkeypatch):
    """Secrets that were sealed to a slot that stays are there as before: the root is reached."""
    cut_off(office, monkeypatch, rotating, "take_over")

    again = "four brown hares cross the wide field"
    assert use_recovery(office.shell, office.code, "P-01", again, FLOOR).is_certified
    vault = open_vault(office.shell, again)
    assert vault.session.roster.powers.is_registrar(vault.context.signer)
    must_hold(office, vault)


@pytest.mark.promise("P9")
@pytest.mark.parametrize("step", [None, *AFTER_THE_HEADER], ids=str)
def test_an_alarm_of_before_is_still_one_under_the_new_key(office, monkeypatch, step):
    """Found by a check while somebody was being removed: no damage is forgotten by a new key."""
    vault = office.open()
    note_alarm(vault.session.safe, ("projections.scope_line",))
    if step is None:
        remove_user(vault, "P-21")
    else:
        with monkeypatch.context() as patch:
            patch.setattr(*step, cut)
            with pytest.raises(Cut):
                remove_user(vault, "P-21")

    again = office.open()
    assert noted_alarm(again.session.safe) == ("projections.scope_line",)
    assert again.condition.is_read_only
    again.close()
    assert office.left() == []


def test_old_backups_are_put_aside_named_and_dropped_by_a_persons_word(office):
    """Who was removed may still open them, so nobody is told that all is well."""
    removed = office.remove_bea()

    assert len(removed.old_backups) == 1
    assert removed.has_recovery
    vault = office.open()
    made = backup_before(vault)
    assert made.path.parent.name == "backup"
    vault.close()
    assert backups_of_old_keys(office.shell) == removed.old_backups
    drop_backups_of_old_keys(office.shell)
    assert backups_of_old_keys(office.shell) == ()
    must_be_new(office)


def test_backups_under_a_name_that_is_taken_are_neither_lost_nor_mixed_with_new_ones(office):
    """A header that was put back counts its epochs anew: `backup.key-1` may lie there already."""
    folder = office.shell.folder
    earlier = folder / "backup.key-1" / "b-20250101-EARL"
    earlier.mkdir(parents=True)
    (earlier / "manifest").write_bytes(b"of before")
    before = {path.name for path in (folder / "backup").iterdir() if path.is_dir()}

    removed = office.remove_bea()

    assert (earlier / "manifest").read_bytes() == b"of before"
    assert {path.name for path in removed.old_backups} >= before | {earlier.name}
    assert not before & {path.name for path in (folder / "backup").iterdir()}
    drop_backups_of_old_keys(office.shell)
    assert not earlier.exists()


@pytest.mark.parametrize("where", ["_put_backups_aside", "take_over"])
def test_a_cut_beside_a_name_that_is_taken_loses_no_backup(office, monkeypatch, where):
    folder = office.shell.folder
    (folder / "backup.key-1" / "b-20250101-EARL").mkdir(parents=True)
    before = {path.name for path in (folder / "backup").iterdir() if path.is_dir()}

    cut_off(office, monkeypatch, rotating, where)
    must_be_new(office)

    assert {path.name for path in backups_of_old_keys(office.shell)} >= before | {"b-20250101-EARL"}


def test_a_start_touches_nothing_where_neither_file_opens(office):
    """A damaged database beside a foreign file is damage, and not an exchange to be finished."""
    vault = office.open()
    unlocked = vault.session.safe.unlocked
    vault.close()
    path, new = office.shell.folder / DATABASE, office.shell.folder / f"{DATABASE}.new"
    broken = path.read_bytes()[:100] + bytes(8192)
    path.write_bytes(broken)
    new.write_bytes(broken)

    finish_rotation(office.shell, unlocked)

    assert path.read_bytes() == new.read_bytes() == broken


def test_a_file_put_beside_a_sound_vault_goes(office):
    """An older database under the same key cannot be slipped in as a new one."""
    older = (office.shell.folder / DATABASE).read_bytes()
    vault = office.open()
    vault.close()
    (office.shell.folder / f"{DATABASE}.new").write_bytes(older)

    must_be_old(office)
