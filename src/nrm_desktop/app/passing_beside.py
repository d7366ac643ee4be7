"""What other files of a person change about passing on from one of them (docs/adr/0045).

This module decides which of it counts: every danger to life goes along, what the person excluded in
one file stays in each, and where another file is more careful about the same question, this file
does not pass it. It never adds anything else of another file, and it never takes a danger away.

Source: nrm.md R10, R25; sync.md section 21.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from nrm_desktop.app.consent_register import register_from_cells
from nrm_desktop.app.context import Context
from nrm_desktop.app.ends import passed_events
from nrm_desktop.app.person_files import OtherFile, PersonFiles
from nrm_desktop.app.ports import CellRow
from nrm_desktop.app.showing import items_of
from nrm_desktop.domain.consent import ConsentRecord
from nrm_desktop.domain.consent_of_files import heard_elsewhere, unread
from nrm_desktop.domain.disclosure import Item
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.protective import PROTECTIVE, acting_index
from nrm_desktop.domain.values import Answer, AnswerState, Mark

_CONTACT: Final = "safe_contact"
"""The data group of how a person can be reached."""
_VALUE: Final = FieldId("screening.contact_value")
_MESSAGE: Final = FieldId("screening.contact_message")
_ABOUT_DANGER: Final = frozenset(
    f"{PROTECTIVE}{rule}" for rule in ("child", "contact_safe", "life_risk", "risk_level")
)
"""Rules under which files are compared: days and states of one file say nothing about another's."""


def registers_beside(files: PersonFiles, today: str) -> tuple[ConsentRecord, ...]:
    """What the registers of the other files say; one that cannot be read holds every yes."""
    heard = (
        row
        for file in files.here
        for row in heard_elsewhere(
            register_from_cells(file.cells, file.closed), passed_events(file.cells, today)
        )
    )
    return (*heard, *map(unread, files.unread))


def dangers_beside(context: Context, items: Iterable[Item], files: PersonFiles) -> list[Item]:
    """Dangers to life that stand in the other files: they go with every referral (R10).

    Where this file says something worse, or the same, to the same question, that goes alone.
    """
    ours = _said(items)
    found = (one for file in files.here for one in items_of_file(context, file))
    return [
        one
        for one in found
        if one.is_life_risk and _says_more(context.forms, one, ours.get(one.field, []))
    ]


def items_of_file(context: Context, file: OtherFile) -> list[Item]:
    """Everything of another file that the sender could send, without any referral of it."""
    return items_of(context, file.cells, file.records, None)


def careful(context: Context, items: Iterable[Item], files: PersonFiles) -> list[Item]:
    """Hold back in this file what another one is more careful about. Dangers go as they are."""
    given = list(items)
    if not files.here:
        return given
    excluded = _excluded(files)
    warned = _warned(context.forms, given, files)
    unsafe = _unsafe_contacts(given, files)
    return [_held_back(one, excluded, warned, unsafe) for one in given]


def _held_back(
    item: Item,
    excluded: frozenset[FieldId],
    warned: frozenset[FieldId],
    unsafe: frozenset[RecordId],
) -> Item:
    if item.is_life_risk or item.is_envelope:
        return item
    if item.field in excluded:
        answer = replace(item.answer, marks=item.answer.marks | Mark.NOT_TO_LEAVE)
        item = replace(item, answer=answer)
    is_contact = _CONTACT in item.groups
    is_warned = item.record in unsafe if is_contact else item.field in warned
    return replace(item, is_conflict=True) if is_warned else item


def _excluded(files: PersonFiles) -> frozenset[FieldId]:
    """Questions whose answer the person does not want to leave, whichever file says it."""
    return frozenset(
        cell.field
        for file in files.here
        for cell in file.cells
        for each in cell.standing
        if each.answer is not None and each.answer.marks & Mark.NOT_TO_LEAVE
    )


def _warned(forms: FormSet, items: Iterable[Item], files: PersonFiles) -> frozenset[FieldId]:
    """Questions about which another file is more careful than this one."""
    said = _said(items)
    found: set[FieldId] = set()
    for name, theirs in _about_danger(forms, (c for one in files.here for c in one.cells)).items():
        ours, field = said.get(name, []), forms.field(name)
        if theirs and acting_index(field.merge, [*ours, *theirs]) >= len(ours):
            found.add(name)
    return frozenset(found)


def _unsafe_contacts(items: Iterable[Item], files: PersonFiles) -> frozenset[RecordId]:
    """Ways to reach the person of which another file does not say that a message is safe.

    They are the same where the same is written, whatever stands between the signs; a warning that
    names no way is about all of them.
    """
    unsafe = {way for file in files.here for way in _not_safe(file)}
    if not unsafe:
        return frozenset()
    ways = {one.record: _way(one.answer) for one in items if one.field == _VALUE}
    contacts = {one.record for one in items if _CONTACT in one.groups}
    return frozenset(
        record for record in contacts if "" in unsafe or ways.get(record, "") in unsafe
    )


def _not_safe(file: OtherFile) -> Iterator[str]:
    """The ways that a file calls unsafe, or of which it says that nobody knows."""
    ways: dict[RecordId, set[str]] = {}
    for cell in file.cells:
        if cell.field == _VALUE:
            told = [each.answer for each in cell.standing if each.answer is not None]
            ways.setdefault(cell.record, set()).update(map(_way, told))
    for cell in file.cells:
        if cell.field == _MESSAGE and not _is_safe(cell):
            yield from ways.get(cell.record) or {""}  # also where its way was erased


def _is_safe(cell: CellRow) -> bool:
    answers = [each.answer for each in cell.standing if each.answer is not None]
    asked = [one for one in answers if one.state is not AnswerState.NOT_ASKED]
    return all(one.is_answered and one.value is True for one in asked)


def _way(answer: Answer) -> str:
    return "".join(filter(str.isalnum, str(answer.value or ""))).casefold()


def _said(items: Iterable[Item]) -> dict[FieldId, list[Answer]]:
    said: dict[FieldId, list[Answer]] = {}
    for item in items:
        said.setdefault(item.field, []).append(item.answer)
    return said


def _says_more(forms: FormSet, item: Item, ours: list[Answer]) -> bool:
    field = forms.find_field(item.field)
    if field is None or not field.merge.startswith(PROTECTIVE):
        return True
    return acting_index(field.merge, [*ours, item.answer]) == len(ours)


def _about_danger(forms: FormSet, cells: Iterable[CellRow]) -> Mapping[FieldId, list[Answer]]:
    """Answers to questions for which a rule says what protects from danger."""
    found: dict[FieldId, list[Answer]] = {}
    for cell in cells:
        field = forms.find_field(cell.field)
        if field is not None and field.merge in _ABOUT_DANGER:
            answers = [each.answer for each in cell.standing if each.answer is not None]
            found.setdefault(cell.field, []).extend(answers)
    return found
