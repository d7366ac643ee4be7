"""A run of the exchange: read what is new, take it in, put what is lacking, the checkpoint last.

This module decides the order of the steps; each may be cut off, and the next run goes on. It must
not judge what it reads and holds no key. Everything it remembers is local and per store.

Source: sync.md section 10.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain

from nrm_desktop.app.attachment_ports import ChunkStore
from nrm_desktop.app.ports import Store
from nrm_desktop.app.sync_ports import ExchangeUnit, ExchangeWork, ObjectState, StoreRow
from nrm_desktop.app.sync_report import (
    LeftForLater,
    MissingCommits,
    Received,
    Sent,
    SyncDone,
    SyncReport,
)
from nrm_desktop.app.system_ports import Randomness, WallClock
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import ID_BYTES, DeviceId, ScopeId
from nrm_desktop.domain.scopes import LogKey
from nrm_desktop.domain.urgency import is_urgent
from nrm_desktop.sync.checkpoint import heads_of
from nrm_desktop.sync.chunks import ChunkTraffic, readable_files
from nrm_desktop.sync.forks import FORKED
from nrm_desktop.sync.hearing import days_since, last_heard
from nrm_desktop.sync.inbound import Inbound
from nrm_desktop.sync.indexes import read_packs
from nrm_desktop.sync.metered import MeteredStore
from nrm_desktop.sync.outbound import NOTHING, Outbound, Urgency, going
from nrm_desktop.sync.packing_anew import pack_anew
from nrm_desktop.sync.planner import Gap, gaps, heads_by_log
from nrm_desktop.sync.reading import (
    Listing,
    list_checkpoints,
    must_not_be_ahead,
    read_checkpoints,
    what_is_known,
)
from nrm_desktop.sync.said import full_state
from nrm_desktop.sync.shelf import StoreShelf
from nrm_desktop.sync.strangers import read_strangers
from nrm_desktop.sync.tally import MANY_ERASURES, Tally, Visit
from nrm_desktop.sync.tree import README, StoreTree, read_exchange_name, read_mark, read_root_name

_DAY_MS = 24 * 3600 * 1000
_ROOT_BYTES = 1 << 20
SaveFirst = Callable[[int, Callable[[], int]], None]


@dataclass(frozen=True, slots=True)
class Office:
    """Who exchanges, with what.

    Shape: `readme` lies on the store for people who find it; `save_first` hears how many commits
    at most are about to be taken in, before the first of them, with what counts them, and what it
    raises ends the run; `urgency` says which fields and forms may not wait; without `chunks`
    attachments stay where they are, and `with_attachments` lets them go over a slow line too.
    """

    organisation: ScopeId
    work: ExchangeWork
    clock: WallClock
    random: Randomness
    app_version: str
    readme: str
    save_first: SaveFirst = field(default=lambda _most, _count: None, repr=False)
    urgency: Urgency = field(default=is_urgent, repr=False)
    chunks: ChunkStore | None = field(default=None, repr=False)
    with_attachments: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """What stands open after a run."""

    pending: int
    waiting: int
    carried: int
    held: int
    conflicts: int
    missing: tuple[MissingCommits, ...]
    gaps: tuple[Gap, ...]


def _nobody(_: str) -> None:
    """Hear how far a run is, when nobody watches."""


def exchange(
    store: Store,
    address: str,
    office: Office,
    *,
    is_dry: bool = False,
    tell: Callable[[str], None] | None = None,
) -> SyncDone:
    """Carry out one run, or only plan it.

    Shape: `address` is what people call the store; `tell` hears `reading`, `taking`, `writing`.
    Raises: EnvironmentFault when the store fails part way; IntegrityFault `integrity.rollback`
            when the store is ahead of this vault, and then nothing was written.
    """
    tell = tell or _nobody
    seconds = office.clock.monotonic_s
    metered, started = MeteredStore(store, seconds), seconds()
    visit, names = _enter(metered, office)
    conflicts = office.work.run(lambda unit: unit.journal.conflicts())
    tell("reading")
    listing = list_checkpoints(visit)
    known = what_is_known(visit)
    must_not_be_ahead(visit, known, listing)
    sent, waiting = NOTHING, LeftForLater()
    if is_dry:
        sent = _planned(visit, office)
    else:
        _begin(visit, address, office)
        _share_roots(visit, names, office)
        _share_exchange_keys(visit, names)
        tell("taking")
        _take_all(visit, listing, office)
    left = office.work.run(lambda unit: _left(unit, visit.mark, office.clock.now_ms()))
    if not is_dry and not _is_our_double(visit):
        tell("writing")
        sent, waiting = _write(visit, listing, left.gaps, office)
        _end(visit, office)
    report = replace(
        _report(visit.tally, left, sent),
        store=address,
        dry_run=is_dry,
        requests=metered.requests,
        bytes_in=metered.bytes_in,
        bytes_out=metered.bytes_out,
        seconds=round(seconds() - started, 3),
        conflicts_new=max(0, left.conflicts - conflicts),
        left_for_later=waiting,
    )
    return SyncDone(report, frozenset(visit.tally.changed))


def _is_our_double(visit: Visit) -> bool:
    """True if somebody wrote in our name: then we sign nothing more, not even a checkpoint."""
    own = visit.work.run(lambda unit: unit.desk.device)
    return (FORKED, own.hex()) in visit.tally.alarms


def _planned(visit: Visit, office: Office) -> Sent:
    plan = office.work.run(
        lambda unit: going(unit, visit.mark, office.organisation, office.urgency)
    ).planned
    if office.chunks is None:
        return plan
    return plan.plus(ChunkTraffic(visit, office.chunks).planned)


def _write(
    visit: Visit, listing: Listing, open_gaps: tuple[Gap, ...], office: Office
) -> tuple[Sent, LeftForLater]:
    """Put what may not wait and tell of it; then attachments, both ways; then what is old anew."""
    outbound = Outbound(visit, office.clock, office.app_version, office.urgency)
    sent, waiting = outbound.write(listing, open_gaps), LeftForLater()
    if office.chunks is not None:
        traffic = ChunkTraffic(visit, office.chunks, is_asked=office.with_attachments)
        sent, waiting = sent.plus(traffic.carry(outbound)), traffic.left
    sent = sent.plus(Sent(pack_anew(visit, outbound, office.clock.now_ms())))
    return outbound.tell(listing, open_gaps, sent), waiting


def _enter(store: MeteredStore, office: Office) -> tuple[Visit, list[str]]:
    """Find the mark that tells this store from any other; a new store is given one later."""
    tree = StoreTree(office.organisation)
    names = [entry.name for entry in store.list(tree.trust)]
    marks = [mark for name in names if (mark := read_mark(name)) is not None]
    mark = min(marks) if marks else office.random(ID_BYTES)
    return Visit(store, tree, mark, office.work, Tally(), office.clock.now_ms()), names


def _share_roots(visit: Visit, names: list[str], office: Office) -> None:
    """Take newer root documents, put ours, and mark a store that has no mark."""
    if visit.tree.mark(visit.mark) not in names:
        with suppress(HostileInput):  # another organisation's words lie there already
            visit.store.put(README, office.readme.encode())
        visit.store.put(visit.tree.mark(visit.mark), visit.mark)
    ours = visit.work.run(lambda unit: unit.desk.roots())
    for name in sorted(names):
        version = read_root_name(name)
        if version is not None and version > len(ours):
            _take_root(visit, name)
    for version, root in enumerate(ours, start=1):
        own = visit.tree.root_document(version, root)
        if own not in names:
            visit.store.put(own, root)


def _share_exchange_keys(visit: Visit, names: list[str]) -> None:
    """Take newer exchange keys before anything is read under them, and put the boxes we know."""
    ours = visit.work.run(lambda unit: dict(unit.desk.exchange_boxes()))
    for name in sorted(names):
        number = read_exchange_name(name)
        if number is not None and number not in ours:
            _take_exchange_keys(visit, name)
    for number, data in sorted(ours.items()):
        own = visit.tree.exchange_keys(number, data)
        if own not in names:
            visit.store.put(own, data)


def _take_exchange_keys(visit: Visit, name: str) -> None:
    try:
        data = visit.store.get(name, 0, _ROOT_BYTES)
        visit.work.run(lambda unit: unit.verifier.take_exchange_keys(data))
    except HostileInput as error:
        visit.tally.skip(name.rpartition("/")[2], error)


def _take_root(visit: Visit, name: str) -> None:
    try:
        data = visit.store.get(name, 0, _ROOT_BYTES)
        visit.work.run(lambda unit: unit.verifier.take_root(data))
    except HostileInput as error:
        visit.tally.skip(name.rpartition("/")[2], error)


def _begin(visit: Visit, address: str, office: Office) -> None:
    """Note the run; put again a checkpoint of which we do not know whether it arrived."""

    def note(unit: ExchangeUnit) -> StoreRow:
        memory = unit.state.at(visit.mark)
        row = memory.row() or StoreRow(visit.mark, address)
        row = replace(row, address=address, last_run_ms=office.clock.now_ms())
        memory.set_row(row)
        return row

    row = office.work.run(note)
    if row.unconfirmed is not None:
        visit.store.put(*row.unconfirmed)


def _end(visit: Visit, office: Office) -> None:
    def note(unit: ExchangeUnit) -> None:
        memory = unit.state.at(visit.mark)
        row = memory.row()
        if row is not None:
            memory.set_row(replace(row, last_ok_ms=office.clock.now_ms()))
        unit.uow.audit("exchange.run", (visit.mark,))

    office.work.run(note)


def _take_all(visit: Visit, listing: Listing, office: Office) -> None:
    inbound = Inbound(StoreShelf(visit), visit.work, visit.tally)
    read_strangers(visit, listing)
    is_new = True
    while is_new:
        is_new = read_checkpoints(visit, listing)
        is_new = read_packs(visit) or is_new
        is_new = inbound.take_trust() or is_new
    if at_most := inbound.most_commits():
        office.save_first(
            at_most, lambda: visit.work.run(lambda unit: _about_to_come(unit, visit.mark))
        )
    inbound.take_bundles()
    inbound.take_forms()
    inbound.mark_carried()
    _obey(visit)


def _obey(visit: Visit) -> None:
    """Carry out orders to erase, after what they let stay has come."""
    done, held_back = visit.work.run(lambda unit: unit.obey())
    visit.tally.erasures += done
    if held_back:
        visit.tally.alarm(MANY_ERASURES, DeviceId(b""))


def _about_to_come(unit: ExchangeUnit, mark: bytes) -> int:
    """How many commits devices name that we do not have, each log counted once."""
    by_log: dict[LogKey, int] = {}
    for gap in _missing(unit, mark, 0)[1]:
        by_log[gap.log] = max(gap.count, by_log.get(gap.log, 0))
    return sum(by_log.values())


def _left(unit: ExchangeUnit, mark: bytes, now_ms: int) -> Left:
    objects = unit.state.at(mark).objects()
    states = [row.state for row in objects]
    ours = {name for one in readable_files(unit) for name in one.manifest.names}
    for_others = [row for row in objects if row.name not in ours]
    missing, open_gaps = _missing(unit, mark, now_ms)
    return Left(
        pending=unit.journal.pending(),
        waiting=states.count(ObjectState.WAITING),
        carried=sum(row.state is ObjectState.CARRIED for row in for_others),
        held=unit.journal.held(),
        conflicts=unit.journal.conflicts(),
        missing=missing,
        gaps=open_gaps,
    )


def _missing(
    unit: ExchangeUnit, mark: bytes, now_ms: int
) -> tuple[tuple[MissingCommits, ...], tuple[Gap, ...]]:
    """What devices name on this store and we do not have, as far as our keys let us see."""
    devices = frozenset(unit.desk.devices())
    said = sorted(unit.state.at(mark).checkpoints().items())
    named = {device: heads_of(full_state(unit, checked)) for device, checked in said}
    names = {row.blind for rows in named.values() for row in rows}
    ours = heads_by_log(unit.journal)
    logs = unit.desk.keys().logs_named(names, devices, ours.keys())
    rows: list[MissingCommits] = []
    found: list[tuple[Gap, ...]] = []
    for device, checked in said:
        open_gaps = tuple(gaps(device, named[device], logs, ours, unit.journal))
        if open_gaps and device != unit.desk.device and device in devices:
            said_ms = checked.checkpoint.hlc.wall_ms
            days = days_since(last_heard(said_ms, checked.heard_ms), now_ms)
            rows.append(_missing_row(device, open_gaps, days))
            found.append(open_gaps)
    return tuple(rows), tuple(chain.from_iterable(found))


def _missing_row(device: DeviceId, open_gaps: tuple[Gap, ...], days: int) -> MissingCommits:
    return MissingCommits(device.hex(), sum(gap.count for gap in open_gaps), days)


def _report(tally: Tally, left: Left, sent: Sent) -> SyncReport:
    return SyncReport(
        store="",
        received=Received(tally.commits, tally.acts, tally.keyboxes, tally.chunks, tally.forms),
        sent=sent,
        carried_for_others=left.carried,
        pending=left.pending + left.waiting,
        quarantined=left.held,
        newer_version_needed=tally.newer,
        erasures_done=tally.erasures,
        alarms=tuple(tally.alarms.values()),
        missing=left.missing,
        skipped=tuple(tally.skipped.values()),
    )
