"""Interpreters who may be chosen for one person: those of the register, less who is not safe.

Beside each name stand the languages and, of those who interpret by phone, the number: at three in
the morning nobody goes through a register (R40). Phone numbers keep their direction in every
script.

Source: forms.md forms l5 and l17 (interpreter not to be used); R12, R40.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from nrm_desktop.app.handlers.case_registers import NOT_AGAIN
from nrm_desktop.app.queries import CaseView, RegisterView
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.scripts import isolated
from nrm_desktop.domain.values import Value
from nrm_desktop.ui.presenters.choice import Choice

REGISTER: Final = "interpreters"
_NAME: Final = FieldId("interpreters.in_name.name")
_LANGUAGE: Final = FieldId("interpreters.in_languages.language")
_PHONE: Final = FieldId("interpreters.in_phone.phone")
_HOURS: Final = FieldId("interpreters.in_phone.hours")
_BY_PHONE: Final = FieldId("interpreters.in_phone.by_phone")
_Said = Mapping[FieldId, Sequence[Value]]


def interpreter_choices(
    register: RegisterView, case: CaseView | RegisterView, languages: Sequence[Choice] = ()
) -> tuple[Choice, ...]:
    """Those who can be called, by name; nobody who was found unsafe for this person.

    Shape: `languages` are the names of languages by code.
    """
    unsafe = {
        seen.acting.answer.value
        for seen in case.cells
        if seen.field == NOT_AGAIN and seen.acting.answer is not None
    }
    names = {one.code: one.label for one in languages}
    offered = (
        Choice(entry, " · ".join(_words(said, names)))
        for entry, said in _entries(register).items()
        if said.get(_NAME) and entry not in unsafe
    )
    return tuple(sorted(offered, key=lambda one: (one.label.casefold(), one.code)))


def _entries(register: RegisterView) -> Mapping[str, _Said]:
    """What is written of each interpreter. Shape: by the id of the entry, then by field."""
    entry_of = {row.record: row.parent or row.record for row in register.records}
    found: dict[str, dict[FieldId, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for cell in register.cells:
        answer = cell.acting.answer
        if answer is not None and answer.is_answered:
            entry = entry_of.get(cell.record, cell.record).hex()
            found[entry][cell.field].append(answer.value)
    return found


def _words(said: _Said, languages: Mapping[str, str]) -> Iterator[str]:
    yield str(said[_NAME][-1])
    spoken = (str(code) for code in said.get(_LANGUAGE, ()))
    if named := ", ".join(sorted(languages.get(code, code) for code in spoken)):
        yield named
    if True in said.get(_BY_PHONE, ()):
        yield from (isolated(str(number)) for number in said.get(_PHONE, ()))
        yield from (str(hours) for hours in said.get(_HOURS, ()))
