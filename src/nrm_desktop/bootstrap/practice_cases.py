"""Fills a practice vault with invented people, offices and answers from `resources/practice`.

Everything goes through the same commands as real work, so what is shown is what would happen.
This module decides nothing about the story; it makes what the story finds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.commands import (
    AddDirectoryEntry,
    ConsentRowGiven,
    OpenCase,
    RecordConsent,
)
from nrm_desktop.app.events import CaseOpened, DirectoryChanged
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.domain.addresses import parse_address
from nrm_desktop.domain.consent import NO_END
from nrm_desktop.domain.errors import ProgramFault
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import FieldId, RecipientId, ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import NOT_ASKED, Answer, AnswerState, Source, answered

ORIGIN: Final = "practice"
PARTNER: Final = "partner"
MOST: Final = 12
_OFFICE: Final = "office:"
_CHILD: Final = {
    "not_asked": NOT_ASKED,
    "unknown": Answer(AnswerState.UNKNOWN),
    "yes": answered(value=True),
    "no": answered(value=False),
}
_OWN_ACCOUNT: Final = frozenset({Compartment.IDENTITY, Compartment.ACCOUNT})
Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PracticeCase:
    """An invented case that was opened. Shape: `name` is its id in the resources."""

    name: str
    scope: ScopeId
    code: str


@dataclass(frozen=True, slots=True)
class PracticeWorld:
    """What the story finds. Shape: `offices` maps an id of the resources to its entry."""

    offices: Mapping[str, RecipientId]
    cases: tuple[PracticeCase, ...]

    @property
    def example(self) -> PracticeCase:
        """The case that the story is about."""
        return self.cases[0]


def add_offices(vault: OpenVault, resources: Path) -> dict[str, RecipientId]:
    """Fill the directory. Shape: id of the resources -> entry."""
    found = {}
    for office in _read(resources, "directory")["entry"]:
        command = AddDirectoryEntry(
            kind=office["kind"], name=office["name"], contact=office["contact"], origin=ORIGIN
        )
        event = next(one for one in vault.handle(command) if isinstance(one, DirectoryChanged))
        found[str(office["id"])] = RecipientId(event.entry.hex())
    return found


def invented_cases(resources: Path, count: int) -> Sequence[Table]:
    """Give the invented cases, the example first; `count` counts it too."""
    cases: list[Table] = _read(resources, "cases")["case"]
    return cases[: min(count, MOST)]


def open_case(vault: OpenVault, told: Table) -> PracticeCase:
    """Open an invented case; nothing is known of it yet."""
    events = vault.handle(OpenCase(child=_CHILD[told["child"]], origin=ORIGIN))
    opened = next(one for one in events if isinstance(one, CaseOpened))
    return PracticeCase(str(told["id"]), opened.scope, opened.code)


def answer_case(
    vault: OpenVault, case: PracticeCase, told: Table, offices: Mapping[str, RecipientId]
) -> int:
    """Save what the person said. Shape: how many answers there are."""
    view = vault.reader.case(case.scope, vault.sight)
    if view is None:
        raise ProgramFault(case=case.name)
    answering = Answering(vault.context, case.scope, view)
    answers: Mapping[str, str] = told.get("answers", {})
    states: Mapping[str, str] = told.get("states", {})
    for address, value in answers.items():
        written = offices[value.removeprefix(_OFFICE)] if value.startswith(_OFFICE) else value
        answering.add(Wanted(address, written, source=_source(vault.forms, address)))
    for address, state in states.items():
        answering.add(Wanted(address, state=state))
    vault.handle(answering.command())
    return len(answers) + len(states)


def record_consents(
    vault: OpenVault, case: PracticeCase, told: Table, offices: Mapping[str, RecipientId]
) -> int:
    """Record the conversation about consent. Shape: how many rows it had."""
    rows = [
        ConsentRowGiven(
            purpose=given["purpose"],
            recipient=offices[given["recipient"]],
            answers=tuple(
                (group, answer)
                for answer in ("yes", "no", "not_now")
                for group in given.get(answer, ())
            ),
            until=NO_END,
        )
        for given in told.get("consents", ())
    ]
    if rows:
        asked = _asked(vault, told)
        command = RecordConsent(scope=case.scope, rows=tuple(rows), asked=asked, origin=ORIGIN)
        vault.handle(command)
    return len(rows)


def _asked(vault: OpenVault, told: Table) -> tuple[tuple[FieldId, Answer], ...]:
    """How the conversation was held: once for all rows."""
    language = str(told.get("answers", {}).get("screening.language", "en"))
    told_of = vault.forms.codelist("consent_told").offered()
    return (
        (FieldId("consent.explained_by"), answered(vault.context.badge)),
        (FieldId("consent.consent_language"), answered(language)),
        (FieldId("consent.told"), answered(told_of)),
        (FieldId("consent.alone"), answered(value=True)),
        (FieldId("consent.form"), answered(("verbal", ""))),
    )


def _source(forms: FormSet, address: str) -> str:
    """Say that an account comes from the person, where the question knows that source."""
    field = forms.field(parse_address(address, forms).field)
    is_said = field.compartment in _OWN_ACCOUNT and Source.PERSON in field.sources
    return Source.PERSON.word if is_said else ""


def _read(resources: Path, name: str) -> Table:
    path = resources / "practice" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
