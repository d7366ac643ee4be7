"""The exchange with other devices: sync, arrivals, and looking into what is carried."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType

from nrm_desktop.app.arrived_files import Arrival, ArrivalKind
from nrm_desktop.app.context import iso_time
from nrm_desktop.app.sync_report import SyncReport
from nrm_desktop.app.wire.sealed_object import SUITE
from nrm_desktop.bootstrap.arriving import (
    DeviceRow,
    info_of,
    look_at_arrivals,
    post_taker,
    sync_status,
    verify_files,
)
from nrm_desktop.bootstrap.exchange import SyncWish, synchronise
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.cli.commands.shown import compartment_word
from nrm_desktop.cli.commands.stores import access_for
from nrm_desktop.cli.invocation import (
    Invocation,
    Runners,
    must_be_file,
    past_expiry,
    sight_of,
)
from nrm_desktop.cli.output import DONE, INTEGRITY, Outcome
from nrm_desktop.domain.errors import NrmError, Usage
from nrm_desktop.sync.hearing import SILENT_DAYS
from nrm_desktop.sync.inspecting import ObjectInfo, Verdict

Json = dict[str, object]
_OPENED_BY = MappingProxyType(
    {
        "packet": "referral import",
        "card": "card import",
        "form_pack": "pack take",
        "release": "release verify",
        "request": "device approve",
        "invitation": "invite open",
        "welcome": "device join",
        "withdrawal": "consent import",
        "recovery_request": "recovery answer",
        "recovery_answer": "recovery take",
    }
)
WHAT_WORDS = MappingProxyType(
    {
        "box": "something written without unlocking",
        "card": "a partner's contact card",
        "form_pack": "forms that a colleague signed",
        "release": "the signature of a table of counts",
        "invitation": "an invitation",
        "pack": "entries of your organisation",
        "packet": "a referral",
        "receipt": "a receipt",
        "recovery_answer": "the office's answer to a locked laptop",
        "recovery_request": "a locked laptop asks the office",
        "request": "a laptop asks to be taken in",
        "root": "the root document of an organisation",
        "withdrawal": "a notice that a consent was taken back",
        "welcome": "the welcome for a laptop",
    }
)
"""What each kind of file is; the window says the same."""


def sync(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Exchange with a store, both ways; or only plan it."""
    with call.vault() as vault:
        past_expiry(call, vault)
        access = access_for(call, vault.session, arguments.store)
        done = synchronise(
            vault.session,
            arguments.store,
            vault.bus,
            wish=SyncWish(arguments.dry_run, arguments.attachments, arguments.accept_many, access),
            tell=lambda step: call.console.tell(f"... {step}"),
        )
    report = done.report
    data = asdict(report)
    data["alarms"] = [
        {**asdict(alarm), "message": _words(call, f"alarm.{alarm.kind}")} for alarm in report.alarms
    ]
    code = DONE if report.is_clean else INTEGRITY
    return Outcome(data, lines=_lines(report), exit_code=code)


def status(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """Say how the exchange stands, without any network."""
    with call.vault() as vault:
        sight_of(vault, "sync.status")
        found = sync_status(vault.session)
    data = {
        "stores": [
            {
                "store": one.address,
                "last_run": _time(one.last_run_ms),
                "last_ok": _time(one.last_ok_ms),
            }
            for one in found.stores
        ],
        "outbox": asdict(found.outbox),
        "pending": found.pending,
        "quarantined": found.quarantined,
        "devices": [
            {
                "id": one.device.hex(),
                "label": one.label,
                "days_silent": one.days_silent,
                "behind": one.behind,
            }
            for one in found.devices
            if not one.is_own
        ],
        "trust_valid_until": _time(found.trust_valid_until_ms),
    }
    lines = [f"{one.address}: last run {_time(one.last_run_ms) or 'never'}" for one in found.stores]
    lines = lines or ["Nothing was exchanged yet."]
    return Outcome(data, lines=[*lines, *_silent(found.devices)])


def _silent(devices: Iterable[DeviceRow]) -> Iterator[str]:
    """From whom nothing was heard for a week or more, the longest first."""
    long = [row for row in devices if not row.is_own and row.days_silent >= SILENT_DAYS]
    for row in sorted(long, key=lambda row: -row.days_silent):
        heard = "last heard from" if row.heard_ms is not None else "never heard from, joined"
        yield f"{row.label or '?'}: {heard} {row.days_silent} days ago"


def arrivals(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Say what each file is, and take in what is safe if asked to."""
    folder = Path(arguments.dir)
    if not folder.exists():
        raise Usage("usage.not_found", what="folder", name=folder.name)
    with call.vault() as vault:
        found = look_at_arrivals(
            vault.session,
            folder,
            post_taker(vault, "command line"),
            vault.bus,
            is_taking=arguments.take,
        )
    left = [one.file for one in found if one.what in _OPENED_BY and not one.taken]
    data = {
        "files": [arrival_data(one) for one in found],
        "taken": sum(one.taken for one in found),
        "left": left,
    }
    is_damaged = any(one.kind is ArrivalKind.DAMAGED for one in found)
    return Outcome(data, lines=_told(found), exit_code=INTEGRITY if is_damaged else DONE)


def verify(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Check objects and pack files; without a passphrase only from outside. Applies nothing."""
    paths = [Path(name) for name in arguments.files]
    for path in paths:
        if not path.exists():
            raise Usage("usage.not_found", what="file", name=path.name)
    if call.has_secret:
        with call.vault() as vault:
            found = verify_files(call.shell, paths, vault.session)
    else:
        found = verify_files(call.shell, paths)
    data = {
        "level": "full" if call.has_secret else "outer",
        "files": [_verified(path, verdict) for path, verdict in found],
    }
    is_good = all(verdict.is_good for _, verdict in found)
    lines = [f"{'good' if v.is_good else v.code}  {path}" for path, v in found]
    return Outcome(data, lines=lines, exit_code=DONE if is_good else INTEGRITY)


def info(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Say what a file says of itself, and what is in it if our keys open it."""
    must_be_file(arguments.file)
    with call.vault() as vault:
        sight_of(vault, "bundle.info")
        data = _info(vault, info_of(vault.session, Path(arguments.file)))
    return Outcome(data, lines=[f"{name}: {value}" for name, value in data.items()])


def arrival_data(one: Arrival) -> Json:
    """What a file is, as data."""
    return {
        "file": one.file,
        "kind": one.kind.value,
        "what": one.what or None,
        "objects": one.objects,
        "code": one.code or None,
        "taken": one.taken,
        "missing": one.missing,
    }


def _told(found: Sequence[Arrival]) -> list[str]:
    return [f"{one.file}  {arrival_words(one)}" for one in found] or ["Nothing lies here."]


def arrival_words(one: Arrival) -> str:
    """What a file is, in words, and what to do with it."""
    if one.kind is ArrivalKind.NOT_OURS:
        return "nothing of ours"
    if one.kind is ArrivalKind.DAMAGED:
        return f"damaged ({one.code}); ask for it again"
    said = WHAT_WORDS.get(one.what, "something of a newer version")
    if one.kind is ArrivalKind.CARRIED:
        return f"{said}, for others; it can travel on"
    if one.missing:
        said += f"; {one.missing} entries that it names have not arrived yet"
    if one.taken:
        return f"{said}; taken in"
    if one.code:
        return f"{said}; not taken in ({one.code})"
    hint = _OPENED_BY.get(one.what, "arrivals --take")
    return f"{said}; open it with: {hint}"


def _verified(path: Path, verdict: Verdict) -> Json:
    return {
        "file": str(path),
        "type": verdict.type or None,
        "ok": verdict.is_good,
        "checks": dict(verdict.checks),
        "commits": verdict.commits,
        "code": verdict.code or None,
    }


def _info(vault: OpenVault, found: ObjectInfo) -> Json:
    data: Json = {
        "type": found.type,
        "suite": SUITE,
        "bytes": found.bytes,
        "name": found.name,
        "readable": found.readable,
        "objects": found.objects,
    }
    place = found.place
    if place is None:
        return data
    scope = place.scope
    is_case = scope is not None and scope != vault.context.organisation
    data["scope"] = "case" if is_case else "organisation"
    if is_case and scope is not None:
        data["case"] = vault.work.run(lambda unit: unit.code_of_scope(scope))
    if scope is not None:
        data["compartment"] = compartment_word(place.number)
    headers = [commit.header for commit in found.commits]
    if headers:
        data["device"] = headers[0].device.hex()
        data["signers"] = sorted({header.signer.hex() for header in headers})
        data["seq"] = [headers[0].seq, headers[-1].seq]
        data["ops"] = found.ops
    return data


def _lines(report: SyncReport) -> list[str]:
    received, sent = report.received, report.sent
    lines = [f"{received.commits} entries came, {sent.commits} went, in {report.seconds} s."]
    if received.forms:
        lines.append("New forms came; they are used from the next unlocking on (pack list).")
    if report.carried_for_others:
        lines.append(f"{report.carried_for_others} parcels are for others; they travel on.")
    if report.passed_on:
        lines.append(f"{report.passed_on} parcels of others were put onto it, to travel along.")
    waiting = report.left_for_later
    if waiting.attachments:
        lines.append(
            f"{waiting.attachments} attachments ({waiting.bytes // 1000} kB) wait for a better "
            "line. Put them on a stick, or ask for them with --attachments."
        )
    lines += [f"Please look at this: {alarm.kind} ({alarm.device})" for alarm in report.alarms]
    lines += [f"Not accepted: {one.object} ({one.code})" for one in report.skipped]
    return lines


def _words(call: Invocation, code: str) -> str:
    return call.shell.errors.explain(NrmError(code))[0]


def _time(ms: int) -> str | None:
    return iso_time(ms) if ms else None


COMMANDS: Runners = MappingProxyType(
    {
        "sync": sync,
        "sync status": status,
        "arrivals": arrivals,
        "bundle verify": verify,
        "bundle info": info,
    }
)
