"""After a laptop was lost: a report for whoever keeps them, and a note in each case it could open.

This module decides what is written down by itself when a device is ended because it was lost or is
in wrong hands: the officer's report with the codes of the cases, and in every open case in which
this person may write it, the event that has its safety plan looked at again. It tells nobody
outside; that is for people to do.

Source: forms.md form l4; storage-security.md T20; situation S5 of the domain guide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.breaches import BREACH
from nrm_desktop.app.timing import now_of
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.domain.acts import RemovalReason
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.domain.scopes import Compartment

_EVENT: Final = "event"
_KIND: Final = "data_breach"
IS_BREACH: Final = frozenset({RemovalReason.LOST, RemovalReason.COMPROMISED})


@dataclass(frozen=True, slots=True)
class Noted:
    """What was written down. Shape: `report` None where another role reports; `cases` are codes."""

    report: RecordId | None
    cases: tuple[str, ...]


def note_breach(
    vault: OpenVault, reason: RemovalReason, label: str, scopes: Iterable[ScopeId]
) -> Noted:
    """Write down that a device with these cases is in wrong hands; nothing for other reasons."""
    scopes = tuple(scopes)
    if reason not in IS_BREACH or not scopes:
        return Noted(None, ())
    found = vault.work.run(lambda unit: {scope: unit.code_of_scope(scope) for scope in scopes})
    codes = sorted(filter(None, found.values()))
    noted = [found[scope] or "" for scope in scopes if _note_in_case(vault, scope)]
    return Noted(_report(vault, label, codes), tuple(sorted(filter(None, noted))))


def _report(vault: OpenVault, label: str, codes: Sequence[str]) -> RecordId | None:
    context = vault.context
    roles = vault.forms.roles
    if not roles.may_fill(context.roles, BREACH):
        return None
    register = vault.reader.register(BREACH, vault.sight)
    answering = Answering(context, context.organisation, register)
    said = {"br_noticed": now_of(context).minute, "br_what[+1].what": label}
    if codes:  # whoever reads no case has no codes to name
        said["br_what[+1].cases"] = ", ".join(codes)
    for address, value in said.items():
        answering.add(Wanted(f"{BREACH}[+1].{address}", value))
    vault.handle(answering.command())
    return RecordId(bytes.fromhex(answering.named_items()[f"{BREACH}[+1]"]))


def _note_in_case(vault: OpenVault, scope: ScopeId) -> bool:
    """Write the event into a case. Shape: False where this person may not, or it is closed."""
    context, roles = vault.context, vault.forms.roles
    may_write = roles.may_write(context.roles, Compartment.RIGHTS)
    view = vault.reader.case(scope, vault.sight)
    if view is None or not (may_write and roles.may_fill(context.roles, _EVENT)):
        return False
    answering = Answering(context, scope, view)
    answering.add(Wanted(f"{_EVENT}.e[+1].ev_kind", _KIND))
    answering.add(Wanted(f"{_EVENT}.e[+1].ev_on", now_of(context).minute))
    try:
        vault.handle(answering.command())
    except Refused as refused:
        if refused.code == "policy.case_closed":
            return False
        raise
    return True
