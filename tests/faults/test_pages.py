"""F16, F9: what lies in the decrypted pages, read without SQLCipher.

A draft whose words were changed before they were saved is gone with the save: no page holds them.
The same look under secure_delete=OFF must find remains, else it sees nothing.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from tests.faults.page_reader import PAGE, BadPage, everything_plain, plain_database, plain_page
from tests.faults.saving_child import (
    FORM,
    PASSPHRASE,
    REFERENCE,
    shell_in,
    weak_settings,
)

from nrm_desktop.app.commands import CellAnswer, KeepDraft, NewRecord, OpenCase, SaveAnswers
from nrm_desktop.app.ports import Draft, DraftKey
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.values import NOT_ASKED, answered
from nrm_desktop.storage import engine

pytestmark = pytest.mark.fault
DRAFTED = "plumtidewren"
CHANGED_TO = "copperlinnet"
TIMES = 6


def test_another_reader_opens_the_file_by_the_written_format_alone(child, folder, vault_key):
    assert child("--saves", 5).wait(60) == 0
    path = folder / "vault" / "vault.db"
    plain = folder / "plain.db"
    plain.write_bytes(plain_database(path, vault_key))

    with closing(sqlite3.connect(plain)) as found:
        assert found.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = found.execute("SELECT count(*) FROM standing WHERE field = ?", (REFERENCE,))
        assert rows.fetchone() == (5,)


def test_the_other_reader_refuses_a_changed_page_and_a_page_of_another_place(folder, vault_key):
    data = bytearray((folder / "vault" / "vault.db").read_bytes())
    page = bytes(data[PAGE : 2 * PAGE])
    changed = bytes([page[0] ^ 1]) + page[1:]

    assert plain_page(page, 2, vault_key)
    for wrong, number in ((changed, 2), (page, 3)):
        with pytest.raises(BadPage):
            plain_page(wrong, number, vault_key)


def test_words_of_a_draft_that_were_changed_before_the_save_lie_on_no_page(folder, vault_key):
    found = _pages_after_changed_drafts(folder, vault_key)

    assert found.count(CHANGED_TO.encode()) >= TIMES  # the reader sees what is there
    assert found.count(DRAFTED.encode()) == 0


def test_without_secure_delete_the_same_look_finds_remains(folder, vault_key, monkeypatch):
    monkeypatch.setattr(engine, "_SETTINGS", weak_settings("remains"))

    assert _pages_after_changed_drafts(folder, vault_key).count(DRAFTED.encode()) > 0


def _pages_after_changed_drafts(folder, key) -> bytes:
    vault = open_vault(shell_in(folder), PASSPHRASE)
    scope = vault.handle(OpenCase(child=NOT_ASKED))[0].scope
    for number in range(TIMES):
        record = RecordId(vault.context.random(16))
        draft = DraftKey(vault.context.user, scope, record)
        words = ((REFERENCE, 0, f"{DRAFTED} {number} " * 8, 0),)
        vault.handle(KeepDraft(draft=Draft(draft, FORM, words, number)))
        answer = CellAnswer(record, REFERENCE, answered(f"{CHANGED_TO} {number}"))
        new = NewRecord(record, FORM)
        vault.handle(SaveAnswers(scope=scope, answers=(answer,), opens=(new,), draft=draft))
    vault.database.checkpoint()
    found = everything_plain(folder / "vault" / "vault.db", key)
    vault.close()
    return found
