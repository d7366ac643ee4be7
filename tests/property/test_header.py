"""The key header as bytes from anywhere: a header or HostileInput, and nothing else (T1, P15)."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.security.suite import KdfCost
from nrm_desktop.security.vault.header import Header, decode_header, encode_header
from nrm_desktop.security.vault.slots import Slot, SlotKind

MAC_KEY = bytes(32)


def _exactly(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


@st.composite
def _slots(draw: st.DrawFn, number: int) -> Slot:
    kind = draw(st.sampled_from(list(SlotKind)))
    is_sealed = kind is not SlotKind.OFFICE
    cost = KdfCost(
        draw(st.integers(65_536, 2_097_152)), draw(st.integers(3, 20)), draw(st.integers(1, 16))
    )
    return Slot(
        id=number.to_bytes(8, "big"),
        kind=kind,
        sign=number if kind.is_stretched else 0,
        cost=cost if kind.is_stretched else None,
        salt=draw(_exactly(16)) if kind.is_stretched else b"",
        extra=draw(st.binary(max_size=1024)),
        kem_public=draw(_exactly(8)) * 152,
        nonce=draw(_exactly(12)) if is_sealed else b"",
        sealed=draw(_exactly(80)) if is_sealed else b"",
        dek_wrap=draw(_exactly(8)) * 146,
    )


@st.composite
def headers(draw: st.DrawFn) -> Header:
    """Any header that keeps the limits, with up to four slots."""
    return Header(
        draw(st.integers(1, 2**64 - 2)),
        draw(_exactly(16)),
        draw(st.integers(0, 2**32 - 1)),
        tuple(draw(_slots(number)) for number in range(draw(st.integers(1, 4)))),
        draw(st.sampled_from([0, 10, 2**32 - 1])),
    )


@given(headers())
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back(header: Header) -> None:
    raw = encode_header(header, MAC_KEY)
    sound = decode_header(raw)
    assert sound.header == header
    assert sound.is_authentic(MAC_KEY)
    assert encode_header(sound.header, MAC_KEY) == raw


@given(headers(), st.data())
@settings(max_examples=150, deadline=None)
def test_changed_bytes_under_a_right_sum_are_refused_or_not_authentic(
    header: Header, data: st.DataObject
) -> None:
    raw = encode_header(header, MAC_KEY)
    end = 68 + int.from_bytes(raw[32:36], "big")
    changed = bytearray(raw[:end])
    place = data.draw(st.one_of(st.integers(0, 60), st.integers(0, end - 1)))
    changed[place] ^= data.draw(st.integers(1, 255))
    whole = bytes(changed) + hashlib.sha256(changed).digest()
    try:
        sound = decode_header(whole.ljust(len(raw), b"\0"))
    except HostileInput:
        return
    assert not sound.is_authentic(MAC_KEY)


@given(st.binary(max_size=9000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_refused_in_one_way(raw: bytes) -> None:
    with pytest.raises(HostileInput, match=r"integrity\.header"):
        decode_header(b"NRMV\0\1\0\0" + raw)
