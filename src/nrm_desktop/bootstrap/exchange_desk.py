"""The desk of the exchange: what security and storage say, in one transaction, for `sync`.

This module joins; it decides two things itself. A keybox whose issuer cannot be judged, because
the acts that say so are sealed under the very key it brings, waits, and its keys open acts
meanwhile. And a lead gives grants and keys to colleagues at an exchange (docs/adr/0011).

Source: sync.md sections 5, 7.3 and 11.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from nrm_desktop.app.ports import EpochKey, ReceivedForStorage, TrustStore
from nrm_desktop.app.sync_ports import (
    CheckedCheckpoint,
    Judged,
    KeptKeybox,
    KeyPlace,
    Standing,
    SyncState,
    TrustFacts,
    Unsealed,
)
from nrm_desktop.app.wire.checkpoint import (
    Checkpoint,
    checkpoint_id,
    decode_checkpoint,
    encode_checkpoint,
)
from nrm_desktop.app.wire.commit import ReceivedCommit
from nrm_desktop.app.wire.keybox import ScopeSlot, decode_keybox
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.statement import SignedStatement, decode_statement
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged, encode_tagged
from nrm_desktop.app.wire.trust import act_set_digest, decode_root
from nrm_desktop.bootstrap.claims import claims_to_pass_on, keep_claim
from nrm_desktop.bootstrap.exchange_keys import keep_exchange_box, kept_boxes
from nrm_desktop.bootstrap.held_keys import HeldKeys, KeyMaterial
from nrm_desktop.bootstrap.session import EXCHANGE_KEYS, PATH_KEY, Session
from nrm_desktop.domain.acts import Act
from nrm_desktop.domain.errors import HostileInput, IntegrityFault
from nrm_desktop.domain.ids import DeviceId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.security.identity.keyboxes import KeysReceived, read_members, receive_keys
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.roster.acts import SignedAct, check_act
from nrm_desktop.security.sealing.boxes import open_keybox
from nrm_desktop.security.signing.ahead import LookedAhead
from nrm_desktop.security.signing.commits import Place, VerifiedCommit, verify_commit
from nrm_desktop.security.signing.cose import check_signed_by
from nrm_desktop.storage.quarantine import Holders


@dataclass(slots=True)
class RunMemory:
    """What one run holds in memory.

    Shape: keys of keyboxes that wait, the ring made last, commits that were looked at ahead.
    """

    unproved: dict[bytes, EpochKey] = field(default_factory=dict, repr=False)
    ring: tuple[object, HeldKeys] | None = field(default=None, repr=False)
    ahead: LookedAhead = field(default_factory=LookedAhead, repr=False)


class ExchangeVerifier:
    """The Verifier port."""

    def __init__(
        self,
        session: Session,
        trust: TrustStore,
        state: SyncState,
        memory: RunMemory,
        holders: Holders,
    ) -> None:
        self._session = session
        self._holders = holders
        self._roster = session.roster
        self._trust = trust
        self._state = state
        self._memory = memory

    def take_root(self, data: bytes) -> bool:
        """Take the next root document; False if it is known. Raises: HostileInput."""
        statement = decode_tagged(data, FileTag.ROOT)
        version = decode_root(statement.payload).version
        known = self._trust.roots()
        if version <= len(known):
            return False
        signed = statement.encode()
        self._roster.renew([*known, signed])
        self._trust.add_root(version, signed)
        return True

    def take_acts(self, acts: Sequence[Unsealed]) -> Sequence[Judged]:
        """Check acts, together, since one may certify the issuer of another."""
        verdicts: dict[int, Judged] = dict.fromkeys(range(len(acts)), Standing.WAITING)
        is_new = True
        while is_new:
            waiting = [i for i, verdict in verdicts.items() if verdict is Standing.WAITING]
            judged = {i: self._judge(acts[i]) for i in waiting}
            checked = {i: one for i, one in judged.items() if isinstance(one, SignedAct)}
            self._roster.add_own(checked.values())
            verdicts |= {i: self._keep(one) for i, one in checked.items()}
            verdicts |= {i: e for i, e in judged.items() if isinstance(e, HostileInput)}
            is_new = bool(checked)
        return list(verdicts.values())

    def take_exchange_keys(self, data: bytes) -> bool:
        """Take exchange keys out of a file; False if none are for us. Raises: HostileInput."""
        signed = decode_tagged(data, FileTag.EXCHANGE_KEYS).encode()
        received = receive_keys(signed, self._session.safe.device.kem, self._roster)
        return received is not None and self._keep_received(signed, received)

    def take_keybox(self, found: Unsealed) -> Standing:
        """Take the keys of a keybox that are ours, if its issuer may give them."""
        statement = decode_statement(found.body)
        box = decode_keybox(statement.payload)
        if self._roster.signer_key(box.issuer) is None:
            return Standing.WAITING
        try:
            received = receive_keys(found.body, self._session.safe.device.kem, self._roster)
        except HostileInput as error:
            if error.params.get("step") != Step.GRANT.value or not self._may_wait(statement):
                raise
            return Standing.WAITING
        self._state.add_keybox(KeptKeybox(box.reference, found.body))
        is_new = received is not None and self._keep_received(found.body, received)
        return Standing.NEW if is_new else Standing.KNOWN

    def take_claim(self, found: Unsealed) -> Standing:
        """Keep a claim on an invitation; nobody is certified by it. Raises: HostileInput."""
        now_ms = self._session.context.clock.now_ms()
        return keep_claim(self._trust, self._roster, found.body, now_ms)

    def check_commit(self, commit: ReceivedCommit, place: KeyPlace) -> ReceivedForStorage | None:
        """Check a commit; None while its signer or grant is unknown. Raises: HostileInput."""
        if place.scope is None:
            raise refuse(Step.PLACE, "header.scope")
        here = Place(place.scope, place.number)
        trust = self._roster.commit_trust()
        checked = verify_commit(commit, here, trust, self._memory.ahead.take)
        return checked if isinstance(checked, VerifiedCommit) else None

    def check_checkpoint(self, body: bytes) -> CheckedCheckpoint | None:
        """Check a checkpoint; None while its device is unknown. Raises: HostileInput."""
        found = self._session.readings.unchecked(body)
        own, device = self._session.safe.device, found.checkpoint.device
        # Our own, also before anybody has certified this device: else it looks as if taken away.
        key = own.public if device == own.id else self._roster.device_key(device)
        if key is None:
            return None
        check_signed_by(SignLabel.CHECKPOINT, decode_statement(body), key, device)
        return found

    def read_stranger(self, body: bytes) -> Checkpoint | None:
        """Read a checkpoint without believing it; None for a device that was ever certified."""
        checkpoint = decode_checkpoint(decode_statement(body).payload)
        was_known = self._roster.powers.organisation.was_certified(checkpoint.device)
        return None if was_known else checkpoint

    def _judge(self, found: Unsealed) -> SignedAct | HostileInput | None:
        try:
            roster = self._roster
            one = check_act(found.body, roster.organisation, roster.signer_key, roster.former)
            if one is not None:
                self._must_be_in_place(one.act, found.place)
        except HostileInput as error:
            return error
        return one

    def _must_be_in_place(self, act: Act, place: KeyPlace) -> None:
        """Acts of a case come under its `core` key, those of the organisation under exchange."""
        is_of_case = act.scope != self._roster.organisation
        if is_of_case and place != KeyPlace(act.scope, Compartment.CORE):
            raise refuse(Step.PLACE, "act.scope")
        if not is_of_case and place.scope is not None:
            raise refuse(Step.PLACE, "act.scope")

    def _keep(self, one: SignedAct) -> Standing:
        is_new = self._trust.add_act(one.act.act, one.act.scope, one.signed)
        return Standing.NEW if is_new else Standing.KNOWN

    def _may_wait(self, statement: SignedStatement) -> bool:
        """True while nobody's grants in that case are known: then its keys open acts only."""
        box = decode_keybox(statement.payload)
        slot = open_keybox(self._session.safe.device.kem, box)
        if not isinstance(slot, ScopeSlot) or self._roster.powers.memberships(slot.scope):
            return False
        for one in slot.epochs:
            epoch = EpochKey(slot.scope, one.number, one.id, one.key, one.compartments)
            self._memory.unproved[one.id] = epoch
        return True

    def _keep_received(self, signed: bytes, received: KeysReceived) -> bool:
        """Keep keys, and who else holds them by now: whether a key is old is seen from that."""
        if received.exchange_keys:
            newest = max(number for number, _ in received.exchange_keys)
            keep_exchange_box(self._trust, newest, signed)
        members = read_members(signed, received, self._roster)
        if members is not None:
            rows = ((one.device, place) for one in members.members for place in one.compartments)
            self._holders.add(received.scope, members.epoch[1], frozenset(rows))
        return self._keep_keys(received)

    def _keep_keys(self, received: KeysReceived) -> bool:
        is_new = False
        for epoch in received.epochs:
            is_new = self._trust.add_epoch(epoch) or is_new
            self._memory.unproved.pop(epoch.epoch, None)
        for number, key in received.exchange_keys:
            name = f"{EXCHANGE_KEYS}{number:06}"
            if self._trust.secret(name) is None:
                self._trust.set_secret(name, key)
                is_new = True
        return is_new


class ExchangeDesk:
    """The Desk port. Shape: `duties` gives grants and keys where we lead."""

    def __init__(
        self, session: Session, trust: TrustStore, memory: RunMemory, audit_head: bytes
    ) -> None:
        self._session = session
        self._trust = trust
        self._memory = memory
        self._audit_head = audit_head

    @property
    def device(self) -> DeviceId:
        """Our own device."""
        return self._session.safe.device.id

    def keys(self) -> HeldKeys:
        """The keys of this moment, with those of keyboxes that wait for the acts they open."""
        epochs, unproved = self._trust.epochs(), tuple(self._memory.unproved.values())
        exchange = tuple(
            (int(name.removeprefix(EXCHANGE_KEYS)), key)
            for name, key in self._trust.secrets(EXCHANGE_KEYS)
        )
        made_of = (tuple(epochs), unproved, exchange)
        if self._memory.ring is None or self._memory.ring[0] != made_of:
            path = self._trust.secret(PATH_KEY)
            if path is None or not exchange:
                raise IntegrityFault("integrity.database", what="exchange_keys")
            material = KeyMaterial(self._session.organisation, epochs, exchange, path, unproved)
            context = self._session.context
            ring = HeldKeys(material, context.random, context.clock.now_ms(), self._session.names)
            self._memory.ring = (made_of, ring)
        return self._memory.ring[1]

    def sign_checkpoint(self, checkpoint: Checkpoint) -> CheckedCheckpoint:
        """Sign our own checkpoint."""
        payload = encode_checkpoint(checkpoint)
        body = self._session.safe.device.sign(SignLabel.CHECKPOINT, payload).encode()
        return CheckedCheckpoint(checkpoint_id(payload), checkpoint, body)

    def roots(self) -> Sequence[bytes]:
        """All root documents as files, by version."""
        signed = (decode_statement(root) for root in self._trust.roots())
        return [encode_tagged(FileTag.ROOT, statement) for statement in signed]

    def exchange_boxes(self) -> Mapping[int, bytes]:
        """Keyboxes of exchange keys as files, by the number of the newest key in them."""
        return {
            number: encode_tagged(FileTag.EXCHANGE_KEYS, decode_statement(signed))
            for number, signed in kept_boxes(self._trust).items()
        }

    def devices(self) -> Collection[DeviceId]:
        """All devices of the organisation."""
        return tuple(self._session.roster.powers.organisation.devices)

    def claims(self) -> Sequence[bytes]:
        """Signed claims on invitations that nobody has settled yet."""
        return claims_to_pass_on(self._trust, self._session.roster)

    def facts(self) -> TrustFacts:
        """What goes into a checkpoint."""
        roster = self._session.roster
        version = roster.root.newest.version
        return TrustFacts(version, act_set_digest(roster.act_ids()), self._audit_head)
