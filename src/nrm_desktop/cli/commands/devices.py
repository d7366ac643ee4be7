"""Devices: asking to be taken in, taking in, joining, and the list of them."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from types import MappingProxyType

from nrm_desktop.app.context import iso_time
from nrm_desktop.app.events import CasesChanged
from nrm_desktop.app.fingerprints import Comparison
from nrm_desktop.bootstrap.arriving import DeviceRow, sync_status
from nrm_desktop.bootstrap.breaches import IS_BREACH, note_breach
from nrm_desktop.bootstrap.brought_forms import NOT_BROUGHT
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.identity import needs_identity
from nrm_desktop.bootstrap.joining import approve, ask_to_join, ask_with_cases, join
from nrm_desktop.bootstrap.renewing import ask_for_approval, is_certified, renew_identity
from nrm_desktop.bootstrap.revoking import find_device, revoke_device
from nrm_desktop.bootstrap.safe import create_safe, open_safe
from nrm_desktop.bootstrap.session import OpenSafe
from nrm_desktop.cli.invocation import Invocation, Runners, read_cost, sight_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.acts import RemovalReason
from nrm_desktop.domain.errors import EnvironmentFault, Refused, Usage
from nrm_desktop.domain.ids import DeviceId, ScopeId

_WANTED = "24 digits or 12 words"
_TYPED = 6
_AFTER_REVOKING = (
    "Exchange now with every store, so that colleagues hear of it.",
    "Until a colleague has heard of it, what that colleague writes can still be read there.",
    "Ask the administrator of each store to change its password.",
)


def request(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Ask for this laptop to be taken in; makes a vault if there is none."""
    if not call.user:
        raise Usage("usage.option", option="--user")
    ask = ask_with_cases if arguments.with_cases else ask_to_join
    safe = _safe(call, arguments.kdf)
    try:
        made = ask(safe, call.user, arguments.label, arguments.out)
    finally:
        safe.close()
    data = {"device": made.device.hex(), "file": made.file, **_compared(made.compared)}
    return Outcome(data, lines=[f"Written: {made.file}", *_read_out(made.compared)])


def take_in(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Take a laptop in, once its person has read out the digits or words."""
    typed = call.console.typed("The digits or words that the other side reads out", _WANTED)
    with call.vault() as vault:
        done = approve(vault.session, arguments.input, arguments.out, typed, arguments.role)
    data = {
        "device": done.device.hex(),
        "user": done.badge,
        "file": done.file,
        "acts": [act.hex() for act in done.acts],
        "org_digits": list(done.compared.digits),
        "org_words": list(done.compared.words),
    }
    return Outcome(data, lines=[f"Written: {done.file}", *_read_out(done.compared)])


def enter(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Open the welcome and belong to the organisation, once it was read out."""
    typed = call.console.typed("The organisation's digits or words, read out to you", _WANTED)
    safe = open_safe(call.shell, call.passphrase())
    try:
        done = join(safe, arguments.input, typed)
    finally:
        safe.close()
    data = {
        "org": {"name": done.organisation, "fingerprint": done.fingerprint.hex()},
        "device": done.device.hex(),
        "root_version": done.root_version,
        "cases_readable": 0,
        "packs": list(done.forms.packs),
    }
    lines = [f"This laptop belongs to {done.organisation} now."]
    if done.forms.packs:
        lines.append("Its forms came along; they are used from the next unlocking on (pack list).")
    if done.forms.refused:
        call.console.warn(NOT_BROUGHT)
    return Outcome(data, lines=lines)


def list_devices(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """List the devices of the organisation, as far as this one has heard of them."""
    with call.vault() as vault:
        sight_of(vault, "device.list")
        is_provisional = vault.session.roster.root.is_provisional
        rows = sync_status(vault.session).devices
    lines = [f"{row.device.hex()[:8]}  {row.label}  {row.state}" for row in rows]
    if is_provisional:
        call.console.warn("trust.provisional")
    return Outcome({"devices": [_device(row) for row in rows]}, lines=lines)


def renew(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Give this laptop a new identity, after a restore or a move; it can write again then."""
    with call.vault() as vault:
        renewed = None
        if needs_identity(vault.session.safe):
            renewed = renew_identity(vault, arguments.label)
        elif is_certified(vault) or not arguments.out:
            raise Refused("policy.identity_stands")
        is_known = renewed is not None and renewed.is_certified
        asked = None
        if arguments.out and not is_known:
            asked = ask_for_approval(vault, arguments.out, renewed)
        device = vault.session.safe.device.id if renewed is None else renewed.device.id
    if not is_known:
        call.console.warn("identity.unapproved")
    data: dict[str, object] = {
        "device": device.hex(),
        "renewed": renewed is not None,
        "certified": is_known,
        "file": asked.file if asked else None,
        **(_compared(asked.compared) if asked else {"digits": None, "words": None}),
    }
    lines = [f"This laptop is device {device.hex()[:8]} now."]
    if asked:
        lines += [f"Written: {asked.file}", *_read_out(asked.compared)]
    return Outcome(data, lines=lines)


def revoke(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """End a device: what it writes from the cut on waits in quarantine, and keys are renewed."""
    with call.vault() as vault:
        device = find_device(vault.session, arguments.id).hex()
        wanted = device[:_TYPED]
        typed = call.console.typed(f"Type {wanted} to end this device", wanted)
        if typed.strip().casefold() != wanted:
            raise Refused("confirm.needed", word=wanted)
        reason = RemovalReason(arguments.reason)
        done = revoke_device(vault.session, device, reason, arguments.cut)
        if done.changed:
            vault.bus.publish(CasesChanged(changed=done.changed))
        cases = _codes(vault, done.cases)
        noted = note_breach(vault, done.reason, _label(vault, device), done.cases)
    data = {
        "device": device,
        "reason": done.reason.value,
        "cut": {"checkpoint": done.checkpoint, "logs": done.logs},
        "quarantined": done.quarantined,
        "exchange_key": done.exchange_key,
        "cases_to_rekey": done.to_rekey,
        "cases_rekeyed": done.rekeyed,
        "cases": cases,
        "noted_in": list(noted.cases),
        "report": noted.report.hex() if noted.report else None,
        "tell_administrator": True,
    }
    lines = [f"Device {device[:8]} has ended.", *_AFTER_REVOKING]
    if cases:
        if done.reason in IS_BREACH and noted.report is None:
            lines.append("Tell the data-protection officer, who reports it with these codes.")
        lines.append(f"It could open {len(cases)} cases; look at their safety plans again:")
    return Outcome(data, lines=[*lines, *cases])


def _label(vault: OpenVault, device: str) -> str:
    facts = vault.session.roster.powers.organisation.devices.get(DeviceId(bytes.fromhex(device)))
    return f"{facts.label if facts else ''} {device[:8]}".strip()


def _codes(vault: OpenVault, scopes: Iterable[ScopeId]) -> list[str]:
    """The codes of cases, sorted; one whose code cannot be read here is left out."""
    found = vault.work.run(lambda unit: [unit.code_of_scope(scope) for scope in scopes])
    return sorted(code for code in found if code)


def _safe(call: Invocation, cost: str | None) -> OpenSafe:
    """Open the vault of this laptop, or make one."""
    try:
        return open_safe(call.shell, call.passphrase())
    except EnvironmentFault as fault:
        if fault.code != "storage.no_vault":
            raise
    return create_safe(
        call.shell, call.new_passphrase("New passphrase"), read_cost(cost) if cost else None
    )


def _device(row: DeviceRow) -> dict[str, object]:
    return {
        "id": row.device.hex(),
        "label": row.label,
        "state": row.state,
        "last_checkpoint": row.last_checkpoint,
        "last_heard": iso_time(row.heard_ms) if row.heard_ms is not None else None,
        "days_silent": row.days_silent,
        "behind": row.behind,
        "forked": row.is_forked,
    }


def _compared(said: Comparison) -> dict[str, object]:
    return {"digits": list(said.digits), "words": list(said.words)}


def _read_out(said: Comparison) -> list[str]:
    return [f"Digits to read out: {' '.join(said.digits)}", f"or words: {' '.join(said.words)}"]


COMMANDS: Runners = MappingProxyType(
    {
        "device request": request,
        "device approve": take_in,
        "device join": enter,
        "device list": list_devices,
        "device renew": renew,
        "device revoke": revoke,
    }
)
