"""Taking in objects: fetch, open, hand over to whoever judges, keep or refuse; one by one.

This module decides the order (acts, keyboxes, then bundles by lane) and that one bad object never
stops the next. It must not judge: signatures, grants and chains are the Verifier's and the
journal's, inside the transaction in which things are then kept. A refused object changes nothing.

Keys that arrive open what was unreadable before, so trust is read until nothing new comes.

Source: sync.md sections 5 and 10.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from functools import partial
from typing import Final, TypeVar

from nrm_desktop.app.known_kinds import KnownKind
from nrm_desktop.app.sync_ports import (
    ExchangeUnit,
    ExchangeWork,
    KeyRing,
    ObjectRow,
    ObjectState,
    Standing,
    Unsealed,
)
from nrm_desktop.app.wire.checkpoint import decode_manifest_part
from nrm_desktop.app.wire.commit import LEAST_COMMIT_BYTES
from nrm_desktop.app.wire.hashes import file_name, name20
from nrm_desktop.app.wire.keybox import decode_keybox
from nrm_desktop.app.wire.limits import KIB
from nrm_desktop.app.wire.pack_file import is_damage
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.app.wire.trust import act_id
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput
from nrm_desktop.domain.ids import DeviceId, FieldId, ScopeId
from nrm_desktop.sync.ahead import one_ahead
from nrm_desktop.sync.bundles import Bundle, BundleTaken, Portion, opened_bundle, take_commits
from nrm_desktop.sync.closings import MANY_CLOSED, ClosingError, is_closed, is_open
from nrm_desktop.sync.forks import FORKED, send_both_again
from nrm_desktop.sync.planner import read_log_name
from nrm_desktop.sync.shelf import Shelf
from nrm_desktop.sync.tally import Tally

T = TypeVar("T")
_TRUST = (ObjectType.MANIFEST_PART, ObjectType.ACT, ObjectType.KEYBOX, ObjectType.CLAIM)
_WAITING = ObjectState.WAITING
_NO_RIGHT: Final = "integrity.pack_grant"
_NO_FIT: Final = "integrity.pack"
"""Forms that do not pass all checks beside those that are here: a newer base may be missing."""
_NO_GRANT = f"integrity.{Step.GRANT.value}"
Found = tuple[ObjectRow, Unsealed]
_TOGETHER_BYTES: Final = 512 * KIB
"""Bundles are taken in together until they have so many bytes: a person who saves waits for it."""
_TOGETHER: Final = 50
"""Parts and keyboxes that are kept in one transaction."""


class Inbound:
    """Takes in what lies on one shelf."""

    def __init__(self, shelf: Shelf, work: ExchangeWork, tally: Tally) -> None:
        self._shelf = shelf
        self._work = work
        self._tally = tally
        self._tried: set[bytes] = set()

    def take_trust(self) -> bool:
        """Take manifest parts, acts and keyboxes until nothing new comes; True if some did."""
        is_moved = False
        while self._step_of_trust():
            is_moved = True
        return is_moved

    def most_commits(self) -> int:
        """How many commits that our keys open there can be."""
        sizes = (row.entry.length for row in self._readable((ObjectType.BUNDLE,))[1])
        return sum(sizes) // LEAST_COMMIT_BYTES

    def take_bundles(self) -> None:
        """Take the commits that our keys open, the most urgent lane first."""
        self._tally.changed |= self._work.run(lambda unit: unit.judge(None))
        if self._tally.acts:  # a grant may have come that covers what had none before
            self._work.run(lambda unit: self._shelf.try_again(unit, _NO_GRANT))
        keys, rows = self._readable((ObjectType.BUNDLE,))
        rows = sorted(rows, key=lambda row: row.entry.lane)
        self._shelf.expect(rows)
        look = partial(self._look_on, iter(rows), keys)
        held_back: list[Found] = []
        with closing(one_ahead(look)) as coming:
            for portion in coming:
                held_back += self._take_portion(portion)
        self._close_cases(held_back)

    def take_forms(self) -> None:
        """Take signed form packs, once it is known who may give them out."""
        if self._tally.acts:
            self._work.run(lambda unit: self._shelf.try_again(unit, _NO_RIGHT))
        looked: set[bytes] = set()
        unfit: list[tuple[Found, HostileInput]] = []
        is_moved = True
        while is_moved:  # what came may be what the others were lacking, in whatever order
            self._work.run(self._look_at_unfit_again)
            keys, rows = self._readable((ObjectType.FORM_PACK,))
            rows = [row for row in rows if row.name not in looked]
            looked.update(row.name for row in rows)
            self._shelf.expect(rows)
            before = self._tally.forms
            unfit = self._take_packs([found for found, _ in unfit] + self._open(rows, keys))
            is_moved = self._tally.forms > before
        for (row, _), error in unfit:
            self._refuse(row, error)

    def _look_at_unfit_again(self, unit: ExchangeUnit) -> None:
        """What was refused beside other forms than those of now may fit."""
        self._shelf.try_again_on(unit, unit.forms.ground(), _NO_FIT)

    def _take_packs(self, found: Sequence[Found]) -> list[tuple[Found, HostileInput]]:
        """Take form packs one by one. Shape: those that do not fit beside what is here now."""
        unfit: list[tuple[Found, HostileInput]] = []
        for one in found:
            try:
                self._tally.forms += self._work.run(partial(self._keep_pack, one=one))
            except HostileInput as error:
                if error.code == _NO_FIT:
                    unfit.append((one, error))
                else:
                    self._refuse(one[0], error)
        return unfit

    def _keep_pack(self, unit: ExchangeUnit, one: Found) -> bool:
        row, unsealed = one
        place = unsealed.place
        is_new = unit.forms.take(place.scope, place.number, unsealed.body)
        if is_new is not None:
            self._shelf.note(unit, KnownKind.FORM_PACK, {name20(unsealed.body): 0})
            self._shelf.drop(unit, row)
        return bool(is_new)

    def mark_carried(self) -> None:
        """What no key of ours opens is carried for others."""

        def mark(unit: ExchangeUnit) -> None:
            keys = unit.desk.keys()
            for row in self._shelf.rows(unit):
                if not _is_ours(row, keys) and row.state is not ObjectState.CARRIED:
                    self._shelf.keep(unit, row, ObjectState.CARRIED)

        self._work.run(mark)

    def _step_of_trust(self) -> bool:
        keys, rows = self._readable(_TRUST)
        is_new = any(row.name not in self._tried for row in rows)
        self._tried.update(row.name for row in rows)
        self._shelf.expect(rows)
        found = self._open(rows, keys)
        for kind, take in (
            (ObjectType.MANIFEST_PART, self._take_parts),
            (ObjectType.ACT, self._take_acts),
            (ObjectType.KEYBOX, self._take_keyboxes),
            (ObjectType.CLAIM, self._take_claims),
        ):
            some = [one for one in found if one[1].kind is kind]
            is_new = (bool(some) and take(some)) or is_new
        return is_new

    def _take_parts(self, found: Sequence[Found]) -> bool:
        for at in range(0, len(found), _TOGETHER):
            self._take_some(found[at : at + _TOGETHER], self._keep_part)
        return True

    def _keep_part(self, unit: ExchangeUnit, one: Found) -> bool:
        row, unsealed = one
        _must_be_of_organisation(unsealed)
        decode_manifest_part(unsealed.body)
        unit.state.set_part(row.name, unsealed.body)
        self._shelf.drop(unit, row)
        return True

    def _take_acts(self, found: Sequence[Found]) -> bool:
        def take(unit: ExchangeUnit) -> list[HostileInput | Standing]:
            judged = list(unit.verifier.take_acts([one for _, one in found]))
            for (row, unsealed), verdict in zip(found, judged, strict=True):
                if isinstance(verdict, HostileInput):
                    self._shelf.keep(unit, row, ObjectState.REFUSED, verdict.code)
                elif verdict is not Standing.WAITING:
                    known = act_id(decode_statement(unsealed.body).payload)
                    self._shelf.note(unit, KnownKind.ACT, {known: 0})
                    self._shelf.drop(unit, row)
            changed.update(unit.judge(None))
            return judged

        changed: set[tuple[ScopeId, FieldId]] = set()
        judged = self._work.run(take)
        self._tally.changed |= changed
        for (row, _), verdict in zip(found, judged, strict=True):
            if isinstance(verdict, HostileInput):
                self._tally.skip(file_name(row.name), verdict)
        new = sum(verdict is Standing.NEW for verdict in judged)
        self._tally.acts += new
        return bool(new)

    def _take_keyboxes(self, found: Sequence[Found]) -> bool:
        some = range(0, len(found), _TOGETHER)
        new = sum(self._take_some(found[at : at + _TOGETHER], self._keep_keys) for at in some)
        self._tally.keyboxes += new
        return bool(new)

    def _take_some(
        self, found: Sequence[Found], keep: Callable[[ExchangeUnit, Found], bool]
    ) -> int:
        """Take them in one transaction; if one is refused, each in its own. Shape: how many new."""

        def alone(one: Found) -> bool:
            return bool(self._run(one[0], lambda unit: keep(unit, one)))

        if len(found) > 1:
            with suppress(HostileInput):
                return self._work.run(lambda unit: sum(keep(unit, one) for one in found))
        return sum(map(alone, found))

    def _keep_keys(self, unit: ExchangeUnit, one: Found) -> bool:
        row, unsealed = one
        _must_be_of_organisation(unsealed)
        verdict = unit.verifier.take_keybox(unsealed)
        if verdict is not Standing.WAITING:
            box = decode_keybox(decode_statement(unsealed.body).payload)
            self._shelf.note(unit, KnownKind.KEYBOX, {box.reference: 0})
            self._shelf.drop(unit, row)
        return verdict is Standing.NEW

    def _take_claims(self, found: Sequence[Found]) -> bool:
        """Nothing rests on a claim before a registrar has confirmed it, so nothing is read anew."""
        for row, unsealed in found:

            def take(unit: ExchangeUnit, row: ObjectRow = row, got: Unsealed = unsealed) -> None:
                _must_be_of_organisation(got)
                if unit.verifier.take_claim(got) is not Standing.WAITING:
                    self._shelf.note(unit, KnownKind.CLAIM, {name20(got.body): 0})
                    self._shelf.drop(unit, row)

            self._run(row, take)
        return False

    def _look_on(self, rows: Iterator[ObjectRow], keys: KeyRing) -> Portion:
        """Fetch, open, read and look at signatures, until it is enough for one transaction.

        Shape: empty at the end. It runs beside the transaction before it, and changes nothing.
        """
        portion, size = Portion(), 0
        for row in rows:
            try:
                bundle = opened_bundle(row, keys.open(self._shelf.fetch(row)))
            except HostileInput as error:
                portion.failed.append((row, error))
                continue
            except EnvironmentFault as fault:
                portion.failed.append((row, fault))
                break
            if not isinstance(bundle.commits, HostileInput):
                self._work.look_ahead(bundle.commits)
            portion.bundles.append(bundle)
            size += len(bundle.unsealed.body)
            if size >= _TOGETHER_BYTES:
                break
        return portion

    def _take_portion(self, portion: Portion) -> list[Found]:
        """Take what could be opened. Shape: what would close a case, and waits.

        Raises: EnvironmentFault, once everything that was fetched before it is taken in.
        """
        held_back = self._take_together(portion.bundles)
        for row, error in portion.failed:
            self._not_opened(row, error)
        return held_back

    def _take_together(self, bundles: Sequence[Bundle]) -> list[Found]:
        """Take bundles in one transaction; if that is refused, each in its own: one stops none."""
        if len(bundles) > 1:
            with suppress(HostileInput, ClosingError):
                self._count(self._work.run(partial(self._take, bundles=bundles)))
                return []
        return [(one.row, one.unsealed) for one in bundles if not self._take_alone(one)]

    def _close_cases(self, held_back: Sequence[Found]) -> None:
        """Take what closes cases in one go, unless it closes so many that a person is asked."""
        cases = {unsealed.place.scope for _, unsealed in held_back}
        may = not cases or self._work.run(lambda unit: unit.may_take(len(cases)))
        for row, unsealed in held_back:
            if may:
                self._take_alone(opened_bundle(row, unsealed), may_close=True)
            else:
                self._work.run(partial(self._shelf.keep, row=row, state=_WAITING))
        if not may:
            self._tally.alarm(MANY_CLOSED, DeviceId(b""))

    def _take_alone(self, bundle: Bundle, *, may_close: bool = False) -> bool:
        """Take one bundle. Shape: False if it would close a case, and may not."""
        take = partial(self._take, bundles=(bundle,), may_close=may_close)
        try:
            taken = self._run(bundle.row, take)
        except ClosingError:
            return False
        if taken is not None:
            self._count(taken)
        return True

    def _take(
        self, unit: ExchangeUnit, bundles: Sequence[Bundle], *, may_close: bool = False
    ) -> list[BundleTaken]:
        """Take bundles and judge what stands. Raises: ClosingError if that would close a case."""
        placed = (one.unsealed.place.scope for one in bundles)
        scopes = {scope for scope in placed if scope is not None}
        open_before = [] if may_close else [one for one in scopes if is_open(unit, one)]
        taken = [self._keep(unit, one) for one in bundles]
        judged = BundleTaken(changed=set(unit.judge(scopes)))
        if any(is_closed(unit, one) for one in open_before):
            raise ClosingError
        return [*taken, judged]

    def _keep(self, unit: ExchangeUnit, bundle: Bundle) -> BundleTaken:
        taken = take_commits(unit, bundle.unsealed.place, bundle.must_be_read())
        self._shelf.note(unit, KnownKind.LOG, taken.logs)
        send_both_again(unit, taken.forks)
        if taken.is_waiting:
            self._shelf.keep(unit, bundle.row, ObjectState.WAITING)
        else:
            self._shelf.drop(unit, bundle.row)
        return taken

    def _count(self, some: Iterable[BundleTaken]) -> None:
        for taken in some:
            self._tally.commits += taken.commits
            self._tally.newer += taken.newer
            self._tally.changed |= taken.changed
            for name in taken.forks:
                self._tally.alarm(FORKED, DeviceId(read_log_name(name).device))

    def _readable(self, kinds: Sequence[ObjectType]) -> tuple[KeyRing, list[ObjectRow]]:
        def ask(unit: ExchangeUnit) -> tuple[KeyRing, list[ObjectRow]]:
            keys = unit.desk.keys()
            rows = self._shelf.rows(unit)
            return keys, [row for row in rows if row.entry.kind in kinds and _is_ours(row, keys)]

        return self._work.run(ask)

    def _open(self, rows: Sequence[ObjectRow], keys: KeyRing) -> list[Found]:
        """Fetch and open outside of any transaction; what fails is refused and named."""
        found: list[Found] = []
        for row in rows:
            try:
                found.append((row, keys.open(self._shelf.fetch(row))))
            except (HostileInput, EnvironmentFault) as error:
                self._not_opened(row, error)
        return found

    def _not_opened(self, row: ObjectRow, error: HostileInput | EnvironmentFault) -> None:
        """Refuse it, or ask again later. Raises: EnvironmentFault unless the object is gone.

        What was damaged on the way or on the store is no verdict about what was written.
        """
        if isinstance(error, EnvironmentFault):
            if error.code != "store.missing":
                raise error
            self._tally.lost.add(row.pack)
        elif is_damage(error):
            self._tally.skip(file_name(row.name), error)
            self._tally.lost.add(row.pack)
        else:
            self._refuse(row, error)

    def _run(self, row: ObjectRow, job: Callable[[ExchangeUnit], T]) -> T | None:
        """Run a job in its transaction; what is refused leaves nothing behind but its name."""
        try:
            return self._work.run(job)
        except HostileInput as error:
            self._refuse(row, error)
            return None

    def _refuse(self, row: ObjectRow, error: HostileInput) -> None:
        self._tally.skip(file_name(row.name), error)
        refused = ObjectState.REFUSED
        self._work.run(lambda unit: self._shelf.keep(unit, row, refused, error.code))


def _must_be_of_organisation(unsealed: Unsealed) -> None:
    if unsealed.place.scope is not None:
        raise refuse(Step.PLACE, "object.key")


def _is_ours(row: ObjectRow, keys: KeyRing) -> bool:
    try:
        return keys.place_of(row.entry) is not None
    except HostileInput:  # too many months in one run: it is looked at in the next one
        return False
