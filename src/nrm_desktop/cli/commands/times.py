"""Days: what is due, what happened, and the time limits of the packs."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.context import iso_time
from nrm_desktop.app.events import AnswersSaved
from nrm_desktop.app.timing import Due, case_times, now_of
from nrm_desktop.app.today import Waiting, What, gather, source_of
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.today import readings
from nrm_desktop.cli.commands import shown
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, only_event, sight_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.clocks import ClockState
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.timetable import ClockRule
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.tracks import EVENT_FORM
from nrm_desktop.security.vault.copies import HeaderCopies

_FURTHEST = 366
_WORDS = MappingProxyType(
    {
        What.CONFLICT: "answers to decide: {count}",
        What.WHICH_GOES_ON: "two files of one person: decide which goes on",
        What.MAY_HOLD_MORE: "people of whom a file is not on this laptop; more may be due: {count}",
        What.NOTICE: "a consent was taken back; files whose recipient has to be told: {count}",
        What.ASKED_TO_STOP: "taken back at the sender; files to stop using, erase, answer: {count}",
        What.BOX: "forms that were written while it was locked: {count}",
        What.HELD_WORK: "saves that are held until somebody decides: {count}",
        What.CLAIM: "people who wait to be taken in: {count}",
        What.NO_BACKUP: "There is no backup yet.",
        What.OLD_BACKUP: "The last backup is some days old.",
        What.NO_BACKUP_ELSEWHERE: "For a week no backup was made outside this computer.",
        What.NO_WAY_BACK: "There is no way back; days until new cases wait: {days}",
        What.WAY_BACK_CHECK: "Look whether the sheet of the way back is still there.",
        What.FORMS_CHANGED: "The forms changed; see what is different (pack list --changes).",
    }
)


def today(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """List what is due in open cases, and in closed ones what goes on after their end."""
    if not 0 <= arguments.days <= _FURTHEST:
        raise Usage("usage.bad_value", what="days", allowed=f"0 to {_FURTHEST}")
    with call.vault() as vault:
        found = gather(readings(vault, sight_of(vault, "work.list"), arguments.days))
        lines = [_line(vault, one) for one in found.due()]
        day = now_of(vault.context).today
    failed = [(group.value, one.error.code) for one in found.failures for group in one.sources]
    data = {
        "day": day,
        "items": [_item(one) for one in found.due()],
        "waiting": [_waiting(one) for one in found.waiting()],
        "failed": [{"group": group, "error": error} for group, error in failed],
    }
    lines += [_waiting_line(one) for one in found.waiting()]
    lines += [f"could not be read: {group} ({error})" for group, error in failed]
    return Outcome(data, lines=lines or ["Nothing is due."])


def add_event(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write down what happened; the kind chooses the part of the file in which it is kept."""
    words = call.console.value(arguments.words) if arguments.words else ""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        answers = {
            "ev_kind": arguments.kind,
            "ev_on": arguments.on or now_of(vault.context).minute,
            "ev_support": arguments.support,
            "ev_words": words,
            "ev_corrects": arguments.corrects,
        }
        named = {f"event.e[+1].{name}": value for name, value in answers.items() if value}
        items = _save(vault, scope, named)
        tracks = _tracks(vault, scope)
    data = {"item": items[f"{EVENT_FORM}[+1]"], "kind": arguments.kind, "tracks": tracks}
    return Outcome(data, lines=["Written down."])


def list_clocks(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """List the time limits of the packs in use, with their sources.

    Packs that were taken in lie in the vault: while it is closed, only those of the program are
    there, and a line says so.
    """
    is_whole = call.has_secret and HeaderCopies(call.shell.files, call.shell.folder).exist()
    forms = _active_forms(call) if is_whole else call.shell.forms
    rules = list(forms.timetable.clocks.values())
    lines = [f"{one.id}  {_length(one)}  {one.source}" for one in rules]
    if not is_whole:
        lines.append("The safe is closed: these are the limits that came with the program.")
    labels = {one.id: forms.text(f"time_limit.{one.id}") for one in rules}
    return Outcome({"clocks": [_rule(one, labels[one.id]) for one in rules]}, lines=lines)


def _active_forms(call: Invocation) -> FormSet:
    with call.vault() as vault:
        return vault.forms


def confirm_clock(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Keep the day that a person has checked, for a rule that may have changed."""
    with call.vault() as vault:
        rule = vault.forms.timetable.clocks.get(arguments.rule)
        if rule is None or not rule.needs_recheck:
            known = (one for one in vault.forms.timetable.clocks.values() if one.needs_recheck)
            allowed = tuple(one.id for one in known)
            raise Usage("usage.bad_value", what="rule", allowed=allowed)
        scope = case_of(vault, arguments.code)
        answers = {"ck_rule": rule.id, "ck_day": arguments.day, "ck_source": arguments.source}
        named = {f"clock[+1].{name}": value for name, value in answers.items() if value}
        items = _save(vault, scope, named)
    data = {"item": items["clock[+1]"], "rule": rule.id, "day": arguments.day}
    return Outcome(data, lines=["The day is kept."])


def _save(vault: OpenVault, scope: ScopeId, answers: dict[str, str]) -> dict[str, str]:
    """Save answers in one go. Gives the ids of the records that were opened."""
    view = vault.reader.case(scope, vault.sight)
    if view is None:
        raise Usage("usage.not_found", what="case", name="")
    answering = Answering(vault.context, scope, view)
    for address, value in answers.items():
        answering.add(Wanted(address, value, "", ""))
    only_event(vault.handle(answering.command()), AnswersSaved)
    return answering.named_items()


def _tracks(vault: OpenVault, scope: ScopeId) -> object:
    view = vault.reader.case(scope, vault.sight)
    if view is None:
        return {}
    return shown.tracks(view.row, case_times(vault.forms, view, now_of(vault.context), vault.sight))


def _line(vault: OpenVault, one: Due) -> str:
    label = vault.forms.text(f"time_limit.{one.clock.rule.id}")
    check = "  (to be checked first)" if one.clock.state is ClockState.TO_CONFIRM else ""
    return (
        f"{one.clock.ends}  {one.nearness.value:<8}{one.code}  {label}{check}{shown.in_file(one)}"
    )


def _item(one: Due) -> dict[str, object]:
    return {"code": one.code or None, "group": source_of(one).value, **shown.due(one)}


def _waiting(one: Waiting) -> dict[str, object]:
    return {
        "group": one.source.value,
        "what": one.what.value,
        "code": one.code or None,
        "count": one.count,
        "days_left": one.days_left,
        "since": iso_time(one.since_ms) if one.since_ms is not None else None,
    }


def _waiting_line(one: Waiting) -> str:
    known = (one.code, _WORDS[one.what].format(count=one.count, days=one.days_left))
    return "  ".join(filter(None, known))


def _rule(one: ClockRule, label: str) -> dict[str, object]:
    return {
        "id": one.id,
        "track": one.track,
        "label": label,
        "applies": one.applies.value,
        "length": one.length,
        "unit": one.unit.value,
        "kind": one.kind.value,
        "pack": one.pack,
        "verified": one.is_verified,
        "recheck": one.needs_recheck,
        "valid_from": one.valid_from or None,
        "valid_to": one.valid_to or None,
        "basis": one.basis or None,
        "source": one.source,
        "as_of": one.as_of or None,
    }


def _length(one: ClockRule) -> str:
    return f"{one.length} {one.unit.value.replace('_', ' ')}" if one.length else "the day itself"


COMMANDS: Runners = MappingProxyType(
    {
        "today": today,
        "event add": add_event,
        "clock list": list_clocks,
        "clock confirm": confirm_clock,
    }
)
