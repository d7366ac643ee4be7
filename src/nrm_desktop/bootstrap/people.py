"""The people of one laptop: taken in, listed, and with a new passphrase.

This module decides the order of the steps, so that whoever is cut off has the state before or the
one after. What is added to the database first is worth nothing before the key header has the slot;
the header is the deciding write.

- A registrar certifies a new colleague at once. Anybody else who may lead cases makes the slot,
  and the signature waits ("pending") until a registrar says yes on this laptop; nothing is opened
  by it before. The header names nobody: whose slot it is stands in the database.

How somebody leaves is `removing`.

Source: storage-security.md sections 4.2, 4.6 and 4.8; cli.md `user`, `passphrase`. Threat: T22.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.ports import TrustStore, UnitOfWork
from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.hashes import signer_id
from nrm_desktop.bootstrap.duties import do_duties
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.identity import must_have_identity
from nrm_desktop.bootstrap.passphrase_again import opened_again
from nrm_desktop.bootstrap.safe import default_cost
from nrm_desktop.bootstrap.session import SLOT_USER, Session
from nrm_desktop.bootstrap.shell import header_copies, slot_signs, word_list
from nrm_desktop.bootstrap.team import organisation_shares, shares_lacking
from nrm_desktop.bootstrap.typed_secrets import check_new_passphrase, typed_secret
from nrm_desktop.bootstrap.vouching import vouch_for
from nrm_desktop.domain.acts import Facts, SignerFacts, UserFacts
from nrm_desktop.domain.errors import ProgramFault, Refused, Usage
from nrm_desktop.domain.ids import ID_BYTES, SignerId, UserId
from nrm_desktop.security.identity.founding import act_chain
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.roster.acts import ActPlace
from nrm_desktop.security.suite import KdfCost
from nrm_desktop.security.vault.changes import (
    change_secret,
    free_sign,
    must_have_room,
    write_added,
)
from nrm_desktop.security.vault.cost import check_wish
from nrm_desktop.security.vault.opening import opened_now
from nrm_desktop.security.vault.passphrase import check_new, passphrase_bytes, words_of
from nrm_desktop.security.vault.slot_locks import SlotSeeds, SlotWish, user_kind
from nrm_desktop.security.vault.slots import Slot, SlotKind
from nrm_desktop.security.vault.ways_back import NewSlot, user_slot
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.exchange import SqlSyncState
from nrm_desktop.storage.known_names import known_names
from nrm_desktop.storage.quarantine import Holders
from nrm_desktop.storage.trust import SqlTrustStore

SLOT_SIGNER: Final = "slot.signer."
"""With the id of a slot in hex: who was to sign by it, as it was asked for when it was made."""
_ASKED_FIELDS: Final = 5
_MOST_ROLES: Final = 32
_LEAST_WORD: Final = 4


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who shall work on this laptop. Its text form shows no passphrase.

    Shape: `role` is a role or preset; `cost` None means: calibrated to this machine.
    """

    badge: str
    role: str
    passphrase: str = field(repr=False)
    cost: KdfCost | None = None


@dataclass(frozen=True, slots=True)
class PersonHere:
    """Somebody who can open this vault.

    Shape: `sign` of the slot; `badge` and `user` are empty where nobody knows whose slot it is;
    `fingerprint` is the begin of the slot's public key.
    """

    slot: bytes
    sign: str
    badge: str
    user: bytes
    roles: tuple[str, ...]
    is_certified: bool
    fingerprint: str

    def is_called(self, name: str) -> bool:
        """True if a typed badge or sign means this person."""
        wanted = name.strip().casefold()
        return bool(wanted) and wanted in {self.badge.casefold(), self.sign}


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who was to sign by a slot. Shape: the public keys of the signer beside the person."""

    user: UserId
    badge: str
    roles: tuple[str, ...]
    ed25519: bytes
    ml_dsa: bytes

    def encode(self) -> bytes:
        return cbor.encode((self.user, self.badge, self.roles, self.ed25519, self.ml_dsa))

    @classmethod
    def decode(cls, raw: bytes) -> _Asked:
        what = "slot.signer"
        user, badge, roles, ed25519, ml_dsa = shape.fields(cbor.decode(raw), what, _ASKED_FIELDS)
        return cls(
            UserId(shape.octets(user, what)),
            shape.text(badge, what),
            shape.each(roles, what, shape.text, _MOST_ROLES),
            shape.some_octets(ed25519, what, 64),
            shape.some_octets(ml_dsa, what, 4096),
        )


def people_here(vault: OpenVault) -> tuple[PersonHere, ...]:
    """Everybody who can open this vault by a passphrase, in the order of the header.

    Raises: IntegrityFault `integrity.header_changed` where the header is not ours any more.
    """
    safe = vault.session.safe
    now = opened_now(header_copies(safe.shell), safe.unlocked)
    found = safe.database.read(
        lambda connection: _noted(SqlTrustStore(connection), now.header.user_slots)
    ).result()
    return tuple(_person(vault.session, slot, *noted) for slot, noted in found)


def add_user(vault: OpenVault, wish: NewPerson) -> PersonHere:
    """Give somebody a slot of the own, with an own passphrase and an own signature.

    A registrar who names somebody whose slot waits certifies that person, who types the passphrase
    that was chosen then: it proves whose the slot is.
    Raises: Refused `policy.role`, `policy.floor`, `policy.slots`, `policy.has_slot`; Locked
    `vault.wrong_passphrase`, `vault.delay` for one who waits; Usage `usage.bad_value`;
    IntegrityFault `integrity.identity`; EnvironmentFault. Nobody is added then.
    """
    session, shell = vault.session, vault.session.safe.shell
    must_have_right(vault)
    must_have_identity(session.safe)
    roles = _roles(session, wish.role)
    badge = _plain_badge(wish.badge)
    same = [one for one in people_here(vault) if one.badge.casefold() == badge.casefold()]
    if same:
        return _certify_waiting(vault, same[0], wish)
    check_new(wish.passphrase, word_list(shell, "too_common"), local_words(vault, wish.passphrase))
    copies = header_copies(shell)
    now = opened_now(copies, session.safe.unlocked)
    must_have_room(now.header)
    secret = passphrase_bytes(wish.passphrase)
    cost = check_wish(wish.cost) if wish.cost is not None else default_cost(shell)
    sign = free_sign(now.header, shell.random)
    new = user_slot(now, SlotWish(SlotKind.PASSPHRASE, sign, secret, cost), shell.random)
    if new.seeds is None:
        raise ProgramFault("program.fault", what="slot.seeds")
    asked = _asked(session, new.seeds, badge, roles)
    _keep(session, new, asked, "user.add")
    write_added(copies, now, new)
    return _person(session, new.slot, asked.user, asked)


def change_own_passphrase(vault: OpenVault, old: str, new: str) -> str:
    """Take a new passphrase where the vault is open already: the old one is asked for first.

    An unlocked laptop that is left alone must not be taken over by whoever passes by.
    Raises: Locked `vault.wrong_passphrase`, `vault.delay`: a wrong one counts as at the lock; as
    `change_passphrase`.
    """
    safe = vault.session.safe
    opened_again(safe.shell, safe.unlocked.slot, old)
    return change_passphrase(vault, new)


def change_passphrase(vault: OpenVault, passphrase: str) -> str:
    """Put the own slot under a new passphrase; nothing is encrypted anew. Gives the sign.

    Only for whoever has just opened the vault with the old one, as on the command line.
    Raises: Refused `policy.floor`; EnvironmentFault, and then the old one still opens.
    """
    safe = vault.session.safe
    check_new_passphrase(safe.shell, passphrase, local_words(vault, passphrase))
    copies = header_copies(safe.shell)
    now = opened_now(copies, safe.unlocked)
    secret = typed_secret(safe.shell, passphrase)
    vault.work.run(lambda unit: unit.audit("passphrase.change", (vault.context.user,)))
    wish = SlotWish(user_kind(secret), now.slot.sign, secret, now.slot.cost)
    after = change_secret(copies, now, wish, safe.shell.random)
    return slot_signs(safe.shell)[after.slot.sign]


def must_have_right(vault: OpenVault) -> None:
    """Registrars, and those whose roles may open cases: they answer for who works here.

    Raises: Refused `policy.role`; EnvironmentFault, IntegrityFault in a vault that is read-only.
    """
    vault.condition.must_write()
    context, powers = vault.context, vault.session.roster.powers
    may_lead = set(context.roles) & powers.organisation.root.case_roles
    if not may_lead and not powers.is_registrar(context.signer, context.clock.now_ms()):
        raise Refused("policy.role")


def local_words(vault: OpenVault, typed: str = "") -> frozenset[str]:
    """Words that somebody who knows this office tries first: its name, badges, its directory.

    Of the people in the cases only those names that stand in what was typed, and only as far as
    whoever is asked may see them: a refusal must tell nobody that a person is known here.
    """
    session = vault.session
    known = session.roster.powers.organisation
    names = [session.roster.root.newest.name]
    names += [user.badge for user in known.users.values()]
    names += [device.label for device in known.devices.values()]
    names += [row.name for row in vault.reader.directory()]
    words = {word for name in names for word in name.split() if len(word) >= _LEAST_WORD}
    asked = words_of(typed)
    persons = vault.database.read(lambda found: known_names(found, asked, vault.sight)).result()
    return frozenset(words | persons | set(filter(None, names)))


def _roles(session: Session, role: str) -> tuple[str, ...]:
    table = session.context.forms.roles
    roles = table.roles_named(role)
    if not roles or not organisation_shares(table, UserFacts(UserId(b""), "", frozenset(roles))):
        allowed = sorted({*table.roles, *table.presets})
        raise Usage("usage.bad_value", what="role", allowed=allowed)
    return tuple(sorted(roles))


def _plain_badge(badge: str) -> str:
    plain = badge.strip()
    if not plain:
        raise Usage("usage.bad_value", what="badge")
    return plain


def _asked(session: Session, seeds: SlotSeeds, badge: str, roles: tuple[str, ...]) -> _Asked:
    """Whose slot it shall be: a known badge is that person, who gets a signature here too."""
    known = session.roster.powers.organisation.users.values()
    same = [user for user in known if user.badge.casefold() == badge.casefold()]
    user = same[0].user if same else UserId(session.context.random(ID_BYTES))
    public = SignerKeys(seeds.sign).public
    called = same[0].badge if same else badge
    return _Asked(user, called, roles, public.ed25519, public.ml_dsa)


def _keep(session: Session, new: NewSlot, asked: _Asked, act: str) -> None:
    """Note whose slot it is with our word for it; certify the signer where that is in our power."""
    place, safe = new.slot.id.hex(), session.safe
    own = (SignerKeys(new.seeds.sign),) if new.seeds is not None else ()

    def job(unit: UnitOfWork, connection: Connection) -> None:
        unit.trust.set_secret(SLOT_SIGNER + place, asked.encode())
        unit.trust.set_secret(SLOT_USER + place, asked.user)
        vouch_for(unit.trust, safe.unlocked, new.slot, asked.user, (*own, safe.signer))
        if _is_registrar(session):
            _certify(session, unit.trust, asked)
            do_duties(session, unit.trust, SqlSyncState(connection), Holders(connection))
        unit.audit(act, (asked.user,))

    session.work.exchange(job)


def _certify(session: Session, trust: TrustStore, asked: _Asked) -> None:
    scope, powers = session.organisation, session.roster.powers
    place = ActPlace(scope, scope, powers.heads(scope), session.context.clock.now_ms())
    made = act_chain(session.safe.signer, place, tuple(_facts(session, asked)))
    for one in made:
        trust.add_act(one.act.act, scope, one.signed)
    session.roster.add_own(made)


def _facts(session: Session, asked: _Asked) -> Iterator[Facts]:
    """What has to be stated: person and place only where they are not so already."""
    powers, table = session.roster.powers, session.context.forms.roles
    roles = frozenset(asked.roles)
    known = powers.organisation.users.get(asked.user)
    user = UserFacts(asked.user, asked.badge, roles)
    if known is None or known.roles != roles:
        yield user
    yield _signer(session, asked)
    held = (facts for _, facts in powers.grants_of(asked.user, session.organisation))
    yield from shares_lacking(table, user, held)


def _signer(session: Session, asked: _Asked) -> SignerFacts:
    keys = session.safe.device
    return SignerFacts(_signer_id(asked), asked.user, keys.id, asked.ed25519, asked.ml_dsa)


def _signer_id(asked: _Asked) -> SignerId:
    return signer_id(asked.ed25519)


def _certify_waiting(vault: OpenVault, person: PersonHere, wish: NewPerson) -> PersonHere:
    """Certify somebody whose slot was made while no registrar was here, and who is here now.

    What the database notes about that slot could be written by anybody who works on this laptop.
    So the keys are those that the person's own passphrase opens, and person and role are those
    that the registrar names.
    """
    session, shell = vault.session, vault.session.safe.shell
    if person.is_certified or not _is_registrar(session):
        raise Refused("policy.has_slot", badge=person.badge)
    now = opened_now(header_copies(shell), session.safe.unlocked)
    slot = now.header.slot_of(person.slot)
    if slot is None:
        raise Refused("policy.has_slot", badge=person.badge)
    seeds = opened_again(shell, slot, wish.passphrase).seeds
    asked = _asked(session, seeds, person.badge, _roles(session, wish.role))
    _keep(session, NewSlot(slot, seeds), asked, "user.certify")
    return _person(session, slot, asked.user, asked)


def _is_registrar(session: Session) -> bool:
    context = session.context
    return session.roster.powers.is_registrar(context.signer, context.clock.now_ms())


_Noted = tuple[Slot, tuple[bytes, _Asked | None]]


def _noted(trust: TrustStore, slots: Sequence[Slot]) -> list[_Noted]:
    found: list[_Noted] = []
    for slot in slots:
        asked = trust.secret(SLOT_SIGNER + slot.id.hex())
        user = trust.secret(SLOT_USER + slot.id.hex()) or b""
        found.append((slot, (user, _Asked.decode(asked) if asked else None)))
    return found


def _person(session: Session, slot: Slot, user: bytes, asked: _Asked | None) -> PersonHere:
    known = session.roster.powers.organisation
    facts = known.users.get(UserId(user))
    if asked is not None:
        is_certified = _signer_id(asked) in known.signers
    else:
        here = session.safe.device.id
        is_certified = any(
            one.user == user and here in known.signer_devices.get(one.signer, frozenset())
            for one in known.signers.values()
        )
    roles = facts.roles if facts and is_certified else asked.roles if asked else ()
    badge = facts.badge if facts else asked.badge if asked else ""
    return PersonHere(
        slot.id,
        slot_signs(session.safe.shell)[slot.sign],
        badge,
        bytes(user),
        tuple(sorted(roles)),
        is_certified,
        slot.kem_public[:4].hex(),
    )
