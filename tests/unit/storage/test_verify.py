"""Checks and the anchor: damage and older states are found and named (P7, P8)."""

import os

import pytest
from tests.contract.vaults import CASE, author, value, write

from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.security.vault.notes import VaultNotes
from nrm_desktop.storage.access_log import audit_head, broken_link
from nrm_desktop.storage.anchor import Anchor, AnchorVerdict, compare, read_anchor, write_anchor
from nrm_desktop.storage.verify import verify_database

FILES = SystemFiles()
SEAL = VaultNotes(bytes(range(32)), b"v" * 16, os.urandom)
OTHER_VAULT = VaultNotes(bytes(range(32)), b"w" * 16, os.urandom)


def report(vault, is_signed=lambda commit: True):
    return verify_database(vault.connection, is_signed)


@pytest.fixture
def filled(vault):
    by = author()
    for text in "abc":
        write(vault, by, value(text))
    vault.run(by, lambda unit: unit.audit("case.open", (CASE,)))
    vault.run(by, lambda unit: unit.audit("case.show", (CASE,)))
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
