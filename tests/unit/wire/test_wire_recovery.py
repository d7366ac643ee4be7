"""Recovery by the office on the wire: every byte is checked, what is read comes back the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.recovery import (
    OFFICE_KEY_BYTES,
    OfficeKey,
    RecoveryAnswer,
    RecoveryRequest,
    decode_office_key,
    decode_recovery_answer,
    decode_recovery_request,
    encode_office_key,
    encode_recovery_answer,
    encode_recovery_request,
)
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import ScopeId


def octets(size: int):
    return st.binary(min_size=size, max_size=size)


epochs = st.integers(0, (1 << 32) - 1)
names = st.text("abc \u0627\u0456", min_size=1, max_size=200)
keys = st.builds(OfficeKey, octets(16).map(ScopeId), names, octets(1216))
requests = st.builds(
    RecoveryRequest, octets(16), epochs, octets(8), octets(1168), octets(8), octets(1216)
)
answers = st.builds(RecoveryAnswer, octets(20), octets(16), epochs, octets(1168))
SHAPES = [
    (keys, encode_office_key, decode_office_key),
    (requests, encode_recovery_request, decode_recovery_request),
    (answers, encode_recovery_answer, decode_recovery_answer),
]


@pytest.mark.parametrize(("things", "encode", "decode"), SHAPES)
@given(data=st.data())
def test_what_is_written_is_read_again(things, encode, decode, data):
    one = data.draw(things)

    assert decode(encode(one)) == one
    assert len(encode(one)) <= OFFICE_KEY_BYTES


@pytest.mark.parametrize(("things", "encode", "decode"), SHAPES)
@given(data=st.data())
def test_every_part_has_its_one_shape(things, encode, decode, data):
    """A part left out, added, shortened, or of another type is refused."""
    parts = list(cbor.decode(encode(data.draw(things))))
    place = data.draw(st.integers(0, len(parts) - 1))
    others = [part for part in (None, -1, b"", b"x" * 9, [], "") if part != parts[place]]
    changed = [*parts[:place], data.draw(st.sampled_from(others)), *parts[place + 1 :]]
    for wrong in (changed, parts[:-1], [*parts, 0]):
        with pytest.raises(HostileInput):
            decode(cbor.encode(wrong))


@given(st.binary(max_size=200))
def test_no_bytes_make_a_reader_fail_otherwise(raw):
    for _, _, decode in SHAPES:
        with pytest.raises(HostileInput):
            decode(raw)


def test_a_key_file_that_is_too_large_is_refused_before_it_is_read():
    with pytest.raises(HostileInput) as caught:
        decode_office_key(bytes(OFFICE_KEY_BYTES + 1))

    assert caught.value.params["what"] == "office.size"


def test_their_text_forms_show_no_keys():
    request = RecoveryRequest(b"v" * 16, 1, b"o" * 8, b"W" * 1168, b"n" * 8, b"K" * 1216)

    assert "WWW" not in repr(request)
    assert "KKK" not in repr(request)
