"""Nothing that somebody wrote can be read on a store: not as text, and not in packed bytes."""

import base64
import os
from random import Random

import pytest
import zstandard
from tests.e2e.laptops import new_record, two_laptops

from nrm_desktop.app.attachment_commands import AddAttachment
from nrm_desktop.app.commands import AddDirectoryEntry
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.ops import OpenRecord, OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered

pytestmark = [pytest.mark.promise("P3"), pytest.mark.rule("N4")]
TOKENS = 500
PLACES = (Compartment.CORE, Compartment.HEALTH, Compartment.LEGAL, Compartment.ACCOUNT)
CODINGS = ("utf-8", "utf-16-le", "utf-16-be")
ZSTD = zstandard.MAGIC_NUMBER.to_bytes(4, "little")
MOST_UNPACKED = 1 << 22


def tokens() -> list[str]:
    """500 words of five scripts that nobody would write by chance, always the same."""
    chance = Random(22)  # noqa: S311 - invented words
    letters = ("abcdefghijklmnopqrstuvwxyz", "абвгґдеєжзиіїйклмнопрст", "ابتثجحخدذرزسشصضطظعغ")
    return [
        "".join(chance.choices(letters[number % len(letters)], k=14)) for number in range(TOKENS)
    ]


def unpacked_in(data: bytes):
    """What every zstd frame that begins anywhere in some bytes unpacks to."""
    start = data.find(ZSTD)
    while start >= 0:
        try:
            reader = zstandard.ZstdDecompressor().stream_reader(data[start:])
            yield reader.read(MOST_UNPACKED)
        except zstandard.ZstdError:
            pass
        start = data.find(ZSTD, start + 1)


def found_in(words: list[str], *blobs: bytes) -> set[str]:
    """The words that stand in some bytes, as text of three kinds, packed, or as base64 of it."""
    everything = b"\x00".join([*blobs, *(text for blob in blobs for text in unpacked_in(blob))])
    return {word for word in words if any(form in everything for form in forms_of(word))}


def forms_of(word: str) -> list[bytes]:
    coded = [word.encode(coding) for coding in CODINGS]
    return [*coded, base64.b64encode(coded[0])[:-4], coded[0].hex().encode()]


def test_the_search_finds_what_is_there():
    """Else that nothing is found would say nothing."""
    words = tokens()
    for coding in CODINGS:
        plain = "; ".join(words).encode(coding)
        packed = zstandard.ZstdCompressor(level=3, write_content_size=False).compress(plain)
        assert found_in(words, os.urandom(99) + plain) == set(words)
        assert found_in(words, os.urandom(99) + packed + os.urandom(9)) == set(words)
    assert len(set(words)) == TOKENS


def test_no_plaintext_on_store(tmp_path):
    """500 words in answers, names, the directory and a file: none is on the stick, all arrive."""
    ana, boris = two_laptops(tmp_path)
    stick, words, case = tmp_path / "stick", tokens(), ana.open_case()
    with ana, boris:
        for number, place in enumerate(PLACES):
            write(ana, case, place, words[number : TOKENS - 2 : len(PLACES)])
        ana.vault.handle(AddDirectoryEntry(kind="shelter", name=words[-2]))
        note = tmp_path / "note.txt"
        note.write_text(words[-1], encoding="utf-8")
        adding = AddAttachment(scope=case, path=str(note), compartment=Compartment.CORE)
        (added,) = ana.vault.handle(adding)
        try:
            ana.sync(stick)
            boris.sync(stick)
            read = boris.vault.database.read(all_text).result()
            file = boris.vault.attachments.desk.read(case, added.attachment)
        finally:
            ana.vault.attachments.close()
            boris.vault.attachments.close()

    names = b"\x00".join(str(path.relative_to(stick)).encode() for path in stick.rglob("*"))
    lying = [path.read_bytes() for path in stick.rglob("*") if path.is_file()]
    assert found_in(words, names, *lying) == set()
    assert found_in(words, read, file) == set(words), "they did travel"


def write(laptop, case, place: Compartment, words: list[str]) -> None:
    record = new_record()

    def save(unit) -> None:
        unit.record(case, place, OpenRecord(record, "screening", None, 1))
        for number, word in enumerate(words):
            field = FieldId(f"screening.invented_{number}")
            unit.record(case, place, ValueOp(OpKind.SET, record, field, answered(word)))

    laptop.vault.work.run(save)


def all_text(connection) -> bytes:
    """Every cell of every table: inside the database answers are plain."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    cells = (
        cell
        for (name,) in names
        if not name.startswith("sqlite_")
        for row in connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - own names
        for cell in row
    )
    return b"\x00".join(one if isinstance(one, bytes) else str(one).encode() for one in cells)
