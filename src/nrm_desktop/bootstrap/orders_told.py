"""What devices say about orders to erase: who has carried one out, and who was not heard from.

This module decides which devices are asked about: those that hold keys of the case, as the grants
say now. A device that lost its grant before may hold the values still, and says nothing: that is
one of the limits printed beside the report.

Source: sync.md section 17, point 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nrm_desktop.app.sync_ports import ExchangeUnit
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.acts import ActId
from nrm_desktop.domain.ids import DeviceId, ScopeId
from nrm_desktop.sync.checkpoint import erased_of
from nrm_desktop.sync.hearing import last_heard
from nrm_desktop.sync.said import full_state


@dataclass(frozen=True, slots=True)
class DeviceErased:
    """What is known of one device. Units: `heard_ms`, time of its newest word; 0 never."""

    device: DeviceId
    label: str
    is_done: bool
    heard_ms: int = 0


@dataclass(frozen=True, slots=True)
class OrderReport:
    """One order, and the devices of its case."""

    act: ActId
    at_ms: int
    devices: tuple[DeviceErased, ...]


def orders_told(session: Session, unit: ExchangeUnit, scope: ScopeId) -> tuple[OrderReport, ...]:
    """All orders to erase in a case that count, by time, each with its devices."""
    own = set(unit.state.erased())
    said = _said(unit)
    orders = session.roster.powers.erasures(scope)
    return tuple(
        OrderReport(one.act, one.at_ms, tuple(_devices(session, scope, one.act, own, said)))
        for one in sorted(orders, key=lambda act: (act.at_ms, act.act))
    )


def _said(unit: ExchangeUnit) -> dict[DeviceId, tuple[int, set[ActId]]]:
    """What devices say on all stores, with the time of their newest word."""
    found: dict[DeviceId, tuple[int, set[ActId]]] = {}
    for store in unit.state.stores():
        for device, checked in unit.state.at(store.mark).checkpoints().items():
            heard, acts = found.get(device, (0, set()))
            acts |= erased_of(full_state(unit, checked))
            now_heard = last_heard(checked.checkpoint.hlc.wall_ms, checked.heard_ms)
            found[device] = (max(heard, now_heard), acts)
    return found


def _devices(
    session: Session,
    scope: ScopeId,
    order: ActId,
    own: set[ActId],
    said: dict[DeviceId, tuple[int, set[ActId]]],
) -> Iterable[DeviceErased]:
    powers = session.roster.powers
    for device in sorted({one.device for one in powers.memberships(scope)}):
        label = powers.organisation.devices[device].label
        if device == session.safe.device.id:
            yield DeviceErased(device, label, order in own, session.context.clock.now_ms())
            continue
        heard, acts = said.get(device, (0, set()))
        yield DeviceErased(device, label, order in acts, heard)
