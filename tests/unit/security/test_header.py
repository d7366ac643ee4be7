"""The key header in bytes: layout, limits, damage (storage-security.md 4.2 and 4.3)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace

import cbor2
import pytest

from nrm_desktop.app.wire.limits import FORMAT
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.security.suite import KdfCost
from nrm_desktop.security.vault.header import Header, decode_header, encode_header
from nrm_desktop.security.vault.opening import Unlocked
from nrm_desktop.security.vault.slots import SlotKind

pytestmark = pytest.mark.threat("T1")


def _with_sum(raw: bytes) -> bytes:
    """Repair the sum over changed bytes, as somebody would who means it."""
    length = int.from_bytes(raw[32:36], "big")
    end = 36 + length + 32
    return (raw[:end] + hashlib.sha256(raw[:end]).digest()).ljust(len(raw), b"\0")


def _with_body(raw: bytes, body: bytes) -> bytes:
    head = raw[:32] + len(body).to_bytes(4, "big") + body + bytes(32)
    whole = head + hashlib.sha256(head).digest()
    return whole.ljust(-(-len(whole) // 4096) * 4096, b"\0")


def _body(raw: bytes) -> list:
    return cbor2.loads(raw[36 : 36 + int.from_bytes(raw[32:36], "big")])


def test_the_layout_is_the_one_written_down(made_vault: Unlocked) -> None:
    """An independent reader of a few lines, from the design alone."""
    raw = made_vault.copy.sound.raw
    length = int.from_bytes(raw[32:36], "big")
    assert (raw[:4], raw[4], raw[5], raw[6:8]) == (b"NRMV", FORMAT, 1, bytes(2))
    assert int.from_bytes(raw[8:16], "big") == 1
    assert raw[16:32] == made_vault.keys.vault_id
    mac = hmac.digest(made_vault.keys.header, raw[: 36 + length], "sha256")
    assert raw[36 + length : 68 + length] == mac
    assert raw[68 + length : 100 + length] == hashlib.sha256(raw[: 68 + length]).digest()
    assert len(raw) % 4096 == 0
    assert not any(raw[100 + length :])
    epoch, wipe, [slot] = _body(raw)
    assert (epoch, wipe, slot[1], slot[3]) == (1, 0, 1, [65_536, 3, 1])
    assert [len(slot[i]) for i in (0, 4, 5, 6, 7, 8, 9)] == [8, 16, 0, 12, 80, 1216, 1168]


def test_32_slots_fit_the_limits_and_come_back_equal(made_vault: Unlocked) -> None:
    slots = tuple(
        replace(made_vault.slot, id=bytes([n]) * 8, sign=n, dek_wrap=bytes([n]) * 1168)
        for n in range(32)
    )
    header = Header(7, made_vault.keys.vault_id, 3, slots, wipe_after=10)
    raw = encode_header(header, made_vault.keys.header)
    assert decode_header(raw).header == header
    assert len(raw) < 128 * 1024


@pytest.mark.promise("P7")
def test_every_cut_is_refused(made_vault: Unlocked) -> None:
    raw = made_vault.copy.sound.raw
    for end in (0, 1, 35, 36, 99, 2000, 4095, len(raw) - 1):
        with pytest.raises(HostileInput, match=r"integrity\.header"):
            decode_header(raw[:end])
    with pytest.raises(HostileInput, match=r"integrity\.header"):
        decode_header(raw + bytes(4096))


@pytest.mark.promise("P7")
def test_every_flipped_bit_is_found_before_unlocking(made_vault: Unlocked) -> None:
    raw = made_vault.copy.sound.raw
    for place in (*range(120), *range(120, len(raw), 37)):
        flipped = bytearray(raw)
        flipped[place] ^= 1 << place % 8
        with pytest.raises(HostileInput, match=r"integrity\.header"):
            decode_header(bytes(flipped))


@pytest.mark.parametrize(("place", "value"), [(0, b"X"), (4, b"\2"), (5, b"\2"), (7, b"\1")])
def test_another_version_or_suite_is_refused_though_the_sum_is_right(
    made_vault: Unlocked, place: int, value: bytes
) -> None:
    raw = made_vault.copy.sound.raw
    with pytest.raises(HostileInput) as caught:
        decode_header(_with_sum(raw[:place] + value + raw[place + 1 :]))
    assert caught.value.params == {"what": "head"}


def _slot_change(index: int, value: object) -> Callable[[list], None]:
    def change(body: list) -> None:
        body[2][0][index] = value

    return change


def _double_slot(body: list) -> None:
    body[2].append(body[2][0])


def _double_sign(body: list) -> None:
    body[2].append([b"otherid!", *body[2][0][1:]])


BAD_BODIES: dict[str, Callable[[list], None]] = {
    "memory below the floor": _slot_change(3, [65_535, 3, 1]),
    "memory that only exhausts": _slot_change(3, [1 << 30, 3, 1]),
    "too few passes": _slot_change(3, [65_536, 2, 1]),
    "no lane": _slot_change(3, [65_536, 3, 0]),
    "no cost for a passphrase": _slot_change(3, []),
    "reserved kind": _slot_change(1, 4),
    "unknown kind": _slot_change(1, 9),
    "sign out of range": _slot_change(2, 64),
    "short id": _slot_change(0, b"short"),
    "long extra": _slot_change(5, bytes(1025)),
    "recovery slot with a salt": _slot_change(1, 2),
    "short seal": _slot_change(7, bytes(79)),
    "no slots": lambda body: body.__setitem__(2, []),
    "33 slots": lambda body: body.__setitem__(2, body[2] * 33),
    "the same slot twice": _double_slot,
    "the same sign twice": _double_sign,
    "wiping after too few": lambda body: body.__setitem__(1, 9),
    "a negative epoch": lambda body: body.__setitem__(0, -1),
    "something more": lambda body: body.append(0),
}


@pytest.mark.parametrize("change", BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_a_body_outside_the_limits_is_refused(
    made_vault: Unlocked, change: Callable[[list], None]
) -> None:
    raw = made_vault.copy.sound.raw
    body = _body(raw)
    change(body)
    with pytest.raises(HostileInput, match=r"integrity\.header"):
        decode_header(_with_body(raw, cbor2.dumps(body)))


def test_a_second_encoding_of_the_same_body_is_refused(made_vault: Unlocked) -> None:
    raw = made_vault.copy.sound.raw
    body = cbor2.dumps(_body(raw))
    assert decode_header(_with_body(raw, body)).header == made_vault.header
    for other in (b"\x83\x18\x01" + body[2:], b"\x9f" + body[1:] + b"\xff", body + b"\0"):
        with pytest.raises(HostileInput, match=r"integrity\.header"):
            decode_header(_with_body(raw, other))


def test_a_mac_of_another_key_is_not_ours(made_vault: Unlocked) -> None:
    sound = decode_header(encode_header(made_vault.header, made_vault.keys.header))
    assert sound.is_authentic(made_vault.keys.header)
    assert not sound.is_authentic(made_vault.keys.db)


def test_slots_of_other_kinds_are_kept(made_vault: Unlocked) -> None:
    """Kinds 2, 3 and 5 are read and written unchanged, opened or not."""
    user = made_vault.slot
    office = replace(
        user,
        id=b"office-1",
        kind=SlotKind.OFFICE,
        sign=0,
        cost=None,
        salt=b"",
        nonce=b"",
        sealed=b"",
    )
    sheet = replace(user, id=b"sheet-01", kind=SlotKind.RECOVERY, sign=0, cost=None, salt=b"")
    stick = replace(
        user,
        id=b"stick-01",
        kind=SlotKind.KEY_FILE,
        sign=(user.sign + 1) % 64,
        cost=KdfCost(65_536, 4, 2),
        extra=bytes(1024),
    )
    header = replace(made_vault.header, slots=(user, office, sheet, stick))
    assert decode_header(encode_header(header, bytes(32))).header == header
