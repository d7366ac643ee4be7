"""The manifest of an attachment: read back as written, refused where it does not add up."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.attachment import Manifest, manifest_value, read_manifest
from nrm_desktop.app.wire.limits import ATTACHMENT_BYTES, CHUNK_BYTES, CHUNK_SIZES
from nrm_desktop.domain.attachments import is_manifest, is_shown_file, without_key
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.values import answered

KEY = b"K" * 32
SMALL = Manifest("image/png", 10, b"h" * 32, CHUNK_BYTES, (b"n" * 20,), KEY)


def names(count: int) -> tuple[bytes, ...]:
    return tuple(number.to_bytes(20, "big") for number in range(count))


@st.composite
def manifests(draw):
    chunk_size = draw(st.sampled_from(CHUNK_SIZES))
    size = draw(st.integers(1, ATTACHMENT_BYTES))
    return Manifest(
        draw(st.text(min_size=1, max_size=64)),
        size,
        draw(st.binary(min_size=32, max_size=32)),
        chunk_size,
        names(-(-size // chunk_size)),
        draw(st.binary(min_size=32, max_size=32)),
    )


@given(manifests())
def test_a_manifest_is_read_back_as_it_was_written(manifest):
    item = cbor.decode(cbor.encode(manifest_value(manifest)))
    assert read_manifest(item) == manifest
    plain = [manifest.chunk_bytes(index) for index in range(len(manifest.names))]
    assert sum(plain) == manifest.size


@pytest.mark.parametrize(("size", "chunk"), [(ATTACHMENT_BYTES, each) for each in CHUNK_SIZES])
def test_fifty_mebibytes_are_taken_and_one_byte_more_is_not(size, chunk):
    largest = replace(SMALL, size=size, chunk_size=chunk, names=names(size // chunk))
    assert read_manifest(manifest_value(largest)) == largest
    more = replace(largest, size=size + 1, names=names(size // chunk + 1))
    with pytest.raises(HostileInput):
        read_manifest(manifest_value(more))


def changed(index: int, value: object) -> tuple[object, ...]:
    parts = list(manifest_value(SMALL))
    parts[index] = value
    return tuple(parts)


@pytest.mark.threat("T12")
@pytest.mark.parametrize(
    "item",
    [
        None,
        (),
        manifest_value(SMALL)[:6],
        (*manifest_value(SMALL), None),
        *(changed(0, value) for value in ("", "x" * 65, b"image/png", None)),
        *(changed(1, value) for value in (0, -1, True, "10", CHUNK_BYTES + 1)),
        *(changed(2, value) for value in (b"h" * 31, "h" * 32, None)),
        *(changed(3, value) for value in (0, 1, 256, CHUNK_BYTES * 2)),
        *(changed(4, value) for value in ((), (b"n" * 19,), (b"n" * 20,) * 2, b"n" * 20)),
        *(changed(5, value) for value in (b"K" * 16, None, "K" * 32)),
        changed(6, b"thumbnail"),
    ],
)
def test_what_does_not_add_up_is_refused(item):
    with pytest.raises(HostileInput) as told:
        read_manifest(item)
    assert told.value.params["step"] == "cbor"


@pytest.mark.promise("P3")
def test_the_text_of_a_manifest_does_not_show_its_key():
    assert "KKKK" not in repr(SMALL)


@pytest.mark.promise("P3")
@given(manifests())
def test_what_may_be_shown_of_a_manifest_holds_no_key_and_no_name_of_a_chunk(manifest):
    shown = without_key(answered(manifest_value(manifest)))
    assert shown is not None
    expected = ("file", manifest.media_type, manifest.size, manifest.sha256.hex())
    assert shown.value == expected
    assert is_shown_file(shown.value)
    assert not is_manifest(shown.value)


def test_other_answers_are_shown_as_they_are():
    for value in ("word", ("a", "b"), ("2026", 0), None, b"bytes", 7):
        answer = answered(value)
        assert without_key(answer) is answer
    assert without_key(None) is None


def test_a_bad_manifest_hides_its_key_all_the_same():
    bad = without_key(answered(changed(1, "ten")))
    assert bad is not None
    assert bad.value == ("file", "image/png", 0, (b"h" * 32).hex())
