"""F9: after an order to erase, nothing of it lies on any decrypted page (P14, T8).

Words that no language has are planted in every kind of place: a name, an answer that was changed,
free words, a draft, the label and the note of an attachment and its bytes. After the erasure every
page of both databases, their logs and a backup made afterwards is read by the other reader, and
looked through for the words and for pieces of them. Without secure deletion the same look must
find remains, else it sees nothing.
"""

from __future__ import annotations

import pytest
from tests.e2e.second_person import second_person
from tests.faults.page_reader import everything_plain
from tests.faults.saving_child import FORM, PASSPHRASE, shell_in, weak_settings

from nrm_desktop.app.attachment_commands import AddAttachment
from nrm_desktop.app.commands import CellAnswer, KeepDraft, NewRecord, OpenCase, SaveAnswers
from nrm_desktop.app.erasing import EraseOrder
from nrm_desktop.app.ports import Draft, DraftKey
from nrm_desktop.bootstrap.attachments import files_key
from nrm_desktop.bootstrap.backups import backup_before
from nrm_desktop.bootstrap.erasing import erase
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import NOT_ASKED, answered
from nrm_desktop.storage import engine

pytestmark = [pytest.mark.fault, pytest.mark.promise("P14"), pytest.mark.threat("T8")]

NAME, CHANGED, WORDS = "Qvarzinolpe", "Bexulantorim", "Whyxothandrel"
DRAFTED, LABEL, NOTE, INSIDE = "Zorquilmaben", "Kuvaltrixon", "Pheldomquary", "Jixabrentol"
PLANTED = (NAME, CHANGED, WORDS, DRAFTED, LABEL, NOTE, INSIDE)
OTHERS = "Vamtorquelis"
"""Stays: another case, so that the look is known to see what is there."""
PIECE = 6
GIVEN, WHY = FieldId("screening.given_name"), FieldId("screening.why_now")


def test_after_an_erasure_no_piece_of_it_lies_on_any_page(folder, vault_key, tmp_path):
    before, after = _pages(folder, vault_key, tmp_path)

    assert [word for word in PLANTED if _count(before, word) == 0] in ([], [INSIDE])
    assert _count(after, OTHERS) > 0
    assert {word: _pieces(after, word) for word in PLANTED} == dict.fromkeys(PLANTED, 0)


def test_without_secure_deletion_the_same_look_finds_remains(
    folder, vault_key, tmp_path, monkeypatch
):
    monkeypatch.setattr(engine, "_SETTINGS", weak_settings("remains"))

    _, after = _pages(folder, vault_key, tmp_path)

    assert sum(_pieces(after, word) for word in PLANTED) > 0


def _pages(folder, key, tmp_path) -> tuple[bytes, bytes]:
    """All pages before the erasure, and after it with those of a backup made then."""
    vault = open_vault(shell_in(folder), PASSPHRASE)
    try:
        scope = _plant(vault, tmp_path)
        vault.database.checkpoint()
        before = everything_plain(vault.folder / "vault.db", key)
        order = EraseOrder("asked for", vault.context.badge, whole_case=True, second="P-99")
        done = erase(vault, scope, order, second_person(vault))
        assert done.attachments == 1
        assert done.drafts == 1
        assert done.chunks > 0
        after = everything_plain(vault.folder / "vault.db", key)
        files = files_key(vault.session.safe.unlocked.keys)
        vault.attachments.close()
        after += everything_plain(vault.folder / "files.db", files)
        kept = backup_before(vault)
        return before, after + everything_plain(kept.path / "vault.db", key)
    finally:
        vault.close()


def _plant(vault, tmp_path) -> bytes:
    scope, other = (vault.handle(OpenCase(child=NOT_ASKED))[0].scope for _ in range(2))
    for place, name in ((scope, NAME), (other, OTHERS)):
        record = RecordId(vault.context.random(16))
        _say(vault, place, record, GIVEN, name, NewRecord(record, FORM))
    record = RecordId(vault.context.random(16))
    _say(vault, scope, record, WHY, f"{CHANGED} at first", NewRecord(record, FORM))
    _say(vault, scope, record, WHY, f"{WORDS} then, and {WORDS} again " * 40)
    words = ((WHY, 0, f"{DRAFTED} only typed", 0),)
    draft = Draft(DraftKey(vault.context.user, scope, record), FORM, words, 1)
    vault.handle(KeepDraft(draft=draft))
    paper = tmp_path / "paper.txt"
    paper.write_text(f"{INSIDE} " * 30_000)
    vault.handle(AddAttachment(scope=scope, path=str(paper), label=LABEL, note=NOTE))
    return scope


def _say(vault, scope, record, name, text, *opens) -> None:
    cells = (CellAnswer(record, name, answered(text)),)
    vault.handle(SaveAnswers(scope=scope, answers=cells, opens=opens))


def _count(pages: bytes, word: str) -> int:
    return pages.count(word.encode())


def _pieces(pages: bytes, word: str) -> int:
    """Pieces of a word, as written and as the index folds it, in the encodings of a database."""
    shapes = {word, word.lower(), word.upper()}
    pieces = {each[at : at + PIECE] for each in shapes for at in range(len(word) - PIECE + 1)}
    encodings = ("utf-8", "utf-16-le", "utf-16-be")
    return sum(pages.count(piece.encode(code)) for piece in pieces for code in encodings)
