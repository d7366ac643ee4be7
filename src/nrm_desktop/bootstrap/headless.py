"""The object graph without a window: a vault while it is unlocked.

`found_vault`, `open_vault` and `enter` join what needs keys; `safe` opens the folder, `shell` is
what works while locked. Closing an `OpenVault` ends everything that belongs to it. No
Qt here, by any chain, and no PDF library before a document is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from nrm_desktop.app.bus import Bus
from nrm_desktop.app.commands import Command, IssueReferral, OpenCase
from nrm_desktop.app.context import Context
from nrm_desktop.app.dispatcher import Dispatcher
from nrm_desktop.app.events import Event
from nrm_desktop.app.ports import Reader, TrustStore
from nrm_desktop.app.referring import ReferralDesk
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.way_back import must_have_way_back
from nrm_desktop.bootstrap.active_packs import active_packs
from nrm_desktop.bootstrap.anchoring import check_start, note_anchor
from nrm_desktop.bootstrap.attachments import AttachmentRoom
from nrm_desktop.bootstrap.careful_work import CarefulWork
from nrm_desktop.bootstrap.caretaking import Caretaker
from nrm_desktop.bootstrap.changed_forms import note_forms
from nrm_desktop.bootstrap.expiry import must_be_confirmed, papers_of
from nrm_desktop.bootstrap.former import bring_registers
from nrm_desktop.bootstrap.identity import with_identity
from nrm_desktop.bootstrap.intake import check_intake
from nrm_desktop.bootstrap.referrals import notice_room, post_room, referral_tools
from nrm_desktop.bootstrap.safe import create_safe, open_safe, remove_beginnings
from nrm_desktop.bootstrap.session import (
    EXCHANGE_KEYS,
    FIRST,
    INTAKE_KEYS,
    PATH_KEY,
    PRACTICE_MARK,
    ROOT_SEED,
    OpenSafe,
    Session,
    erased_alone,
    former_organisations,
)
from nrm_desktop.bootstrap.shell import Shell
from nrm_desktop.bootstrap.standing import TO_CERTIFY, who_is_here
from nrm_desktop.bootstrap.starting import condition_findings, is_signed, start_findings
from nrm_desktop.bootstrap.succession import finish_succession, note_holder
from nrm_desktop.bootstrap.team import case_shares
from nrm_desktop.bootstrap.way_back import note_way_back, way_back_state
from nrm_desktop.domain.compartments import RoleTable
from nrm_desktop.domain.errors import EnvironmentFault, Refused, Usage
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import DeviceId, ScopeId, SignerId, UserId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.security.identity.case_keys import CaseKeys, CaseOpener
from nrm_desktop.security.identity.founding import Founding, FoundingWish, found_organisation
from nrm_desktop.security.keys import PersonSigner
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.security.suite import KdfCost
from nrm_desktop.security.vault.slot_locks import seal_to_slot
from nrm_desktop.storage.authoring import Authorship
from nrm_desktop.storage.cells import setting
from nrm_desktop.storage.lens import Lens
from nrm_desktop.storage.soundness import ScopeGuard
from nrm_desktop.storage.trust import SqlTrustStore
from nrm_desktop.storage.vault_database import VaultDatabase

_FORMS_ON_THE_WIRE: Final = 8
_OPEN_CASES_NEEDS: Final = (Compartment.CORE, Compartment.RIGHTS)
"""A role that writes both may open cases: it can record what it was told and the consent."""


@dataclass(frozen=True, slots=True)
class Founder:
    """What the first user of a new organisation says. Its text form shows no passphrase.

    Shape: `role` is a role or a preset; `cost` None means: calibrated to this machine.
    """

    organisation: str
    badge: str
    role: str
    passphrase: str = field(repr=False)
    cost: KdfCost | None = None
    device_label: str = ""


class OpenVault:
    """An unlocked vault with one person at work; `close` ends all of it."""

    def __init__(self, session: Session, findings: tuple[str, ...] = ()) -> None:
        safe, context = session.safe, session.context
        self.session = session
        self.context = context
        self.forms = context.forms
        self.folder = safe.shell.folder
        self.unlocked = safe.slot
        self.database = safe.database
        self.condition = safe.database.condition
        self.findings = (*safe.slot.findings, *findings, *condition_findings(self.condition.now))
        self.work = session.work
        self.bus = Bus(_reraise)
        self.sight = sight_of(context.forms.roles, context.roles, safe.signer.id)
        lens = lens_of(session)
        self.reader: Reader = safe.database.reader(lens)
        self.attachments = AttachmentRoom(session, lens, self.sight)
        self.search_ready = safe.database.prepare_search(context.forms)
        self.desk = ReferralDesk(session.work, context, referral_tools(session))
        keys = case_keys(session)
        self.post = post_room(session, keys)
        self._is_open = True
        self._dispatcher = Dispatcher(session.work, context, keys, self.desk, self.bus)
        self._dispatcher.add_desks(self.post.desks())
        self._dispatcher.add_desks(notice_room(session).desks())
        self._dispatcher.add_desks(self.attachments.desks())
        self._dispatcher.add_rule(OpenCase, lambda: must_have_way_back(way_back_state(session)))
        self._dispatcher.add_rule(IssueReferral, lambda: must_be_confirmed(session))
        self._upkeep = Caretaker(safe, self.bus)
        self._ends: list[Callable[[], None]] = [self.attachments.close]

    def handle(self, command: Command) -> Sequence[Event]:
        """Carry out a command and give its events, after the commit. Not for the UI thread.

        Raises: what the command raises; EnvironmentFault `storage.rescue`, `storage.read_only`,
        IntegrityFault `integrity.read_only` where the condition of the vault does not allow it.
        """
        self._upkeep.look_for_room()
        self.condition.must_allow(command)
        if self.condition.is_read_only and isinstance(command, IssueReferral):
            return (self.desk.hand_out(command),)
        return self._dispatcher.handle(command)

    def at_close(self, end: Callable[[], None]) -> None:
        """Have something ended before the database is closed: what reads it on its own thread."""
        self._ends.append(end)

    def look_after(self) -> None:
        """Note the anchor, and look for room; for every ten minutes. Not for the UI thread."""
        self._upkeep.look_after()

    def close(self) -> None:
        """Note the anchor, close the database, forget the keys; a second call does nothing."""
        safe = self.session.safe
        if self._is_open:
            self._is_open = False
            for end in self._ends:
                end()
            try:
                # A full disk must not keep a vault from closing; an anchor may lag behind.
                with suppress(EnvironmentFault):
                    note_anchor(safe)
            finally:
                safe.close()


def enter(safe: OpenSafe) -> OpenVault:
    """Begin work in the organisation of an unlocked vault.

    Where the quick check of the start finds damage or an older state, the vault is read-only.
    Raises: Refused `trust.not_joined` if the vault has not joined one yet; IntegrityFault where it
    cannot even be read. The safe stays open then.
    """
    findings = (*with_identity(safe, check_start(safe)), *start_findings(safe))
    if not safe.database.condition.is_read_only:
        finish_succession(safe)
        findings += _intake_findings(safe)
    session = session_of(safe)
    findings += (TO_CERTIFY,) if session.roster.own is not None else ()
    findings += (*papers_of(session).findings, *session.packs.findings)
    safe.database.guard = ScopeGuard(
        safe.database.condition, session.organisation, partial(is_signed, session.roster)
    )
    vault = OpenVault(session, findings)
    if not vault.condition.is_read_only:
        note_way_back(session)
        with suppress(EnvironmentFault):  # a full disk keeps nobody out; the note stays
            note_holder(safe, session.context.user)
            session.work.run(lambda unit: unit.audit("vault.unlock", (), _tries(safe)))
            bring_registers(session)
            note_forms(session)
            vault.desk.finish_interrupted()
    return vault


def _tries(safe: OpenSafe) -> str:
    """The code of how often this slot was tried in vain since it was last opened."""
    failures = safe.unlocked.failures
    return f"failed.{failures}" if failures else ""


def _intake_findings(safe: OpenSafe) -> tuple[str, ...]:
    """Boxes are a convenience: a disk that takes no key file keeps nobody out."""
    try:
        return check_intake(safe)
    except EnvironmentFault:
        return ()


def open_vault(shell: Shell, passphrase: str, sign: str | None = None) -> OpenVault:
    """Unlock a vault and begin work; closes it again if that is not possible."""
    return begin_work(open_safe(shell, passphrase, sign))


def begin_work(safe: OpenSafe) -> OpenVault:
    """Begin work in a safe that is open; closes it again if that is not possible."""
    try:
        return enter(safe)
    except BaseException:
        safe.close()
        raise


def found_vault(shell: Shell, founder: Founder) -> OpenVault:
    """Make a vault and an organisation with a provisional root; its first user is registrar.

    Raises: Usage `usage.not_found` for an unknown role; as `create_safe`. No vault is left then.
    """
    table = shell.forms.roles
    roles = table.roles_named(founder.role)
    if not roles:
        allowed = sorted({*table.roles, *table.presets})
        raise Usage("usage.bad_value", what="role", allowed=allowed)
    safe = create_safe(shell, founder.passphrase, founder.cost)
    try:
        wish = FoundingWish(
            founder.organisation, founder.badge, roles, case_roles(table), founder.device_label
        )
        made = found_organisation(
            wish, safe.signer, safe.device, shell.random, shell.clock.now_ms()
        )
        _keep_founding(safe, made)
        return enter(safe)
    except BaseException:
        remove_beginnings(safe)
        raise


def session_of(safe: OpenSafe) -> Session:
    """Join what a person needs to work. Raises: Refused `trust.not_joined`."""
    shell, database = safe.shell, safe.database
    roots = database.read(lambda found: SqlTrustStore(found).roots()).result()
    if not roots:
        raise Refused("trust.not_joined")
    former = database.read(lambda found: former_organisations(SqlTrustStore(found))).result()
    roster = Roster(roots, lambda scope: _stored_acts(database, scope), former)
    here = database.read(lambda found: who_is_here(SqlTrustStore(found), roster, safe)).result()
    if here is None:
        raise Refused("trust.not_joined")
    roster.own, user = here.waiting, here.user
    packs = active_packs(safe, roster)
    context = Context(
        forms=packs.forms,
        clock=shell.clock,
        random=shell.random,
        organisation=roster.organisation,
        user=user.user,
        badge=user.badge,
        roles=tuple(sorted(user.roles)),
        signer=safe.signer.id,
        language=packs.forms.packs[0].language,
        organisation_name=roster.root.newest.name,
        is_practice=shell.is_practice or _is_practice(database),
        zone=None,
    )
    work = work_of(safe, roster, packs.forms, PersonSigner(safe.signer, user.user))
    return Session(safe, roster, context, work, packs)


def work_of(safe: OpenSafe, roster: Roster, forms: FormSet, signer: PersonSigner) -> CarefulWork:
    """Give the door for what a person of this laptop signs with the own key."""
    authorship = Authorship(
        signer=signer,
        device=safe.device.id,
        clock=safe.shell.clock,
        random=safe.shell.random,
        forms=forms.fingerprint[:_FORMS_ON_THE_WIRE],
        is_erased_alone=lambda name: erased_alone(forms, name),
        grant_of=lambda scope: _grant(roster, signer.user, scope),
    )
    return CarefulWork(safe.database, safe.database.work(authorship), roster)


def case_keys(session: Session) -> CaseKeys:
    """Make the ScopeKeys of a person: a new case is shared with the team by role."""
    context, roster = session.context, session.roster
    opener = CaseOpener(
        session.safe.signer,
        context.user,
        lambda: case_shares(
            context.forms.roles, roster.powers.organisation.users.values(), context.user
        ),
    )
    return CaseKeys(opener, roster, context.clock, context.random)


def lens_of(session: Session) -> Lens:
    """Make what turns ids into badges and device labels."""
    roster = session.roster

    def badge(signer: SignerId) -> str:
        known = roster.powers.organisation
        if roster.own is not None and roster.own.signer == signer:
            return session.context.badge
        facts = known.certified_signer(signer)
        user = known.users.get(facts.user) if facts else None
        return user.badge if user else signer.hex()[:8]

    def label(device: DeviceId) -> str:
        facts = roster.powers.organisation.devices.get(device)
        return facts.label if facts and facts.label else device.hex()[:8]

    return Lens(session.context.forms, session.organisation, badge, label)


def sight_of(table: RoleTable, roles: Sequence[str], signer: SignerId) -> Sight:
    """Say what these roles may see: whole compartments, or own entries only."""
    whole = frozenset(int(place) for place in Compartment if table.may_read(roles, place))
    own = frozenset(int(place) for place in Compartment if table.may_read_own(roles, place))
    return Sight(whole, own - whole, signer)


def case_roles(table: RoleTable) -> tuple[str, ...]:
    """Give the roles that may open cases."""
    return tuple(
        sorted(
            role
            for role in table.roles
            if all(table.may_write((role,), place) for place in _OPEN_CASES_NEEDS)
        )
    )


def _keep_founding(safe: OpenSafe, made: Founding) -> None:
    sealed_root = seal_to_slot(safe.unlocked.slot, safe.slot.vault_id, made.root_seed)

    def keep(trust: TrustStore) -> None:
        trust.add_root(1, made.root)
        for act in made.acts:
            trust.add_act(act.act.act, made.organisation, act.signed)
        trust.add_epoch(made.org_epoch)
        trust.set_secret(EXCHANGE_KEYS + FIRST, made.exchange_key)
        trust.set_secret(PATH_KEY, made.path_key)
        trust.set_secret(INTAKE_KEYS + FIRST, made.intake_seed)
        trust.set_secret(ROOT_SEED, sealed_root)

    safe.database.with_trust(keep)


def _is_practice(database: VaultDatabase) -> bool:
    """A practice vault says so inside its database, so it keeps its mark wherever it is opened."""
    return database.read(lambda found: setting(found, PRACTICE_MARK)).result() is not None


def _stored_acts(database: VaultDatabase, scope: ScopeId) -> Sequence[bytes]:
    return database.read(lambda found: SqlTrustStore(found).acts(scope)).result()


def _grant(roster: Roster, user: UserId, scope: ScopeId) -> bytes:
    grant = roster.grant_of(user, scope)
    if grant is None:
        raise Refused("policy.no_grant")
    return grant


def _reraise(fault: Exception) -> None:
    """A subscriber failed after the commit: a defect, told to whoever sent the command."""
    raise fault
