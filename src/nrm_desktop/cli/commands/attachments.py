"""Attachments of a case on the command line: take in, list, save elsewhere after a warning."""

from __future__ import annotations

import argparse
from pathlib import Path
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.attachment_commands import (
    AddAttachment,
    AttachmentAdded,
    AttachmentSaved,
    SaveAttachment,
)
from nrm_desktop.app.attachments import AttachmentRow, addable_places
from nrm_desktop.app.context import iso_time
from nrm_desktop.app.referring import PLAINTEXT
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.cli.commands.shown import Json, compartment_word
from nrm_desktop.cli.invocation import (
    Invocation,
    Runners,
    case_of,
    must_be_file,
    only_event,
    sight_of,
)
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.attachments import PERSON
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.scopes import BY_WORD, CASE_COMPARTMENTS, Compartment

_WARNING: Final = "Anyone who finds this file can open it, and deleting it may leave traces."


def add(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Take a file into a case; nothing of it stays outside the vault but the file itself."""
    must_be_file(arguments.file)
    place = _place(arguments.compartment)
    with call.vault() as vault:
        command = AddAttachment(
            scope=case_of(vault, arguments.code),
            path=str(Path(arguments.file).absolute()),
            label=arguments.label,
            is_photo=arguments.photo,
            shows_person=arguments.shows == PERSON if arguments.shows else None,
            compartment=place or _only_place(vault),
            origin="command line",
        )
        added = only_event(vault.handle(command), AttachmentAdded)
    data = {
        "attachment": added.attachment,
        "label": added.label,
        "type": added.media_type,
        "bytes": added.size,
        "sha256": added.sha256,
        "compartment": added.compartment.word,
    }
    lines = [f"{added.attachment}  {added.label}", "The file that was taken in still lies there."]
    return Outcome(data, lines=lines)


def list_attachments(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """List what is attached to a case and may be seen; also what is not here yet."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        sight_of(vault, "attachment.list", scope)
        rows = vault.attachments.desk.rows(scope)
    lines = [f"{row.id}  {row.label}  {row.media_type}  {_state(row)}" for row in rows]
    return Outcome({"attachments": [_shown(row) for row in rows]}, lines=lines)


def save(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write an attachment into a folder where everybody can read it; a word is typed before."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        command = SaveAttachment(
            scope=scope,
            attachment=arguments.id,
            folder=str(Path(arguments.to).absolute()),
            confirmations=_confirmed(call, vault, arguments),
            origin="command line",
        )
        saved = only_event(vault.handle(command), AttachmentSaved)
        is_recorded = not vault.condition.is_read_only
    data = {
        "attachment": saved.attachment,
        "file": saved.path,
        "bytes": saved.size,
        "sha256": saved.sha256,
        "recorded": is_recorded,
    }
    return Outcome(data, lines=[f"Written and checked: {saved.path}"])


def _confirmed(call: Invocation, vault: OpenVault, arguments: argparse.Namespace) -> frozenset[str]:
    """Ask for the word; without it the desk refuses. What cannot be saved anyway is not asked."""
    scope = case_of(vault, arguments.code)
    if arguments.id not in {row.id for row in vault.attachments.desk.rows(scope)}:
        raise Usage("usage.not_found", what="attachment", name=arguments.id)
    try:
        typed = call.console.typed(f"{_WARNING} Type {PLAINTEXT} to go on", PLAINTEXT)
    except Refused:
        return frozenset()
    return frozenset({typed})


def _place(word: str) -> Compartment | None:
    if not word:
        return None
    place = BY_WORD.get(word)
    if place not in CASE_COMPARTMENTS:
        allowed = [each.word for each in CASE_COMPARTMENTS]
        raise Usage("usage.bad_value", what="compartment", allowed=allowed)
    return place


def _only_place(vault: OpenVault) -> Compartment | None:
    """Where no part was named: the only one that the roles write, and never a guess.

    Raises: Usage `usage.bad_value` where there are several; a paper in the wrong part is read by
    the wrong people.
    """
    places = addable_places(vault.context)
    if len(places) > 1:
        allowed = [each.word for each in places]
        raise Usage("usage.bad_value", what="compartment", allowed=allowed)
    return places[0] if places else None


def _shown(row: AttachmentRow) -> Json:
    return {
        "attachment": row.id,
        "label": row.label,
        "type": row.media_type,
        "bytes": row.size,
        "sha256": row.sha256 or None,
        "compartment": compartment_word(row.compartment),
        "at": iso_time(row.at_ms),
        "user": row.user,
        "state": _state(row),
        "missing": row.missing,
    }


def _state(row: AttachmentRow) -> str:
    if not row.is_readable:
        return "erased"
    return "not_here_yet" if row.missing else "here"


COMMANDS: Runners = MappingProxyType(
    {
        "attachment add": add,
        "attachment list": list_attachments,
        "attachment save": save,
    }
)
