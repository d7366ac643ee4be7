"""Paper: blank forms for the hand, and when something was written that is typed later."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.answering import read_answer
from nrm_desktop.app.commands import CellAnswer, NewRecord, SaveAnswers
from nrm_desktop.app.events import AnswersSaved
from nrm_desktop.app.queries import CaseView
from nrm_desktop.bootstrap.blank_forms import write_blank
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.cli.commands.referrals import language_of
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, must_be_folder, only_event
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.schema import FormScope
from nrm_desktop.domain.ids import FieldId, FormId, RecordId
from nrm_desktop.domain.paper import AT, BY, GONE, PAPER, RIGHT, SHEET


def print_blank(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write a blank form as PDF; it holds nothing of a case."""
    must_be_folder(arguments.to)
    with call.vault() as vault:
        forms = vault.forms.forms.values()
        known = tuple(one.id for one in forms if one.scope is FormScope.CASE)
        if arguments.form not in known:
            raise Usage("usage.bad_value", what="form", allowed=known)
        language = language_of(vault, arguments.lang) or vault.context.language
        made = write_blank(vault.session, FormId(arguments.form), language, arguments.to)
    return Outcome(
        {"file": made.file, "sheet": made.number, "form": arguments.form, "lang": language},
        lines=[f"Written: {made.file}", f"Number of the sheet: {made.number}"],
    )


def note_paper(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Keep when the record was written on paper, beside when it was typed."""
    said = {
        AT: arguments.at,
        RIGHT: "yes" if arguments.right else "",
        BY: arguments.by,
        SHEET: arguments.sheet,
        GONE: arguments.gone,
    }
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        view = vault.reader.case(scope, vault.sight)
        if view is None:
            raise Usage("usage.not_found", what="case", name=arguments.code)
        typed = _typed_from(view, arguments.item)
        sheet, opens = _sheet_of(vault, view, typed)
        answers = tuple(_answer(vault, sheet, name, text) for name, text in said.items() if text)
        command = SaveAnswers(scope=scope, answers=answers, opens=opens, origin="command line")
        only_event(vault.handle(command), AnswersSaved)
    return Outcome({"item": typed.hex(), "sheet": sheet.hex()}, lines=["Both times are kept."])


def _answer(vault: OpenVault, sheet: RecordId, name: FieldId, text: str) -> CellAnswer:
    return CellAnswer(sheet, name, read_answer(vault.forms, vault.forms.field(name), text))


def _typed_from(view: CaseView, item: str) -> RecordId:
    """The record that an id, or its beginning, means. Raises: Usage where it is not one."""
    found = [one.record for one in view.records if item and one.record.hex().startswith(item)]
    if len(found) != 1:
        code = "usage.ambiguous_item" if found else "usage.not_found"
        raise Usage(code, what="item", name=item, items=tuple(one.hex() for one in found))
    return found[0]


def _sheet_of(
    vault: OpenVault, view: CaseView, typed: RecordId
) -> tuple[RecordId, tuple[NewRecord, ...]]:
    for one in view.records:
        if one.form == PAPER and one.parent == typed:
            return one.record, ()
    sheet = vault.context.new_record()
    return sheet, (NewRecord(sheet, PAPER, typed),)


COMMANDS: Runners = MappingProxyType({"form blank": print_blank, "answer paper": note_paper})
