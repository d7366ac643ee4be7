"""Strict CBOR: one value, one encoding; everything else is hostile (decisions.md 7, RFC 8949)."""

import pytest

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.limits import CBOR_ARRAY, CBOR_DEPTH, CBOR_ITEMS, CBOR_TEXT_BYTES
from nrm_desktop.domain.errors import HostileInput, ProgramFault

GOOD = {
    "00": 0,
    "17": 23,
    "1818": 24,
    "190100": 256,
    "1a00010000": 65536,
    "1b0000000100000000": 1 << 32,
    "1bffffffffffffffff": (1 << 64) - 1,
    "20": -1,
    "3bffffffffffffffff": -(1 << 64),
    "40": b"",
    "4101": b"\x01",
    "60": "",
    "62c3a9": "é",
    "80": (),
    "8301820203820405": (1, (2, 3), (4, 5)),
    "f4": False,
    "f5": True,
    "f6": None,
}

BAD = {
    "nothing at all": "",
    "trailing byte": "0000",
    "map": "a0",
    "map with content": "a10102",
    "tag": "c100",
    "big number by tag": "c249010000000000000000",
    "self-described": "d9d9f700",
    "half float": "f90000",
    "single float": "fa00000000",
    "double float": "fb0000000000000000",
    "undefined": "f7",
    "simple value": "f0",
    "simple value in two bytes": "f820",
    "break alone": "ff",
    "indefinite array": "9f00ff",
    "indefinite bytes": "5f4100ff",
    "indefinite text": "7f6161ff",
    "reserved additional information": "1c",
    "24 with 23": "1817",
    "two bytes for 255": "1900ff",
    "four bytes for 65535": "1a0000ffff",
    "eight bytes for 2^32-1": "1b00000000ffffffff",
    "negative in a long form": "3800",
    "byte string in a long form": "580101",
    "text in a long form": "780161",
    "array in a long form": "980100",
    "cut head": "19",
    "cut long head": "1b00000000",
    "cut bytes": "4200",
    "cut text": "6261",
    "cut array": "8201",
    "array of 2^64-1": "9bffffffffffffffff",
    "bytes of 2^64-1": "5bffffffffffffffff",
    "text that is not UTF-8": "61ff",
    "text with a surrogate": "63eda080",
    "text cut inside a character": "61c3",
}


@pytest.mark.parametrize("text", GOOD)
def test_every_allowed_type_is_read_in_its_shortest_form(text):
    value = cbor.decode(bytes.fromhex(text))

    assert value == GOOD[text]
    assert type(value) is type(GOOD[text])


@pytest.mark.parametrize("text", GOOD)
def test_what_is_written_is_the_shortest_form(text):
    assert cbor.encode(GOOD[text]).hex() == text


@pytest.mark.threat("T17")
@pytest.mark.parametrize("name", BAD)
def test_everything_else_is_refused_as_hostile(name):
    with pytest.raises(HostileInput) as caught:
        cbor.decode(bytes.fromhex(BAD[name]))

    assert caught.value.code == "integrity.format"
    assert caught.value.params["step"] == "cbor"


def test_the_deepest_nesting_is_read_and_one_more_is_refused():
    assert cbor.decode(b"\x81" * CBOR_DEPTH + b"\x00")

    with pytest.raises(HostileInput):
        cbor.decode(b"\x81" * (CBOR_DEPTH + 1) + b"\x00")


def test_nesting_a_million_deep_is_refused():
    with pytest.raises(HostileInput):
        cbor.decode(b"\x81" * 1_000_000 + b"\x00")


def test_the_longest_array_is_read_and_one_more_is_refused():
    longest = cbor.encode(tuple(range(CBOR_ARRAY)))

    assert len(cbor.decode(longest)) == CBOR_ARRAY
    with pytest.raises(HostileInput):
        cbor.decode(b"\x99" + (CBOR_ARRAY + 1).to_bytes(2, "big") + b"\x00" * (CBOR_ARRAY + 1))


def test_the_longest_text_is_read_and_one_byte_more_is_refused():
    head = b"\x7a" + CBOR_TEXT_BYTES.to_bytes(4, "big")

    assert len(cbor.decode(head + b"a" * CBOR_TEXT_BYTES)) == CBOR_TEXT_BYTES
    with pytest.raises(HostileInput):
        cbor.decode(b"\x7a" + (CBOR_TEXT_BYTES + 1).to_bytes(4, "big") + b"a" * 1_048_577)


def test_a_million_items_are_read_and_one_more_is_refused_before_anything_is_built():
    rest = CBOR_ITEMS - 100 - 99 * 10_000
    exact = b"\x98\x64" + cbor.encode([0] * 10_000) * 99 + cbor.encode([0] * rest)
    above = b"\x98\x64" + cbor.encode([0] * 10_000) * 99 + cbor.encode([0] * (rest + 1))

    assert len(cbor.decode(exact)) == 100
    with pytest.raises(HostileInput) as caught:
        cbor.decode(above)
    assert caught.value.params["what"] == "limit"


@pytest.mark.parametrize("value", [1.5, {1: 2}, object(), 1 << 64, ["x", [0.0]], "a" * 1_048_577])
def test_what_could_not_be_read_again_is_not_written(value):
    with pytest.raises(ProgramFault):
        cbor.encode(value)


def test_elements_are_counted_from_the_head_alone():
    assert cbor.count_elements(cbor.encode([1] * 5)) == 5
    assert cbor.count_elements(cbor.encode([1] * 500)) == 500


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x41", b"\x98", b"\xf6"])
def test_counting_elements_of_no_array_is_refused(data):
    with pytest.raises(HostileInput):
        cbor.count_elements(data)
