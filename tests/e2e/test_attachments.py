"""Attachments in real vaults: sealed on the disk, decoded by children, kept apart by roles."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from tests.e2e.laptops import Laptop, copy_of, made_once

from nrm_desktop.app.attachment_commands import AddAttachment, SaveAttachment
from nrm_desktop.app.condition import Reason, State
from nrm_desktop.app.referring import PLAINTEXT
from nrm_desktop.bootstrap.attachments import files_key
from nrm_desktop.domain.attachments import FILE
from nrm_desktop.domain.errors import EnvironmentFault, Usage
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.storage import files_database
from nrm_desktop.storage.names import FILES

MARKER = b"rare-planted-marker"
PAPER = b"%PDF-1.7 " + MARKER * 40_000
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def laptop(tmp_path):
    with copy_of(made_once()[0], tmp_path / "laptop") as laptop:
        yield laptop
        laptop.vault.attachments.close()


def file_of(place: Path, data: bytes, name: str = "scan.bin") -> Path:
    path = place / name
    path.write_bytes(data)
    return path


def add(laptop: Laptop, scope, path: Path, place=Compartment.CORE, **more):
    command = AddAttachment(scope=scope, path=str(path), compartment=place, **more)
    return laptop.vault.handle(command)[0]


def picture() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = MARKER.decode()
    Image.new("RGB", (640, 480), (9, 120, 200)).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.promise("P3")
def test_what_is_attached_lies_nowhere_readable_and_comes_back_bit_by_bit(laptop, tmp_path):
    scope = laptop.open_case()
    outside = tmp_path / "outside"
    outside.mkdir()
    added = add(laptop, scope, file_of(outside, PAPER), label="A paper")
    folder = laptop.vault.folder
    assert (folder / FILES).stat().st_size > 0
    laptop.vault.database.checkpoint()
    for path in folder.rglob("*"):
        if path.is_file():
            assert MARKER not in path.read_bytes(), path.name
    assert laptop.vault.attachments.desk.read(scope, added.attachment) == PAPER


@pytest.mark.promise("P3")
@pytest.mark.promise("P16")
def test_a_photo_loses_what_the_camera_wrote_and_is_painted_by_a_child(laptop, tmp_path):
    scope = laptop.open_case()
    added = add(laptop, scope, file_of(tmp_path, picture()), is_photo=True, shows_person=False)
    desk = laptop.vault.attachments.desk
    assert MARKER not in desk.read(scope, added.attachment)
    shown = desk.page(scope, added.attachment, 0)
    assert (shown.width, shown.height, shown.pages) == (640, 480, 1)


def test_after_a_new_start_everything_is_still_there(laptop, tmp_path):
    scope = laptop.open_case()
    added = add(laptop, scope, file_of(tmp_path, PAPER), label="A paper")
    laptop.vault.close()
    again = Laptop(copy_again(laptop, tmp_path))
    with again:
        (row,) = again.vault.attachments.desk.rows(scope)
        assert (row.label, row.is_here, row.user) == ("A paper", True, "P-01")
        assert again.vault.attachments.desk.read(scope, added.attachment) == PAPER
        again.vault.attachments.close()


def copy_again(laptop: Laptop, tmp_path: Path):
    made = made_once()[0]
    shell = laptop.vault.session.safe.shell
    moved = replace(made, shell=replace(shell, folder=shell.folder))
    return copy_of(moved, tmp_path / "again").vault


@pytest.mark.promise("P3")
def test_neither_the_case_nor_its_history_shows_the_key(laptop, tmp_path):
    scope = laptop.open_case()
    add(laptop, scope, file_of(tmp_path, PAPER))
    reader, sight = laptop.vault.reader, laptop.vault.sight
    (one,) = laptop.vault.attachments._tools().reader.attached(scope, sight)
    key = one.manifest.key
    view = reader.case(scope, sight)
    values = [cell.acting.answer.value for cell in view.cells if cell.field == FILE]
    told = [row.new.value for row in reader.history(scope, sight, 50).rows if row.field == FILE]
    assert values == told == [("file", "application/pdf", len(PAPER), one.manifest.sha256.hex())]
    for shown in (view, reader.history(scope, sight, 50)):
        assert repr(key)[2:-1] not in repr(shown)


@pytest.mark.threat("T22")
def test_who_does_not_see_a_part_of_the_file_does_not_see_what_is_attached_there(laptop, tmp_path):
    scope = laptop.open_case()
    added = add(laptop, scope, file_of(tmp_path, PAPER), Compartment.IDENTITY)
    vault = laptop.vault
    narrow = replace(vault.sight, compartments=frozenset({1}), own_only=frozenset())
    desk = vault.attachments.desk
    desk._sight = narrow
    assert desk.rows(scope) == ()
    with pytest.raises(Usage) as told:
        desk.read(scope, added.attachment)
    assert told.value.code == "usage.not_found"


@pytest.mark.promise("P18")
def test_a_full_disk_takes_no_attachment_and_still_gives_what_is_there(laptop, tmp_path):
    scope = laptop.open_case()
    added = add(laptop, scope, file_of(tmp_path, PAPER))
    laptop.vault.database.condition.add(State.RESCUE, Reason.FULL)
    laptop.vault._upkeep.look_for_room = lambda: None
    with pytest.raises(EnvironmentFault) as told:
        add(laptop, scope, file_of(tmp_path, PAPER))
    assert told.value.code == "storage.rescue"
    assert laptop.vault.attachments.desk.read(scope, added.attachment) == PAPER


@pytest.mark.promise("P13")
def test_closing_a_vault_ends_its_attachments(laptop, tmp_path):
    scope = laptop.open_case()
    added = add(laptop, scope, file_of(tmp_path, PAPER))
    laptop.vault.close()
    with pytest.raises(EnvironmentFault):
        laptop.vault.attachments.desk.read(scope, added.attachment)
    beside = {path.name for path in laptop.vault.folder.iterdir()}
    assert not beside & {f"{FILES}-wal", f"{FILES}-shm"}


@pytest.mark.promise("P10")
def test_a_backup_of_the_chunks_holds_every_one_of_them(laptop, tmp_path):
    scope = laptop.open_case()
    add(laptop, scope, file_of(tmp_path, PAPER))
    key = files_key(laptop.vault.session.safe.unlocked.keys)
    source, target = laptop.vault.folder / FILES, tmp_path / "copy.db"
    count = files_database.copy_missing_chunks(source, target, key)
    assert count == 3
    assert files_database.verify_chunks(target, key).chunks == count


@pytest.mark.promise("P21")
def test_taking_in_reading_and_saving_are_in_the_audit_chain(laptop, tmp_path):
    scope = laptop.open_case()
    added = add(laptop, scope, file_of(tmp_path, PAPER))
    laptop.vault.attachments.desk.read(scope, added.attachment)
    command = SaveAttachment(
        scope=scope,
        attachment=added.attachment,
        folder=str(tmp_path),
        confirmations=frozenset({PLAINTEXT}),
    )
    laptop.vault.handle(command)
    rows = laptop.vault.database.read(
        lambda found: found.execute("SELECT act FROM audit ORDER BY seq").fetchall()
    ).result()
    acts = [row[0] for row in rows]
    assert acts[-3:] == ["attachment.add", "attachment.read", "attachment.save"]


CHILD = """
import sys
from pathlib import Path
sys.path[:0] = [{root!r}, {src!r}]
from tests.e2e.test_attachments import play
play(Path(sys.argv[1]))
"""


def play(place: Path) -> None:
    """Take a photo and a paper in, look at the photo; run as a program under strace."""
    with copy_of(made_once()[0], place / "laptop") as laptop:
        scope = laptop.open_case()
        os.write(2, b"BEGIN-PLAY")
        kept = add(laptop, scope, place / "photo.jpg", is_photo=True, shows_person=False)
        add(laptop, scope, place / "paper.pdf")
        laptop.vault.attachments.desk.page(scope, kept.attachment, 0)
        os.write(2, b"END-PLAY")
        laptop.vault.attachments.close()


@pytest.mark.promise("P3")
@pytest.mark.threat("T5")
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_taking_in_and_looking_make_no_file_but_the_sealed_ones(tmp_path):
    """Open-for-create allow-list: no plain temp file, neither by us nor by a decoder."""
    file_of(tmp_path, picture(), "photo.jpg")
    file_of(tmp_path, PAPER, "paper.pdf")
    trace = tmp_path / "trace"
    program = CHILD.format(root=str(ROOT), src=str(ROOT / "src"))
    call = ["strace", "-f", "-qq", "-s", "64", "-o", trace]
    call += ["-e", "trace=openat,open,creat,write,memfd_create"]
    subprocess.run(
        [*call, sys.executable, "-B", "-c", program, tmp_path],
        check=True,
        capture_output=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    marks = [number for number, line in enumerate(lines) if "-PLAY" in line]
    during = lines[marks[0] : marks[-1]]
    made = {
        match.group(1)
        for line in during
        if "O_CREAT" in line or "creat(" in line
        if (match := re.search(r'"([^"]*)"', line)) and not line.rstrip().endswith("ENOENT")
    }
    vault = str(tmp_path / "laptop/vault")
    assert any(path.startswith(f"{vault}/files.db") for path in made)
    allowed = (f"{vault}/files.db", f"{vault}/vault.db")
    assert sorted(path for path in made if not path.startswith((*allowed, "/dev/"))) == []
    assert not [line for line in during if "memfd_create" in line]
