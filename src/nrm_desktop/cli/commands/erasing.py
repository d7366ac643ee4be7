"""Erasing by order: what would go is shown, and the code of the case is typed to go on."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

from nrm_desktop.app.erasing import read_order
from nrm_desktop.app.strict_json import MOST_BYTES, read_json
from nrm_desktop.bootstrap.destroying import carry_out_order
from nrm_desktop.bootstrap.erasing import look_at_erasure
from nrm_desktop.bootstrap.erasure_report import erasure_report
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.orders_told import DeviceErased
from nrm_desktop.cli.commands.second_person import second_person
from nrm_desktop.cli.console import read_file
from nrm_desktop.cli.invocation import Invocation, Runners, case_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import ScopeId, plain_code
from nrm_desktop.storage.erasure import ErasurePlan

LIMITS = (
    "Other devices of the case erase at their next exchange; one never heard from cannot.",
    "Backups made before still hold it, and so do sticks that lie elsewhere.",
    "Whoever has received or copied it keeps it.",
)


def carry_out(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Carry out an order to erase here, and sign it for the other devices of the case."""
    order = read_order(read_json(read_file(Path(arguments.order), MOST_BYTES)))
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        plan = look_at_erasure(vault, scope, order)
        for line in _lines(plan):
            call.console.tell(line)
        must_be_confirmed(call, vault, scope)
        done = carry_out_order(vault, scope, order, second_person(call, vault, order.second))
        last = erasure_report(vault.session, scope)[-1]
        devices = [_device(one) for one in last.devices]
    data = {
        "act": last.act.hex(),
        "segments": done.segments,
        "attachments": done.attachments,
        "index_clean": done.is_log_clean,
        "devices": devices,
        "recipients_to_tell": [],
        "limits": list(LIMITS),
    }
    return Outcome(data, lines=[f"{done.versions} values are erased here.", *LIMITS])


def _device(one: DeviceErased) -> dict[str, str]:
    return {"id": one.device.hex(), "state": "done" if one.is_done else "waiting"}


def _lines(plan: ErasurePlan) -> Sequence[str]:
    lines = [f"{plan.versions} values in {plan.segments} saves would go."]
    if plan.neighbours:
        names = sorted({str(one.name) for one in plan.neighbours})
        lines.append(f"In the same saves: {', '.join(names)}.")
    return lines


def must_be_confirmed(call: Invocation, vault: OpenVault, scope: ScopeId) -> None:
    """Raises: Refused `confirm.needed` unless the code of the case was typed."""
    view = vault.reader.case(scope, vault.sight)
    code = view.row.code if view else ""
    typed = call.console.typed("Type the code of the case to erase", "the code of the case")
    if plain_code(typed) != plain_code(code):
        raise Refused("confirm.needed", word="the code of the case")


COMMANDS: Runners = MappingProxyType({"erase": carry_out})
