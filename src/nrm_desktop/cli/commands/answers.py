"""Answers: one by its address, or many from a file, all or nothing."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.commands import AddCorrection
from nrm_desktop.app.events import AnswersSaved, CorrectionAdded, SavedCell
from nrm_desktop.app.queries import CaseView, CellView
from nrm_desktop.app.strict_json import MOST_BYTES, Json, read_json
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.cli.commands import shown
from nrm_desktop.cli.console import read_file
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, only_event
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.addresses import Items, parse_address
from nrm_desktop.domain.case import once_record
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import ScopeId

_KEYS = frozenset({"field", "item", "value", "state", "source"})
_MOST_ANSWERS = 2_000


def set_answer(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Set one answer; the records it needs are opened with it."""
    value = call.console.value(arguments.value)
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        answering = _answering(vault, scope)
        answering.add(Wanted(arguments.field, value, arguments.state, arguments.source or ""))
        saved = only_event(vault.handle(answering.command()), AnswersSaved).cells[0]
        answer = _shown_answer(vault, scope, saved)
    data = {
        "op": str(saved.op),
        "answer": answer,
        "superseded": [str(op) for op in saved.superseded],
        "unchanged": saved.is_unchanged,
    }
    return Outcome(data, lines=["Nothing new." if saved.is_unchanged else "Saved."])


def correct(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write beside an answer what the person says is wrong; the answer stays as it is."""
    words = call.console.value(arguments.words)
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        view = _view(vault, scope)
        cell = _standing(vault, view, arguments.field)
        command = AddCorrection(
            scope=scope,
            record=cell.record,
            name=cell.field,
            words=words,
            on=arguments.on,
            origin="command line",
        )
        added = only_event(vault.handle(command), CorrectionAdded)
    data = {"item": added.item.hex(), "field": cell.address, "on": added.on}
    return Outcome(data, lines=["Written beside the answer."])


def _standing(vault: OpenVault, view: CaseView, text: str) -> CellView:
    """The answer that an address means. Raises: Usage `usage.not_found`, `usage.ambiguous_item`."""
    address = parse_address(text, vault.forms)
    items = Items(
        vault.forms,
        view.records,
        lambda form: once_record(view.row.scope, form),
        vault.context.new_record,
    )
    record = items.record_of(address)
    cells = (c for c in view.cells if (c.record, c.field) == (record, address.field))
    cell = next(cells, None)
    if cell is None:
        raise Usage("usage.not_found", what="answer", name=text)
    return cell


def import_answers(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Save the answers of a file in one save; one wrong entry and nothing is saved."""
    pack, entries = _read(Path(arguments.file))
    with call.vault() as vault:
        if pack not in {info.id for info in vault.forms.packs}:
            raise Usage("usage.not_found", what="pack", name=pack)
        scope = case_of(vault, arguments.code)
        answering = _answering(vault, scope)
        _add_all(answering, entries)
        event = only_event(vault.handle(answering.command()), AnswersSaved)
    new = sum(not cell.is_unchanged for cell in event.cells)
    data = {"saved": new, "commits": event.commits, "items": answering.named_items()}
    return Outcome(data, lines=[f"{new} answers saved."])


def _answering(vault: OpenVault, scope: ScopeId) -> Answering:
    return Answering(vault.context, scope, _view(vault, scope))


def _view(vault: OpenVault, scope: ScopeId) -> CaseView:
    view = vault.reader.case(scope, vault.sight)
    if view is None:
        raise Usage("usage.not_found", what="case", name="")
    return view


def _shown_answer(vault: OpenVault, scope: ScopeId, saved: SavedCell) -> object:
    """Read the answer back; null where the user may write it but not read it."""
    view = vault.reader.case(scope, vault.sight)
    if view is None:
        return None
    cells = (c for c in view.cells if (c.record, c.field) == (saved.record, saved.field))
    return next((shown.answer(cell, view.records) for cell in cells), None)


def _add_all(answering: Answering, entries: Sequence[Json]) -> None:
    errors: list[Json] = []
    for index, entry in enumerate(entries):
        try:
            answering.add(_wanted(entry))
        except Usage as error:
            field = entry.get("field") if isinstance(entry, dict) else None
            code = str(error.params.get("code", error.code))
            errors.append({"index": index, "field": str(field or ""), "code": code})
    if errors:
        raise Usage("usage.bad_answers", errors=errors, count=len(errors))


def _read(path: Path) -> tuple[str, Sequence[Json]]:
    found = read_json(read_file(path, MOST_BYTES))
    if not isinstance(found, dict) or found.keys() != {"pack", "answers"}:
        raise Usage("usage.not_json", what="shape")
    pack, answers = found["pack"], found["answers"]
    if not isinstance(pack, str) or not isinstance(answers, list) or not answers:
        raise Usage("usage.not_json", what="shape")
    if len(answers) > _MOST_ANSWERS:
        raise Usage("usage.bad_value", what="answers", allowed=f"{_MOST_ANSWERS} answers")
    return pack, answers


def _wanted(entry: Json) -> Wanted:
    """Read one entry. Raises: Usage `usage.bad_entry` for a key that no entry has."""
    if not isinstance(entry, dict) or not entry.keys() <= _KEYS:
        raise Usage("usage.bad_entry")
    texts = {key: each for key, each in entry.items() if key != "value" and isinstance(each, str)}
    if "field" not in texts or len(texts) != len(entry.keys() - {"value"}):
        raise Usage("usage.bad_entry")
    return Wanted(
        _address(texts["field"], texts.get("item", "")),
        entry.get("value"),
        texts.get("state", "answered"),
        texts.get("source", ""),
    )


def _address(field: str, item: str) -> str:
    form, dot, rest = field.partition(".")
    return f"{form}[{item}]{dot}{rest}" if item else field


COMMANDS: Runners = MappingProxyType(
    {"answer set": set_answer, "answer correct": correct, "answer import": import_answers}
)
