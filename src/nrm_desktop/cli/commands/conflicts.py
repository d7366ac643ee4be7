"""Conflicts: values that stand side by side until a person decides."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.answering import read_answer
from nrm_desktop.app.commands import ResolveConflict
from nrm_desktop.app.events import ConflictResolved
from nrm_desktop.app.queries import ConflictRow
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.cli.commands import shown
from nrm_desktop.cli.invocation import Invocation, Runners, only_event, sight_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import OpId, parse_op_id
from nrm_desktop.domain.values import Answer


def list_conflicts(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """List the conflicts that this role may see."""
    with call.vault() as vault:
        rows = vault.reader.conflicts(sight_of(vault, "conflict.list"))
    lines = [f"{row.conflict_id}  {row.code}  {row.field}  {len(row.versions)}" for row in rows]
    data = {"conflicts": [shown.conflict(row) for row in rows]}
    return Outcome(data, lines=lines or ["Nothing to decide."])


def resolve(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Decide: keep one of the values, or write another."""
    if (arguments.keep is None) == (arguments.value is None):
        raise Usage("usage.option", option="one of --keep and --value")
    with call.vault() as vault:
        row = _row(vault, arguments.id)
        keep, answer = _decision(call, vault, row, arguments)
        command = ResolveConflict(
            scope=row.scope,
            record=row.record,
            field=row.field,
            keep=keep,
            answer=answer,
            seen=tuple(version.op for version in row.versions),
            origin="command line",
        )
        event = only_event(vault.handle(command), ConflictResolved)
        kept = {version.op: version.answer for version in row.versions}
        now = answer if keep is None else kept.get(keep)
    data = {
        "id": arguments.id,
        "op": str(event.op),
        "value": shown.state_and_value(now).get("value"),
        "superseded": [str(op) for op in event.superseded],
    }
    return Outcome(data, lines=["Decided; the other values stay in the history."])


def _row(vault: OpenVault, conflict_id: str) -> ConflictRow:
    for row in vault.reader.conflicts(vault.sight):
        if row.conflict_id == conflict_id:
            return row
    raise Usage("usage.not_found", what="conflict", name=conflict_id[:32])


def _decision(
    call: Invocation, vault: OpenVault, row: ConflictRow, arguments: argparse.Namespace
) -> tuple[OpId | None, Answer | None]:
    if arguments.value is not None:
        text = call.console.value(arguments.value)
        return None, read_answer(vault.forms, vault.forms.field(row.field), text)
    try:
        return parse_op_id(arguments.keep), None
    except ValueError:
        allowed = tuple(str(version.op) for version in row.versions)
        raise Usage("usage.bad_value", what="keep", allowed=allowed) from None


COMMANDS: Runners = MappingProxyType({"conflict list": list_conflicts, "conflict resolve": resolve})
