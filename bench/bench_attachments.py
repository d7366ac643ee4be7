"""50 MB in and out: read, sealed, kept as rows; and opened again, with the hash of the whole.

A founded vault does it by its own desk, as the command line does: from a file on the disk to
"taken in", and from the rows to the bytes in memory. Looking at a page counts the start of the
child that paints it.
"""

from __future__ import annotations

import io
import os
import tempfile
import time
from pathlib import Path

from PIL import Image

from nrm_desktop.app.attachment_commands import AddAttachment
from nrm_desktop.app.commands import OpenCase
from nrm_desktop.bootstrap.headless import Founder, found_vault
from nrm_desktop.bootstrap.shell import build_shell
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import NOT_ASKED
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.storage.names import FILES

SIZE = 50_000_000
PIXELS = (4000, 3000)
"""A photo of twelve megapixels."""


def run() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        shell = build_shell(room / "vault", anchors=room / "anchors")
        founder = Founder("Bench", "P-01", "case_manager", "an invented passphrase", FLOOR)
        vault = found_vault(shell, founder)
        try:
            return measured(vault, room)
        finally:
            vault.close()


def measured(vault, room: Path) -> dict[str, float]:
    (opened,) = vault.handle(OpenCase(child=NOT_ASKED))
    desk, scope = vault.attachments.desk, opened.scope
    data = os.urandom(SIZE)
    add(vault, scope, room, b"a first one makes the file and starts its thread")
    before = time.perf_counter()
    added = add(vault, scope, room, data)
    between = time.perf_counter()
    assert desk.read(scope, added.attachment) == data
    out = time.perf_counter() - between
    ratio = (vault.folder / FILES).stat().st_size / SIZE
    painted = add(vault, scope, room, photo())
    start = time.perf_counter()
    picture = desk.page(scope, painted.attachment, 0)
    assert picture.width == 2000
    return {
        "attachment.in_s": between - before,
        "attachment.out_s": out,
        "attachment.size_ratio": ratio,
        "attachment.page_s": time.perf_counter() - start,
    }


def add(vault, scope, room: Path, data: bytes):
    path = room / "scan.bin"
    path.write_bytes(data)
    command = AddAttachment(scope=scope, path=str(path), compartment=Compartment.CORE)
    return vault.handle(command)[0]


def photo() -> bytes:
    out = io.BytesIO()
    Image.effect_noise(PIXELS, 40).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()
