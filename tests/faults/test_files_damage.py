"""F5 for attachments: what was changed in `files.db` is refused, and nothing else is (P7).

Attachments are taken in and read by the program's own desk. A bit is flipped, a file cut, rows are
changed by somebody who holds the key; each time every attachment is read again. The engine gives
nothing more by a connection that met a damaged page, so that one picture used to take all others
with it, also out of the next backup: found here.
"""

from __future__ import annotations

import os
import random
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.faults.chance import seeded
from tests.faults.page_reader import PAGE, plain_database
from tests.faults.saving_child import PASSPHRASE, shell_in

from nrm_desktop.app.attachment_commands import AddAttachment
from nrm_desktop.app.commands import OpenCase
from nrm_desktop.bootstrap.attachments import AttachmentRoom, files_key
from nrm_desktop.bootstrap.headless import OpenVault, open_vault
from nrm_desktop.domain.errors import IntegrityFault, NrmError
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.values import NOT_ASKED
from nrm_desktop.storage import engine
from nrm_desktop.storage.files_database import copy_missing_chunks, read_chunk, verify_chunks
from nrm_desktop.storage.names import FILES

FLIPS = int(os.environ.get("NRM_FAULT_FLIPS", "25"))
CUTS = int(os.environ.get("NRM_FAULT_CUTS", "10"))
REPORTED = ("integrity.attachment", "integrity.database")
SIZES = (100, 300_000, 70_000, 700_000, 5_000)
pytestmark = [pytest.mark.fault, pytest.mark.promise("P7")]


@dataclass
class Attached:
    """An open vault with attachments, and the bytes of its `files.db` while nobody has it open."""

    vault: OpenVault
    scope: ScopeId
    contents: dict[str, bytes] = field(default_factory=dict)
    sound: bytes = b""

    @property
    def path(self) -> Path:
        return self.vault.folder / FILES

    @property
    def key(self) -> engine.DatabaseKey:
        return files_key(self.vault.session.safe.unlocked.keys)

    def read(self, data: bytes) -> dict[str, str]:
        """Read every attachment from these bytes: `same`, `other`, or the code of the error."""
        self.put(data)
        with self.room() as room:
            return {each: self._read_one(room, each) for each in self.contents}

    @contextmanager
    def room(self):
        """The program's own desk, as after a new start."""
        made = AttachmentRoom(self.vault.session, self.vault.reader._lens, self.vault.sight)
        try:
            yield made
        finally:
            made.close()

    def _read_one(self, room: AttachmentRoom, attachment: str) -> str:
        try:
            data = room.desk.read(self.scope, attachment)
        except NrmError as error:
            return error.code
        return "same" if data == self.contents[attachment] else "other"

    def put(self, data: bytes) -> None:
        for suffix in ("-wal", "-shm"):
            self.path.with_name(FILES + suffix).unlink(missing_ok=True)
        self.path.write_bytes(data)

    def is_called_sound(self) -> bool:
        try:
            verify_chunks(self.path, self.key)
        except IntegrityFault:
            return False
        return True

    @contextmanager
    def rows(self):
        """The rows, for somebody who holds the key."""
        self.put(self.sound)
        connection = engine.open_database(self.path, self.key)
        yield connection
        engine.checkpoint(connection)
        engine.close_database(connection)


@pytest.fixture(scope="module")
def attached(made_vault, tmp_path_factory):
    room = tmp_path_factory.mktemp("attached")
    folder = room / "copy"
    _copy_of(made_vault, folder)
    vault = open_vault(shell_in(folder), PASSPHRASE)
    made = Attached(vault, vault.handle(OpenCase(child=NOT_ASKED))[0].scope)
    content = random.Random(7)  # noqa: S311 - invented bytes
    for size in SIZES:
        paper = room / "paper.bin"
        paper.write_bytes(content.randbytes(size))
        (added,) = vault.handle(AddAttachment(scope=made.scope, path=str(paper), label="paper"))
        made.contents[added.attachment] = paper.read_bytes()
    vault.attachments.close()
    made.sound = made.path.read_bytes()
    yield made
    vault.close()


def _copy_of(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())


def flipped(data: bytes, at: int, bit: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


def test_the_sound_file_is_read_and_called_sound(attached):
    assert set(attached.read(attached.sound).values()) == {"same"}
    assert attached.is_called_sound()


def test_a_flipped_bit_anywhere_is_reported_and_never_gives_other_bytes(attached, figure):
    other = unnoticed = 0
    for number in range(FLIPS):
        chance = seeded(number)
        at, bit = chance.randrange(len(attached.sound)), chance.randrange(8)
        data = flipped(attached.sound, at, bit)
        found = attached.read(data)
        other += any(each not in {"same", *REPORTED} for each in found.values())
        attached.put(data)
        unnoticed += attached.is_called_sound()

    figure("damage.files", tried=FLIPS, other_data=other, unnoticed=unnoticed)
    assert (other, unnoticed) == (0, 0)


def test_a_flipped_bit_in_a_chunk_takes_its_own_attachment_and_no_other(attached, figure):
    pages = pages_of(attached)
    wrong = 0
    for number in range(FLIPS):
        chance = seeded(number)
        struck = chance.choice(sorted(pages))
        at = chance.choice(pages[struck]) * PAGE + chance.randrange(PAGE)
        found = attached.read(flipped(attached.sound, at, chance.randrange(8)))
        wanted = {**dict.fromkeys(found, "same"), struck: "integrity.attachment"}
        wrong += found != wanted

    figure("damage.files_chunk", tried=FLIPS, wrong=wrong)
    assert not wrong


def pages_of(attached: Attached) -> dict[str, list[int]]:
    """The pages that hold the inside of a chunk, and nothing else, by attachment."""
    attached.put(attached.sound)
    with attached.room() as room:
        listed = room._tools().reader.attached(attached.scope, attached.vault.sight)
        chunks = {
            str(one.op): [room.chunks.get(name) for name in one.manifest.names] for one in listed
        }
    plain = plain_database(attached.path, attached.key)
    held: dict[str, list[int]] = {}
    for page in range(1, len(plain) // PAGE):
        # Behind the number of the next page, a page that goes on with a long row is all content.
        inside = plain[page * PAGE + 4 : page * PAGE + 2_000]
        for name, parts in chunks.items():
            if any(inside in part for part in parts):
                held.setdefault(name, []).append(page)
    assert len(held) >= 4  # the smallest may lie in a page that it shares
    return held


def test_a_cut_file_is_reported_and_never_gives_other_bytes(attached, figure):
    other = unnoticed = 0
    for number in range(CUTS):
        data = attached.sound[: seeded(number).randrange(len(attached.sound))]
        found = attached.read(data)
        other += any(each not in {"same", *REPORTED} for each in found.values())
        attached.put(data)
        unnoticed += attached.is_called_sound()

    figure("damage.files_cuts", tried=CUTS, other_data=other, unnoticed=unnoticed)
    assert (other, unnoticed) == (0, 0)


def test_a_bit_flipped_in_a_row_by_somebody_with_the_key_is_found_by_the_name(attached, figure):
    wrong = 0
    for number in range(FLIPS):
        chance = seeded(number)
        with attached.rows() as rows:
            names = [name for (name,) in rows.execute("SELECT name FROM chunk ORDER BY name")]
            struck = chance.choice(names)
            data = read_chunk(rows, struck)
            changed = flipped(data, chance.randrange(len(data)), chance.randrange(8))
            rows.execute("UPDATE chunk SET bytes = ? WHERE name = ?", (changed, struck))
        found = attached.read(attached.path.read_bytes())
        wrong += sorted(found.values()) != ["integrity.attachment", *["same"] * (len(found) - 1)]
        wrong += attached.is_called_sound()

    figure("damage.files_rows", tried=FLIPS, wrong=wrong)
    assert not wrong


def test_chunks_exchanged_and_renamed_by_somebody_with_the_key_are_refused(attached):
    """The bytes fit the name then, but not the place for which they were sealed."""
    with attached.rows() as rows:
        kept = dict(rows.execute("SELECT name, bytes FROM chunk"))
        one, other = sorted(kept)[:2]
        rows.execute("UPDATE chunk SET bytes = ? WHERE name = ?", (kept[other], one))
        rows.execute("UPDATE chunk SET bytes = ? WHERE name = ?", (kept[one], other))

    found = attached.read(attached.path.read_bytes())

    assert set(found.values()) == {"same", "integrity.attachment"}
    assert not attached.is_called_sound()


@pytest.mark.promise("P10")
def test_a_copy_gets_every_chunk_but_the_damaged_one(attached, tmp_path):
    pages = pages_of(attached)
    struck = min(pages)
    attached.put(flipped(attached.sound, pages[struck][0] * PAGE + 1_000, 3))
    target = tmp_path / FILES

    with pytest.raises(IntegrityFault) as told:
        copy_missing_chunks(attached.path, target, attached.key)

    assert (told.value.code, told.value.params["count"]) == ("integrity.attachment", 1)
    copied = verify_chunks(target, attached.key).chunks
    attached.put(attached.sound)
    assert copied == verify_chunks(attached.path, attached.key).chunks - 1
