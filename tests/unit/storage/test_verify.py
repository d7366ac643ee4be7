"""Checks, backups and the anchor: damage and older states are found and named (P7, P8, P10)."""

import os

import pytest
from tests.contract.vaults import CASE, KEY, author, value, write

from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.security.vault.notes import VaultNotes
from nrm_desktop.storage import backup
from nrm_desktop.storage.access_log import audit_head, broken_link
from nrm_desktop.storage.anchor import Anchor, AnchorVerdict, compare, read_anchor, write_anchor
from nrm_desktop.storage.backup import BackupTools, create_backup, restore_backup, verify_backup
from nrm_desktop.storage.vault_database import VaultDatabase
from nrm_desktop.storage.verify import verify_database

FILES = SystemFiles()
SEAL = VaultNotes(bytes(range(32)), b"v" * 16, os.urandom)
OTHER_VAULT = VaultNotes(bytes(range(32)), b"w" * 16, os.urandom)
TOOLS = BackupTools(KEY, SEAL, FILES)


def report(vault, is_signed=lambda commit: True):
    return verify_database(vault.connection, is_signed)


@pytest.fixture
def filled(vault):
    by = author()
    for text in "abc":
        write(vault, by, value(text))
    vault.run(by, lambda unit: unit.audit("case.open", (CASE,)))
    vault.run(by, lambda unit: unit.audit("case.view", (CASE,)))
    return vault


def test_a_sound_vault_has_nothing_to_report(filled):
    found = report(filled)

    assert found.is_sound
    assert (found.commits, found.logs) == (3, 1)


@pytest.mark.promise("P7")
@pytest.mark.parametrize(
    ("damage", "where"),
    [
        ("UPDATE standing SET answer = x'830000f6'", "standing"),
        ("DELETE FROM conflict", "conflict"),
        ("UPDATE scope_line SET commits = 2", "scope_line"),
        ("DELETE FROM record", "record"),
    ],
)
def test_a_derived_row_that_does_not_follow_from_the_journal_is_named(filled, damage, where):
    filled.connection.execute(damage)

    found = report(filled)

    assert found.stale_tables == (where,)
    assert not found.is_sound


@pytest.mark.promise("P8")
@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("UPDATE journal_commit SET header = zeroblob(200) WHERE place = 2", None),
        ("UPDATE journal_commit SET skeleton = x'8100' WHERE place = 2", "commit.skeleton"),
        ("UPDATE journal_segment SET segment = x'00' WHERE place = 2", "commit.segment"),
        ("UPDATE journal_commit SET id = zeroblob(32) WHERE place = 3", "id"),
        ("UPDATE journal_commit SET seq = 7 WHERE place = 3", "prev"),
    ],
)
def test_a_commit_that_was_changed_is_named(filled, damage, what):
    ids = [each.id.hex() for each in filled.commits()]
    filled.connection.execute(damage)

    found = report(filled)

    assert found.bad
    assert what in {None, *(bad.what for bad in found.bad)}
    assert {bad.commit for bad in found.bad} <= {*ids, bytes(32).hex()}


def test_a_wrong_signature_is_named(filled):
    bad = filled.commits()[1].id

    found = report(filled, lambda commit: commit.id != bad)

    assert [(each.commit, each.what) for each in found.bad] == [(bad.hex(), "signature")]


@pytest.mark.promise("P8")
@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("UPDATE journal_log SET head_seq = 2", "journal.head"),
        ("UPDATE journal_state SET digest = zeroblob(32)", "journal.digest"),
        ("UPDATE journal_state SET commits = 2", "journal.commits"),
    ],
)
def test_heads_and_their_sum_are_compared_with_the_commits(filled, damage, what):
    filled.connection.execute(damage)

    assert what in report(filled).state


@pytest.mark.promise("P21")
@pytest.mark.parametrize(
    ("damage", "row"),
    [
        ("UPDATE audit SET act = 'case.close' WHERE seq = 1", 1),
        ("UPDATE audit SET at_ms = 0 WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 1", 2),
    ],
)
def test_an_audit_row_that_was_changed_or_cut_out_is_named(filled, damage, row):
    filled.connection.execute(damage)

    assert broken_link(filled.connection) == row
    assert report(filled).broken_audit_row == row


def test_cutting_the_end_of_the_audit_chain_changes_its_head(filled):
    before = audit_head(filled.connection)
    filled.connection.execute("DELETE FROM audit WHERE seq = 2")

    assert broken_link(filled.connection) is None
    assert audit_head(filled.connection) != before


def test_checking_leaves_no_trace(filled):
    changes = filled.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    report(filled)

    assert filled.connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == changes
    assert filled.connection.execute("SELECT count(*) FROM sqlite_temp_master").fetchone() == (0,)
    assert report(filled).is_sound


class TestBackup:
    @pytest.fixture
    def folder(self, tmp_path):
        folder = tmp_path / "vault"
        folder.mkdir()
        (folder / "vault.hdr.a").write_bytes(b"header")
        database = VaultDatabase.create(folder, KEY, 0)
        by = author()
        database.work(by).run(lambda unit: unit.record(CASE, 1, value("a")))
        yield folder
        database.close()

    @pytest.mark.promise("P10")
    def test_a_backup_made_beside_an_open_vault_opens_and_holds_everything(self, folder, tmp_path):
        manifest = create_backup(folder, tmp_path / "1-2026-11-25", TOOLS, 5)

        assert (manifest.commits, manifest.logs, manifest.made_at_ms) == (1, 1, 5)
        assert verify_backup(tmp_path / "1-2026-11-25", TOOLS) == manifest
        names = sorted(path.name for path in (tmp_path / "1-2026-11-25").iterdir())
        assert names == ["manifest", "vault.db", "vault.hdr"]

    @pytest.mark.promise("P9")
    def test_a_restore_goes_into_a_new_folder_and_never_over_one(self, folder, tmp_path):
        create_backup(folder, tmp_path / "b", TOOLS, 5)
        restore_backup(tmp_path / "b", tmp_path / "restored", TOOLS)

        database = VaultDatabase.open(tmp_path / "restored", KEY, 6)
        cells = database.work(author()).run(lambda unit: unit.cells(CASE))
        database.close()
        assert [cell.standing[0].answer.value for cell in cells] == ["a"]
        assert (tmp_path / "restored" / "vault.hdr.b").read_bytes() == b"header"
        with pytest.raises(EnvironmentFault):
            restore_backup(tmp_path / "b", tmp_path / "restored", TOOLS)

    @pytest.mark.promise("P7")
    @pytest.mark.parametrize("size", [0, 5, 40])
    def test_a_manifest_that_was_cut_short_is_found(self, folder, tmp_path, size):
        create_backup(folder, tmp_path / "b", TOOLS, 5)
        os.truncate(tmp_path / "b" / "manifest", size)

        with pytest.raises(IntegrityFault):
            verify_backup(tmp_path / "b", TOOLS)

    @pytest.mark.promise("P7")
    @pytest.mark.parametrize("name", ["vault.db", "manifest"])
    def test_a_flipped_bit_in_a_backup_is_found(self, folder, tmp_path, name):
        create_backup(folder, tmp_path / "b", TOOLS, 5)
        data = bytearray((tmp_path / "b" / name).read_bytes())
        data[len(data) // 2] ^= 1
        (tmp_path / "b" / name).write_bytes(data)

        with pytest.raises((IntegrityFault, EnvironmentFault)):
            verify_backup(tmp_path / "b", TOOLS)

    def test_a_full_disk_refuses_before_anything_is_written(self, folder, tmp_path, monkeypatch):
        usage = type("usage", (), {"free": 10})
        monkeypatch.setattr(backup.shutil, "disk_usage", lambda path: usage)

        with pytest.raises(EnvironmentFault) as raised:
            create_backup(folder, tmp_path / "b", TOOLS, 5)

        assert raised.value.code == "storage.full"
        assert raised.value.params["needed"] > 10
        assert not (tmp_path / "b").exists()

    def test_a_failed_backup_leaves_no_name_that_looks_like_one(self, folder, tmp_path):
        (folder / "vault.hdr.a").unlink()

        with pytest.raises(EnvironmentFault):
            create_backup(folder, tmp_path / "b", TOOLS, 5)

        assert not (tmp_path / "b").exists()
        assert not (tmp_path / "b.part").exists()


@pytest.mark.promise("P8")
class TestAnchor:
    NOW = Anchor(b"i" * 16, 3, 10, b"d" * 32, b"a" * 32, 2)

    def changed(self, **changes):
        fields = {name: getattr(self.NOW, name) for name in Anchor.__dataclass_fields__}
        return Anchor(**(fields | changes))

    def test_an_anchor_is_read_as_it_was_written(self, tmp_path):
        path = tmp_path / "anchor"
        write_anchor(FILES, path, self.NOW, SEAL)

        assert read_anchor(FILES, path, SEAL) == self.NOW
        assert self.NOW.incarnation not in path.read_bytes()

    def test_a_missing_anchor_is_none_and_a_spoiled_one_a_fault(self, tmp_path):
        path = tmp_path / "anchor"
        assert read_anchor(FILES, path, SEAL) is None
        path.write_bytes(b"spoiled")

        with pytest.raises(IntegrityFault) as raised:
            read_anchor(FILES, path, SEAL)
        assert raised.value.code == "integrity.anchor"

    @pytest.mark.parametrize(
        ("changes", "verdict"),
        [
            ({}, AnchorVerdict.SOUND),
            ({"commits": 9, "digest": b"e" * 32}, AnchorVerdict.SOUND),
            ({"commits": 11}, AnchorVerdict.OLDER),
            ({"header_counter": 4}, AnchorVerdict.OLDER),
            ({"checkpoint_counter": 3}, AnchorVerdict.OLDER),
            ({"digest": b"e" * 32}, AnchorVerdict.OLDER),
            ({"incarnation": b"j" * 16}, AnchorVerdict.OTHER),
        ],
        ids=str,
    )
    def test_the_anchor_tells_an_older_database_from_a_moved_one(self, changes, verdict):
        assert compare(self.changed(**changes), self.NOW) is verdict

    def test_no_anchor_means_restored_moved_or_cloned(self):
        assert compare(None, self.NOW) is AnchorVerdict.OTHER

    def test_an_anchor_of_another_vault_is_a_fault(self, tmp_path):
        path = tmp_path / "anchor"
        write_anchor(FILES, path, self.NOW, OTHER_VAULT)

        with pytest.raises(IntegrityFault):
            read_anchor(FILES, path, SEAL)
