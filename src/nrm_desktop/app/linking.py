"""Rows for a recipient in confidence, of people who agreed to be linked (ST10).

This module decides that whoever may release tables makes such a file, with a second person, of
years that are over; that each person in it gets a row in the log of passing on, before the file is
written (R26), so that a consent taken back finds its recipient; and that the names in it are made
with a key that lies in the ledger of releases and never leaves it. Who has a row, `domain.linking`
decides. Such a file is no table and stands in no ledger: made again, it holds whoever agrees then.

Source: standards.md ST10; nrm.md R5, R26, R27; docs/adr/0052.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.commands import NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.counting import Counting, every_case, must_count, read_period
from nrm_desktop.app.handlers.passing import PassingOn, log_row
from nrm_desktop.app.handlers.registers import directory_entry
from nrm_desktop.app.linked_file import LinkedFile, write_linked
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.app.referral_ports import reference_of
from nrm_desktop.app.release_clashes import FORM
from nrm_desktop.app.release_file import SheetFacts
from nrm_desktop.app.releasing import years_over
from nrm_desktop.domain.disclosure import CONSENT
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.statistics import NOT_RECORDED, CountTable, CountUnit
from nrm_desktop.domain.ids import ID_BYTES, FieldId, RecipientId, RecordId, ScopeId
from nrm_desktop.domain.linking import (
    LINKING,
    LinkedRow,
    as_shown,
    linked_people,
    linking_table,
)
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.statistics import Period, fields_counted

KEY: Final = FieldId(f"{FORM}.linking_key")
LINKED: Final = "release.link"
_KEY_BYTES: Final = 32
Pseudonyms = Callable[[bytes, str, tuple[int, int], ScopeId], str]
"""Names a person to a recipient for some years, by the key."""


@dataclass(frozen=True, slots=True)
class LinkAsked:
    """For whom, and of which years. Shape: `second` is the badge of who confirmed it."""

    recipient: RecipientId
    begin: str
    end: str
    second: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
    """A file that may be written out. Shape: `unit` says whether everybody counted is in it."""

    data: bytes
    people: int
    hidden: int
    unit: CountUnit
    first: int
    last: int


def link_people(parts: Counting, asked: LinkAsked, named: Pseudonyms) -> Linked:
    """Make the file, and enter for each person in it what went to whom.

    Raises: Usage `usage.bad_value`, `usage.not_found`; Refused `policy.role`,
    `policy.release_open`, `policy.needs_second`, `policy.no_grant`.
    """
    context, forms = parts.context, parts.context.forms
    table = linking_table(forms)
    must_count(parts, (table,))
    if not asked.second or asked.second == context.badge:
        raise Refused("policy.needs_second")
    years = years_over(read_period(asked.begin, asked.end), context.today())
    name = parts.work.run(lambda uow: directory_entry(uow, context, asked.recipient).name)
    if not name:
        raise Usage("usage.not_found", what="recipient", name=asked.recipient[:8])
    found = linked_people(
        forms,
        every_case(parts, fields_counted(forms, table), is_linked=True),
        asked.recipient,
        Period(*years),
        context.today(),
    )
    dimensions = forms.counts.of(table)
    sensitive = [place for place, one in enumerate(dimensions) if one.is_sensitive]
    rows = as_shown(found.rows, forms.counts.floor, sensitive)
    unit = CountUnit.PERSONS if found.is_everybody else CountUnit.RECORDS

    def enter(uow: UnitOfWork) -> bytes:
        key = _key(uow, context)
        people = tuple((named(key, asked.recipient, years, row.scope), row.classes) for row in rows)
        file = LinkedFile(table, name, *years, forms.counts.floor, people)
        data = write_linked(file, _facts(context, unit, asked.version), forms)
        for row in rows:
            _log(uow, context, asked, row, (table, hashlib.sha256(data).hexdigest()))
        uow.audit(LINKED, (), LINKING)
        return data

    data = parts.work.run(enter)
    return Linked(data, len(rows), sum(not row.classes for row in rows), unit, *years)


def _facts(context: Context, unit: CountUnit, version: str) -> SheetFacts:
    return SheetFacts(
        context.organisation_name, unit.value, context.today(), version, context.language
    )


def _key(uow: UnitOfWork, context: Context) -> bytes:
    """The key of the organisation: the earliest that stands in the ledger, or a new one.

    Two laptops that have not exchanged may each make one; then the earlier one is used by both.
    """
    standing = [
        (one.hlc, one.op, one.answer.value)
        for cell in uow.cells(context.organisation)
        if cell.field == KEY and cell.compartment == Compartment.ORG_RELEASES
        for one in cell.standing
        if one.answer is not None
    ]
    keys = [key for _, _, key in sorted(standing, key=lambda one: one[:2])]
    known = [key for key in keys if isinstance(key, bytes) and len(key) == _KEY_BYTES]
    if known:
        return known[0]
    made = context.random(_KEY_BYTES)
    saving = Saving(uow, context, context.organisation)
    saving.enter(saving.begin(NewRecord(context.new_record(), FORM)), KEY, made)
    saving.finish()
    return made


def _log(
    uow: UnitOfWork,
    context: Context,
    asked: LinkAsked,
    row: LinkedRow,
    file: tuple[CountTable, str],
) -> None:
    """One row of the log: which questions went, on which consents. Shape: as `what_went`."""
    table, sha256 = file
    reference = reference_of(context.random(ID_BYTES))
    went = tuple(_went(context.forms, table, row))
    consents = tuple(one.hex() for one in row.consents)
    entry = (went, (), consents, reference, asked.recipient, sha256, sha256, CONSENT)
    passing = PassingOn(
        scope=row.scope,
        referral=RecordId(context.random(ID_BYTES)),
        reference=reference,
        draft=None,
        recipient=asked.recipient,
        purpose=LINKING,
        reason="",
        ground=CONSENT,
        way="rows",
        at=context.now_iso(),
        entry=entry,
        keeps=None,
        folder="",
        name="",
        sha256=sha256,
        second=asked.second,
        by=context.badge,
    )
    saving = Saving(uow, context, row.scope)
    log_row(saving, context, passing)
    saving.finish()


def _went(forms: FormSet, table: CountTable, row: LinkedRow) -> list[str]:
    """The questions of which a class is shown; a hidden row shows none of them."""
    pairs = zip(forms.counts.of(table), row.classes, strict=False)
    return [one.field for one, name in pairs if name not in {None, NOT_RECORDED}]
