"""Enrolment: a new device asks, a registrar approves, the device joins.

This module decides what a request proves (the device and the signer hold their keys), what an
approval states (user, device, signer, first grant), and what a device checks before it believes a
welcome: that it answers its own request, that a registrar of the enclosed root signed it, and that
its own keys are the ones certified. Two people compare the request, and then the organisation, by
voice (`app.fingerprints`); this module hands over the bytes to compare. It stores nothing.

Source: sync.md section 12.2. Threats: T19 (a swapped request, a welcome into a false organisation).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.app.wire.joining import (
    JoinRequest,
    PublicPair,
    Welcome,
    decode_request,
    decode_welcome,
    encode_request,
    encode_welcome,
)
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import ObjectType, bucket_of
from nrm_desktop.app.wire.statement import SignedStatement, decode_statement
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged, encode_tagged
from nrm_desktop.domain.acts import (
    DeviceFacts,
    Facts,
    GrantFacts,
    MergeFacts,
    SignerFacts,
    UserFacts,
)
from nrm_desktop.domain.errors import HostileInput, Refused
from nrm_desktop.domain.ids import DeviceId, ScopeId, SignerId, UserId
from nrm_desktop.domain.organisation_authority import OrganisationAuthority
from nrm_desktop.security.identity.founding import act_chain, device_facts, signer_facts
from nrm_desktop.security.keys import DeviceKeys, SignerKeys
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.primitives import KemPublic, PublicKey
from nrm_desktop.security.roster.acts import ActPlace, SignedAct
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.security.sealing.boxes import open_file, seal_file
from nrm_desktop.security.signing.cose import check_statement, sign


@dataclass(frozen=True, slots=True)
class Applicant:
    """The person who asks.

    Shape: `user` is a new random id, kept if the badge is new too; `former` is the organisation of
    a vault that was begun alone and comes with its cases.
    """

    user: UserId
    badge: str
    label: str
    former: MergeFacts | None = None


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """A request whose proofs hold. Shape: `file` is what two people compare by voice."""

    request: JoinRequest
    file: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Approval:
    """What the registrar decided: roles, and places in the organisation scope.

    Shape: `places` are grants; whom they are given to is decided by the request.
    """

    roles: tuple[str, ...]
    places: tuple[GrantFacts, ...]
    at_ms: int


@dataclass(frozen=True, slots=True)
class Certified:
    """New acts, to be stored by the registrar; `user` is who the applicant is here."""

    user: UserId
    acts: tuple[SignedAct, ...]


@dataclass(frozen=True, slots=True)
class WelcomeGoods:
    """What a welcome carries: signed roots and acts of the organisation, the new ones included."""

    organisation: ScopeId
    roots: tuple[bytes, ...] = field(repr=False)
    acts: tuple[bytes, ...] = field(repr=False)
    path_key: bytes = field(repr=False)
    exchange_keys: tuple[tuple[int, bytes], ...] = field(repr=False)
    form_packs: tuple[bytes, ...] = field(default=(), repr=False)
    checkpoints: tuple[tuple[DeviceId, int, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """A welcome that holds, before the organisation was compared by voice.

    Shape: `roster` is made of the enclosed roots and acts, `acts` are those that were taken in;
    `compared` is the first root document, of which digits and words are made.
    """

    user: UserId
    roster: Roster
    welcome: Welcome = field(repr=False)
    acts: tuple[SignedAct, ...] = field(repr=False)

    @property
    def compared(self) -> bytes:
        """What two people compare by voice before anything is stored."""
        return self.roster.root.first


def make_request(device: DeviceKeys, signer: SignerKeys, applicant: Applicant) -> bytes:
    """Make a request file (`.nrmreq`), signed by the device and by the signer."""
    payload = encode_request(
        JoinRequest(
            PublicPair(device.public.ed25519, device.public.ml_dsa),
            device.kem.public.raw,
            PublicPair(signer.public.ed25519, signer.public.ml_dsa),
            applicant.user,
            applicant.badge,
            applicant.label,
            applicant.former,
        )
    )
    signatures = (
        sign(SignLabel.REQUEST, device.key, device.id, payload),
        sign(SignLabel.REQUEST, signer.key, signer.id, payload),
    )
    return encode_tagged(FileTag.REQUEST, SignedStatement(payload, signatures))


def read_request(file: bytes) -> ReadRequest:
    """Read a request and check that whoever made it holds all its keys.

    Raises: HostileInput.
    """
    statement = decode_tagged(file, FileTag.REQUEST)
    request = decode_request(statement.payload)
    keys: dict[bytes, PublicKey] = {
        request.device_id: _public(request.device),
        request.signer_id: _public(request.signer),
    }
    if check_statement(SignLabel.REQUEST, statement, keys.get) != frozenset(keys):
        raise refuse(Step.SIGNATURE, "request.keys")
    return ReadRequest(request, file)


def certify(
    registrar: SignerKeys, roster: Roster, asked: ReadRequest, approval: Approval
) -> Certified:
    """Certify a new device and its signer, after two people have compared the request.

    The badge decides who it is: a known one is that person, on a further device or with a new
    signer (after a recovery). On a device that is known already, somebody new may sign too: the
    request is signed by that very device, and two people have compared it.
    Whoever comes with cases leads them under an own id, and so needs a badge that is new here.
    Raises: Refused `policy.role` unless we are registrar, `policy.badge_taken`; HostileInput when
            the request takes the id or the keys of somebody else, or a device that has ended or
            has other keys.
    """
    organisation = roster.powers.organisation
    if not roster.powers.is_registrar(registrar.id, approval.at_ms):
        raise Refused("policy.role")
    request = asked.request
    namesakes = [one.user for one in organisation.users.values() if one.badge == request.badge]
    user = namesakes[0] if namesakes else request.user
    holder = organisation.certified_signer(request.signer_id)
    is_taken = organisation.was_certified(user) and not namesakes
    is_taken = is_taken or (holder is not None and holder.user != user)
    if request.former is not None and user != request.user:
        raise Refused("policy.badge_taken", badge=request.badge)
    if is_taken or _is_other_device(organisation, request):
        raise refuse(Step.GRANT, "request.user")
    scope = roster.organisation
    place = ActPlace(scope, scope, roster.powers.heads(scope), approval.at_ms)
    return Certified(user, act_chain(registrar, place, _facts(roster, request, user, approval)))


def make_welcome(
    registrar: SignerKeys, asked: ReadRequest, goods: WelcomeGoods, random: Randomness, at_ms: int
) -> bytes:
    """Make the welcome file (`.nrm`) that only the new device can open."""
    payload = encode_welcome(
        Welcome(
            name20(asked.file),
            goods.organisation,
            goods.roots,
            goods.acts,
            goods.path_key,
            goods.exchange_keys,
            goods.form_packs,
            goods.checkpoints,
        )
    )
    body = registrar.sign(SignLabel.WELCOME, payload).encode()
    to = [KemPublic(asked.request.kem)]
    return seal_file(ObjectType.WELCOME, body, to, bucket_of(at_ms), random)


def open_welcome(device: DeviceKeys, signer: SignerKeys, own_request: bytes, file: bytes) -> Joined:
    """Open a welcome and check all that can be checked without a voice.

    Raises: HostileInput; `integrity.not_for_us` when it is sealed to others or answers another
            request.
    """
    opened = open_file(device.kem, file)
    if opened.kind is not ObjectType.WELCOME:
        raise refuse(Step.CONTAINER, "welcome.kind")
    statement = decode_statement(opened.body)
    welcome = decode_welcome(statement.payload)
    if welcome.request != name20(own_request):
        raise HostileInput("integrity.not_for_us", what="welcome.request")
    roster = Roster(welcome.roots, lambda _: ())
    taken = roster.take(welcome.acts)
    if roster.organisation != welcome.organisation or taken.refused:
        raise refuse(Step.SIGNATURE, "welcome.acts")
    _check_registrar(statement, roster)
    return Joined(_own_user(device, signer, roster), roster, welcome, taken.new)


def _facts(
    roster: Roster, request: JoinRequest, user: UserId, approval: Approval
) -> tuple[Facts, ...]:
    """What has to be stated: user and grant only if they are not so already."""
    known = roster.powers.organisation.users.get(user)
    held = [facts for _, facts in roster.powers.grants_of(user, roster.organisation)]
    device, signer = request.device, request.signer
    facts: list[Facts] = []
    if known is None or known.roles != frozenset(approval.roles):
        facts.append(UserFacts(user, request.badge, frozenset(approval.roles)))
    if request.device_id not in roster.powers.organisation.devices:
        facts.append(
            DeviceFacts(
                request.device_id, device.ed25519, device.ml_dsa, request.kem, request.label
            )
        )
    facts.append(
        SignerFacts(request.signer_id, user, request.device_id, signer.ed25519, signer.ml_dsa)
    )
    if request.former is not None and request.former.organisation not in roster.former:
        facts.append(request.former)
    facts += (
        replace(place, user=user)
        for place in approval.places
        if not any(one.covers(place) for one in held)
    )
    return tuple(facts)


def _is_other_device(organisation: OrganisationAuthority, request: JoinRequest) -> bool:
    """True for a known device with other keys, one that has ended, or a signer that is known."""
    if not organisation.was_certified(request.device_id):
        return False
    known, asked = organisation.devices.get(request.device_id), request.device
    keys = (asked.ed25519, asked.ml_dsa, request.kem)
    is_same = known is not None and (known.ed25519, known.mldsa65, known.kem) == keys
    return not is_same or organisation.was_certified(request.signer_id)


def _check_registrar(statement: SignedStatement, roster: Roster) -> None:
    """A welcome is signed by one registrar of the root that it carries."""
    signers = check_statement(SignLabel.WELCOME, statement, roster.signer_key)
    if not any(roster.powers.is_registrar(SignerId(one)) for one in signers):
        raise refuse(Step.SIGNATURE, "welcome.registrar")


def _own_user(device: DeviceKeys, signer: SignerKeys, roster: Roster) -> UserId:
    """Who we are in this organisation: our own keys must be the ones that were certified."""
    organisation = roster.powers.organisation
    own = organisation.signers.get(signer.id)
    machine = organisation.devices.get(device.id)
    if own is None or machine is None:
        raise refuse(Step.GRANT, "welcome.own")
    if own != signer_facts(signer, own.user, device):
        raise refuse(Step.GRANT, "welcome.signer")
    if machine != device_facts(device, machine.label):
        raise refuse(Step.GRANT, "welcome.device")
    return own.user


def _public(pair: PublicPair) -> PublicKey:
    return PublicKey(pair.ed25519, pair.ml_dsa)
