"""A person's new signer after a lost passphrase: whose slot goes, who certifies, what follows.

This module decides what may be certified by whom: only the seed of a provisional root, reached
through a slot to which it was sealed, certifies here. Anybody else is certified as on a new laptop,
by a registrar who compares. It opens no vault and writes no header.

- The old signer stays known, so that what it signed stays readable and what is still on its way
  counts. As registrar it ends with the moment of the recovery.

Source: storage-security.md section 4.7; sync.md section 11; docs/adr/0017. Threats: T19, T26.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nrm_desktop.app.ports import TrustStore
from nrm_desktop.app.wire.limits import SIGNATURES_PER_STATEMENT
from nrm_desktop.app.wire.trust import Registrar, RootDocument
from nrm_desktop.bootstrap.safe import device_keys
from nrm_desktop.bootstrap.session import (
    ROOT_SEED,
    ROOT_SEED_OF_SLOT,
    SLOT_USER,
    OpenSafe,
    former_organisations,
)
from nrm_desktop.bootstrap.vouching import is_own_vouched, vouch_for
from nrm_desktop.domain.acts import SignerFacts, UserFacts
from nrm_desktop.domain.errors import IntegrityFault, Locked
from nrm_desktop.domain.ids import DeviceId, UserId
from nrm_desktop.security.identity.founding import (
    REGISTRAR_MS,
    ROOT_MS,
    act_chain,
)
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.roster.acts import ActPlace
from nrm_desktop.security.roster.roots import sign_root
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.security.vault.opening import Unlocked
from nrm_desktop.security.vault.slot_locks import open_from_slot, seal_to_slot
from nrm_desktop.security.vault.slots import Slot
from nrm_desktop.storage.trust import SqlTrustStore


@dataclass(frozen=True, slots=True)
class Holder:
    """A slot with the person whose it is. Shape: `user` is None before the vault has joined."""

    slot: Slot
    user: UserFacts | None = None


def roster_of(trust: TrustStore) -> Roster | None:
    """What this vault knows of its organisation; None if it belongs to none yet."""
    roots = trust.roots()
    return Roster(roots, trust.acts, former_organisations(trust)) if roots else None


def holder_of(
    trust: TrustStore, roster: Roster | None, users: Sequence[tuple[str, Slot]], wanted: str
) -> Holder:
    """Find the slot of the person who is named by badge or sign, or the only one.

    Shape: `users` are the user slots with their signs; `wanted` is empty where nobody is named.
    Raises: Locked `vault.no_slot` where there is no such person, or several and none is named.
    """
    holders = [(sign, Holder(slot, _user(trust, roster, slot, users))) for sign, slot in users]
    name = wanted.strip().casefold().replace(" ", "-")
    found = [
        holder
        for sign, holder in holders
        if not name or name in {sign, holder.user.badge.casefold() if holder.user else name}
    ]
    if len(found) != 1:
        raise Locked("vault.no_slot", slots=len(users))
    return found[0]


def note_holder(safe: OpenSafe, user: UserId) -> None:
    """Note whose slot has opened the vault, and keep that person's word for it.

    So a recovery finds it among several, and a new data key may be sealed to it.
    """
    slot = safe.unlocked.slot
    name = SLOT_USER + slot.id.hex()

    def is_noted(trust: TrustStore) -> bool:
        return trust.secret(name) == user and is_own_vouched(trust, safe, user)

    def note(trust: TrustStore) -> None:
        trust.set_secret(name, user)
        vouch_for(trust, safe.unlocked, slot, user, (safe.signer,))

    if not safe.database.read(lambda found: is_noted(SqlTrustStore(found))).result():
        safe.database.with_trust(note)


def root_reached(trust: TrustStore, roster: Roster, vault: Unlocked) -> SignerKeys | None:
    """The keys of a provisional root, if they are sealed to the slot that opened the vault."""
    seed = sealed_seed(trust, vault)
    if seed is None:
        return None
    keys = SignerKeys(open_from_slot(vault.slot, vault.seeds, vault.header.vault_id, seed))
    newest = roster.root.newest
    is_ours = roster.root.is_provisional and any(keys.id == one.id for one in newest.keys)
    return keys if is_ours else None


def sealed_seed(trust: TrustStore, vault: Unlocked) -> bytes | None:
    """The seed of the root as it is sealed to this slot; None if it is not."""
    beside = trust.secret(ROOT_SEED_OF_SLOT + vault.slot.id.hex())
    if beside:
        return beside
    own = trust.secret(ROOT_SEED)
    is_own = own is not None and can_open(vault, own)
    return own if is_own else None


def can_open(vault: Unlocked, sealed: bytes) -> bool:
    """True if a value was sealed to the slot that opened the vault."""
    try:
        open_from_slot(vault.slot, vault.seeds, vault.header.vault_id, sealed)
    except IntegrityFault:
        return False
    return True


def pass_root_on(trust: TrustStore, vault: Unlocked, slot: Slot) -> bool:
    """Seal the seed of the root to a further slot; False if the open slot does not reach it."""
    sealed = sealed_seed(trust, vault)
    if sealed is None:
        return False
    seed = open_from_slot(vault.slot, vault.seeds, vault.header.vault_id, sealed)
    name = ROOT_SEED_OF_SLOT + slot.id.hex()
    trust.set_secret(name, seal_to_slot(slot, vault.header.vault_id, seed))
    return True


def forget_root(trust: TrustStore, slot: bytes) -> None:
    """Keep the seed of the root no longer for a slot that has gone."""
    if trust.secret(ROOT_SEED_OF_SLOT + slot.hex()):
        trust.set_secret(ROOT_SEED_OF_SLOT + slot.hex(), b"")


def is_root_holder(roster: Roster, user: UserId) -> bool:
    """True for the founder of a provisional root: its registrar of this name."""
    return roster.root.is_provisional and any(
        one.user == user for one in roster.root.newest.registrars
    )


def certify_successor(
    trust: TrustStore, roster: Roster, root: SignerKeys, new: SignerFacts, now_ms: int
) -> None:
    """State with the root key that a person signs here with a new signer from now on."""
    place = ActPlace(
        roster.organisation, roster.organisation, roster.powers.heads(roster.organisation), now_ms
    )
    for one in act_chain(root, place, (new,)):
        trust.add_act(one.act.act, roster.organisation, one.signed)
    roster.read_again(trust.roots())


def finish_succession(safe: OpenSafe) -> None:
    """Let the root follow its founder to a new slot; does nothing where nothing is unfinished.

    The seed sealed to the open slot takes the place of the one for the slot that is gone, and the
    next root document names the new signer as registrar.
    """
    vault, shell = safe.unlocked, safe.shell
    name = ROOT_SEED_OF_SLOT + vault.slot.id.hex()

    def is_due(trust: TrustStore) -> bool:
        sealed = trust.secret(name)
        return bool(sealed) and sealed != trust.secret(ROOT_SEED)

    def follow(trust: TrustStore) -> None:
        roster, sealed = roster_of(trust), trust.secret(name)
        root = root_reached(trust, roster, vault) if roster is not None else None
        if roster is None or root is None or sealed is None:
            return
        facts = roster.powers.organisation.certified_signer(safe.signer.id)
        if facts is not None and not roster.powers.is_registrar(safe.signer.id):
            document = _next_root(roster, safe.signer, facts.user, shell.clock.now_ms())
            trust.add_root(document.version, sign_root(document, [root]))
        trust.set_secret(ROOT_SEED, sealed)

    if safe.database.read(lambda found: is_due(SqlTrustStore(found))).result():
        safe.database.with_trust(follow)


def _next_root(roster: Roster, signer: SignerKeys, user: UserId, now_ms: int) -> RootDocument:
    """The next root document: the old signers of this user end as registrars, the new one begins.

    They are not dropped: what they stated before counts, also where this laptop has lost it.
    """
    newest = roster.root.newest
    ended = [_ended(one, now_ms) if one.user == user else one for one in newest.registrars]
    public = signer.public
    own = Registrar(user, public.ed25519, public.ml_dsa, now_ms + REGISTRAR_MS)
    return replace(
        newest,
        version=newest.version + 1,
        registrars=(*ended[-(SIGNATURES_PER_STATEMENT - 1) :], own),
        after=roster.powers.heads(roster.organisation),
        valid_until_ms=now_ms + ROOT_MS,
    )


def _ended(one: Registrar, now_ms: int) -> Registrar:
    return replace(one, not_after_ms=min(one.not_after_ms or now_ms, now_ms))


def _user(
    trust: TrustStore, roster: Roster | None, slot: Slot, users: Sequence[tuple[str, Slot]]
) -> UserFacts | None:
    """Whose slot it is: as noted when it was made, else the only person of this device."""
    if roster is None:
        return None
    known = roster.powers.organisation.users
    noted = trust.secret(SLOT_USER + slot.id.hex())
    if noted is not None:
        return known.get(UserId(noted))
    here = _people_of(roster, device_keys(trust).id)
    return known.get(here[0]) if len(here) == len(users) == 1 else None


def _people_of(roster: Roster, device: DeviceId) -> list[UserId]:
    facts = roster.powers.organisation.signers.values()
    return sorted({one.user for one in facts if one.device == device})
