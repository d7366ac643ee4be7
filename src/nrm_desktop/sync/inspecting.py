"""Looking into objects and pack files without applying anything: `bundle verify`, `bundle info`.

This module decides which checks a file passed, failed, or could not be asked; what a key opens is
judged by the same Verifier as at an exchange, and nothing is kept. Without an unlocked vault only
the outside can be told.

Source: sync.md section 5; cli.md section 8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.sync_ports import ExchangeUnit, ExchangeWork, KeyPlace, Unsealed
from nrm_desktop.app.wire.bundle import decode_bundle
from nrm_desktop.app.wire.commit import ReceivedCommit
from nrm_desktop.app.wire.hashes import file_name, name20
from nrm_desktop.app.wire.operations import count_ops
from nrm_desktop.app.wire.pack_file import (
    PACK_MAGIC,
    IndexRow,
    range_reader,
    read_index,
    read_object,
)
from nrm_desktop.app.wire.refusal import Step
from nrm_desktop.app.wire.sealed_object import ObjectType, read_object_header
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.sync.tree import claimed_name

CHECKS: Final = ("name", "container", "key", "aead", "cbor", "signature", "chain", "grant")
_CHECK_OF_STEP: Final = MappingProxyType(
    {
        Step.CONTAINER.value: "container",
        Step.NAME.value: "name",
        Step.AEAD.value: "aead",
        Step.CBOR.value: "cbor",
        Step.PLACE.value: "key",
        Step.GRANT.value: "grant",
        Step.SIGNATURE.value: "signature",
        Step.CHAIN.value: "chain",
        Step.SEGMENTS.value: "signature",
    }
)


@dataclass(slots=True)
class Verdict:
    """What is known of a file. Shape: a check is True, False, or None where it was not possible."""

    type: str = ""
    checks: dict[str, bool | None] = field(default_factory=lambda: dict.fromkeys(CHECKS))
    commits: int | None = None
    code: str = ""

    @property
    def is_good(self) -> bool:
        """True if nothing is wrong, as far as it could be told."""
        return False not in self.checks.values()

    def passed(self, *names: str) -> None:
        """Note checks that held, unless they failed for another object of the same file."""
        for name in names:
            if self.checks[name] is not False:
                self.checks[name] = True

    def failed(self, error: HostileInput) -> None:
        """Note the check that an object failed; the first code is the one that is told."""
        name = _CHECK_OF_STEP.get(str(error.params.get("step")), "container")
        self.checks[name] = False
        self.code = self.code or error.code


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What the header of a file says, and its contents if our keys open it.

    Shape: `scope` is None for what belongs to the whole organisation by the exchange key.
    """

    type: str
    bytes: int
    name: str
    readable: bool
    objects: int = 1
    place: KeyPlace | None = None
    commits: tuple[ReceivedCommit, ...] = ()
    ops: int = 0


def verify(data: bytes, file: str, work: ExchangeWork | None = None) -> Verdict:
    """Check an object or pack file; with `work` also what our keys open. Applies nothing.

    Shape: `file` is its file name, which may be the name that its content has.
    """
    verdict = Verdict()
    with _noted(verdict):
        for entry, one in _objects(data, file, verdict):
            with _noted(verdict):
                _verify_outside(one, entry, verdict)
                if work is not None:
                    _verify_inside(one, work, verdict)
    return verdict


def info(data: bytes, work: ExchangeWork) -> ObjectInfo:
    """Tell what a file is. Raises: HostileInput when it is none of ours."""
    if data[: len(PACK_MAGIC)] == PACK_MAGIC:
        index = read_index(range_reader(data), len(data), None)
        keys = work.run(lambda unit: unit.desk.keys())
        is_readable = any(keys.place_of(row) is not None for row in index.rows)
        name = file_name(index.name)
        return ObjectInfo("pack", len(data), name, is_readable, len(index.rows))
    header = read_object_header(data, len(data))
    name = file_name(name20(data))
    try:
        unsealed = work.run(lambda unit: unit.desk.keys().open(data))
    except HostileInput as error:
        if error.code != "integrity.not_for_us":
            raise
        return ObjectInfo(_word(header.kind), len(data), name, readable=False)
    commits = decode_bundle(unsealed.body) if header.kind is ObjectType.BUNDLE else ()
    ops = sum(count_ops(one.signed.skeleton_bytes) for one in commits)
    place = unsealed.place
    return ObjectInfo(_word(header.kind), len(data), name, True, 1, place, commits, ops)


def _objects(data: bytes, file: str, verdict: Verdict) -> Iterator[tuple[IndexRow | None, bytes]]:
    """The objects of a file; a damaged one is noted, and the next is read all the same."""
    name = claimed_name(file)
    if data[: len(PACK_MAGIC)] != PACK_MAGIC:
        verdict.type = "object"
        if name is not None:
            _check_name(verdict, is_right=name20(data) == name)
        yield None, data
        return
    verdict.type = "pack"
    index = read_index(range_reader(data), len(data), name)
    verdict.passed("container", *(("name",) if name else ()))
    for row in index.rows:
        with _noted(verdict):
            yield row, read_object(range_reader(data), row)


def _verify_outside(data: bytes, entry: IndexRow | None, verdict: Verdict) -> None:
    if entry is None:
        verdict.type = _word(read_object_header(data, len(data)).kind)
    verdict.passed("container")
    if entry is not None:
        verdict.passed("name")


def _verify_inside(data: bytes, work: ExchangeWork, verdict: Verdict) -> None:
    try:
        unsealed = work.run(lambda unit: unit.desk.keys().open(data))
    except HostileInput as error:
        if error.code == "integrity.not_for_us":
            return
        raise
    verdict.passed("key", "aead")
    if unsealed.kind is ObjectType.BUNDLE:
        work.run(lambda unit: _verify_bundle(unit, unsealed, verdict))


def _verify_bundle(unit: ExchangeUnit, unsealed: Unsealed, verdict: Verdict) -> None:
    commits = decode_bundle(unsealed.body)
    verdict.passed("cbor")
    verdict.commits = (verdict.commits or 0) + len(commits)
    inside: set[bytes] = set()
    for commit in commits:
        if unit.verifier.check_commit(commit, unsealed.place) is not None:
            verdict.passed("signature", "grant")
        _verify_chain(unit, commit, inside, verdict)
        inside.add(commit.id)


def _verify_chain(
    unit: ExchangeUnit, commit: ReceivedCommit, inside: Iterable[bytes], verdict: Verdict
) -> None:
    """A number that is taken by another commit is wrong; a gap before it cannot be judged."""
    log, seq = commit.header.log, commit.header.seq
    held = unit.journal.ids_at(log, seq)
    if held and commit.id not in held:
        raise HostileInput("integrity.fork", step=Step.CHAIN.value)
    before = {*unit.journal.ids_at(log, seq - 1), *inside}
    if held or seq == 1 or commit.header.prev in before:
        verdict.passed("chain")


@contextmanager
def _noted(verdict: Verdict) -> Iterator[None]:
    try:
        yield
    except HostileInput as error:
        verdict.failed(error)


def _check_name(verdict: Verdict, *, is_right: bool) -> None:
    if is_right:
        verdict.passed("name")
    else:
        verdict.failed(HostileInput("integrity.hash", step=Step.NAME.value))


def _word(kind: int) -> str:
    words: Mapping[int, str] = {one.value: one.name.lower() for one in ObjectType}
    return words.get(kind, "unknown")
