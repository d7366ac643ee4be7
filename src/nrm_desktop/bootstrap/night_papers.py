"""Papers of a night, as files on a medium: the slip of a counter, and the hand-over of a shift.

This module decides who may write them out of the vault. A slip holds two codes and nothing that
anybody could read; the hand-over holds what was written about people, so it is confirmed as
readable text, like every other plain file. Both are noted; both lie under a name that tells
nothing, written beside it, read back and named.

Source: forms.md forms l15 and l21; ux.md section 9; ADR 0041.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from types import ModuleType
from typing import Final

from nrm_desktop.app.referring import PLAINTEXT
from nrm_desktop.app.shift_paper import shift_paper
from nrm_desktop.app.timing import now_of
from nrm_desktop.bootstrap.handing_over import HandoverDesk, HandoverSlip
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.joining import write_file
from nrm_desktop.bootstrap.paper_language import paper_language
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.handover import GOOD_DAYS
from nrm_desktop.domain.ids import ScopeId

_SLIP: Final = ("h", ".pdf")
_SHIFT: Final = ("n", ".pdf")


@dataclass(frozen=True, slots=True)
class WrittenSlip:
    """A slip that was written."""

    file: str
    slip: HandoverSlip


def write_slip(vault: OpenVault, scope: ScopeId, language: str, folder: str) -> WrittenSlip:
    """Make the code of a case and write it on a slip.

    Raises: as `HandoverDesk.give`; Usage `usage.bad_value` for a language without words;
    EnvironmentFault of the medium.
    """
    language = paper_language(vault, language)
    slip = HandoverDesk(vault).give(scope)
    session = vault.session
    sheets = _sheets()
    until = date.fromisoformat(vault.context.today()) + timedelta(days=GOOD_DAYS)
    groups, practice = tuple(slip.code.split("-")), session.safe.shell.is_practice
    content = sheets.SlipContent(groups, slip.case, until.isoformat(), practice)
    pdf = sheets.slip_of(session, content, language)
    file = write_file(session.safe.shell, folder, _SLIP, pdf)
    vault.work.run(lambda unit: unit.audit("handover.slip", (scope,)))
    return WrittenSlip(file, slip)


def write_shift(
    vault: OpenVault, language: str, folder: str, confirmations: Collection[str]
) -> str:
    """Write the hand-over of the shift; gives the path of the file.

    Raises: Refused `policy.role`, `confirm.plaintext`; Usage `usage.bad_value` for a language
    without words; EnvironmentFault of the medium.
    """
    language = paper_language(vault, language)
    context = vault.context
    paper = shift_paper(vault.reader, vault.sight, now_of(context), context.badge)
    if PLAINTEXT not in confirmations:
        raise Refused("confirm.plaintext")
    pdf = _sheets().shift_of(vault.session, paper, language)
    file = write_file(vault.session.safe.shell, folder, _SHIFT, pdf)
    vault.work.run(lambda unit: unit.audit("shift.print"))
    return file


def _sheets() -> ModuleType:
    """What draws; the PDF library is loaded now and not before."""
    return import_module("nrm_desktop.bootstrap.sheets")
