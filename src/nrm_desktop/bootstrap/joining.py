"""How a second device joins: request, approval, welcome, as files that people carry.

This module decides what is kept at each step and that nothing is kept before two people have
compared. What the files prove is decided in `security.identity.enrolment`.

- The new device keeps its request, so that a welcome to another one is noticed.
- The registrar types what the other side reads out; a click would compare nothing.
- The welcome brings the forms that are worked with; what is refused of them stops nothing.
- Cases are shared with the new colleague at the next exchange of whoever leads them.

Source: sync.md sections 12.2 and 12.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from nrm_desktop.app.fingerprints import Comparison
from nrm_desktop.app.ports import TrustStore, UnitOfWork
from nrm_desktop.app.wire.hashes import base32
from nrm_desktop.app.wire.joining import root_fingerprint
from nrm_desktop.app.wire.limits import OBJECT_BYTES, STATEMENT_BYTES
from nrm_desktop.bootstrap.brought_forms import BroughtForms, begin_with_forms, forms_to_bring
from nrm_desktop.bootstrap.comparing import compared
from nrm_desktop.bootstrap.former import leave_former, must_be_alone, must_come_alone
from nrm_desktop.bootstrap.identity import must_have_identity
from nrm_desktop.bootstrap.session import EXCHANGE_KEYS, PATH_KEY, OpenSafe, Session
from nrm_desktop.bootstrap.shell import Shell
from nrm_desktop.bootstrap.succession import roster_of
from nrm_desktop.bootstrap.team import organisation_shares
from nrm_desktop.domain.acts import MergeFacts, UserFacts
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault, Refused, Usage
from nrm_desktop.domain.ids import ID_BYTES, DeviceId, ScopeId, UserId
from nrm_desktop.security.identity.enrolment import (
    Applicant,
    Approval,
    Certified,
    Joined,
    ReadRequest,
    WelcomeGoods,
    certify,
    make_request,
    make_welcome,
    open_welcome,
    read_request,
)
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.trust import SqlTrustStore
from nrm_desktop.storage.uow import transaction
from nrm_desktop.sync.medium import FolderMedium

OWN_REQUEST: Final = "request"
_REQUEST: Final = ".nrmreq"
_WELCOME: Final = ".nrm"
_NAME_BYTES: Final = 3
_NAME_CHARS: Final = 4


@dataclass(frozen=True, slots=True)
class RequestMade:
    """A request that lies on the medium. Shape: `compared` is what its person reads out."""

    device: DeviceId
    file: str
    compared: Comparison


@dataclass(frozen=True, slots=True)
class DeviceApproved:
    """A device that was taken in. Shape: `compared` is what the registrar reads out in return."""

    device: DeviceId
    user: UserId
    badge: str
    file: str
    acts: tuple[bytes, ...]
    compared: Comparison


@dataclass(frozen=True, slots=True)
class DeviceJoined:
    """A device that belongs to an organisation now. Cases follow at its first exchange.

    Shape: `forms` says which forms came along; they are used from the next unlocking on.
    """

    device: DeviceId
    organisation: str
    fingerprint: bytes
    root_version: int
    forms: BroughtForms


def ask_to_join(safe: OpenSafe, badge: str, label: str, out: str) -> RequestMade:
    """Write a request of this device and its person, and keep it to compare the answer with.

    Raises: Refused `trust.joined` in an organisation already; EnvironmentFault of the medium.
    """
    _must_not_have_joined(safe)
    applicant = Applicant(UserId(safe.shell.random(ID_BYTES)), badge, label)
    return write_request(safe, applicant, out)


def ask_with_cases(safe: OpenSafe, badge: str, label: str, out: str) -> RequestMade:
    """The same for a vault that was begun alone: its cases go along, its organisation ends.

    Nothing changes here before the welcome: until then the vault works as before.
    Raises: Refused `trust.joined` where others belong to it too, `trust.not_joined` where it has
    no organisation; EnvironmentFault of the medium.
    """
    known = safe.database.with_trust(roster_of)
    own = known.powers.organisation.signers.get(safe.signer.id) if known else None
    if known is None or own is None:
        raise Refused("trust.not_joined")
    must_be_alone(safe, known)
    former = MergeFacts(known.organisation, known.act_ids())
    return write_request(safe, Applicant(own.user, badge, label, former), out)


def write_request(safe: OpenSafe, applicant: Applicant, out: str) -> RequestMade:
    """Make a request of a device and keep it, then write it for people to carry.

    Raises: EnvironmentFault of the medium.
    """
    data = make_request(safe.device, safe.signer, applicant)
    safe.database.with_trust(lambda trust: trust.set_secret(OWN_REQUEST, data))
    file = write_file(safe.shell, out, ("d", _REQUEST), data)
    return RequestMade(safe.device.id, file, compared(safe.shell.resources, data))


def approve(session: Session, file: str, out: str, typed: str, role: str = "") -> DeviceApproved:
    """Take a device in, after its person has read the digits or words out, and write a welcome.

    Shape: `role` is a role or preset for a new badge; a known badge keeps its roles.
    Raises: HostileInput `integrity.comparison`; Refused `policy.role` for others than registrars;
            Usage where a new badge has no role; IntegrityFault `integrity.identity`.
    """
    shell = session.safe.shell
    must_have_identity(session.safe)
    asked = read_request(shell.files.read_limited(find_file(file, _REQUEST), STATEMENT_BYTES))
    compared(shell.resources, asked.file).must_be_said(typed)
    made = certify(
        session.safe.signer, session.roster, asked, _approval(session, asked.request.badge, role)
    )

    def keep(unit: UnitOfWork, connection: Connection) -> bytes:
        for one in made.acts:
            unit.trust.add_act(one.act.act, session.organisation, one.signed)
        return _welcome(session, unit.trust, asked, forms_to_bring(session, unit, connection))

    welcome = session.work.exchange(keep)
    session.roster.add_own(made.acts)
    return _approved(session, asked, made, write_file(shell, out, ("w", _WELCOME), welcome))


def join(safe: OpenSafe, file: str, typed: str) -> DeviceJoined:
    """Open a welcome and belong to its organisation, once its registrar has read it out.

    A vault that asked with its cases leaves its own organisation in the same transaction.
    Raises: HostileInput `integrity.comparison`, `integrity.not_for_us`; Usage `usage.not_found`
            if this device has not asked; Refused `trust.joined` in an organisation already,
            `policy.merge_role`, `policy.merge_changed`.
    """
    shell = safe.shell
    request = safe.database.with_trust(lambda trust: trust.secret(OWN_REQUEST))
    former = read_request(request).request.former if request is not None else None
    if former is None:
        _must_not_have_joined(safe)
    if request is None:
        raise Usage("usage.not_found", what="request")
    data = shell.files.read_limited(find_file(file, _WELCOME), OBJECT_BYTES)
    joined = open_welcome(safe.device, safe.signer, request, data)
    if former is None:
        _must_not_have_joined(safe, joined.roster.organisation)
    else:
        must_come_alone(safe, former, joined)
    compared(shell.resources, joined.compared).must_be_said(typed)
    safe.database.write(partial(_keep_joined, joined, former)).result()
    newest = joined.roster.root.newest
    fingerprint = root_fingerprint(joined.compared)
    forms = _begin_with(safe, joined)
    return DeviceJoined(safe.device.id, newest.name, fingerprint, newest.version, forms)


def _begin_with(safe: OpenSafe, joined: Joined) -> BroughtForms:
    """Forms are no reason to fail: this device has joined, and the exchange brings them again."""
    try:
        return begin_with_forms(safe, joined.welcome.form_packs)
    except EnvironmentFault as fault:
        return BroughtForms(refused=(fault.code,))


def _must_not_have_joined(safe: OpenSafe, to: ScopeId | None = None) -> None:
    """A vault belongs to one organisation: keys of another would take the place of its own.

    Whoever came back by a recovery has joined, and is to be certified there again.
    """
    known = safe.database.with_trust(roster_of)
    if known is None:
        return
    is_certified = known.powers.organisation.certified_signer(safe.signer.id) is not None
    if is_certified or to not in {None, known.organisation}:
        raise Refused("trust.joined")


def _keep_joined(joined: Joined, former: MergeFacts | None, connection: Connection) -> None:
    with transaction(connection):
        trust: TrustStore = SqlTrustStore(connection)
        if former is not None:
            trust = leave_former(connection, former.organisation)
        _keep_welcome(trust, joined)


def _approval(session: Session, badge: str, role: str) -> Approval:
    table, known = session.context.forms.roles, session.roster.powers.organisation
    same = [user.roles for user in known.users.values() if user.badge == badge]
    roles = table.roles_named(role) if role else tuple(sorted(same[0])) if same else ()
    if not roles:
        raise Usage("usage.bad_value", what="role", allowed=sorted({*table.roles, *table.presets}))
    shares = organisation_shares(table, UserFacts(UserId(b""), badge, frozenset(roles)))
    if not shares:
        raise Usage("usage.bad_value", what="role")
    return Approval(roles, shares, session.context.clock.now_ms())


def _welcome(
    session: Session, trust: TrustStore, asked: ReadRequest, forms: tuple[bytes, ...]
) -> bytes:
    path = trust.secret(PATH_KEY)
    if path is None:
        raise IntegrityFault("integrity.database", what="path_key")
    goods = WelcomeGoods(
        session.organisation,
        tuple(trust.roots()),
        tuple(trust.acts(session.organisation)),
        path,
        tuple(
            (int(name.removeprefix(EXCHANGE_KEYS)), key)
            for name, key in trust.secrets(EXCHANGE_KEYS)
        ),
        forms,
    )
    context = session.context
    return make_welcome(session.safe.signer, asked, goods, context.random, context.clock.now_ms())


def _approved(session: Session, asked: ReadRequest, made: Certified, file: str) -> DeviceApproved:
    return DeviceApproved(
        asked.request.device_id,
        made.user,
        asked.request.badge,
        file,
        tuple(one.act.act for one in made.acts),
        compared(session.safe.shell.resources, session.roster.root.first),
    )


def _keep_welcome(trust: TrustStore, joined: Joined) -> None:
    welcome = joined.welcome
    for version, root in enumerate(welcome.roots, start=1):
        trust.add_root(version, root)
    for one in joined.acts:
        trust.add_act(one.act.act, one.act.scope, one.signed)
    trust.set_secret(PATH_KEY, welcome.path_key)
    for number, key in welcome.exchange_keys:
        trust.set_secret(f"{EXCHANGE_KEYS}{number:06}", key)


def write_file(shell: Shell, out: str, kind: tuple[str, str], data: bytes) -> str:
    """Write a file into a folder, under a name that tells nothing; or under the name given."""
    letter, suffix = kind
    path = Path(out)
    if path.suffix == suffix:
        folder, name = path.parent, path.name
    else:
        random = base32(shell.random(_NAME_BYTES))
        folder, name = path, f"{letter}-{random[:_NAME_CHARS]}{suffix}"
    return FolderMedium(shell.files).prepare(str(folder), name, data).publish()


def find_file(file: str, suffix: str) -> Path:
    """The file itself, or the only one of its kind in a folder."""
    path = Path(file)
    if not path.is_dir():
        return path
    found = [one for one in sorted(path.iterdir()) if one.suffix == suffix]
    if len(found) != 1:
        raise Usage("usage.not_found" if not found else "usage.ambiguous_item", what=suffix)
    return found[0]
