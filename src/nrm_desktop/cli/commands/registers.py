"""Registers of the organisation: interpreters, the duty sheet, sticks. No text about a person."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from types import MappingProxyType

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.events import AnswersSaved
from nrm_desktop.app.handlers.answers import registers_of
from nrm_desktop.app.queries import CellView, RegisterView
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.cli.commands import shown
from nrm_desktop.cli.invocation import Invocation, Runners, only_event, sight_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.validate import show
from nrm_desktop.domain.ids import FormId, RecordId


def list_register(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """List the entries of a register, as far as this role may see them."""
    with call.vault() as vault:
        view = _read(vault, arguments.register)
    entries = list(_entries(view, arguments.register))
    lines = [f"{cell.address}  {_said(vault.forms, cell)}" for cell in view.cells]
    return Outcome({"entries": entries}, lines=lines or ["Nothing is entered."])


def set_entry(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Set one answer in a register; the entry it needs is opened with it."""
    value = call.console.value(arguments.value)
    with call.vault() as vault:
        register = arguments.field.partition("[")[0].partition(".")[0]
        view = _read(vault, register)
        answering = Answering(vault.context, vault.context.organisation, view)
        answering.add(Wanted(arguments.field, value, arguments.state))
        saved = only_event(vault.handle(answering.command()), AnswersSaved).cells[0]
        items = answering.named_items()
    data = {"op": str(saved.op), "items": items, "unchanged": saved.is_unchanged}
    return Outcome(data, lines=["Nothing new." if saved.is_unchanged else "Saved."])


def _said(forms: FormSet, cell: CellView) -> str:
    answer, field = cell.acting.answer, forms.find_field(cell.field)
    return show(field, answer.value) if field and answer and answer.is_answered else ""


def _read(vault: OpenVault, register: str) -> RegisterView:
    """Raises: Usage `usage.not_found` where there is no such register."""
    known = registers_of(vault.forms)
    if FormId(register) not in known:
        raise Usage("usage.bad_value", what="register", allowed=tuple(known))
    return vault.reader.register(register, sight_of(vault, "register.list"))


def _entries(view: RegisterView, register: str) -> Iterator[dict[str, object]]:
    """Entries with their answers, those of their rows too."""
    parents = {one.record: one.parent for one in view.records}

    def entry_of(record: RecordId) -> RecordId:
        while (parent := parents.get(record)) is not None:
            record = parent
        return record

    tops = [one for one in view.records if one.parent is None and one.form == register]
    rows = [one for one in view.records if one.parent is None and one.form != register]
    for one in (*tops, *rows):
        cells = [cell for cell in view.cells if entry_of(cell.record) == one.record]
        answers = [shown.answer(cell, view.records) for cell in cells]
        yield {"item": one.record.hex(), "answers": answers}


COMMANDS: Runners = MappingProxyType({"register list": list_register, "register set": set_entry})
