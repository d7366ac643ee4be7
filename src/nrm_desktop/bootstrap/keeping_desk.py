"""Erased cases as they stand now: where they are erased, what came later, whether keys are left.

This module decides nothing: it joins the registers of the organisation with what devices say.

Source: sync.md section 17, point 5; ux.md section 4, screen 23.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from nrm_desktop.app.proofs import ComputerTold, ErasedCase
from nrm_desktop.app.tombstone import Tombstone
from nrm_desktop.app.tombstones import FORM, read_tombstones
from nrm_desktop.bootstrap.erasure_report import erasure_report
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.orders_told import DeviceErased, OrderReport
from nrm_desktop.domain.ids import DeviceId
from nrm_desktop.storage.ended_keys import ended_at, values_left


def erased_cases(vault: OpenVault) -> tuple[ErasedCase, ...]:
    """All erased cases that the registers here know of, the newest in front."""
    return tuple(erased_case(vault, stone) for stone in tombstones_here(vault))


def tombstones_here(vault: OpenVault) -> tuple[Tombstone, ...]:
    """What the registers of the organisation say of erased cases, the newest in front."""
    return read_tombstones(vault.reader.register(FORM, vault.sight).cells)


def erased_case(vault: OpenVault, stone: Tombstone) -> ErasedCase:
    """How an erased case stands now."""
    reports = erasure_report(vault.session, stone.scope)
    ended = vault.database.read(lambda found: ended_at(found, stone.scope)).result()
    return ErasedCase(
        stone,
        computers_of(reports, {one.act.hex() for one in reports}),
        vault.database.read(lambda found: values_left(found, stone.scope)).result(),
        "" if ended is None else day_of_ms(ended),
    )


def computers_of(reports: Iterable[OrderReport], acts: Collection[str]) -> tuple[ComputerTold, ...]:
    """Each computer once: it has done it when it has carried out every one of these orders."""
    told: dict[DeviceId, list[DeviceErased]] = {}
    for report in reports:
        for one in report.devices if report.act.hex() in acts else ():
            told.setdefault(one.device, []).append(one)
    return tuple(
        ComputerTold(
            said[0].label,
            all(one.is_done for one in said),
            day_of_ms(heard) if (heard := max(one.heard_ms for one in said)) else "",
        )
        for _, said in sorted(told.items())
    )


def day_of_ms(ms: int) -> str:
    """The day of a wall clock as an ISO date, in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()
