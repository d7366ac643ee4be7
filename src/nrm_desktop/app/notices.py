"""Notices read from what stands in a case: the log of passing on, the register, the tellings.

This module decides how cells become notices, and what can be said before a consent is taken back:
what lies here, who has received something, what is under way. What a colleague's device wrote may
be damaged: an entry that cannot be read hides no other. A telling counts only where it belongs, in
`rights`; a row that somebody wrote elsewhere would silence what a recipient has to hear.

Where a person has several files, each is asked about with all of them beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from nrm_desktop.app.consent_register import register_from_cells
from nrm_desktop.app.context import Context
from nrm_desktop.app.person_files import PersonFiles
from nrm_desktop.app.ports import CellRow
from nrm_desktop.app.queries import CaseNotices, Effects
from nrm_desktop.app.showing import D_FIELDS
from nrm_desktop.domain.attachments import FORM as ATTACHMENTS
from nrm_desktop.domain.attachments import PERSON, SHOWS
from nrm_desktop.domain.consent import REGISTER_FORM, UNREADABLE, ConsentRecord
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import FieldId, RecipientId, RecordId, ScopeId, read_hex
from nrm_desktop.domain.likeness import PURPOSE as LIKENESS
from nrm_desktop.domain.notices import (
    NO_REPLY,
    Notice,
    Passed,
    Telling,
    in_order,
    notices,
    reached,
)
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Value

FORM: Final = "notice"
ABOUT: Final = FieldId("notice.no_about")
TOLD_AT: Final = FieldId("notice.no_told")
WAY: Final = FieldId("notice.no_way")
REPLY: Final = FieldId("notice.no_reply")
WORDS: Final = FieldId("notice.no_words")
_WHEN: Final = FieldId("disclosure.d_when")
_HOW: Final = FieldId("disclosure.d_form")
_TO: Final = FieldId("referral.to_org")
_GONE: Final = frozenset({FieldId("referral.sent_at"), FieldId("referral.received_at")})
_NOT_CONTENT: Final = frozenset(
    {"consent", REGISTER_FORM, "disclosure", "packet", FORM, ATTACHMENTS}
)
_DAY_CHARS: Final = 10
_Said = Mapping[FieldId, Sequence[Value]]
_InSight = Callable[[Sequence[CellRow]], Sequence[CellRow]]


class FileSeen(NamedTuple):
    """What somebody sees of one file of a person.

    Shape: `code` is empty for the file that is asked about; `closed` are records somebody closed.
    """

    cells: Sequence[CellRow]
    closed: frozenset[RecordId] = frozenset()
    code: str = ""

    @property
    def open_cells(self) -> list[CellRow]:
        """What stands in records that nobody closed."""
        return [cell for cell in self.cells if cell.record not in self.closed]

    @property
    def register(self) -> list[ConsentRecord]:
        """The register of consents."""
        return register_from_cells(self.cells, self.closed)


def effects_of(
    forms: FormSet,
    own: FileSeen,
    rows: Collection[RecordId],
    beside: Sequence[FileSeen] = (),
) -> Effects:
    """Say what taking these rows back would touch.

    What lies here is counted in the own file; who has received something, and what is under way, in
    each file of the person.
    """
    taken = [row for row in own.register if row.record in rows]
    groups = {row.group for row in taken}
    to = {str(row.recipient) for row in taken}
    open_ones = own.open_cells
    shown = _values(open_ones, SHOWS) if any(row.purpose == LIKENESS for row in taken) else []
    return Effects(
        held=sum(_is_of(forms, cell, groups) for cell in open_ones),
        likenesses=shown.count(PERSON),
        received=tuple(_reached(own, rows, beside)),
        prepared=sum(_prepared(file, to) for file in (own, *beside)),
    )


def notices_of(own: FileSeen, *beside: FileSeen) -> tuple[Notice, ...]:
    """Every notice of a person, from each of the files."""
    every = (own, *beside)
    registers = [file.register for file in every]
    told = [one for file in every for one in _tellings(file.open_cells)]
    return in_order(
        notice
        for at, file in enumerate(every)
        for notice in notices(
            registers[at],
            passed_on(file.cells),
            told,
            [row for other, rows in enumerate(registers) if other != at for row in rows],
            file.code,
        )
    )


def files_seen(files: PersonFiles, seen: _InSight) -> tuple[FileSeen, ...]:
    """The other files of a person that are here. Shape: `seen` leaves out what is not for them."""
    return tuple(FileSeen(seen(one.cells), one.closed, one.code) for one in files.here)


def owed_line(scope: ScopeId, code: str, found: Sequence[Notice]) -> CaseNotices | None:
    """One line for a case; None where everybody was told."""
    owed = [one.passed.day for one in found if one.is_owed]
    return CaseNotices(scope, code, len(owed), min(owed)) if owed else None


def passed_on(cells: Iterable[CellRow]) -> Iterator[Passed]:
    """Every file that left, as the log has it."""
    for said, _ in _by_record(cells, "disclosure", None):
        day = _time(said, _WHEN)[:_DAY_CHARS]
        way = _text(said, _HOW)
        for entry in said.get(D_FIELDS, ()):
            match entry:
                case (_, _, tuple() as rows, str() as reference, str() as recipient, *_):
                    yield Passed(reference, RecipientId(recipient), day, way, _rows(rows))


def issued_under(
    context: Context, own: FileSeen, consents: Collection[RecordId], files: PersonFiles
) -> tuple[tuple[str, str], ...]:
    """List (recipient, referral) of what is seen to have gone out under any of these consents.

    Shape: `files` are the other files of the person; what left from them under the same is named.
    """

    def seen(cells: Sequence[CellRow]) -> list[CellRow]:
        return [
            cell._replace(standing=shown)
            for cell in cells
            if (shown := tuple(context.seen(cell.standing, cell.compartment)))
        ]

    own = own._replace(cells=seen(own.cells))
    left = _reached(own, consents, files_seen(files, seen))
    return tuple(dict.fromkeys((str(one.recipient), one.reference) for one in left))


def about_value(notice: Notice) -> Value:
    """What a telling says it is about: reference, recipient, and the rows that are owed."""
    rows = tuple(sorted(row.hex() for row in notice.owed))
    return notice.passed.reference, str(notice.passed.recipient), rows


def _reached(
    own: FileSeen, rows: Collection[RecordId], beside: Sequence[FileSeen]
) -> Iterator[Passed]:
    """What left under these rows, or under the same from another file of the person."""
    taken = [
        replace(row, withdrawn=row.withdrawn or UNREADABLE)
        for row in own.register
        if row.record in rows
    ]
    yield from (one for one in passed_on(own.cells) if one.rows & set(rows))
    for file in beside:
        with_them = reached(file.register, taken)
        yield from (one for one in passed_on(file.cells) if one.rows & with_them)


def _prepared(file: FileSeen, to: Collection[str]) -> int:
    """How many referrals to these recipients are begun in a file and not sent."""
    open_ones = file.open_cells
    gone = {cell.record for cell in open_ones if cell.field in _GONE}
    drafts = [cell for cell in open_ones if cell.field == _TO and cell.record not in gone]
    return sum(bool(set(to).intersection(map(str, _values([one], _TO)))) for one in drafts)


def _tellings(cells: Iterable[CellRow]) -> Iterator[Telling]:
    for said, order in _by_record(cells, FORM, Compartment.RIGHTS):
        at = _time(said, TOLD_AT)
        way, reply, words = (_text(said, name) for name in (WAY, REPLY, WORDS))
        for entry in said.get(ABOUT, ()):
            match entry:
                case (str() as reference, str() as recipient, tuple() as rows):
                    to = RecipientId(recipient)
                    told = _rows(rows)
                    yield Telling(reference, to, told, at, way, reply or NO_REPLY, words, order)


def _is_of(forms: FormSet, cell: CellRow, groups: set[str]) -> bool:
    """True for an answer that lies in one of the data groups."""
    field = forms.find_field(cell.field)
    is_content = cell.field.partition(".")[0] not in _NOT_CONTENT
    if field is None or not is_content or not groups & set(field.consent_groups):
        return False
    return any(each.answer is not None and each.answer.is_answered for each in cell.standing)


def _values(cells: Iterable[CellRow], name: FieldId) -> list[Value]:
    return [
        each.answer.value
        for cell in cells
        if cell.field == name
        for each in cell.standing
        if each.answer is not None
    ]


def _by_record(
    cells: Iterable[CellRow], form: str, part: Compartment | None
) -> Iterator[tuple[_Said, int]]:
    """What stands in the fields of a form, record by record, and when it was first written.

    The form is told by the field.
    """
    found: dict[RecordId, dict[FieldId, list[Value]]] = {}
    moments: dict[RecordId, int] = {}
    for cell in cells:
        if cell.field.partition(".")[0] == form and part in (None, cell.compartment):
            values = (each.answer.value for each in cell.standing if each.answer is not None)
            found.setdefault(cell.record, {}).setdefault(cell.field, []).extend(values)
            written = [each.hlc.to_int() for each in cell.standing]
            moments[cell.record] = min([moments.get(cell.record, written[0]), *written])
    yield from ((said, moments[record]) for record, said in found.items())


def _rows(values: Iterable[Value]) -> frozenset[RecordId]:
    found = (read_hex(one) for one in values if isinstance(one, str))
    return frozenset(RecordId(one) for one in found if one is not None)


def _text(said: _Said, name: FieldId) -> str:
    return next((one for one in said.get(name, ()) if isinstance(one, str)), "")


def _time(said: _Said, name: FieldId) -> str:
    return next((str(one[0]) for one in said.get(name, ()) if isinstance(one, tuple) and one), "")
