"""What waits today, read from an open vault: one reading beside the other.

This module joins; it decides nothing. Each reading is slow and runs outside the window.

Source: ux.md section 4, screen 3.
"""

from __future__ import annotations

from collections.abc import Sequence

from nrm_desktop.app.breaches import Office, office_list
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.timing import now_of
from nrm_desktop.app.today import (
    Asked,
    Source,
    Waiting,
    What,
    backup_lines,
    counted,
    due_in_cases,
    files_away,
    open_requests,
    owed_notices,
    undecided,
    undecided_files,
    way_back_lines,
)
from nrm_desktop.bootstrap.adopting import held_work
from nrm_desktop.bootstrap.backups import last_backup, must_nag
from nrm_desktop.bootstrap.changed_forms import forms_lines
from nrm_desktop.bootstrap.confirming import open_claims
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.intake import waiting_boxes
from nrm_desktop.bootstrap.way_back import way_back_state


def readings(vault: OpenVault, sight: Sight, within_days: int) -> Sequence[Asked]:
    """Every reading, in the order in which it is shown. Shape: `sight` is what the user may see."""
    context, session, now = vault.context, vault.session, now_of(vault.context)
    office = Office(context.organisation, within_days)
    return (
        due_in_cases(vault.reader, vault.forms, sight, now, within_days),
        Asked((Source.OFFICE,), lambda: office_list(vault.reader, vault.forms, sight, now, office)),
        files_away(vault.reader),
        owed_notices(vault.reader, sight),
        open_requests(vault.reader, sight),
        undecided(vault.reader, sight),
        undecided_files(vault.reader),
        Asked((Source.WRITTEN_LOCKED,), lambda: _boxes(vault)),
        Asked((Source.ARRIVALS,), lambda: _arrived(vault)),
        Asked((Source.BACKUP,), lambda: _backups(vault)),
        Asked((Source.WAY_BACK,), lambda: way_back_lines(way_back_state(session))),
        Asked((Source.FORMS,), lambda: forms_lines(session)),
    )


def _boxes(vault: OpenVault) -> list[Waiting]:
    """Quick screens and messages written without unlocking, by number: none is opened for it."""
    waiting = waiting_boxes(vault.session.safe.shell).boxes
    return counted(Source.WRITTEN_LOCKED, What.BOX, waiting)


def _arrived(vault: OpenVault) -> list[Waiting]:
    """What came and waits for a decision: held work, and people who wait to be taken in."""
    return [
        *counted(Source.ARRIVALS, What.HELD_WORK, sum(one.may_adopt for one in held_work(vault))),
        *counted(Source.ARRIVALS, What.CLAIM, open_claims(vault.session)),
    ]


def _backups(vault: OpenVault) -> list[Waiting]:
    now_ms = vault.context.clock.now_ms()
    return backup_lines(now_ms, last_backup(vault), must_remind=must_nag(vault))
