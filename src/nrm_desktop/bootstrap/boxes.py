"""The boxes of an open vault: listed, adopted by somebody, or gone with the shift.

Whoever unlocked is handed only what a role of theirs reads; the rest is counted. What nobody
adopted before `end_shift` can never be opened again: its key is destroyed.

Source: storage-security.md section 4.12; decisions.md 30. Promise: P27.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256

from nrm_desktop.app.commands import AdoptBox
from nrm_desktop.app.events import BoxAdopted
from nrm_desktop.app.ports import TrustStore
from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.intake import SHIFT_SEED, check_intake, shift_key
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, Refused
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.domain.sealed import is_sealed
from nrm_desktop.security.primitives import KemKey
from nrm_desktop.security.sealing.intake import open_box
from nrm_desktop.security.suite import KEY_BYTES
from nrm_desktop.storage.box_folder import BoxFolder


@dataclass(frozen=True, slots=True)
class WaitingBox:
    """A box as it is listed.

    Shape: `content` holds the answers that this role reads, and is None where `problem` says why,
    as a code; `unread` counts the others.
    """

    name: str
    content: BoxContent | None = None
    problem: str = ""
    unread: int = 0


class BoxDesk:
    """The boxes of an open vault, for the person who unlocked it."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault
        self._safe = vault.session.safe
        self._folder = BoxFolder(self._safe.shell.files, vault.folder)

    def boxes(self) -> tuple[WaitingBox, ...]:
        """Open what waits and list it, also what cannot be read; nothing is changed."""
        key = shift_key(self._safe)
        return tuple(self._look(key, name) for name in self._folder.names())

    def adopt(self, name: str, scope: ScopeId | None = None) -> BoxAdopted:
        """Take a box over, signed in the own name; it is removed once that is committed.

        Shape: without a case, a new one is opened. Raises: as `adopt_box` and reading the box.
        """
        data = self._folder.read(name)
        content = open_box(shift_key(self._safe), data)
        digest = sha256(data).digest()
        events = self._vault.handle(AdoptBox(content=content, digest=digest, scope=scope))
        self._folder.remove(name)
        return next(event for event in events if isinstance(event, BoxAdopted))

    def end_shift(self, *, discards_waiting: bool = False) -> int:
        """Destroy the key of this shift and begin another. Shape: how many boxes went with it.

        Raises: Refused `policy.boxes_wait` while boxes wait and nobody said that they may go.
        """
        names = self._folder.names()
        if names and not discards_waiting:
            raise Refused("policy.boxes_wait", waiting=len(names))
        self._vault.condition.must_write()
        seed = self._safe.shell.random(KEY_BYTES)

        def renew(trust: TrustStore) -> None:
            trust.set_secret(SHIFT_SEED, seed)

        self._safe.database.with_trust(renew)
        self._safe.database.checkpoint()
        check_intake(self._safe)
        for name in names:
            self._folder.remove(name)
        return len(names)

    def _look(self, key: KemKey, name: str) -> WaitingBox:
        try:
            content = open_box(key, self._folder.read(name))
        except (HostileInput, EnvironmentFault) as error:
            return WaitingBox(name, problem=error.code)
        read = tuple(pair for pair in content.answers if self._may_read(pair[0]))
        unread = len(content.answers) - len(read)
        return WaitingBox(name, replace(content, answers=read), unread=unread)

    def _may_read(self, name: FieldId) -> bool:
        """What this program does not know may lie in any part of the file: it is not read.

        Neither is a sealed address, also before it lies in a case.
        """
        context = self._vault.context
        one = context.forms.find_field(name)
        roles = context.forms.roles
        if one is None or is_sealed(one.id):
            return False
        return roles.may_read_own(context.roles, one.compartment)
