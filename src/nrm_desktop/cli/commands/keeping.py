"""How long closed cases are kept: what ends when, what is erased, and destroying what is over."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.proofs import ErasedCase
from nrm_desktop.app.retaining import Kept, kept_cases
from nrm_desktop.app.timing import now_of
from nrm_desktop.bootstrap.destroying import destroy_case
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.keeping_desk import erased_cases
from nrm_desktop.cli.commands.erasing import LIMITS, must_be_confirmed
from nrm_desktop.cli.commands.second_person import second_person
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, sight_of
from nrm_desktop.cli.output import Outcome


def list_kept(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """List closed cases with the day of their end, and those that are erased."""
    with call.vault() as vault:
        sight = sight_of(vault, "work.list")
        now = now_of(vault.context)
        kept = kept_cases(vault.reader, vault.forms, sight, now)
        erased = erased_cases(vault)
        lines = [_line(one, now.today) for one in kept]
        lines += [f"{one.stone.on[:10]}  erased  {one.stone.code}" for one in erased]
        data = {
            "cases": [_kept(one, now.today) for one in kept],
            "erased": [_erased(one) for one in erased],
        }
    return Outcome(data, lines=lines or ["Nothing is kept after its end."])


def destroy(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Destroy a closed case whose time is over, here and on every laptop that has it."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        code = _code(vault, arguments.code)
        must_be_confirmed(call, vault, scope)
        second = second_person(call, vault, arguments.second)
        done = destroy_case(vault, scope, second)
    data = {"code": code, "segments": done.segments, "attachments": done.attachments}
    lines = [f"{done.versions} values are erased here; the others follow.", *LIMITS]
    return Outcome({**data, "limits": list(LIMITS)}, lines=lines)


def _code(vault: OpenVault, typed: str) -> str:
    view = vault.reader.case(case_of(vault, typed), vault.sight)
    return view.row.code if view is not None else typed


def _kept(one: Kept, today: str) -> dict[str, object]:
    kept = one.retention
    return {
        "code": one.code,
        "stage": one.stage.value,
        "class": kept.class_id or None,
        "until": kept.until or None,
        "days_left": kept.days_left(today),
        "verified": kept.rule is not None and kept.rule.is_verified,
    }


def _erased(one: ErasedCase) -> dict[str, object]:
    stone = one.stone
    return {
        "code": stone.code,
        "on": stone.on,
        "ground": stone.ground,
        "class": stone.class_id or None,
        "by": list(stone.by),
        "computers": [
            {"label": each.label, "done": each.is_done, "heard": each.heard_on or None}
            for each in one.computers
        ],
        "left": one.left,
        "keys_ended": one.keys_ended_on or None,
    }


def _line(one: Kept, today: str) -> str:
    left = one.retention.days_left(today)
    days = "" if left is None else f"  {left} days"
    return f"{one.retention.until or 'no day    '}  {one.stage.value:<8}{one.code}{days}"


COMMANDS: Runners = MappingProxyType({"retention list": list_kept, "case destroy": destroy})
