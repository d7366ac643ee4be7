"""Independent verifier for nrm_desktop: `nrm_verify.py PATH KEYS.json`, `nrm_verify.py X.nrmsig`.

Written from docs/format.md (12: the key file), without the program. PATH: folder, file or object.
Prints commits, signers, chains, erased units, what checkpoints cover. Exit 0: all is well, 5: not.
A table that left is checked by `nrm_verify_release.py`, which lies beside this file.
"""

import base64
import hashlib
import hmac
import json
import re
import runpy
import sys
from collections import defaultdict
from collections.abc import Callable, Collection
from contextlib import suppress
from itertools import pairwise
from operator import call
from pathlib import Path

import cbor2
import zstandard
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT, READER, MIB, U16, U32, U64 = 1, 0, 1 << 20, (1 << 16) - 1, (1 << 32) - 1, (1 << 64) - 1
Test = Callable[[object], bool]
_any: Test = lambda _: True  # noqa: E731 the word of the shapes below for "look elsewhere"


class Refused(Exception):
    """A step of the acceptance order failed; its name is the only argument."""


def _need(condition: object, step: str) -> None:
    if not condition:
        raise Refused(step)


def _digest(label: str, *parts: bytes) -> bytes:
    return hashlib.sha256(b"nrm1/" + label.encode() + b"\0" + b"".join(parts)).digest()


def _mac(label: str, key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, b"nrm1/" + label.encode() + b"\0" + data, "sha256")


def _name20(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:20]


def _derive(label: str, key: bytes, salt: bytes, context: bytes, size: int = 32) -> bytes:
    info = b"nrm1/" + label.encode() + b"\0" + context
    return HKDF(hashes.SHA256(), size, salt, info).derive(key)


# Section 2, strict CBOR: decode, look at every type, encode again, compare.
def _cbor(data: bytes) -> object:
    try:
        item = cbor2.loads(data, max_depth=8, allow_indefinite=False, immutable=True)
        _need(_count(item) <= 1_000_000 and cbor2.dumps(item) == data, "cbor")
    except (cbor2.CBORError, ValueError, TypeError):
        raise Refused("cbor") from None
    return item


def _count(item: object) -> int:
    if type(item) is tuple:
        _need(len(item) <= 10_000, "cbor")
        return len(item) + sum(map(_count, item))
    is_text = type(item) is str and len(item.encode()) <= MIB
    is_number = type(item) is int and -U64 - 1 <= item <= U64
    _need(is_text or is_number or type(item) in {bytes, bool, type(None)}, "cbor")
    return 0


# A small language of shapes: each function makes a test of an item.
def _b(size: int, most: int = 0) -> Test:
    return lambda x: type(x) is bytes and size <= len(x) <= (most or size)


def _u(top: int, least: int = 0) -> Test:
    return lambda x: type(x) is int and least <= x <= top


def _text(pattern: str) -> Test:
    return lambda x: type(x) is str and re.fullmatch(pattern, x, re.DOTALL) is not None


def _null(test: Test) -> Test:
    return lambda x: x is None or test(x)


def _many(test: Test, most: int, least: int = 0) -> Test:
    return lambda x: type(x) is tuple and least <= len(x) <= most and all(map(test, x))


def _rising(test: Test, most: int) -> Test:
    return lambda x: _many(test, most)(x) and all(left < right for left, right in pairwise(x))


def _rec(*tests: Test) -> Test:
    return lambda x: type(x) is tuple and len(x) == len(tests) and all(map(call, tests, x))


def _kinds(table: dict) -> Test:
    kind, last = _u(U16, 1), max(table)
    return lambda x: _many(_any, U16, 2)(x) and kind(x[0]) and (x[0] > last or table[x[0]](x))


_F, _ID, _HASH, _SEQ, _N16, _N32 = _u(FORMAT, FORMAT), _b(16), _b(32), _u(U32, 1), _u(U16), _u(U32)
_PART, _NAME, _SUP = _b(1, 4 * MIB), _text("[a-z0-9_.]{1,64}"), _rec(_ID, _u(10_000))
_DEPS = _rising(_rec(_ID, _SEQ, _ID), 256)
_SEGS = _many(_rec(_N16, _u(4 * MIB, 1), _HASH), 64)
_HEAD = (_F, _ID, _ID, _ID, _u(U16, 1), _SEQ, _HASH, _u(U64), _DEPS, _b(8), _N16, _N32, _HASH)
HEADER, BUNDLE = _rec(*_HEAD, _SEGS), _rec(_F, _many(_PART, 10_000, 1))
COMMIT = _rec(_PART, _b(64), _PART, _many(_null(_PART), 64))
SET = _rec(_u(6), _ID, _NAME, _rising(_SUP, 256), _N16, _u(10_000))
TOMBSTONE = _rec(_u(4), _ID, _text(""), _rising(_SUP, 256))
OPEN = _rec(_u(7), _ID, _NAME, _null(_ID), _N32, _null(_N16))
VALUE = _rec(_u(3), _u(4), _any)
LONG_VALUE = _rec(_u(3), _u(4), _any, _null(_text(".{1,32}")), _N32)
STATEMENT = _rec(_b(1, 64 * MIB), _many(_rec(_ID, _b(64), _null(_b(3309))), 16, 1))
_HEAD_ROW, _PACK_ROW = _rec(_any, _ID, _SEQ, _ID), (_u(16 * MIB), _u(4096), _u(5, 1))
ROW = _kinds({1: _HEAD_ROW, 2: _rec(_any, _b(20), *_PACK_ROW), 3: _HEAD_ROW, 4: _rec(_any, _ID)})
WANT = _kinds({1: _rec(_any, _b(20)), 2: _rec(_any, _ID, _SEQ)})
_LISTS = (_many(_b(20), 256), _many(ROW, 4000), _many(WANT, 1000), _HASH, _text(".{0,64}"))
CHECKPOINT = _rec(_F, _ID, _SEQ, _HASH, _u(U64), _SEQ, _HASH, _N32, *_LISTS)


# Section 4, sealed objects.
def _padded_size(size: int) -> int:
    exponent = max(size, 256).bit_length() - 1
    mask = (1 << exponent - exponent.bit_length()) - 1
    return max(size, 256) + mask & ~mask


def _open_object(data: bytes, key: bytes) -> tuple[int, bytes]:
    _need(88 < len(data) <= 16 * MIB and data[:6] == b"NRMB" + bytes((FORMAT, 1)), "container")
    _need(0 < data[6] <= 16 and data[7] == 0, "container")
    whole, rest = divmod(len(data) - 88, 65_552)
    size = whole * 65_536 + max(0, rest - 16)
    _need((rest == 0 or rest > 16) and _padded_size(size) == size, "container")
    both = _derive("obj", key, data[24:56], data[:24], 64)
    _need(hmac.compare_digest(both[32:], data[56:88]), "aead")
    plain, starts = b"", range(88, len(data), 65_552)
    for index, at in enumerate(starts):
        nonce = index.to_bytes(8, "big") + int(at == starts[-1]).to_bytes(4, "big")
        try:
            plain += AESGCM(both[:32]).decrypt(nonce, data[at : at + 65_552], data[:88])
        except InvalidTag:
            raise Refused("aead") from None
    end = 4 + int.from_bytes(plain[:4], "big")
    _need(end <= len(plain) == _padded_size(end) and not any(plain[end:]), "aead")
    return data[6], plain[4:end] if data[6] == 4 else _unpack(plain[4:end])


def _unpack(frame: bytes) -> bytes:
    body, tool = bytearray(), zstandard.ZstdDecompressor(max_window_size=8 * MIB).decompressobj()
    try:
        facts = zstandard.get_frame_parameters(frame)
        is_bare = facts.content_size == zstandard.CONTENTSIZE_UNKNOWN and not facts.dict_id
        _need(is_bare and not facts.has_checksum, "aead")
        for at in range(0, len(frame), 64):
            body += tool.decompress(frame[at : at + 64])
            _need(len(body) <= 64 * MIB, "aead")
    except zstandard.ZstdError:
        raise Refused("aead") from None
    _need(tool.eof and not tool.unused_data, "aead")
    return bytes(body)


# Sections 5 and 8, signatures and checkpoints.
def _is_signed(label: str, key: bytes, payload: bytes, signature: bytes) -> bool:
    kind = ed25519.Ed25519PublicKey if len(key) == 32 else mldsa.MLDSA65PublicKey
    protected = bytes.fromhex("a10127" if len(key) == 32 else "a1013830")
    message = cbor2.dumps(["Signature1", protected, b"nrm1/" + label.encode(), payload])
    with suppress(InvalidSignature, ValueError):
        kind.from_public_bytes(key).verify(signature, message)
        return True
    return False


def open_statement(label: str, data: bytes, keys_of: Callable) -> tuple[bytes, bytes]:
    """Payload and signer, if there is one signer; two keys of it mean two signatures."""
    item = _cbor(data)
    _need(STATEMENT(item) and all(one[0] < two[0] for one, two in pairwise(item[1])), "cbor")
    payload, ((signer, short, long), *more) = item
    keys = keys_of(signer, ())
    _need(keys and not more and (long is None) == (len(keys) == 1), "signature")
    for key, signature in zip(keys, (short, long), strict=False):
        _need(_is_signed(label, key, payload, signature), "signature")
    return payload, signer


def read_checkpoint(statement: bytes, devices: dict) -> tuple:
    """The 13 elements, if the device that they name signed with both keys."""
    payload, device = open_statement("cp", statement, devices.get)
    item = _cbor(payload)
    _need(CHECKPOINT(item), "cbor")
    _need(item[1] == device, "signature")
    return item


# Section 6, commits.
def _read_commit(data: bytes) -> tuple[tuple, tuple]:
    _need(len(data) <= 4 * MIB, "container")
    parts = _cbor(data)
    _need(COMMIT(parts), "cbor")
    head = _cbor(parts[0])
    _need(HEADER(head) and len(head[13]) == len(parts[3]), "cbor")
    _need(all(one[0] < two[0] for one, two in pairwise(head[13])), "cbor")
    _need(head[1] not in {dep[0] for dep in head[8]}, "cbor")
    return head, parts


def check_commit(head: tuple, parts: tuple, place: tuple, key: bytes) -> list:
    """Steps 4, 6 and 9; gives the operations."""
    _need((head[3], head[4]) == place, "place")
    _need(_is_signed("commit", key, parts[0], parts[1]), "signature")
    _need(_digest("skel", parts[2]) == head[12], "segments")
    for (_, size, hashed), data in zip(head[13], parts[3], strict=True):
        _need(data is None or (len(data) == size and _digest("seg", data) == hashed), "segments")
    if head[10] > READER:
        return list(_cbor(parts[2]))
    return read_ops(parts[2], {r[0]: p for r, p in zip(head[13], parts[3], strict=True)}, head[4])


def read_ops(skeleton: bytes, segments: dict, compartment: int) -> list:
    """Operations; instead of its index, each has its value, None if that is not there."""
    values, taken, found = {unit: _values(data) for unit, data in segments.items()}, set(), []
    items = _cbor(skeleton)
    _need(_many(lambda op: _many(_any, U16, 1)(op) and _u(U64)(op[0]), 10_000, 1)(items), "cbor")
    for op in items:
        shape = {4: TOMBSTONE, 7: OPEN}.get(op[0], SET if op[0] < 7 else _any)
        _need(shape(op), "cbor")
        _need(op[0] != 7 or op[5] in {None, compartment}, "place")
        if shape is SET:
            _need(op[4] in values and op[4:] not in taken, "cbor")
            taken.add(op[4:])
        found.append((*op[:5], _value(values[op[4]], op[5])) if shape is SET else op)
    if all(op[0] <= 7 for op in items):
        there = {(unit, at) for unit, own in values.items() for at in range(len(own or ()))}
        _need(there == {one for one in taken if values[one[0]] is not None}, "cbor")
        _need({unit for unit, _ in taken} == set(values), "cbor")
    return found


def _values(segment: bytes | None) -> tuple | None:
    item = (bytes(16), None) if segment is None else _cbor(segment)
    _need(_rec(_ID, _null(_many(_any, 10_000)))(item), "cbor")
    return item[1]


def _value(values: tuple | None, index: int) -> object:
    if values is None:
        return None
    _need(index < len(values), "cbor")
    item = values[index]
    _need(VALUE(item) or (LONG_VALUE(item) and item[3:] != (None, 0)), "cbor")
    _need(item[0] == 0 or item[2] is None, "cbor")
    return item


def chain_steps(commits: list, beginnings: Collection[bytes]) -> list:
    """The step of each (seq, prev, id) of one log, in order of arrival."""
    held, steps = defaultdict(set, {0: set(beginnings)}), []
    for seq, prev, commit in commits:
        new = "gap" if prev not in held[seq - 1] else "fork" if held[seq] else "ok"
        steps.append("duplicate" if commit in held[seq] else new)
        if steps[-1] != "gap":
            held[seq].add(commit)
    return steps


# Section 7, pack files.
def read_pack(data: bytes, own: bytes | None) -> list:
    """Rows of the index: name, type, lane, bucket, key id, offset, length."""
    count, whole = int.from_bytes(data[8:12], "big"), int.from_bytes(data[12:16], "big")
    at = end = 16 + 48 * count
    _need(data[:8] == b"NRMX" + bytes((FORMAT, 0, 0, 0)), "container")
    _need(0 < count <= 4096 and end <= len(data) <= whole <= 16 * MIB, "container")
    _need(own in {None, _name20(data[:end])}, "name")
    rows = []
    for row in (data[start : start + 48] for start in range(16, end, 48)):
        offset, length = int.from_bytes(row[38:42], "big"), int.from_bytes(row[42:46], "big")
        is_whole = offset == at and 0 < length <= 16 * MIB and 1 <= row[21] <= 5
        _need(is_whole and not any(row[46:]), "container")
        bucket = int.from_bytes(row[22:24], "big")
        rows.append((row[:20], row[20], row[21], bucket, row[24:38], offset, length))
        at += length
    _need(at == whole, "container")
    return rows


def packed_object(data: bytes, row: tuple) -> bytes:
    """One object, checked by its name and, if it is sealed, against its row."""
    found = data[row[5] : row[5] + row[6]]
    _need(len(found) == row[6], "container")
    _need(_name20(found) == row[0], "name")
    facts = (found[6], int.from_bytes(found[8:10], "big"), found[10:24])
    _need(found[:4] != b"NRMB" or facts == (row[1], row[3], row[4]), "container")
    return found


class _Report:
    """What was found, and whether all of it is well."""

    def __init__(self, keys: dict) -> None:
        out, self.is_good, self.heads, self.logs = bytes.fromhex, True, [], defaultdict(set)
        self.signers = {out(one): out(key) for one, key in keys["signers"].items()}
        self.devices = {out(one): list(map(out, two)) for one, two in keys["devices"].items()}
        self.keys = [(out(key), (out(scope), comp)) for key, scope, comp in keys["keys"]]
        self.beginnings = set(map(out, keys["beginnings"]))
        self.erased = {(out(commit), unit) for commit, unit in keys["erased"]}

    def say(self, line: str, *, is_good: bool = True) -> None:
        self.is_good = self.is_good and is_good
        print(line if is_good else f"NOT GOOD: {line}")

    def attempt(self, what: str, step: Callable, *arguments: object) -> object:
        try:
            return step(*arguments)
        except Refused as error:
            return self.say(f"{what}: refused, {error}", is_good=False)

    def take_file(self, path: Path) -> None:
        data = path.read_bytes()
        if data[:4] == b"NRMX":
            named = re.fullmatch("[a-z2-7]{32}", path.stem)
            own = base64.b32decode(path.stem.upper()) if named else None
            for row in self.attempt(path.name, read_pack, data, own) or []:
                if found := self.attempt(row[0].hex(), packed_object, data, row):
                    self.attempt(row[0].hex(), self.take_object, row[0].hex(), found)
        else:
            self.attempt(path.name, self.take_object, path.name, data)

    def take_object(self, what: str, data: bytes) -> None:
        for key, place in self.keys if data[:4] == b"NRMB" else ():
            if data[10:24] == _mac("kid", key, data[8:10])[:14]:
                kind, body = _open_object(data, key)
                self.say(f"object {what}: type {kind}, opened")
                if kind == 1:
                    _need(BUNDLE(_cbor(body)), "cbor")
                    for commit in _cbor(body)[1]:
                        self.attempt(f"commit in {what}", self.take_commit, commit, place)
                elif kind == 2:
                    self.take_checkpoint(body)
                return
        self.say(f"object {what}: carried for others")

    def take_checkpoint(self, statement: bytes) -> None:
        item = read_checkpoint(statement, self.devices)
        self.heads += [(item[1], row) for row in item[9] if row[0] == 1]
        self.say(f"checkpoint {item[2]} of device {item[1].hex()}: signatures good")

    def take_commit(self, data: bytes, place: tuple) -> None:
        head, parts = _read_commit(data)
        _need(head[2] in self.signers, "signature")
        ops = check_commit(head, parts, place, self.signers[head[2]])
        commit = _digest("hdr", parts[0])
        gone = [ref[0] for ref, part in zip(head[13], parts[3], strict=True) if part is None]
        self.logs[(head[3], head[4], head[1])].add((head[5], head[6], commit))
        line = f"commit {commit.hex()} seq {head[5]} signer {head[2].hex()} ops {len(ops)}"
        self.say(f"{line} without units {gone}", is_good={(commit, x) for x in gone} <= self.erased)

    def judge(self) -> bool:
        for (*place, device), commits in self.logs.items():
            steps = sorted(set(chain_steps(sorted(commits), self.beginnings)))
            line = f"log {place[0].hex()} {place[1]} of device {device.hex()}"
            self.say(f"{line}: {len(commits)} commits, {steps}", is_good=steps == ["ok"])
            own = [key for key, at in self.keys if at == tuple(place)]
            blinds = {(device, _mac("blind", key, device)[:16]) for key in own}
            for owner, (_, blind, seq, head) in self.heads:
                if (owner, blind) in blinds:
                    here = [one for one in commits if one[0] <= seq]
                    tips = {c for _, _, c in here} - {p for _, p, _ in here}
                    names = {c[:16] for n, _, c in here if n == seq}
                    names |= {_digest("tips", *sorted(tips))[:16]}
                    self.say(f"  checkpoint names number {seq}", is_good=head in names)
        print("all is well" if self.is_good else "not all is well")
        return self.is_good


def _main(path: Path, *keys: Path) -> int:
    if path.suffix == ".nrmsig":
        return runpy.run_path(str(Path(__file__).with_name("nrm_verify_release.py")))["main"](path)
    report = _Report(json.loads(keys[0].read_text(encoding="utf-8")))
    for each in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if each.suffix in {".nrmx", ".cp"} or (each == path and each.is_file()):
            report.take_file(each)
    return 0 if report.judge() else 5


if __name__ == "__main__":
    sys.exit(_main(*map(Path, sys.argv[1:])))
