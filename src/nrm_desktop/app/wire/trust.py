"""Trust on the wire: payloads of acts and of root documents, to and from the domain's words.

This module decides the bytes that are signed. It must not check signatures and must not decide
what an act is worth (`security.roster`, `domain.authority`). Kinds of acts that this program does
not know are kept as part of the graph.

Source: sync.md section 11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.wire import cbor, key_sizes, shape
from nrm_desktop.app.wire.act_invite import invite_item, read_invite
from nrm_desktop.app.wire.act_names import adoption_item, merge_item, read_adoption, read_merge
from nrm_desktop.app.wire.act_team import read_team, team_item
from nrm_desktop.app.wire.cbor import Encodable, Item
from nrm_desktop.app.wire.hashes import (
    HashLabel,
    case_id,
    device_id,
    labelled_hash,
    signer_id,
)
from nrm_desktop.app.wire.limits import (
    CLOCK_MS,
    COMPARTMENTS_PER_SCOPE,
    FORMAT,
    NAMES_IN_ACT,
    SEGMENTS_PER_COMMIT,
    SIGNATURES_PER_STATEMENT,
    U16,
    U32,
)
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.acts import (
    Act,
    ActId,
    ActKind,
    AdoptionFacts,
    Cut,
    DeviceFacts,
    EraseFacts,
    Facts,
    GrantFacts,
    GrantRole,
    InviteFacts,
    MergeFacts,
    OtherFacts,
    RemovalFacts,
    RemovalReason,
    SignerFacts,
    TeamFacts,
    UserFacts,
)
from nrm_desktop.domain.errors import ProgramFault
from nrm_desktop.domain.hlc import Hlc, hlc_from_int
from nrm_desktop.domain.ids import ID_BYTES, DeviceId, ScopeId, SignerId, UserId

ED25519_PUBLIC: Final = key_sizes.ED25519_PUBLIC
ML_DSA_PUBLIC: Final = key_sizes.ML_DSA_PUBLIC
KEM_PUBLIC: Final = key_sizes.KEM_PUBLIC
SUITE: Final = 1
_LABEL_CHARS: Final = 200
_ACT_FIELDS: Final = 9
_ROOT_FIELDS: Final = 13


@dataclass(frozen=True, slots=True)
class OrganisationAct:
    """An act with the organisation it was made in."""

    organisation: ScopeId
    act: Act


@dataclass(frozen=True, slots=True)
class RootKey:
    """A root key of an organisation; offline, and part of the threshold."""

    ed25519: bytes
    ml_dsa: bytes

    @property
    def id(self) -> SignerId:
        """The 16-byte id that stands beside its signatures."""
        return signer_id(self.ed25519)


@dataclass(frozen=True, slots=True)
class Registrar:
    """A signer to whom the root delegates. Units: `not_after_ms`, wall clock; 0 = no end."""

    user: UserId
    ed25519: bytes
    ml_dsa: bytes
    not_after_ms: int = 0

    @property
    def id(self) -> SignerId:
        """The signer's id."""
        return signer_id(self.ed25519)


@dataclass(frozen=True, slots=True)
class RootDocument:
    """What the organisation says about itself, signed by the threshold of its root keys.

    Shape: `intake` are public KEM keys for referrals; `after` are the newest acts known.
    """

    version: int
    name: str
    keys: tuple[RootKey, ...]
    threshold: int
    registrars: tuple[Registrar, ...]
    case_roles: tuple[str, ...]
    intake: tuple[bytes, ...]
    recovery: bytes | None
    after: tuple[ActId, ...]
    valid_until_ms: int
    expiry_days: int = 90


def act_id(payload: bytes) -> ActId:
    """The id of an act, from its payload as received."""
    return ActId(labelled_hash(HashLabel.ACT_ID, payload)[:ID_BYTES])


def act_set_digest(ids: frozenset[ActId]) -> bytes:
    """The hash over all known acts of the organisation that stands in a checkpoint."""
    return labelled_hash(HashLabel.ACT_SET, *sorted(ids))


def organisation_id(first_root: bytes) -> ScopeId:
    """The id of an organisation, from the payload of its root document number 1."""
    return ScopeId(labelled_hash(HashLabel.ROOT, first_root)[:ID_BYTES])


def encode_act(organisation: ScopeId, act: Act, nonce: bytes | None = None) -> bytes:
    """The payload of an act; its own id is not part of it.

    Shape: `nonce` only in a grant that opens a case (see `hashes.case_id`).
    """
    if isinstance(act.facts, InviteFacts):
        kind, body = ActKind.INVITE, invite_item(act.facts)
    elif isinstance(act.facts, AdoptionFacts):
        kind, body = ActKind.ADOPTION, adoption_item(act.facts)
    elif isinstance(act.facts, MergeFacts):
        kind, body = ActKind.MERGE, merge_item(act.facts)
    elif isinstance(act.facts, TeamFacts):
        kind, body = ActKind.TEAM, team_item(act.facts)
    else:
        kind, body = _facts_item(act.facts, nonce)
    after: Encodable = sorted(set(act.after))
    head = (FORMAT, int(kind), organisation, act.scope)
    return cbor.encode((*head, body, act.issuer, after, Hlc(act.at_ms).to_int(), act.not_after_ms))


def decode_act(payload: bytes) -> OrganisationAct:
    """Read the payload of an act. Raises: HostileInput."""
    parts = shape.structure(cbor.decode(payload), "act", _ACT_FIELDS)
    _, kind, organisation, scope, body, issuer, after, time, end = parts
    own = ScopeId(shape.octets(scope, "act.scope"))
    signer = SignerId(shape.octets(issuer, "act.issuer"))
    number = shape.uint(kind, "act.kind", U16, 1)
    act = Act(
        act=act_id(payload),
        scope=own,
        facts=_read_facts(number, body, own, signer),
        issuer=signer,
        after=_read_ids(after, "act.after"),
        at_ms=hlc_from_int(shape.uint(time, "act.hlc")).wall_ms,
        not_after_ms=shape.uint(end, "act.not_after", CLOCK_MS),
    )
    return OrganisationAct(ScopeId(shape.octets(organisation, "act.organisation")), act)


def encode_root(root: RootDocument) -> bytes:
    """The payload of a root document."""
    keys: Encodable = [(key.ed25519, key.ml_dsa) for key in root.keys]
    registrars: Encodable = [
        (one.user, one.ed25519, one.ml_dsa, one.not_after_ms) for one in root.registrars
    ]
    policy = (root.expiry_days, sorted(set(root.case_roles)))
    trust = (keys, root.threshold, registrars, SUITE, policy)
    after: Encodable = sorted(set(root.after))
    last = (root.intake, root.recovery, after, (), root.valid_until_ms)
    return cbor.encode((FORMAT, root.version, root.name, *trust, *last))


def decode_root(payload: bytes) -> RootDocument:
    """Read the payload of a root document. Raises: HostileInput."""
    parts = shape.structure(cbor.decode(payload), "root", _ROOT_FIELDS)
    _, version, name, keys, threshold, registrars, suite, policy = parts[:8]
    intake, recovery, after, reserved, valid_until = parts[8:]
    shape.uint(suite, "root.suite", SUITE, SUITE)
    shape.array(reserved, "root.reserved", 0)
    known = shape.each(keys, "root.keys", _read_root_key, SIGNATURES_PER_STATEMENT)
    days, roles = shape.fields(policy, "root.policy", 2)
    return RootDocument(
        version=shape.uint(version, "root.version", U32, 1),
        name=shape.text(name, "root.name", _LABEL_CHARS, 1),
        keys=known,
        threshold=shape.uint(threshold, "root.threshold", len(known), 1),
        registrars=shape.each(
            registrars, "root.registrars", _read_registrar, SIGNATURES_PER_STATEMENT
        ),
        case_roles=_read_names(roles, "root.roles"),
        intake=shape.each(intake, "root.intake", _read_kem, SIGNATURES_PER_STATEMENT),
        recovery=shape.optional(recovery, "root.recovery", _read_kem),
        after=_read_ids(after, "root.after"),
        valid_until_ms=shape.uint(valid_until, "root.valid_until", CLOCK_MS),
        expiry_days=shape.uint(days, "root.expiry", U16, 1),
    )


def _facts_item(facts: Facts, nonce: bytes | None) -> tuple[ActKind, Encodable]:
    match facts:
        case UserFacts():
            return ActKind.USER, (facts.user, facts.badge, sorted(facts.roles))
        case DeviceFacts():
            keys = (facts.ed25519, facts.mldsa65, facts.kem)
            return ActKind.DEVICE, (*keys, facts.label)
        case SignerFacts():
            return ActKind.SIGNER, (facts.user, facts.device, facts.ed25519, facts.mldsa65)
        case GrantFacts():
            comps: Encodable = sorted(facts.compartments)
            return ActKind.GRANT, (facts.user, int(facts.role), comps, nonce)
        case RemovalFacts():
            return ActKind.REMOVAL, (facts.subject, facts.reason.value, _cut_item(facts.cut))
        case EraseFacts():
            return ActKind.ERASURE, (_values_item(facts), facts.ground, facts.second)
        case InviteFacts() | AdoptionFacts() | MergeFacts() | TeamFacts() | OtherFacts():
            raise ProgramFault("program.fault", what="act.kind")


def _values_item(facts: EraseFacts) -> Encodable:
    return [(commit, sorted(units)) for commit, units in sorted(facts.values)]


def _cut_item(cut: Cut) -> Encodable:
    return cut.checkpoint if cut.checkpoint is not None else (sorted(cut.logs) or None)


def _read_facts(kind: int, body: Item, scope: ScopeId, issuer: SignerId) -> Facts:
    match kind:
        case ActKind.USER:
            user, badge, roles = shape.fields(body, "act.user", 3)
            label = shape.text(badge, "act.badge", _LABEL_CHARS, 1)
            return UserFacts(_read_user(user), label, frozenset(_read_names(roles, "act.roles")))
        case ActKind.GRANT:
            return _read_grant(body, scope, issuer)
    read = _READERS.get(kind)
    return OtherFacts(kind) if read is None else read(body)


def _read_device(body: Item) -> DeviceFacts:
    ed25519, ml_dsa, kem, label = shape.fields(body, "act.device", 4)
    own = shape.octets(ed25519, "act.device", ED25519_PUBLIC)
    return DeviceFacts(
        device_id(own),
        own,
        shape.octets(ml_dsa, "act.device", ML_DSA_PUBLIC),
        _read_kem(kem, "act.device"),
        shape.text(label, "act.device", _LABEL_CHARS),
    )


def _read_signer(body: Item) -> SignerFacts:
    user, device, ed25519, ml_dsa = shape.fields(body, "act.signer", 4)
    own = shape.octets(ed25519, "act.signer", ED25519_PUBLIC)
    return SignerFacts(
        signer_id(own),
        _read_user(user),
        DeviceId(shape.octets(device, "act.signer")),
        own,
        shape.octets(ml_dsa, "act.signer", ML_DSA_PUBLIC),
    )


def _read_grant(body: Item, scope: ScopeId, issuer: SignerId) -> GrantFacts:
    user, role, compartments, nonce = shape.fields(body, "act.grant", 4)
    opening = shape.optional(nonce, "act.grant", shape.octets)
    if opening is not None and case_id(issuer, opening) != scope:
        raise refuse(Step.GRANT, "act.grant")
    numbers = shape.each(compartments, "act.grant", read_compartment, COMPARTMENTS_PER_SCOPE)
    return GrantFacts(
        _read_user(user),
        GrantRole(shape.uint(role, "act.grant", max(GrantRole), min(GrantRole))),
        frozenset(shape.ascending(numbers, "act.grant")),
        opening is not None,
    )


def _read_removal(body: Item) -> RemovalFacts:
    subject, reason, cut = shape.fields(body, "act.removal", 3)
    word = shape.name(reason, "act.removal")
    if word not in set(RemovalReason):
        raise refuse(Step.CBOR, "act.removal")
    return RemovalFacts(shape.octets(subject, "act.removal"), RemovalReason(word), _read_cut(cut))


def _read_erasure(body: Item) -> EraseFacts:
    values, ground, second = shape.fields(body, "act.erasure", 3)
    shape.array(values, "act.erasure", least=1)
    read = shape.each(values, "act.erasure", _read_erased, NAMES_IN_ACT)
    shape.ascending(tuple(commit for commit, _ in read), "act.erasure")
    return EraseFacts(
        read,
        shape.text(ground, "act.erasure", _LABEL_CHARS, 1),
        shape.optional(second, "act.erasure", _read_signer_id),
    )


def _read_erased(item: Item, what: str) -> tuple[bytes, tuple[int, ...]]:
    commit, units = shape.fields(item, what, 2)
    shape.array(units, what, least=1)
    numbers = shape.each(units, what, _read_unit, SEGMENTS_PER_COMMIT)
    return shape.octets(commit, what), shape.ascending(numbers, what)


def _read_unit(item: Item, what: str) -> int:
    return shape.uint(item, what, U16)


def _read_signer_id(item: Item, what: str) -> SignerId:
    return SignerId(shape.octets(item, what))


_READERS: Final[Mapping[int, Callable[[Item], Facts]]] = MappingProxyType(
    {
        ActKind.DEVICE: _read_device,
        ActKind.SIGNER: _read_signer,
        ActKind.REMOVAL: _read_removal,
        ActKind.INVITE: read_invite,
        ActKind.ERASURE: _read_erasure,
        ActKind.ADOPTION: read_adoption,
        ActKind.MERGE: read_merge,
        ActKind.TEAM: read_team,
    }
)


def _read_cut(item: Item) -> Cut:
    if item is None:
        return Cut()
    if type(item) is int:
        return Cut(shape.uint(item, "act.cut", U32))
    shape.array(item, "act.cut", least=1)
    logs = shape.each(item, "act.cut", _read_cut_log, NAMES_IN_ACT)
    return Cut(None, shape.ascending(logs, "act.cut"))


def _read_cut_log(item: Item, what: str) -> tuple[bytes, int, bytes]:
    blind, seq, head = shape.fields(item, what, 3)
    return shape.octets(blind, what), shape.uint(seq, what, U32, 1), shape.octets(head, what)


def _read_root_key(item: Item, what: str) -> RootKey:
    ed25519, ml_dsa = shape.fields(item, what, 2)
    return RootKey(
        shape.octets(ed25519, what, ED25519_PUBLIC), shape.octets(ml_dsa, what, ML_DSA_PUBLIC)
    )


def _read_registrar(item: Item, what: str) -> Registrar:
    user, ed25519, ml_dsa, end = shape.fields(item, what, 4)
    return Registrar(
        _read_user(user),
        shape.octets(ed25519, what, ED25519_PUBLIC),
        shape.octets(ml_dsa, what, ML_DSA_PUBLIC),
        shape.uint(end, what, CLOCK_MS),
    )


def _read_user(item: Item) -> UserId:
    return UserId(shape.octets(item, "act.user"))


def _read_kem(item: Item, what: str) -> bytes:
    return shape.octets(item, what, KEM_PUBLIC)


def _read_names(item: Item, what: str) -> tuple[str, ...]:
    return shape.ascending(shape.each(item, what, shape.name, NAMES_IN_ACT), what)


def _read_ids(item: Item, what: str) -> tuple[ActId, ...]:
    found = shape.each(item, what, shape.octets, NAMES_IN_ACT)
    return tuple(ActId(one) for one in shape.ascending(found, what))


def read_compartment(item: Item, what: str) -> int:
    """Ask for the number of a compartment."""
    return shape.uint(item, what, U16, 1)
