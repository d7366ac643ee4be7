"""Referrals: what would go, and the record that something went.

Everything that leaves is decided here through the disclosure engine, twice: for the preview, and
again inside the transaction that records it, so that a consent withdrawn in between stops it
(R26, S6). A child, or a person whose age is not known after asking, is referred on the ground of
child protection, with child and guardian informed; nobody else without consent or ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from nrm_desktop.app.commands import ReferralWish
from nrm_desktop.app.consent_register import read_register
from nrm_desktop.app.context import Context
from nrm_desktop.app.ends import passed_events
from nrm_desktop.app.handlers.passing import SENT_AT, TO_ORG
from nrm_desktop.app.handlers.received import received_rows
from nrm_desktop.app.handlers.registers import DirectoryEntry, directory_entry, is_entry
from nrm_desktop.app.passing_beside import (
    careful,
    dangers_beside,
    items_of_file,
    registers_beside,
)
from nrm_desktop.app.person_files import NO_OTHER_FILES, PersonFiles, files_of_person
from nrm_desktop.app.ports import CellRow, RecordRow, UnitOfWork
from nrm_desktop.app.protection import pathway_of
from nrm_desktop.app.referral_needs import open_questions
from nrm_desktop.app.referral_ports import ReceivedRow, SheetRecord
from nrm_desktop.app.showing import REFERRAL_FORM, items_of
from nrm_desktop.domain.additions import WORDS
from nrm_desktop.domain.case import Pathway
from nrm_desktop.domain.consent import register_field
from nrm_desktop.domain.disclosure import (
    CHILD_PROTECTION,
    CONSENT,
    LEGAL_ORDER,
    OWN_REQUEST,
    THE_PERSON,
    VITAL_INTEREST,
    Disclosure,
    DisclosureRequest,
    Item,
    decide,
    is_told_about_child,
    may_carry,
)
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.forms.parts import REFERRAL
from nrm_desktop.domain.ids import FieldId, OpId, RecipientId, RecordId, ScopeId
from nrm_desktop.domain.layouts import USUAL, OnPaper, begun_forms, fitting_layouts, must_fit
from nrm_desktop.domain.lineage import lineage
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, Compartment
from nrm_desktop.domain.values import Value

RECEIVED_AT = FieldId("referral.received_at")
URGENCY = FieldId("referral.urgency")
_URGENT = frozenset({"now", "24h"})
_NAMED_BY_THE_DIRECTORY = frozenset({"directory", "contact"})
ACCESS_FORM = "access"
_OF_AN_ORDER = tuple(
    FieldId(f"liaison.li_order.{name}") for name in ("document", "scope", "checked_by")
)


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision about a wish, with what the sheet needs beside it.

    Shape: `missing` are questions that are still open for a good referral; they stop nothing.
    `of_order` are those about an order of a court or prosecutor that nobody has answered. `hidden`
    are parts of the file that whoever makes the person's own copy cannot see, `received` what was
    passed on before. `files` are the other files of the person: their dangers go along, and what
    the person said no to in any of them stays. `layouts` are the papers that fit, the usual one, an
    empty text, in front.
    """

    wish: ReferralWish
    disclosure: Disclosure
    recipient_name: str
    card: bytes | None
    is_card_verified: bool
    case_code: str
    pathway: Pathway
    draft: RecordId | None
    is_urgent: bool = False
    records: tuple[SheetRecord, ...] = ()
    consents: tuple[OpId, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    missing: tuple[FieldId, ...] = ()
    of_order: tuple[FieldId, ...] = ()
    hidden: tuple[Compartment, ...] = ()
    received: tuple[ReceivedRow, ...] = ()
    files: PersonFiles = NO_OTHER_FILES
    layouts: tuple[str, ...] = (USUAL,)


def decide_referral(uow: UnitOfWork, context: Context, wish: ReferralWish) -> Decided:
    """Decide what may go to whom. Writes nothing.

    Raises: Usage `usage.not_found` for an unknown purpose, `usage.bad_value` for a paper that does
    not fit; Refused `policy.ground`.
    """
    is_own = wish.ground == OWN_REQUEST
    if not is_own and wish.purpose not in context.forms.codelist("consent_purpose").offered():
        raise Usage("usage.not_found", what="purpose", name=wish.purpose)
    entry = directory_entry(uow, context, wish.recipient)
    cells, records = list(uow.cells(wish.scope)), list(uow.records(wish.scope))
    files = files_of_person(uow, wish.scope, cells)
    every = [*cells, *(cell for one in files.here for cell in one.cells)]
    pathway = pathway_of(every)
    rows = [*records, *(row for one in files.here for row in one.records)]
    draft = _draft_for(cells, records, wish)
    request = _request(context, wish, pathway, entry, cells)
    begun = begun_forms(rows if is_own else records)
    layouts = fitting_layouts(context.forms, request, entry.kinds, begun)
    must_fit(request, layouts)
    items = items_of(context, cells, records, draft)
    beside = _own_beside if is_own else _beside
    disclosure = decide(
        request,
        _marked(context, request.paper, beside(context, items, files), (records, files)),
        read_register(uow, wish.scope),
        registers_beside(files, request.today),
    )
    return Decided(
        wish=wish,
        disclosure=disclosure,
        recipient_name=THE_PERSON if is_own else entry.name,
        card=entry.card,
        is_card_verified=entry.is_verified,
        case_code=uow.code_of_scope(wish.scope) or "",
        pathway=pathway,
        draft=draft,
        is_urgent=_is_urgent(cells, draft),
        records=_records_of(disclosure, rows),
        consents=tuple(_answer_ops(uow, wish.scope, disclosure.consents)),
        names=tuple(_names_in(uow, context, disclosure)),
        missing=() if request.paper else open_questions(context, cells, records, (draft, pathway)),
        hidden=_hidden(context) if is_own else (),
        received=received_rows(uow, context, every) if is_own else (),
        of_order=_lacking_of_order(cells) if request.ground == LEGAL_ORDER else (),
        files=files,
        layouts=layouts,
    )


def _request(
    context: Context,
    wish: ReferralWish,
    pathway: Pathway,
    entry: DirectoryEntry,
    cells: Sequence[CellRow],
) -> DisclosureRequest:
    return DisclosureRequest(
        recipient=wish.recipient,
        purpose=wish.purpose,
        ceiling=entry.ceiling(context.forms.roles),
        today=context.today(),
        ground=_ground(wish, pathway),
        passed_events=passed_events(cells, context.today()),
        paper=_paper(wish),
    )


def _paper(wish: ReferralWish) -> str:
    """The paper of a wish; the order of a referral is the usual one, by its own name too."""
    is_usual = wish.layout == REFERRAL and wish.ground != OWN_REQUEST
    return USUAL if is_usual else wish.layout


def _marked(
    context: Context,
    paper: str,
    items: Iterable[Item],
    of: tuple[Sequence[RecordRow], PersonFiles],
) -> list[Item]:
    """Values that know whether they stand on the paper. Shape: `of`: this file, and the others."""
    records, files = of
    on_paper = OnPaper(context.forms, paper, (records, *(one.records for one in files.here)))
    return [replace(one, is_on_paper=on_paper.has(one.record, one.field)) for one in items]


def _beside(context: Context, items: Sequence[Item], files: PersonFiles) -> list[Item]:
    """The values of a file, seen with the eyes of the others, and the dangers that they name."""
    return [*careful(context, items, files), *dangers_beside(context, items, files)]


def _own_beside(context: Context, items: Sequence[Item], files: PersonFiles) -> list[Item]:
    """For the person: everything that can be read here, of each file."""
    return [*items, *(one for file in files.here for one in items_of_file(context, file))]


def must_rest_on_permission(decided: Decided) -> None:
    """Raises: Refused where neither a consent nor a ground lets anything pass (fail closed)."""
    wish, disclosure = decided.wish, decided.disclosure
    ground = disclosure.request.ground
    if ground == CHILD_PROTECTION and not is_told_about_child(wish.informed):
        raise Refused("consent.child_not_informed")
    if ground in (VITAL_INTEREST, LEGAL_ORDER) and not wish.reason.strip():
        raise Refused("policy.reason_needed", ground=ground)
    if decided.of_order:
        raise Refused("policy.not_ready", act="legal.request", fields=decided.of_order)
    if disclosure.rests_on_permission:
        return
    reasons = {kept.reason for kept in disclosure.withheld}
    for reason, code in (
        ("consent_withdrawn", "consent.withdrawn"),
        ("consent_expired", "consent.expired"),
    ):
        if reason in reasons:
            raise Refused(code)
    if decided.files.unread and ground == CONSENT:
        raise Refused("consent.other_file", files=decided.files.unread)
    raise Refused("consent.missing")


def must_be_the_senders(context: Context, decided: Decided) -> None:
    """Raises: Refused `policy.role` where the roles may send only what is urgent, and it is not."""
    table = context.forms.roles
    if decided.disclosure.is_own_copy and not table.may_fill(context.roles, ACCESS_FORM):
        raise Refused("policy.role", form=ACCESS_FORM)
    filling = [
        table.roles[role] for role in context.roles if table.may_fill((role,), REFERRAL_FORM)
    ]
    if not decided.is_urgent and all(role.is_until_handover for role in filling):
        raise Refused("policy.role", form=REFERRAL_FORM)


def _ground(wish: ReferralWish, pathway: Pathway) -> str:
    if not wish.ground:
        is_covered = pathway is Pathway.CHILD and may_carry(CHILD_PROTECTION, wish.purpose)
        return CHILD_PROTECTION if is_covered else CONSENT
    if (wish.ground == OWN_REQUEST) is not (wish.recipient == THE_PERSON):
        raise Refused("policy.ground", ground=wish.ground)
    is_for_child = wish.ground == CHILD_PROTECTION
    if is_for_child and pathway is not Pathway.CHILD:
        raise Refused("policy.ground", ground=wish.ground)
    if wish.ground != CONSENT and not may_carry(wish.ground, wish.purpose):
        raise Refused("policy.ground", ground=wish.ground)
    return wish.ground


def _hidden(context: Context) -> tuple[Compartment, ...]:
    """Parts of a file in which the acting roles do not see everything."""
    table = context.forms.roles
    return tuple(one for one in sorted(CASE_COMPARTMENTS) if not table.may_read(context.roles, one))


def _lacking_of_order(cells: Iterable[CellRow]) -> tuple[FieldId, ...]:
    """What is not known of an order: which paper, how far it goes, which lawyer has read it."""
    known = {
        cell.field
        for cell in cells
        for each in cell.standing
        if each.answer is not None and each.answer.is_answered
    }
    return tuple(name for name in _OF_AN_ORDER if name not in known)


def _draft_for(
    cells: Iterable[CellRow], records: Iterable[RecordRow], wish: ReferralWish
) -> RecordId | None:
    """The referral that is being prepared for this recipient: not sent, not come in, not closed."""
    said: dict[RecordId, dict[FieldId, set[Value]]] = {}
    for cell in cells:
        values = {each.answer.value if each.answer else None for each in cell.standing}
        said.setdefault(cell.record, {}).setdefault(cell.field, set()).update(values)
    open_ones = [
        row.record
        for row in records
        if row.form == REFERRAL_FORM
        and not row.is_closed
        and not {SENT_AT, RECEIVED_AT} & said.get(row.record, {}).keys()
        and said.get(row.record, {}).get(TO_ORG, {wish.recipient}) == {wish.recipient}
    ]
    return open_ones[-1] if open_ones else None


def _is_urgent(cells: Iterable[CellRow], draft: RecordId | None) -> bool:
    """True if everything that stands says now or within 24 hours."""
    said = [
        each.answer.value if each.answer else None
        for cell in cells
        if (cell.record, cell.field) == (draft, URGENCY)
        for each in cell.standing
    ]
    return bool(said) and set(said) <= _URGENT


def what_went(disclosure: Disclosure, reference: str, sha256: str) -> Value:
    """The entry of the log: what went, what stayed and why, on which rows it rests."""
    return (
        tuple(_addresses(disclosure)),
        tuple((kept.item.address, kept.reason) for kept in disclosure.withheld),
        tuple(record.hex() for record in disclosure.consents),
        reference,
        disclosure.request.recipient,
        disclosure.digest(),
        sha256,
        disclosure.request.ground,
    )


def _addresses(disclosure: Disclosure) -> Iterator[str]:
    """Everything that went, with what the person says about it."""
    for given in disclosure.included:
        yield given.item.address
        yield from (f"{WORDS}@{one.record.hex()}" for one in given.item.additions)


def _records_of(disclosure: Disclosure, rows: Iterable[RecordRow]) -> tuple[SheetRecord, ...]:
    """The records in which included values stand, with those that they stand in."""
    by_id = {row.record: row for row in rows}
    needed: dict[RecordId, RecordRow] = {}
    for given in disclosure.included:
        needed |= {row.record: row for row in lineage(by_id, given.item.record)}
    in_order = sorted(needed.values(), key=lambda row: (row.order, row.record))
    return tuple(SheetRecord(row.record, row.form, row.parent, row.order) for row in in_order)


def _answer_ops(uow: UnitOfWork, scope: ScopeId, consents: Iterable[RecordId]) -> Iterable[OpId]:
    """The operations of the register that say yes."""
    for consent in consents:
        yield from (
            each.op
            for each in uow.standing(consent, register_field("cr_answer"), scope, Compartment.CORE)
        )


def _names_in(
    uow: UnitOfWork, context: Context, disclosure: Disclosure
) -> Iterable[tuple[str, str]]:
    """Names of services and contacts to which included values refer."""
    for given in disclosure.included:
        field, value = context.forms.find_field(given.item.field), given.item.answer.value
        if field is None or field.ref not in _NAMED_BY_THE_DIRECTORY or not is_entry(value):
            continue
        name = directory_entry(uow, context, RecipientId(str(value))).name
        if name:
            yield str(value), name
