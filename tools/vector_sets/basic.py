"""Vectors of what needs no structure: labels, CBOR, padding, key ids, derived keys."""

from __future__ import annotations

from collections.abc import Iterator

from tools.vector_sets import world as w
from tools.vector_sets.case import Case

from nrm_desktop.app.wire.hashes import HashLabel

GOOD_CBOR = [
    "00",
    "17",
    "1818",
    "18ff",
    "190100",
    "19ffff",
    "1a00010000",
    "1affffffff",
    "1b0000000100000000",
    "1bffffffffffffffff",
    "20",
    "37",
    "3818",
    "38ff",
    "390100",
    "3bffffffffffffffff",
    "40",
    "4101",
    "5818000000000000000000000000000000000000000000000000",
    "60",
    "6161",
    "62c3a9",
    "63e4bda0",
    "64f0908d88",
    "80",
    "8101",
    "83010203",
    "8301820203820405",
    "f4",
    "f5",
    "f6",
    "818181818181818100",
    "82f6f4",
]

BAD_CBOR = {
    "nothing": "",
    "trailing byte": "0000",
    "trailing item": "800180",
    "map": "a0",
    "map with one pair": "a10102",
    "map inside an array": "81a0",
    "tag": "c100",
    "tagged big number": "c249010000000000000000",
    "self-description tag": "d9d9f700",
    "half float": "f90000",
    "single float": "fa47c35000",
    "double float": "fb3ff199999999999a",
    "undefined": "f7",
    "simple value": "f0",
    "simple value in two bytes": "f820",
    "break alone": "ff",
    "indefinite array": "9f00ff",
    "indefinite bytes": "5f4100ff",
    "indefinite text": "7f6161ff",
    "indefinite map": "bfff",
    "reserved additional information 28": "1c",
    "reserved additional information 30": "1e",
    "23 in two bytes": "1817",
    "255 in three bytes": "1900ff",
    "65535 in five bytes": "1a0000ffff",
    "2^32-1 in nine bytes": "1b00000000ffffffff",
    "-1 in two bytes": "3800",
    "byte string of one byte in a long form": "580101",
    "text of one character in a long form": "780161",
    "array of one in a long form": "980100",
    "cut head": "19",
    "cut head of nine bytes": "1b00000000000000",
    "cut bytes": "4200",
    "cut text": "6261",
    "cut array": "8201",
    "array of 2^64-1": "9bffffffffffffffff",
    "bytes of 2^64-1": "5bffffffffffffffff",
    "nine arrays deep": "81818181818181818100",
    "text that is not UTF-8": "61ff",
    "text with a surrogate": "63eda080",
    "text cut inside a character": "61c3",
    "text in an overlong form": "62c080",
}


def cases() -> Iterator[Case]:
    """All vectors of this module."""
    for label in HashLabel:
        inputs = {"label": label.value.decode(), "data": b"data".hex()}
        yield Case("labels", label.value.decode(), inputs)
    for text in GOOD_CBOR:
        yield Case("cbor_strict", f"good {text[:24]}", {"data": text})
    for name, text in BAD_CBOR.items():
        yield Case("cbor_strict", name, {"data": text}, "cbor")
    yield Case("cbor_strict", "array of 10001", {"data": "992711" + "00" * 10_001}, "cbor")
    for size in (0, 1, 255, 256, 257, 1000, 1024, 1025, 65_535, 65_536, 65_537, 16_777_216):
        yield Case("padme", f"{size} bytes", {"size": size})
    for bucket in (0, 1, w.BUCKET, 65_535):
        yield Case("kid", f"month {bucket}", {"key": w.CORE_KEY.hex(), "bucket": bucket})
    for compartment in (1, 5, 10, 63, 65, 71):
        yield Case(
            "compartment_keys",
            f"compartment {compartment}",
            {
                "epoch_key": w.EPOCH_KEY.hex(),
                "scope": w.CASE.hex(),
                "compartment": compartment,
                "device": w.POST_ID.hex(),
            },
        )
