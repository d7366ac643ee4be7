"""Files from outside, and what is known of other devices: joined for the command line and window.

This module decides nothing about trust; `sync.arrivals` and `sync.inspecting` do, through the
ports. It lists devices with how long they have been silent, without any network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from nrm_desktop.app.arrived_files import Arrival
from nrm_desktop.app.bus import Bus
from nrm_desktop.app.commands import FileReceipt
from nrm_desktop.app.events import CasesChanged, Event
from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.notice_commands import TakeNotice
from nrm_desktop.app.sync_ports import (
    CheckedCheckpoint,
    ExchangeUnit,
    StoreMemory,
    StoreRow,
)
from nrm_desktop.app.wire.keybox import decode_boxed_file
from nrm_desktop.app.wire.limits import PACK_FILE_BYTES
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.bootstrap.attachments import vault_chunks
from nrm_desktop.bootstrap.exchange import VaultExchange
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.session import INTAKE_KEYS, Session
from nrm_desktop.bootstrap.shell import Shell
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import DeviceId
from nrm_desktop.domain.organisation_authority import certified_ms
from nrm_desktop.security.primitives import KemKey
from nrm_desktop.security.sealing.boxes import open_file
from nrm_desktop.sync.arrivals import Door, arrivals
from nrm_desktop.sync.checkpoint import heads_of, packs_of, seen_of
from nrm_desktop.sync.hearing import days_since, last_heard
from nrm_desktop.sync.inspecting import ObjectInfo, Verdict, info, verify
from nrm_desktop.sync.planner import gaps, heads_by_log, tails_to_send
from nrm_desktop.sync.said import full_state

_PACK_SUFFIX: Final = ".nrmx"


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device of the organisation, as far as this one has heard.

    Shape: `state` is `active`; `last_checkpoint` and `heard_ms` are None before the first;
    `behind` counts commits that it names and that we lack; one that `is_forked`
    has two histories and needs a new identity. `days_silent` of one that was never heard from
    counts from its certificate. Units: `heard_ms` as `sync.hearing` says.
    """

    device: DeviceId
    label: str
    is_own: bool
    state: str = "active"
    last_checkpoint: int | None = None
    heard_ms: int | None = None
    days_silent: int = 0
    behind: int = 0
    is_forked: bool = False


@dataclass(frozen=True, slots=True)
class Outbox:
    """What waits to be sent or confirmed.

    Shape: `objects` are bundles and `bytes` their size before sealing, of what no store holds yet;
    `unacknowledged` counts our pack files on stores where some device has not confirmed us yet.
    """

    objects: int = 0
    bytes: int = 0
    unacknowledged: int = 0


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What is known without a network."""

    stores: tuple[StoreRow, ...]
    devices: tuple[DeviceRow, ...]
    pending: int
    quarantined: int
    trust_valid_until_ms: int
    outbox: Outbox


def look_at_arrivals(
    session: Session,
    folder: Path,
    file_receipt: Callable[[Path], object],
    bus: Bus,
    *,
    is_taking: bool = False,
) -> Sequence[Arrival]:
    """Say what lies in a folder, and take in what is safe if asked to.

    Shape: `file_receipt` files a receipt that came back, and takes in a notice that a consent was
    taken back (`post_taker`).
    """
    seeds = session.safe.database.with_trust(lambda trust: trust.secrets(INTAKE_KEYS))
    keys = [session.safe.device.kem, *(KemKey(seed) for _, seed in seeds)]
    with closing(vault_chunks(session)) as chunks:
        door = Door(
            session.safe.shell.files,
            VaultExchange(session),
            lambda data: _opens(keys, data),
            file_receipt,
            chunks,
        )
        found, tally = arrivals(folder, door, is_taking=is_taking)
    if tally.changed:
        bus.publish(CasesChanged(changed=frozenset(tally.changed)))
    return found


def post_taker(vault: OpenVault, origin: str) -> Callable[[Path], Sequence[Event]]:
    """Make what takes in post of other organisations that is safe: receipts and notices."""

    def take(path: Path) -> Sequence[Event]:
        data = vault.session.safe.shell.files.read_limited(path, PACK_FILE_BYTES)
        if decode_boxed_file(data).kind is ObjectType.WITHDRAWAL:
            return vault.handle(TakeNotice(path=str(path), origin=origin))
        return vault.handle(FileReceipt(path=str(path), origin=origin))

    return take


def verify_files(
    shell: Shell, paths: Iterable[Path], session: Session | None = None
) -> list[tuple[Path, Verdict]]:
    """Check objects, pack files, or all pack files below folders. Applies nothing.

    Shape: without a session only the outside is checked.
    """
    work = VaultExchange(session) if session is not None else None
    found = []
    for path in _below(paths):
        try:
            data = shell.files.read_limited(path, PACK_FILE_BYTES)
            found.append((path, verify(data, path.name, work)))
        except HostileInput as error:
            verdict = Verdict()
            verdict.failed(error)
            found.append((path, verdict))
    return found


def info_of(session: Session, path: Path) -> ObjectInfo:
    """Tell what a file is, with its contents if our keys open it. Raises: HostileInput."""
    data = session.safe.shell.files.read_limited(path, PACK_FILE_BYTES)
    return info(data, VaultExchange(session))


def sync_status(session: Session) -> SyncStatus:
    """Say how the exchange stands, without any network."""
    work = VaultExchange(session)

    def ask(unit: ExchangeUnit) -> SyncStatus:
        stores = tuple(unit.state.stores())
        return SyncStatus(
            stores,
            tuple(_devices(session, unit, stores)),
            unit.journal.pending(),
            unit.journal.held(),
            session.roster.root.newest.valid_until_ms,
            _outbox(unit, stores),
        )

    return work.run(ask)


def _outbox(unit: ExchangeUnit, stores: Iterable[StoreRow]) -> Outbox:
    """What no store holds yet, and what not every device has confirmed."""
    held: dict[bytes, int] = {}
    unconfirmed = 0
    for store in stores:
        memory = unit.state.at(store.mark)
        for name, seq in memory.known(KnownKind.LOG).items():
            held[name] = max(held.get(name, 0), seq)
        unconfirmed += _unconfirmed(unit, memory)
    tails = tails_to_send(unit.journal.heads(), held, unit.desk.keys())
    sizes = [
        sum(len(one.encode()) for one in unit.journal.commits_of(tail.head.log, tail.after))
        for tail in tails
    ]
    return Outbox(len(sizes), sum(sizes), unconfirmed)


def _unconfirmed(unit: ExchangeUnit, memory: StoreMemory) -> int:
    said = memory.checkpoints()
    own = said.get(unit.desk.device)
    if own is None:
        return 0
    seen = [
        seen_of(full_state(unit, said[device])).get(unit.desk.device, 0) if device in said else 0
        for device in unit.desk.devices()
        if device != unit.desk.device
    ]
    is_confirmed = all(counter >= own.checkpoint.counter for counter in seen)
    return 0 if is_confirmed else len(packs_of(full_state(unit, own)))


def _devices(
    session: Session, unit: ExchangeUnit, stores: Iterable[StoreRow]
) -> Iterable[DeviceRow]:
    """Each device with its newest checkpoint on whichever store."""
    devices = session.roster.powers.organisation.devices
    forked = unit.journal.forked()
    now_ms = session.context.clock.now_ms()
    memories = [unit.state.at(store.mark) for store in stores]
    said = [one for memory in memories for one in memory.checkpoints().values()]
    by_device = {
        device: [one for one in said if one.checkpoint.device == device] for device in devices
    }
    lacking = _lacking(unit, [_newest(own) for own in by_device.values() if own])
    for device, facts in sorted(devices.items()):
        begun = certified_ms(session.roster.powers.organisation, device)
        own = by_device[device]
        is_own = device == session.safe.device.id
        row = DeviceRow(device, facts.label, is_own, is_forked=device in forked)
        if not own:
            yield replace(row, days_silent=days_since(begun, now_ms))
            continue
        heard = max(last_heard(one.checkpoint.hlc.wall_ms, one.heard_ms, begun) for one in own)
        yield replace(
            row,
            last_checkpoint=_newest(own).checkpoint.counter,
            heard_ms=heard,
            days_silent=days_since(heard, now_ms),
            behind=0 if is_own else lacking[device],
        )


def _newest(said: Sequence[CheckedCheckpoint]) -> CheckedCheckpoint:
    return max(said, key=lambda one: one.checkpoint.counter)


def _lacking(unit: ExchangeUnit, said: Iterable[CheckedCheckpoint]) -> Mapping[DeviceId, int]:
    """How many commits each device names that we do not have."""
    named = {one.checkpoint.device: heads_of(full_state(unit, one)) for one in said}
    names = {row.blind for rows in named.values() for row in rows}
    logs = unit.desk.keys().logs_named(names, unit.desk.devices())
    ours = heads_by_log(unit.journal)
    return {
        device: sum(gap.count for gap in gaps(device, rows, logs, ours, unit.journal))
        for device, rows in named.items()
    }


def _opens(keys: Iterable[KemKey], data: bytes) -> bool:
    """True if a boxed file is sealed to one of our keys, also if its content is damaged then."""
    for key in keys:
        try:
            open_file(key, data)
        except HostileInput as error:
            if error.code == "integrity.not_for_us":
                continue
            raise
        return True
    return False


def _below(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob(f"*{_PACK_SUFFIX}") if one.is_file())
        else:
            yield path
