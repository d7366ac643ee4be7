"""The intake of a laptop: the key that boxes are sealed to while it is locked.

`write_box` and `waiting_boxes` stand on the shell alone: no database, no key. The private half of
the key lies in the database and belongs to a shift (decisions.md 30).

Source: storage-security.md section 4.12. Promise: P27. Threat: T27.
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.app.ports import TrustStore
from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.bootstrap.session import OpenSafe
from nrm_desktop.bootstrap.shell import Shell
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput
from nrm_desktop.security.primitives import KemKey
from nrm_desktop.security.sealing.intake import (
    INTAKE_FILE_BYTES,
    decode_intake,
    encode_intake,
    seal_box,
)
from nrm_desktop.security.suite import KEY_BYTES
from nrm_desktop.storage.box_folder import BoxFolder, Waiting
from nrm_desktop.storage.trust import SqlTrustStore

INTAKE_FILE: Final = "intake.pub"
SHIFT_SEED: Final = "boxes.shift"
FOREIGN_KEY: Final = "boxes.foreign_key"
"""Finding: somebody put another key there, so that boxes were sealed to somebody else."""


def write_box(shell: Shell, content: BoxContent) -> str:
    """Seal a filled-in form beside the locked vault. Shape: the name of the box.

    Raises: Refused `policy.boxes_full`; EnvironmentFault `storage.no_intake` where this laptop
    takes no boxes yet; HostileInput where the key file is damaged. Nothing lies in clear then.
    """
    try:
        found = shell.files.read_limited(shell.folder / INTAKE_FILE, INTAKE_FILE_BYTES)
    except EnvironmentFault as fault:
        if fault.code == "storage.missing":
            raise EnvironmentFault("storage.no_intake") from fault
        raise
    sealed = seal_box(decode_intake(found), content, shell.random)
    return BoxFolder(shell.files, shell.folder).put(sealed, shell.random)


def takes_boxes(shell: Shell) -> bool:
    """True once somebody has unlocked here; works while locked, and looks into nothing."""
    return (shell.folder / INTAKE_FILE).is_file()


def waiting_boxes(shell: Shell) -> Waiting:
    """Count the boxes that wait; works while locked."""
    return BoxFolder(shell.files, shell.folder).waiting()


def check_intake(safe: OpenSafe) -> tuple[str, ...]:
    """Compare the key file with the database at every unlocking, and put it right.

    Shape: findings. Raises: EnvironmentFault where the file cannot be written.
    """
    key = shift_key(safe)
    wanted = encode_intake(key.public)
    path = safe.shell.folder / INTAKE_FILE
    try:
        found = safe.shell.files.read_limited(path, INTAKE_FILE_BYTES)
    except EnvironmentFault as fault:
        if fault.code != "storage.missing":
            raise
        found = b""
    except HostileInput:
        found = b"?"
    if found == wanted:
        return ()
    safe.shell.files.replace(path, wanted)
    return (FOREIGN_KEY,) if found else ()


def renew_shift_key(shell: Shell, trust: TrustStore) -> bool:
    """Begin another shift where nothing waits, so that whoever knew the old key reads no new box.

    Shape: False while boxes wait: their key is still needed, and `end_shift` is the way.
    """
    if BoxFolder(shell.files, shell.folder).waiting().boxes:
        return False
    seed = shell.random(KEY_BYTES)
    trust.set_secret(SHIFT_SEED, seed)
    shell.files.replace(shell.folder / INTAKE_FILE, encode_intake(KemKey(seed).public))
    return True


def shift_key(safe: OpenSafe) -> KemKey:
    """The key of this shift; made with the first unlocking, kept in the database alone.

    It is also given where nothing can be written: what waits is to be read then, too.
    """
    known = safe.database.read(lambda found: SqlTrustStore(found).secret(SHIFT_SEED)).result()
    if known is not None:
        return KemKey(known)

    def get(trust: TrustStore) -> bytes:
        held = trust.secret(SHIFT_SEED)
        if held is not None:
            return held
        seed = safe.shell.random(KEY_BYTES)
        trust.set_secret(SHIFT_SEED, seed)
        return seed

    return KemKey(safe.database.with_trust(get))
