"""Passing something on: the row that says what went to whom, whatever happens to this device.

One row per file that left (R26). A file gets its name inside the transaction of its row, but a disk
of another kind knows no transaction: a device that dies between the two leaves a file and no row.
Hence what is about to be passed on is noted before, in a transaction of its own, and at the next
unlocking the row is written where the file lies, or where nobody can tell any more.

Source: cli.md section 6; storage-security.md sections 6 and 17.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from nrm_desktop.app.commands import NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.handlers.second_look import begin_review
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.app.showing import D_FIELDS, REFERRAL_FORM
from nrm_desktop.app.wire import cbor
from nrm_desktop.domain.disclosure import CONSENT, OWN_REQUEST
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.values import Answer, Value, answered

DISCLOSURE_FORM = "disclosure"
BASIS_ROW = "disclosure.d_basis"
PACKET_FORM = "packet"
TO_ORG = FieldId("referral.to_org")
SENT_AT = FieldId("referral.sent_at")
_UNFINISHED = "referral.unfinished"
_FORMS_OF_PASSING_ON = MappingProxyType(
    {
        "packet": "sealed_packet",
        "pdf": "plain_file",
        "pdf-password": "password_pdf",
        "spoken": "spoken",
        "json": "plain_file",
        "rows": "plain_file",
    }
)


@dataclass(frozen=True, slots=True)
class PassingOn:
    """A file that is about to be passed on, with all that its row needs.

    Shape: `referral` is the id of the referral, `draft` the record it was prepared in, or None;
    `entry` is what went and what stayed, `keeps` what is kept to read the answer; the file is
    `name` in `folder`, with `sha256` as hex; `lone` is the act that one person carries out alone,
    `second` the badge of who confirmed it, `told` whether the person was told, as a code, `by` the
    badge of who did it: somebody else may unlock after a device has died.
    """

    scope: ScopeId
    referral: RecordId
    reference: str
    draft: RecordId | None
    recipient: str
    purpose: str
    reason: str
    ground: str
    way: str
    at: str
    entry: Value
    keeps: Value
    folder: str
    name: str
    sha256: str
    lone: str = ""
    second: str = ""
    told: str = ""
    by: str = ""

    def to_value(self) -> Value:
        """As it is noted."""
        people = (self.recipient, self.purpose, self.reason, self.ground)
        place = (self.folder, self.name, self.sha256)
        head = (self.scope, self.referral, self.reference, self.draft)
        alone = (self.lone, self.second, self.told, self.by)
        return (*head, *people, self.way, self.at, self.entry, self.keeps, *place, *alone)


def record_passing(uow: UnitOfWork, context: Context, passing: PassingOn) -> None:
    """Journal what went to whom, on which ground, and the fingerprint of the file (R26)."""
    saving = Saving(uow, context, passing.scope)
    when = answered((passing.at, 0))
    if passing.ground != OWN_REQUEST:
        _note_referral(saving, passing, when)
    row = log_row(saving, context, passing)
    if passing.keeps is not None:
        packet = saving.begin(NewRecord(context.new_record(), PACKET_FORM))
        saving.enter(packet, "packet.keys", passing.keeps)
    saving.finish()
    uow.audit("referral.issue", (passing.scope, row), passing.way)


def log_row(saving: Saving, context: Context, passing: PassingOn) -> RecordId:
    """Begin the row of the log, with who decided and, for a lone act, the second look (R29)."""
    row = saving.begin(NewRecord(context.new_record(), DISCLOSURE_FORM))
    saving.set_all(
        row,
        (
            ("disclosure.d_when", answered((passing.at, 0))),
            ("disclosure.d_to", answered((passing.recipient, passing.purpose))),
            ("disclosure.d_form", answered(_FORMS_OF_PASSING_ON[passing.way])),
        ),
    )
    if passing.told:
        saving.set(row, "disclosure.d_told", answered(passing.told))
    if passing.ground not in (CONSENT, OWN_REQUEST):
        _say_who_decided(saving, context, row, passing)
    saving.enter(row, D_FIELDS, passing.entry)
    if passing.lone:
        act = (passing.lone, passing.at, passing.by or context.badge)
        begin_review(saving, context, act, passing.reason or passing.ground)
    return row


def _note_referral(saving: Saving, passing: PassingOn, when: Answer) -> None:
    """What is known of a referral once it went; the person's own copy is none."""
    record = passing.draft or saving.begin(NewRecord(passing.referral, REFERRAL_FORM))
    saving.set_all(
        record,
        (
            ("referral.referral_id", answered(passing.reference)),
            (TO_ORG, answered(passing.recipient)),
            (SENT_AT, when),
            ("referral.state", answered("sent")),
        ),
    )
    if passing.ground != CONSENT:
        saving.set(record, "referral.ground", answered(passing.ground))
    if passing.reason:
        saving.set(record, "referral.ground.text", answered(passing.reason))


def _say_who_decided(saving: Saving, context: Context, row: RecordId, passing: PassingOn) -> None:
    """Without a consent somebody decided: who, on which ground, and who else."""
    by = passing.by or context.badge
    basis = saving.begin(NewRecord(context.new_record(), BASIS_ROW, row))
    saving.set(basis, f"{BASIS_ROW}.ground", answered(passing.ground))
    saving.set(basis, f"{BASIS_ROW}.decided_by", answered(("recorded", by)))
    if passing.reason:
        saving.set(basis, f"{BASIS_ROW}.reason", answered(passing.reason))
    if passing.second:
        saving.set(basis, f"{BASIS_ROW}.second_person", answered(("recorded", passing.second)))


def note_unfinished(uow: UnitOfWork, passing: PassingOn) -> None:
    """Note, before the file gets its name, what is about to be passed on."""
    uow.audit("referral.begin", (passing.scope, passing.referral), passing.way)
    _keep(uow, [*unfinished(uow), passing])


def forget_unfinished(uow: UnitOfWork, passing: PassingOn) -> None:
    """It has its row, or nothing went."""
    _keep(uow, [each for each in unfinished(uow) if each.referral != passing.referral])


def unfinished(uow: UnitOfWork) -> list[PassingOn]:
    """What was about to be passed on when this device stopped."""
    noted = uow.setting(_UNFINISHED)
    found = cbor.decode(noted) if noted else ()
    return [each for one in _items(found) if (each := _read(one)) is not None]


def _keep(uow: UnitOfWork, all_of_it: Sequence[PassingOn]) -> None:
    uow.set_setting(_UNFINISHED, cbor.encode([one.to_value() for one in all_of_it]))


def _items(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()


def _read(value: Value) -> PassingOn | None:
    match value:
        case (
            bytes() as scope,
            bytes() as referral,
            str() as reference,
            bytes() | None as draft,
            str() as recipient,
            str() as purpose,
            str() as reason,
            str() as ground,
            str() as way,
            str() as at,
            entry,
            keeps,
            str() as folder,
            str() as name,
            str() as sha256,
            *more,
        ):
            alone = [one for one in more if isinstance(one, str)]
            return PassingOn(
                ScopeId(scope),
                RecordId(referral),
                reference,
                None if draft is None else RecordId(draft),
                recipient,
                purpose,
                reason,
                ground,
                way,
                at,
                entry,
                keeps,
                folder,
                name,
                sha256,
                *alone,
            )
    return None
