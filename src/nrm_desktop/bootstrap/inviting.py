"""Invitations of one organisation: made by a registrar, opened on a new laptop.

This module decides what an invitation brings (the directory, cards and forms, never a key of a
case), and that nothing is made on a laptop before the digits have opened the file. Who is certified
by it is decided in `bootstrap.confirming`.

Source: sync.md section 12.1; docs/adr/0027. Threats: T19.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from nrm_desktop.app.fingerprints import Comparison
from nrm_desktop.app.ports import TrustStore, UnitOfWork
from nrm_desktop.app.wire.bundle import divide, encode_bundle
from nrm_desktop.app.wire.invitation import INVITATION_FILE_BYTES
from nrm_desktop.app.wire.joining import root_fingerprint
from nrm_desktop.app.wire.limits import MIB
from nrm_desktop.bootstrap.brought_forms import begin_with_forms, forms_to_bring
from nrm_desktop.bootstrap.claims import claims_in, keep_claim
from nrm_desktop.bootstrap.comparing import compared
from nrm_desktop.bootstrap.exchange import VaultExchange
from nrm_desktop.bootstrap.headless import OpenVault, enter
from nrm_desktop.bootstrap.identity import must_have_identity
from nrm_desktop.bootstrap.joining import find_file, write_file
from nrm_desktop.bootstrap.safe import create_safe, remove_beginnings
from nrm_desktop.bootstrap.session import EXCHANGE_KEYS, PATH_KEY, OpenSafe, Session
from nrm_desktop.bootstrap.shell import Shell
from nrm_desktop.bootstrap.standing import OWN_INVITATION
from nrm_desktop.bootstrap.team import organisation_shares
from nrm_desktop.domain.acts import (
    UserFacts,
)
from nrm_desktop.domain.errors import IntegrityFault, Phrase, Usage
from nrm_desktop.domain.ids import ID_BYTES, UserId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.security.identity.invitation import (
    InviteGoods,
    InviteWish,
    MadeInvitation,
    OpenedInvitation,
    make_claim,
    make_invitation,
    open_invitation,
)
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.suite import KdfCost
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.exchange import SqlExchangeJournal
from nrm_desktop.sync.opening import take_enclosed

LONGEST_DAYS: Final = 30
_DAY_MS: Final = 24 * 3600 * 1000
_FILE: Final = ".nrmi"
_BROUGHT: Final = (Compartment.ORG_DIRECTORY, Compartment.ORG_PACKS, Compartment.ORG_CARDS)
"""What a new colleague needs on the first day; the rest comes with the first exchange."""
_BROUGHT_BYTES: Final = 10 * MIB
"""For registers and forms; forms come first, because everything is asked by them."""
_BADGE_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that lies on the medium. Shape: `secret` is shown once, and nowhere kept."""

    invite: bytes
    badge: str
    file: str
    secret: tuple[str, ...] = field(repr=False)
    expires_ms: int


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who opens an invitation. Its text form shows neither passphrase nor digits.

    Shape: `cost` None means: calibrated to this machine.
    """

    digits: str = field(repr=False)
    passphrase: str = field(repr=False)
    label: str = ""
    cost: KdfCost | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A laptop that works by an invitation. Shape: `compared` is what is read out if asked."""

    vault: OpenVault = field(repr=False)
    fingerprint: bytes
    compared: Comparison


def invite(session: Session, badge: str, role: str, out: str, days: int = LONGEST_DAYS) -> Invited:
    """Write an invitation for a named person into a folder, and give its digits once.

    Shape: `role` is a role or preset; a known badge keeps its roles if it is empty.
    Raises: Refused `policy.role` for others than registrars; Usage `usage.bad_value`;
            IntegrityFault `integrity.identity`; EnvironmentFault. Nobody is invited then.
    """
    must_have_identity(session.safe)
    wish = _wish(session, badge, role, days)
    shell = session.safe.shell

    def job(unit: UnitOfWork, connection: Connection) -> MadeInvitation:
        forms = forms_to_bring(session, unit, connection)
        goods = replace(
            _goods(session, unit.trust, connection, wish, sum(map(len, forms))), form_packs=forms
        )
        safe, random = session.safe, session.context.random
        made = make_invitation(safe.signer, session.roster, wish, goods, random)
        unit.trust.add_act(made.act.act.act, session.organisation, made.act.signed)
        unit.audit("invite.create", (wish.user,))
        return made

    made = session.work.exchange(job)
    session.roster.add_own((made.act,))
    file = write_file(shell, out, ("i", _FILE), made.file)
    return Invited(made.facts.invite, wish.badge, file, made.secret, wish.not_after_ms)


def begin_invited(shell: Shell, file: str, newcomer: Newcomer) -> Begun:
    """Make a vault of an invitation, and begin work in it at once.

    Raises: Usage `usage.bad_code`, `usage.not_empty`, `usage.not_found`; Locked
            `invite.wrong_secret`; Refused `trust.expired`, `policy.floor`; HostileInput;
            EnvironmentFault. Nothing is left in the folder then.
    """
    data = shell.files.read_limited(find_file(file, _FILE), INVITATION_FILE_BYTES)
    opened = open_invitation(data, newcomer.digits, shell.clock.now_ms())
    safe = create_safe(shell, newcomer.passphrase, newcomer.cost)
    try:
        claim = safe.database.with_trust(lambda trust: _keep(safe, trust, opened, newcomer.label))
        begin_with_forms(safe, opened.body.form_packs)
        vault = enter(safe)
        take_enclosed(VaultExchange(vault.session), opened.roster.organisation, opened.body.bundles)
    except BaseException:
        remove_beginnings(safe)
        raise
    said = compared(shell.resources, claim)
    return Begun(vault, root_fingerprint(opened.roster.root.first), said)


def own_claim(vault: OpenVault) -> Comparison | None:
    """What is read out of the own claim while nobody has confirmed it; None if nothing waits."""
    safe = vault.session.safe
    if not is_waiting(vault.session):
        return None
    found = safe.database.read(claims_in).result()
    own = [one.signed for one in found if one.claim.signer_id == safe.signer.id]
    return compared(safe.shell.resources, own[0]) if own else None


def is_waiting(session: Session) -> bool:
    """True while nobody has certified whoever is at work here."""
    known = session.roster.powers.organisation
    return known.certified_signer(session.safe.signer.id) is None


# ---- making ---------------------------------------------------------------------------------


def _wish(session: Session, badge: str, role: str, days: int) -> InviteWish:
    plain = badge.strip()
    if not 0 < len(plain) <= _BADGE_CHARS:
        raise Usage("usage.bad_value", what="badge")
    if not 0 < days <= LONGEST_DAYS:
        raise Usage(
            "usage.bad_value", what="days", allowed=Phrase("1 to {most}", most=LONGEST_DAYS)
        )
    table, known = session.context.forms.roles, session.roster.powers.organisation
    same = [one for one in known.users.values() if one.badge.casefold() == plain.casefold()]
    roles = table.roles_named(role) if role else tuple(same[0].roles) if same else ()
    facts = UserFacts(UserId(b""), plain, frozenset(roles))
    if not roles or not organisation_shares(table, facts):
        allowed = sorted({*table.roles, *table.presets})
        raise Usage("usage.bad_value", what="role", allowed=allowed)
    user = same[0].user if same else _invited_before(session, plain)
    now_ms = session.context.clock.now_ms()
    called = same[0].badge if same else plain
    return InviteWish(user, called, facts.roles, now_ms, now_ms + days * _DAY_MS)


def _invited_before(session: Session, badge: str) -> UserId:
    """A second invitation of somebody who has not come yet is for the same person."""
    known = session.roster.powers.organisation
    same = [
        facts.user
        for _, facts in known.invitations_ever.values()
        if facts.badge.casefold() == badge.casefold() and not known.was_certified(facts.user)
    ]
    return min(same) if same else UserId(session.context.random(ID_BYTES))


def _goods(
    session: Session, trust: TrustStore, connection: Connection, wish: InviteWish, taken: int
) -> InviteGoods:
    """Shape: `taken` is how much of the room is taken by something else. Units: bytes."""
    path, exchange = trust.secret(PATH_KEY), trust.secrets(EXCHANGE_KEYS)
    if path is None or not exchange:
        raise IntegrityFault("integrity.database", what="exchange_keys")
    name, key = exchange[-1]
    user = UserFacts(wish.user, wish.badge, wish.roles)
    shares = organisation_shares(session.context.forms.roles, user)
    places = [one for one in _BROUGHT if any(one in share.compartments for share in shares)]
    return InviteGoods(
        tuple(trust.roots()),
        tuple(trust.acts(session.organisation)),
        tuple(_bundles(session, connection, places, _BROUGHT_BYTES - taken)),
        path,
        (int(name.removeprefix(EXCHANGE_KEYS)), key),
    )


def _bundles(
    session: Session, connection: Connection, places: list[Compartment], room: int
) -> Iterator[tuple[int, bytes]]:
    """The registers that are brought, by log; what would make the file too large stays at home."""
    journal = SqlExchangeJournal(connection)
    logs = [head.log for head in journal.heads() if head.log.scope == session.organisation]
    for place in places:
        for log in logs:
            if log.compartment != place:
                continue
            for some in divide(journal.commits_of(log, 0)):
                body = encode_bundle(some)
                room -= len(body)
                if room < 0:
                    return
                yield int(place), body


# ---- opening --------------------------------------------------------------------------------


def _keep(safe: OpenSafe, trust: TrustStore, opened: OpenedInvitation, label: str) -> bytes:
    """Keep what the invitation brings, and the claim; the key of the invitation is not kept."""
    body = opened.body
    for version, root in enumerate(body.roots, start=1):
        trust.add_root(version, root)
    for one in opened.acts:
        trust.add_act(one.act.act, one.act.scope, one.signed)
    trust.set_secret(PATH_KEY, body.path_key)
    for number, key in body.exchange:
        trust.set_secret(f"{EXCHANGE_KEYS}{number:06}", key)
    trust.set_secret(OWN_INVITATION + safe.signer.id.hex(), body.invite)
    now_ms = safe.shell.clock.now_ms()
    claim = make_claim(SignerKeys(body.seed), safe.device, safe.signer, label, now_ms)
    keep_claim(trust, opened.roster, claim, now_ms)
    return claim
