"""Vectors of commits: header, skeleton, segments, chains, erasure, bundles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tools.vector_sets import world as w
from tools.vector_sets.case import Case, Json, flip
from tools.vector_sets.crafted import resigned

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.bundle import encode_bundle
from nrm_desktop.app.wire.commit import Dep, ReceivedCommit, SignedCommit, without_units
from nrm_desktop.app.wire.limits import FORMAT
from nrm_desktop.app.wire.operations import write_ops
from nrm_desktop.domain.ops import Op, OpenRecord
from nrm_desktop.domain.values import answered

REC = w.SCREENING
VALUE = (0, 1, "yes")
SET = (0, REC, "screening.words", (), 0, 0)


def cases() -> Iterator[Case]:
    """All vectors of this module."""
    yield from _commits()
    yield from _headers()
    yield from _parts()
    yield from _operations()
    yield from _values()
    yield from _opens()
    yield from _chains()
    yield from _erasures()
    yield from _bundles()


def _case(
    name: str, commit: SignedCommit | bytes, refuse: str | None = None, **changes: Json
) -> Case:
    data = commit if isinstance(commit, bytes) else commit.encode()
    inputs: dict[str, Json] = {
        "commit": data.hex(),
        "scope": w.CASE.hex(),
        "compartment": 1,
        "granted": [1],
        "signers": {w.ADA_ID.hex(): w.ADA.public.ed25519.hex()},
    }
    return Case("commit_refuse" if refuse else "commit", name, inputs | changes, refuse)


def good(ops: tuple[Op, ...] | None = None) -> ReceivedCommit:
    """A commit that is right in every way."""
    return w.received(w.draft(ops or w.varied()))


def _commits() -> Iterator[Case]:
    deps = (Dep(w.OFFICE_ID, 3, w.named("dep")),)
    yield _case("ten answers", w.signed(w.draft(w.interview())))
    yield _case("every kind, three units", good().signed)
    yield _case("second of its log", w.chain(2)[1].signed)
    yield _case("with deps and flags", w.signed(replace(w.draft(w.varied()), deps=deps, flags=9)))
    yield _case("of a newer program", resigned(good(), min_reader=1))
    yield _case("unknown signer waits", good().signed, signers={})


def _headers() -> Iterator[Case]:
    bad: Sequence[tuple[str, Mapping[str, Any]]] = (
        ("another format", {"format": FORMAT + 1}),
        ("format as boolean", {"format": bool(FORMAT)}),
        ("device of 15 bytes", {"device": bytes(15)}),
        ("signer as text", {"signer": "0123456789abcdef"}),
        ("scope null", {"scope": None}),
        ("compartment 0", {"comp": 0}),
        ("number 0", {"seq": 0}),
        ("number negative", {"seq": -1}),
        ("prev of 16 bytes", {"prev": bytes(16)}),
        ("hlc as text", {"hlc": "now"}),
        ("deps unsorted", {"deps": [[b"\x02" * 16, 1, bytes(16)], [bytes(16), 1, bytes(16)]]}),
        ("deps twice", {"deps": [[bytes(16), 1, bytes(16)]] * 2}),
        ("deps on the own log", {"deps": [[w.POST_ID, 1, bytes(16)]]}),
        ("257 deps", {"deps": [[n.to_bytes(16, "big"), 1, bytes(16)] for n in range(257)]}),
        ("forms of 7 bytes", {"forms": bytes(7)}),
        ("flags null", {"flags": None}),
        ("segments unsorted", {"segs": [[2, 9, bytes(32)], [1, 9, bytes(32)], [3, 9, bytes(32)]]}),
        ("one unit twice", {"segs": [[0, n, bytes(32)] for n in (7, 8, 9)]}),
        ("segment of no bytes", {"segs": [[n, 0, bytes(32)] for n in range(3)]}),
        ("one segment less", {"segs": [[0, 9, bytes(32)]]}),
    )
    for name, changes in bad:
        yield _case(f"header: {name}", resigned(good(), **changes), "cbor")
    yield _case("another case", resigned(good(), scope=w.OTHER_CASE), "place")
    yield _case("another compartment", resigned(good(), comp=5), "place")
    yield _case("opened with the health key", good().signed, "place", compartment=5)
    yield _case("not granted", good().signed, "grant", granted=[5])


def _parts() -> Iterator[Case]:
    parts = good().signed
    header = parts.header_bytes
    yield _case("signature of zeros", replace(parts, signature=bytes(64)), "signature")
    for place in (0, 200, 300, 511):
        changed = replace(parts, signature=flip(parts.signature, place))
        yield _case(f"bit {place} of the signature", changed, "signature")
    changed = replace(parts, header_bytes=flip(header, len(header) * 8 - 8))
    yield _case("last bit of the header", changed, "signature")
    other = w.signed(replace(w.draft(w.varied()), signer=w.ADA_ID), w.BEN)
    yield _case("signed by somebody else", other, "signature")
    changed = replace(parts, skeleton_bytes=parts.skeleton_bytes + b"\x00")
    yield _case("skeleton with a byte more", changed, "segments")
    changed = replace(parts, skeleton_bytes=w.chain(1)[0].signed.skeleton_bytes)
    yield _case("skeleton of another commit", changed, "segments")
    swapped = replace(parts, segments=parts.segments[::-1])
    yield _case("segments swapped", swapped, "segments")
    first = parts.segments[0] or b""
    changed = replace(parts, segments=(flip(first, 9), *parts.segments[1:]))
    yield _case("one bit of a segment", changed, "segments")
    whole = parts.encode()
    yield _case("cut", whole[:-1], "cbor")
    yield _case("byte more", whole + b"\x00", "cbor")
    yield _case("nothing", b"", "cbor")
    yield _case("five elements", cbor.encode([*_items(whole), 0]), "cbor")
    yield _case("signature of 63 bytes", replace(parts, signature=bytes(63)), "cbor")
    yield _case("segment of no bytes", replace(parts, segments=(b"", b"x", b"x")), "cbor")


def _items(data: bytes) -> list[Any]:
    return list(cbor.decode(data))  # type: ignore[arg-type]  # a commit is an array


def _ops_case(
    name: str,
    ops: Sequence[Any],
    values: Sequence[Any] | None,
    refuse: str | None = None,
    structure: str = "operations",
) -> Case:
    segment = None if values is None else cbor.encode([bytes(16), list(values)]).hex()
    inputs: dict[str, Json] = {
        "skeleton": cbor.encode(list(ops)).hex(),
        "segments": [[0, segment]] if values is None or values else [],
        "compartment": 1,
    }
    return Case(structure, name, inputs, refuse)


def _operations() -> Iterator[Case]:
    future = (12, REC, "a.b", (), 0, 1, "more")
    yield _ops_case("set", [SET], [VALUE])
    yield _ops_case("value erased", [SET], None)
    yield _ops_case("tombstone", [(4, REC, "", ((bytes(16), 3),))], [])
    yield _ops_case("unknown kind is kept", [SET, future], [VALUE, (9, 9)])
    bad: Sequence[tuple[str, Sequence[Any]]] = (
        ("no operation", ()),
        ("empty operation", ((),)),
        ("kind as text", (("0", *SET[1:]),)),
        ("kind negative", ((-1, *SET[1:]),)),
        ("record of 15 bytes", ((0, REC[:-1], *SET[2:]),)),
        ("field in capitals", ((0, REC, "A.b", (), 0, 0),)),
        ("field of 65 characters", ((0, REC, "a" * 65, (), 0, 0),)),
        ("field empty", ((0, REC, "", (), 0, 0),)),
        ("replaces itself twice", ((0, REC, "a.b", ((bytes(16), 0),) * 2, 0, 0),)),
        ("replaces unsorted", ((0, REC, "a.b", ((bytes(16), 1), (bytes(16), 0)), 0, 0),)),
        ("unit without segment", ((0, REC, "a.b", (), 1, 0),)),
        ("index beyond the segment", ((0, REC, "a.b", (), 0, 1),)),
        ("one value for two", (SET, SET)),
        ("one element less", (SET[:5],)),
        ("one element more", ((*SET, 0),)),
        ("tombstone with a field", ((4, REC, "a.b", ()), SET)),
    )
    for name, ops in bad:
        yield _ops_case(name, ops, [VALUE], "cbor")
    yield _ops_case("value that nobody names", [SET], [VALUE, VALUE], "cbor")


def _values() -> Iterator[Case]:
    good_values: Mapping[str, Any] = {
        "answered": (0, 1, "yes"),
        "unknown": (1, 0, None),
        "declined on a day": (2, 1, None, "2026-05-14", 0),
        "own words": (0, 1, "so I ran", None, 1),
        "date": (0, 3, ("2004-21", 1, "hijri")),
    }
    bad_values: Mapping[str, Any] = {
        "two elements": (0, 1),
        "four elements": (0, 1, "x", None),
        "five elements that say nothing": (0, 1, "x", None, 0),
        "day empty": (0, 1, "x", "", 1),
        "day of 33 characters": (0, 1, "x", "2" * 33, 0),
        "state 4": (4, 1, None),
        "source 5": (0, 5, "x"),
        "unknown with a value": (1, 1, "x"),
        "state true": (True, 1, None),
        "text alone": "x",
    }
    for name, value in good_values.items():
        yield _ops_case(f"value: {name}", [SET], [value])
    for name, value in bad_values.items():
        yield _ops_case(f"value: {name}", [SET], [value], "cbor")


def _opens() -> Iterator[Case]:
    def case(name: str, op: Any, refuse: str | None = None) -> Case:
        return _ops_case(name, [op], [], refuse, "record_open")

    yield case("form", (7, REC, "screening", None, 3, None))
    yield case("row in a record", (7, w.ROW, "screening.contacts", REC, 1, None))
    yield case("row that chose this compartment", (7, w.ROW, "screening.contacts", REC, 1, 1))
    elsewhere = (7, w.ROW, "screening.contacts", REC, 1, 5)
    yield case("row that chose another compartment", elsewhere, "place")
    yield case("parent of 15 bytes", (7, w.ROW, "screening", bytes(15), 1, None), "cbor")
    yield case("order negative", (7, w.ROW, "screening", None, -1, None), "cbor")
    yield case("form in capitals", (7, w.ROW, "Screening", None, 0, None), "cbor")
    yield case("compartment as text", (7, w.ROW, "screening", None, 0, "core"), "cbor")
    yield case("five elements", (7, w.ROW, "screening", None, 0), "cbor")


def _chains() -> Iterator[Case]:
    def case(name: str, commits: Sequence[ReceivedCommit], beginning: bytes = w.GENESIS) -> Case:
        headers: list[Json] = [one.signed.header_bytes.hex() for one in commits]
        return Case("chain_and_fork", name, {"headers": headers, "beginnings": [beginning.hex()]})

    one, two, three = w.chain(3)
    branch = w.received(w.draft((w.set_op("screening.note", answered("other")),), 2, one.id))
    stray = w.received(w.draft(w.interview(), 2, w.named("nobody's", 32)))
    yield case("in order", [one, two, three])
    yield case("each twice", [one, one, two, two])
    yield case("backwards, then again", [three, two, one, two, three])
    yield case("a number used twice", [one, two, branch, three])
    yield case("two and its branch without one", [two, branch])
    yield case("a predecessor that nobody sent", [one, stray])
    yield case("the same beside another of its number", [one, two, stray])
    yield case("begun under an unknown grant", [one, two], w.named("another beginning", 32))


def _erasures() -> Iterator[Case]:
    whole = good()
    for units in ((1,), (0,), (0, 1, 2)):
        made = _case(f"without units {units}", without_units(whole, units))
        yield replace(made, structure="erase")
    first = whole.signed.segments[0]
    swapped = replace(without_units(whole, (1,)), segments=(None, first, None))
    refused = _case("another segment in an erased place", swapped, "segments")
    yield replace(refused, structure="erase")


def _bundles() -> Iterator[Case]:
    commits = [one.signed for one in w.chain(3)]
    body = encode_bundle(commits)
    skeleton, _ = write_ops((OpenRecord(REC, "screening"),), w.stream("open"))
    yield Case("bundle", "three commits", {"body": body.hex()})
    yield Case("bundle", "one commit", {"body": encode_bundle(commits[:1]).hex()})
    bad = {
        "no commit": cbor.encode([FORMAT, []]),
        "another format": cbor.encode([FORMAT + 1, [commits[0].encode()]]),
        "commit as array": cbor.encode([FORMAT, [[1]]]),
        "three elements": cbor.encode([FORMAT, [commits[0].encode()], 0]),
        "a skeleton for a commit": cbor.encode([FORMAT, [skeleton]]),
        "cut": body[:-1],
    }
    for name, data in bad.items():
        yield Case("bundle", name, {"body": data.hex()}, "cbor")
