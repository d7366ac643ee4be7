"""Commits: header, skeleton and segments between bytes and dataclasses, and the place in a log.

This module decides the bytes of a commit and which step of a chain a header is. It must not hold
keys: signing and checking are done in `security.signing`. Received bytes are kept and hashed as
they came; nothing is ever re-encoded.

Source: sync.md sections 4, 5 and 13.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, IntFlag
from typing import Final

from nrm_desktop.app.wire import cbor, shape
from nrm_desktop.app.wire.cbor import Encodable, Item
from nrm_desktop.app.wire.hashes import HASH_BYTES, HashLabel, commit_id, labelled_hash
from nrm_desktop.app.wire.limits import (
    COMMIT_BYTES,
    DEPS_PER_COMMIT,
    FORMAT,
    READER_LEVEL,
    SEGMENTS_PER_COMMIT,
    U16,
    U32,
)
from nrm_desktop.app.wire.operations import read_ops, read_unknown_ops, write_ops
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain.errors import HostileInput, ProgramFault
from nrm_desktop.domain.hlc import Hlc, hlc_from_int
from nrm_desktop.domain.ids import ID_BYTES, CommitId, DeviceId, OpId, ScopeId, SignerId
from nrm_desktop.domain.ops import Op
from nrm_desktop.domain.scopes import LogKey

SIGNATURE_BYTES: Final = 64
LEAST_COMMIT_BYTES: Final = SIGNATURE_BYTES + 32
"""What no packing makes smaller: the signature, and the hash of a segment or of the commit before;
where a log begins with neither, the seal of its bundle weighs as much."""
FORMS_BYTES: Final = 8
_HEADER_FIELDS: Final = 14


class CommitFlag(IntFlag):
    """Bits of a header that say how the commit came about; unknown bits are kept."""

    CLOCK_SUSPECT = 1
    RESTORED_DEVICE = 2
    IMPORTED = 4
    ADOPTED = 8


@dataclass(frozen=True, slots=True, order=True)
class Dep:
    """The head of another log of the same scope and compartment that this commit has seen.

    Shape: `commit` is the first 16 bytes of the commit id.
    """

    device: DeviceId
    seq: int
    commit: bytes


@dataclass(frozen=True, slots=True, order=True)
class SegmentRef:
    """What a header says about a segment, also after its erasure. Units: `size` in bytes."""

    unit: int
    size: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class CommitHeader:
    """The signed part of a commit; names follow sync.md section 4."""

    device: DeviceId
    signer: SignerId
    scope: ScopeId
    compartment: int
    seq: int
    prev: bytes
    hlc: Hlc
    deps: tuple[Dep, ...]
    forms: bytes
    min_reader: int
    flags: int
    skeleton: bytes
    segments: tuple[SegmentRef, ...]

    @property
    def log(self) -> LogKey:
        """The log this commit lies in."""
        return LogKey(self.scope, self.compartment, self.device)


@dataclass(frozen=True, slots=True)
class CommitDraft:
    """What an author knows before hashing and signing.

    Shape: `prev` is the id of the commit before in this log, or `hashes.genesis(...)` for seq 1;
    `forms` are the first 8 bytes of the hash of the active form-pack set.
    """

    log: LogKey
    signer: SignerId
    seq: int
    prev: bytes
    hlc: Hlc
    forms: bytes
    ops: tuple[Op, ...]
    deps: tuple[Dep, ...] = ()
    flags: int = 0


@dataclass(frozen=True, slots=True)
class SignedCommit:
    """A commit as bytes, exactly as made or received; a segment is None once it is erased."""

    header_bytes: bytes
    signature: bytes
    skeleton_bytes: bytes
    segments: tuple[bytes | None, ...]

    def encode(self) -> bytes:
        """The bytes of the wire."""
        return cbor.encode((self.header_bytes, self.signature, self.skeleton_bytes, self.segments))


@dataclass(frozen=True, slots=True)
class UnsignedCommit:
    """A commit that lacks only its signature, which goes over `header_bytes`."""

    id: CommitId
    header: CommitHeader
    header_bytes: bytes
    skeleton_bytes: bytes
    segments: tuple[bytes, ...]

    def with_signature(self, signature: bytes) -> SignedCommit:
        """Complete the commit."""
        return SignedCommit(self.header_bytes, signature, self.skeleton_bytes, self.segments)


@dataclass(frozen=True, slots=True)
class ReceivedCommit:
    """A commit whose shape is right; nothing is proved about who wrote it."""

    id: CommitId
    header: CommitHeader
    signed: SignedCommit = field(repr=False)


def build_unsigned(draft: CommitDraft, random: Callable[[int], bytes]) -> UnsignedCommit:
    """Encode a draft; `random` gives one fresh salt per segment.

    Raises: ProgramFault when the result could not be read again: a commit that nobody can read
    would lose what a person said.
    """
    skeleton, parts = write_ops(draft.ops, random)
    header = CommitHeader(
        device=DeviceId(draft.log.device),
        signer=draft.signer,
        scope=draft.log.scope,
        compartment=draft.log.compartment,
        seq=draft.seq,
        prev=draft.prev,
        hlc=draft.hlc,
        deps=tuple(sorted(set(draft.deps))),
        forms=draft.forms,
        min_reader=READER_LEVEL,
        flags=int(draft.flags),
        skeleton=labelled_hash(HashLabel.SKELETON, skeleton),
        segments=tuple(
            SegmentRef(unit, len(data), labelled_hash(HashLabel.SEGMENT, data))
            for unit, data in parts
        ),
    )
    data = encode_header(header)
    try:
        decode_header(data)
        read_ops(skeleton, dict(parts), header.compartment)
    except HostileInput as error:
        raise ProgramFault("program.fault", what=error.params.get("what")) from error
    return UnsignedCommit(
        commit_id(data), header, data, skeleton, tuple(segment for _, segment in parts)
    )


def encode_header(header: CommitHeader) -> bytes:
    """The bytes that are hashed and signed."""
    deps: Encodable = [(dep.device, dep.seq, dep.commit) for dep in header.deps]
    segments: Encodable = [(ref.unit, ref.size, ref.digest) for ref in header.segments]
    return cbor.encode(
        (
            FORMAT,
            header.device,
            header.signer,
            header.scope,
            header.compartment,
            header.seq,
            header.prev,
            header.hlc.to_int(),
            deps,
            header.forms,
            header.min_reader,
            header.flags,
            header.skeleton,
            segments,
        )
    )


def decode_commit(data: bytes) -> ReceivedCommit:
    """Read the bytes of a commit up to its header (steps 1 to 3).

    Raises: HostileInput. The operations are read later, by `ops_of`, once a signature was
    checked: less code ever touches bytes that nobody vouches for.
    """
    if len(data) > COMMIT_BYTES:
        raise refuse(Step.CONTAINER, "commit.size")
    header, signature, skeleton, segments = shape.fields(cbor.decode(data), "commit", 4)
    signed = SignedCommit(
        shape.some_octets(header, "commit.header", COMMIT_BYTES),
        shape.octets(signature, "commit.signature", SIGNATURE_BYTES),
        shape.some_octets(skeleton, "commit.skeleton", COMMIT_BYTES),
        shape.each(segments, "commit.segments", _read_segment, SEGMENTS_PER_COMMIT),
    )
    return parse_signed(signed)


def parse_signed(signed: SignedCommit) -> ReceivedCommit:
    """Read the header of a commit whose parts lie apart, as in the journal."""
    header = decode_header(signed.header_bytes)
    if len(header.segments) != len(signed.segments):
        raise refuse(Step.CBOR, "commit.segments")
    return ReceivedCommit(commit_id(signed.header_bytes), header, signed)


def decode_header(data: bytes) -> CommitHeader:
    """Read a header. Raises: HostileInput."""
    parts = shape.structure(cbor.decode(data), "header", _HEADER_FIELDS)
    _, device, signer, scope, compartment, seq, prev, hlc = parts[:8]
    deps, forms, min_reader, flags, skeleton, segments = parts[8:]
    own = DeviceId(shape.octets(device, "header.device"))
    return CommitHeader(
        device=own,
        signer=SignerId(shape.octets(signer, "header.signer")),
        scope=ScopeId(shape.octets(scope, "header.scope")),
        compartment=shape.uint(compartment, "header.compartment", U16, 1),
        seq=shape.uint(seq, "header.seq", U32, 1),
        prev=shape.octets(prev, "header.prev", HASH_BYTES),
        hlc=hlc_from_int(shape.uint(hlc, "header.hlc")),
        deps=_read_deps(deps, own),
        forms=shape.octets(forms, "header.forms", FORMS_BYTES),
        min_reader=shape.uint(min_reader, "header.min_reader", U16),
        flags=shape.uint(flags, "header.flags", U32),
        skeleton=shape.octets(skeleton, "header.skeleton", HASH_BYTES),
        segments=_read_segment_refs(segments),
    )


def link_of(header: bytes) -> tuple[bytes, SignerId]:
    """Predecessor and signer of a header that `decode_header` let through before it was stored.

    Whoever follows a log from end to end needs no more of it, and the rest takes twenty times as
    long. Raises: HostileInput for what is no header at all.
    """
    item = cbor.decode_own(header)
    if not isinstance(item, tuple) or len(item) != _HEADER_FIELDS:
        raise refuse(Step.CBOR, "header")
    prev = shape.octets(item[6], "header.prev", HASH_BYTES)
    return prev, SignerId(shape.octets(item[2], "header.signer"))


def check_parts(commit: ReceivedCommit) -> None:
    """Compare skeleton and segments with the hashes in the header (step 9).

    Raises: HostileInput. A segment that is None passes: whether it may be missing is for the
    journal to say, which knows the erase orders.
    """
    signed, header = commit.signed, commit.header
    if labelled_hash(HashLabel.SKELETON, signed.skeleton_bytes) != header.skeleton:
        raise refuse(Step.SEGMENTS, "commit.skeleton")
    for ref, data in zip(header.segments, signed.segments, strict=True):
        if data is None:
            continue
        if len(data) != ref.size or labelled_hash(HashLabel.SEGMENT, data) != ref.digest:
            raise refuse(Step.SEGMENTS, "commit.segment")


def ops_of(commit: ReceivedCommit) -> tuple[Op, ...]:
    """Read the operations; all as unknown ones where the header asks for a newer program.

    Raises: HostileInput.
    """
    if commit.header.min_reader > READER_LEVEL:
        return read_unknown_ops(commit.signed.skeleton_bytes)
    units = (ref.unit for ref in commit.header.segments)
    segments = dict(zip(units, commit.signed.segments, strict=True))
    return read_ops(commit.signed.skeleton_bytes, segments, commit.header.compartment)


def missing_units(commit: ReceivedCommit) -> tuple[int, ...]:
    """The units whose segments are not there: erased by order, or withheld."""
    pairs = zip(commit.header.segments, commit.signed.segments, strict=True)
    return tuple(ref.unit for ref, data in pairs if data is None)


def without_units(commit: ReceivedCommit, units: Collection[int]) -> SignedCommit:
    """Drop the segments of some units; chain and signature still hold."""
    pairs = zip(commit.header.segments, commit.signed.segments, strict=True)
    kept = tuple(None if ref.unit in units else data for ref, data in pairs)
    return replace(commit.signed, segments=kept)


def op_ids(commit: CommitId, count: int) -> Sequence[OpId]:
    """The ids of the operations of a commit, in the order of its skeleton."""
    return [OpId(commit[:ID_BYTES], index) for index in range(count)]


class ChainStep(Enum):
    """What a header is to a log as we hold it."""

    OK = "ok"
    DUPLICATE = "duplicate"
    FORK = "fork"
    GAP = "gap"


def chain_step(
    header: CommitHeader, commit: CommitId, stored: Callable[[int], Collection[bytes]]
) -> ChainStep:
    """Say where a commit stands in its log (step 7). Pure; a jump is never OK.

    Shape: `stored(seq)` gives the ids that we hold for that number of this log, several after a
    fork; `stored(0)` gives the accepted values of `hashes.genesis`.
    """
    known = stored(header.seq)
    if commit in known:
        return ChainStep.DUPLICATE
    if header.prev not in stored(header.seq - 1):
        return ChainStep.GAP
    return ChainStep.FORK if known else ChainStep.OK


def _read_segment(item: Item, what: str) -> bytes | None:
    return None if item is None else shape.some_octets(item, what, COMMIT_BYTES)


def _read_deps(item: Item, own: DeviceId) -> tuple[Dep, ...]:
    deps = shape.ascending(
        shape.each(item, "header.deps", _read_dep, DEPS_PER_COMMIT), "header.deps"
    )
    if any(dep.device == own for dep in deps):
        raise refuse(Step.CBOR, "header.deps")
    return deps


def _read_dep(item: Item, what: str) -> Dep:
    device, seq, commit = shape.fields(item, what, 3)
    return Dep(
        DeviceId(shape.octets(device, what)),
        shape.uint(seq, what, U32, 1),
        shape.octets(commit, what),
    )


def _read_segment_refs(item: Item) -> tuple[SegmentRef, ...]:
    refs = shape.each(item, "header.segments", _read_segment_ref, SEGMENTS_PER_COMMIT)
    units = tuple(ref.unit for ref in refs)
    shape.ascending(units, "header.segments")
    return refs


def _read_segment_ref(item: Item, what: str) -> SegmentRef:
    unit, size, digest = shape.fields(item, what, 3)
    return SegmentRef(
        shape.uint(unit, what, U16),
        shape.uint(size, what, COMMIT_BYTES, 1),
        shape.octets(digest, what, HASH_BYTES),
    )
