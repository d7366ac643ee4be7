"""The next root document: papers that hold on, and a second registrar beside the first.

This module decides who may make it (whoever reaches the seed of a provisional root) and who stays
in it. A registrar who was removed is never listed again: a later listing would overrule the
removal. One whose signer was replaced keeps the end that the recovery set. It must not decide
whether others believe the document: the walk of the roots does.

Source: sync.md section 11; docs/adr/0017. Threats: T18, T19.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.sync_report import SkippedObject
from nrm_desktop.app.wire.limits import SIGNATURES_PER_STATEMENT
from nrm_desktop.app.wire.trust import Registrar, RootDocument
from nrm_desktop.bootstrap.exchange import VaultExchange
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.bootstrap.succession import root_reached
from nrm_desktop.domain.acts import SignerFacts
from nrm_desktop.domain.errors import EnvironmentFault, Refused, Usage
from nrm_desktop.domain.organisation_authority import present_signers
from nrm_desktop.security.identity.founding import REGISTRAR_MS
from nrm_desktop.security.roster.roots import sign_root
from nrm_desktop.sync.carrying import carriers, trust_pieces

_DAY_MS: Final = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class NewRoot:
    """A root document that was made, and the file that carries it."""

    version: int
    file: str
    valid_until_ms: int


def renew_root(session: Session, file: Path) -> NewRoot:
    """Let the papers of the organisation hold on, and write one file for the mail.

    Raises: Refused `policy.no_root_seed`, EnvironmentFault `storage.exists` before anything is
    made. After other faults of the medium the new root document is kept, and goes with the next
    exchange.
    """
    return _next(session, file, lambda registrars: registrars, "root.renew")


def add_registrar(session: Session, badge: str, file: Path) -> NewRoot:
    """List a certified person as a further registrar in the next root document.

    Raises: Usage `usage.not_found` for somebody who is not certified; as `renew_root`.
    """
    wanted = _certified(session, badge)
    end = session.context.clock.now_ms() + REGISTRAR_MS
    new = [Registrar(one.user, one.ed25519, one.mldsa65, end) for one in wanted]

    def joined(registrars: tuple[Registrar, ...]) -> tuple[Registrar, ...]:
        known = {one.id for one in registrars}
        found = (*registrars, *(one for one in new if one.id not in known))
        if len(found) > SIGNATURES_PER_STATEMENT:
            raise Usage("usage.bad_value", what="registrars", allowed=[SIGNATURES_PER_STATEMENT])
        return found

    return _next(session, file, joined, "root.registrar")


Joining = Callable[[tuple[Registrar, ...]], tuple[Registrar, ...]]


def _next(session: Session, file: Path, joined: Joining, word: str) -> NewRoot:
    if not file.parent.is_dir():
        raise Usage("usage.not_found", what="folder", name=file.parent.name)
    if file.exists():
        raise EnvironmentFault("storage.exists", name=file.name)

    def make(unit: UnitOfWork) -> RootDocument:
        root = root_reached(unit.trust, session.roster, session.safe.unlocked)
        if root is None:
            raise Refused("policy.no_root_seed")
        document = _document(session, joined)
        signed = sign_root(document, [root])
        session.roster.renew([*unit.trust.roots(), signed])
        unit.trust.add_root(document.version, signed)
        unit.audit(word, (session.context.user,))
        return document

    made = session.work.run(make)
    _write(session, file)
    return NewRoot(made.version, str(file), made.valid_until_ms)


def _document(session: Session, joined: Joining) -> RootDocument:
    roster, now_ms = session.roster, session.context.clock.now_ms()
    newest = roster.root.newest
    return replace(
        newest,
        version=newest.version + 1,
        registrars=joined(_staying(session, now_ms)),
        after=roster.powers.heads(roster.organisation),
        valid_until_ms=max(newest.valid_until_ms, now_ms + newest.expiry_days * _DAY_MS),
    )


def _staying(session: Session, now_ms: int) -> tuple[Registrar, ...]:
    """Who was not removed, each for another year; a signer that was replaced keeps its end."""
    powers, newest = session.roster.powers, session.roster.root.newest

    def longer(one: Registrar) -> Registrar:
        present = {facts.signer for facts in present_signers(powers.organisation, one.user)}
        end = max(one.not_after_ms, now_ms + REGISTRAR_MS)
        return replace(one, not_after_ms=end) if one.id in present and one.not_after_ms else one

    return tuple(longer(one) for one in newest.registrars if powers.is_registrar(one.id))


def _certified(session: Session, badge: str) -> list[SignerFacts]:
    known = session.roster.powers.organisation
    name = badge.strip().casefold()
    users = {user for user, facts in known.users.items() if facts.badge.casefold() == name}
    found = [one for user in users for one in present_signers(known, user)]
    if not found or len(users) != 1:
        raise Usage("usage.not_found", what="badge", name=badge)
    return found


def _write(session: Session, file: Path) -> None:
    """One pack file with all root documents and acts; what does not fit goes by an exchange."""
    skipped: list[SkippedObject] = []
    pieces = VaultExchange(session).run(lambda unit: trust_pieces(unit, session.organisation))
    data = next(iter(carriers(pieces, skipped))).file.data
    session.safe.shell.files.create_exclusive(file, data)
