"""Statements (sync.md 4.1, 7.4): one label per kind, both algorithms where the kind asks for it."""

from dataclasses import replace
from itertools import permutations

import pytest
from tools.vector_sets import world as w

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.limits import SIGNATURES_PER_STATEMENT
from nrm_desktop.app.wire.statement import Signature, SignedStatement, decode_statement
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.primitives import PublicKey
from nrm_desktop.security.signing.cose import (
    ED25519_ALONE,
    ED25519_PROTECTED,
    ML_DSA_PROTECTED,
    check_signed_by,
    check_statement,
    message_to_sign,
    sign,
    sign_once,
    sign_statement,
)

PAYLOAD = cbor.encode([0, "what is said"])


def made(label=SignLabel.ACT, payload=PAYLOAD):
    return sign_statement(label, w.ADA, w.ADA_ID, payload)


def refused(label, statement, key=w.ADA.public):
    with pytest.raises(HostileInput) as caught:
        check_signed_by(label, statement, key, w.ADA_ID)
    assert caught.value.code == "integrity.signature"
    return True


def test_what_is_signed_is_the_sig_structure_of_cose():
    message = message_to_sign(SignLabel.COMMIT, ED25519_PROTECTED, b"\x01\x02")

    assert message.hex() == (
        "84" + "6a" + b"Signature1".hex() + "43a10127" + "4b" + b"nrm1/commit".hex() + "420102"
    )


def test_the_protected_headers_are_the_registered_algorithms():
    assert ED25519_PROTECTED == b"\xa1\x01\x27"  # {1: -8}
    assert ML_DSA_PROTECTED == b"\xa1\x01\x38\x30"  # {1: -49}


@pytest.mark.parametrize("label", SignLabel)
def test_a_statement_survives_the_wire_and_is_signed_by_its_key(label):
    statement = decode_statement(made(label).encode())

    assert check_signed_by(label, statement, w.ADA.public, w.ADA_ID) == PAYLOAD
    assert (statement.signatures[0].ml_dsa is None) == (label in ED25519_ALONE)


@pytest.mark.threat("T19")
def test_no_signed_thing_verifies_as_another():
    statements = {label: made(label) for label in SignLabel}

    for label, other in permutations(SignLabel, 2):
        assert refused(other, statements[label])


@pytest.mark.threat("T19")
def test_neither_signature_alone_is_enough_where_two_are_due():
    both = made()
    one = both.signatures[0]

    assert refused(SignLabel.ACT, replace(both, signatures=(replace(one, ml_dsa=None),)))
    wrong_ed = replace(one, ed25519=bytes(64))
    assert refused(SignLabel.ACT, replace(both, signatures=(wrong_ed,)))
    wrong_ml = replace(one, ml_dsa=bytes(3309))
    assert refused(SignLabel.ACT, replace(both, signatures=(wrong_ml,)))


def test_a_second_signature_where_one_is_due_is_refused():
    keybox = made(SignLabel.KEYBOX)
    more = replace(keybox.signatures[0], ml_dsa=made().signatures[0].ml_dsa)

    assert refused(SignLabel.KEYBOX, replace(keybox, signatures=(more,)))


def test_signatures_of_the_two_algorithms_cover_different_messages():
    ed = sign_once(SignLabel.ACT, w.ADA, PAYLOAD)

    assert not w.ADA.public.is_signed_ed25519(
        ed, message_to_sign(SignLabel.ACT, ML_DSA_PROTECTED, PAYLOAD)
    )


@pytest.mark.threat("T19")
def test_every_flipped_bit_of_the_payload_is_refused():
    keybox = made(SignLabel.KEYBOX)
    for place in range(len(PAYLOAD) * 8):
        flipped = bytearray(PAYLOAD)
        flipped[place // 8] ^= 1 << place % 8
        assert refused(SignLabel.KEYBOX, replace(keybox, payload=bytes(flipped)))


def test_every_flipped_bit_of_an_ed25519_signature_is_refused():
    keybox = made(SignLabel.KEYBOX)
    one = keybox.signatures[0]
    for place in range(512):
        flipped = bytearray(one.ed25519)
        flipped[place // 8] ^= 1 << place % 8
        changed = replace(one, ed25519=bytes(flipped))
        assert refused(SignLabel.KEYBOX, replace(keybox, signatures=(changed,)))


def test_flipped_bits_of_an_ml_dsa_signature_are_refused():
    act = made()
    one = act.signatures[0]
    for place in range(0, 3309 * 8, 997):
        flipped = bytearray(one.ml_dsa)
        flipped[place // 8] ^= 1 << place % 8
        changed = replace(one, ml_dsa=bytes(flipped))
        assert refused(SignLabel.ACT, replace(act, signatures=(changed,)))


def test_another_key_or_another_key_id_is_refused():
    assert refused(SignLabel.ACT, made(), w.BEN.public)
    other = sign_statement(SignLabel.ACT, w.ADA, w.BEN_ID, PAYLOAD)
    assert refused(SignLabel.ACT, other)


def test_unknown_keys_are_left_out_and_known_ones_must_be_right():
    keys = {w.ADA_ID: w.ADA.public, w.BEN_ID: w.BEN.public}
    both = SignedStatement(
        PAYLOAD,
        (
            sign(SignLabel.ROOT_DOCUMENT, w.ADA, w.ADA_ID, PAYLOAD),
            sign(SignLabel.ROOT_DOCUMENT, w.BEN, w.BEN_ID, PAYLOAD),
        ),
    )

    assert check_statement(SignLabel.ROOT_DOCUMENT, both, keys.get) == {w.ADA_ID, w.BEN_ID}
    del keys[w.BEN_ID]
    assert check_statement(SignLabel.ROOT_DOCUMENT, both, keys.get) == {w.ADA_ID}
    keys[w.BEN_ID] = w.ADA.public
    with pytest.raises(HostileInput):
        check_statement(SignLabel.ROOT_DOCUMENT, both, keys.get)


def test_a_statement_with_one_more_signature_than_asked_is_not_signed_by_one():
    act = made()
    extra = sign(SignLabel.ACT, w.BEN, w.BEN_ID, PAYLOAD)

    assert refused(SignLabel.ACT, replace(act, signatures=(*act.signatures, extra)))


def envelope(payload=PAYLOAD, signatures=((bytes(16), bytes(64), None),)):
    return cbor.encode([payload, list(signatures)])


@pytest.mark.parametrize(
    "data",
    [
        envelope(payload=b""),
        envelope(payload="text"),
        envelope(signatures=()),
        envelope(signatures=[(bytes(15), bytes(64), None)]),
        envelope(signatures=[(bytes(16), bytes(63), None)]),
        envelope(signatures=[(bytes(16), bytes(64), bytes(3308))]),
        envelope(signatures=[(bytes(16), bytes(64), b"")]),
        envelope(signatures=[(bytes(16), bytes(64))]),
        envelope(signatures=[(bytes(16), bytes(64), None)] * 2),
        envelope(signatures=[(b"\x02" * 16, bytes(64), None), (bytes(16), bytes(64), None)]),
        envelope(
            signatures=[
                (index.to_bytes(16, "big"), bytes(64), None)
                for index in range(SIGNATURES_PER_STATEMENT + 1)
            ]
        ),
        cbor.encode([PAYLOAD]),
        cbor.encode(PAYLOAD),
        b"",
    ],
)
def test_an_envelope_of_another_shape_is_refused(data):
    with pytest.raises(HostileInput) as caught:
        decode_statement(data)

    assert caught.value.params["step"] == "cbor"


SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]


@pytest.mark.parametrize("text", SMALL_ORDER)
def test_a_key_under_which_one_signature_fits_many_messages_is_refused(text):
    with pytest.raises(HostileInput):
        PublicKey(bytes.fromhex(text), w.ADA.public.ml_dsa)


@pytest.mark.parametrize(("ed", "ml"), [(31, 1952), (33, 1952), (32, 1951), (32, 0)])
def test_a_key_of_another_size_is_refused(ed, ml):
    with pytest.raises(HostileInput):
        PublicKey(b"\x05" * ed, bytes(ml))


def test_no_secret_and_no_signature_stands_in_a_text_form():
    texts = repr(w.ADA) + repr(w.POST_KEM) + repr(made().signatures[0]) + str(w.ADA)

    assert w.named("signer ada", 32).hex() not in texts
    assert "ml_dsa" not in texts
    assert Signature(bytes(16), bytes(64)) == Signature(bytes(16), bytes(64))
