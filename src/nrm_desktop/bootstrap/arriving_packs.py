"""Form packs by the exchange: what a coordinator has given out comes to every laptop.

This module decides what is passed on (packs that are kept here, while whoever signed them may
still give out forms) and what is taken in by itself: what passes all that a file has to pass.
A person is not asked: a coordinator has meant it, by taking it in on a laptop of her own. A country
that this laptop does not work with is kept, passed on, and not used. Where two coordinators gave
one version to different forms, every laptop comes to the same of both. Forms never change under
somebody who works: they are used from the next unlocking on. What does not fit beside the forms
of now is looked at again once others are here: a country may come before the base that it needs.

Source: sync.md section 6 (type 10); docs/adr/0044. Threats: T12, T19, T22.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nrm_desktop.app.packs_in_use import PackState
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.wire.joining import ENCLOSED_PACK_BYTES
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged, encode_tagged
from nrm_desktop.bootstrap.active_packs import packs_to_come
from nrm_desktop.bootstrap.pack_rights import may_give_out, must_give_out
from nrm_desktop.bootstrap.pack_rules import ground_of, is_next, must_be_sound
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.security.identity.form_packs import SignedPack, check_form_pack
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.taken_packs import KeptPack, keep_pack, kept_packs


class TravellingForms:
    """The Forms port, in one transaction."""

    def __init__(self, session: Session, unit: UnitOfWork, connection: Connection) -> None:
        self._session = session
        self._unit = unit
        self._db = connection

    def going(self) -> Sequence[bytes]:
        """Signed statements of the packs that are kept here and may be passed on."""
        return [statement for _, statement in self._going()]

    def brought(self, room: int) -> tuple[bytes, ...]:
        """Of these, what a new laptop begins with: packs that are used here, as far as they fit.

        Units: `room` in bytes for all; each has at most so many as an enclosed one may have.
        """
        rows = packs_to_come(self._session, kept_packs(self._db)).rows
        used = {row.pack for row in rows if row.signer and row.state is PackState.IN_USE}
        found: list[bytes] = []
        for pack, statement in self._going():
            if pack in used and len(statement) <= min(room, ENCLOSED_PACK_BYTES):
                room -= len(statement)
                found.append(statement)
        return tuple(found)

    def _going(self) -> Iterator[tuple[str, bytes]]:
        for one in kept_packs(self._db):
            try:
                signer = self._checked(one.signed).signer
            except HostileInput:  # it is not used here either, and told at the unlocking
                continue
            if may_give_out(self._session, signer):
                yield one.pack, decode_tagged(one.signed, FileTag.FORM_PACK).encode()

    def ground(self) -> bytes:
        """Name what an arriving pack is judged by."""
        return ground_of(self._session, kept_packs(self._db))

    def take(self, scope: ScopeId | None, number: int, body: bytes) -> bool | None:
        """Keep a pack that is newer and passes all checks. Raises: HostileInput."""
        session = self._session
        if (scope, number) != (session.organisation, Compartment.ORG_PACKS):
            raise refuse(Step.PLACE, "formpack.key")
        data = encode_tagged(FileTag.FORM_PACK, decode_statement(body))
        try:
            arrived = self._checked(data)
        except HostileInput as error:
            if error.code != "integrity.pack_signer":
                raise
            return None
        kept = kept_packs(self._db)
        if not is_next(session, kept, arrived.pack, data):
            return False
        must_give_out(session, arrived.signer)
        must_be_sound(session, kept, arrived.pack)
        name, now_ms = arrived.pack.pack, session.context.clock.now_ms()
        keep_pack(self._db, KeptPack(name, data, now_ms, session.context.user))
        self._unit.audit("pack.take", (arrived.signer,), name)
        return True

    def _checked(self, data: bytes) -> SignedPack:
        roster = self._session.roster
        return check_form_pack(data, roster.organisation, roster.signer_key)
