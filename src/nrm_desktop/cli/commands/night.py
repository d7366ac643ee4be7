"""What a night needs, without a network: the hand-over of the shift, and the duty sheet."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from types import MappingProxyType

from nrm_desktop.app.duty import Beds, DutySheet, OnCall, PhoneHelp, duty_sheet
from nrm_desktop.app.events import AnswersSaved
from nrm_desktop.app.referring import PLAINTEXT
from nrm_desktop.app.shift import ShiftLine, hand_over, receipt_of
from nrm_desktop.app.timing import now_of
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.night_papers import write_shift
from nrm_desktop.cli.commands.referrals import has_typed
from nrm_desktop.cli.invocation import Invocation, Runners, must_be_folder, only_event, sight_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import read_case_code

_Json = dict[str, object]


def show_shift(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """Show the line of every open case, and the cases that have none."""
    with call.vault() as vault:
        found = hand_over(vault.reader, sight_of(vault, "shift.show"), now_of(vault.context))
        badge = vault.context.badge
        lines = [text for one in found.lines for text in _told(vault, one)]
    data = {
        "lines": [{**_line(one), "read_by_me": one.is_known_to(badge)} for one in found.lines],
        "without": list(found.without),
    }
    if found.without:
        lines.append(f"Without a line: {', '.join(found.without)}")
    return Outcome(data, lines=lines or ["Nothing was handed over."])


def read_shift(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Sign in the own name that lines were read: those that are named, or all."""
    wanted = frozenset(map(_code, arguments.codes))
    with call.vault() as vault:
        now = now_of(vault.context)
        found = hand_over(vault.reader, sight_of(vault, "shift.show"), now).lines
        unknown = wanted - {one.code for one in found}
        if unknown:
            raise Usage("usage.not_found", what="line", name=min(unknown))
        badge = vault.context.badge
        new = [one for one in found if not one.is_known_to(badge)]
        read = [one for one in new if not wanted or one.code in wanted]
        for one in read:
            only_event(vault.handle(receipt_of(vault.context, one, now.minute)), AnswersSaved)
    return Outcome({"read": [one.code for one in read]}, lines=[f"Read: {len(read)}."])


def print_shift(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write the hand-over as PDF; what stands on it can be read by whoever finds it."""
    must_be_folder(arguments.to)
    with call.vault() as vault:
        words = frozenset({PLAINTEXT} if has_typed(call, PLAINTEXT) else ())
        file = write_shift(vault, arguments.lang, arguments.to, words)
        language = arguments.lang or vault.context.language
    return Outcome({"file": file, "lang": language}, lines=[f"Written: {file}"])


def show_duty(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """Show who can be reached tonight, free beds, and interpreters by telephone."""
    with call.vault() as vault:
        sight = sight_of(vault, "duty.show")
        found = duty_sheet(vault.reader, sight, now_of(vault.context))
        lines = [*_duty_told(vault, found)]
    data: _Json = {
        "on_call": [_on_call(one) for one in found.on_call],
        "beds": [_beds(one) for one in found.beds],
        "phones": [_phone(one) for one in found.phones],
    }
    return Outcome(data, lines=lines or ["Nobody is entered for tonight."])


def _on_call(one: OnCall) -> _Json:
    return {
        "role": one.role,
        "who": one.who,
        "from": one.start or None,
        "until": one.end or None,
        "second": one.second or None,
        "now": one.is_now,
        "old": one.is_old,
    }


def _beds(one: Beds) -> _Json:
    return {
        "place": one.place,
        "profile": one.profile,
        "number": one.number,
        "at": one.at or None,
        "old": one.is_old,
    }


def _phone(one: PhoneHelp) -> _Json:
    return {
        "language": one.language,
        "gender": one.gender or None,
        "phone": one.phone,
        "hours": one.hours or None,
        "who_pays": one.who_pays or None,
    }


def _duty_told(vault: OpenVault, sheet: DutySheet) -> Iterator[str]:
    said = vault.forms.text
    for one in sheet.on_call:
        role = said(f"codelist.duty_role.{one.role}")
        when = "now" if one.is_now else f"{one.start} {one.end}".strip()
        yield _joined(role, one.who, when, "(old)" * one.is_old)
    for bed in sheet.beds:
        number = f"{said(f'codelist.bed_profile.{bed.profile}')}: {bed.number}"
        yield _joined(bed.place, number, bed.at, "(old)" * bed.is_old)
    for phone in sheet.phones:
        yield _joined(phone.language, phone.phone, phone.hours)


def _joined(*parts: str) -> str:
    return "  ".join(filter(None, parts))


def _line(one: ShiftLine) -> _Json:
    return {
        "code": one.code,
        "item": one.record.hex(),
        "written": one.written,
        "by": one.by,
        "now": one.now,
        "todo": [
            {
                "what": do.what,
                "by_when": do.by_when or None,
                "who": do.who or None,
                "done": do.is_done,
            }
            for do in one.todo
        ],
        "watch": list(one.watch),
        "watch_words": one.watch_words or None,
        "bed": one.bed or None,
        "read": [{"by": receipt.by, "at": receipt.at} for receipt in one.receipts],
    }


def _told(vault: OpenVault, one: ShiftLine) -> list[str]:
    said = vault.forms.text
    watch = [said(f"codelist.shift_watch.{code}") for code in one.watch]
    watch += [one.watch_words] if one.watch_words else []
    read = ", ".join(f"{receipt.by} {receipt.at}" for receipt in one.receipts)
    return [
        f"{one.code}  {one.bed}  {one.now}  ({one.by}, {one.written})",
        *(
            f"  {'done' if do.is_done else 'to do'}: {do.what} {do.by_when} {do.who}".rstrip()
            for do in one.todo
        ),
        *([f"  watch for: {', '.join(watch)}"] if watch else []),
        f"  read by: {read or 'nobody yet'}",
    ]


def _code(text: str) -> str:
    try:
        return read_case_code(text)
    except ValueError:
        raise Usage("usage.bad_code") from None


COMMANDS: Runners = MappingProxyType(
    {
        "shift show": show_shift,
        "shift read": read_shift,
        "shift print": print_shift,
        "duty show": show_duty,
    }
)
