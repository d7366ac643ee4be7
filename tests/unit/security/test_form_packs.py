"""A form pack counts only as its one known signer of this organisation has signed it (T12, T19)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.vector_sets.statements import forms, samples

from nrm_desktop.app.wire.form_pack import encode_form_pack
from nrm_desktop.app.wire.limits import SIGNED_PACK_BYTES
from nrm_desktop.app.wire.statement import SignedStatement
from nrm_desktop.app.wire.tagged import FileTag, encode_tagged
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.security.identity.form_packs import check_form_pack, sign_form_pack
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.labels import SignLabel

ADA, BEN = SignerKeys(b"a" * 32), SignerKeys(b"b" * 32)
KEYS = {one.id: one.public for one in (ADA, BEN)}
PACK = forms()
FILE = sign_form_pack(ADA, PACK)
pytestmark = [pytest.mark.threat("T12"), pytest.mark.threat("T19")]


def read(data: bytes, keys=KEYS.get):
    return check_form_pack(data, PACK.organisation, keys)


def refusal(data: bytes, keys=KEYS.get) -> str:
    with pytest.raises(HostileInput) as caught:
        read(data, keys)
    return caught.value.code


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_a_signed_pack_is_read_with_its_signer():
    found = read(FILE)

    assert found.pack == PACK
    assert found.signer == ADA.id


def test_every_single_bit_flip_is_refused():
    taken = []
    for bit in range(len(FILE) * 8):
        try:
            read(flipped(FILE, bit))
        except HostileInput:
            continue
        taken.append(bit)

    assert taken == []


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(FILE) - 1), st.binary(max_size=40))
def test_a_pack_that_was_cut_or_lengthened_is_refused(length, more):
    assert refusal(FILE[:length]) in {"integrity.format", "integrity.signature"}
    if more:
        assert refusal(FILE + more) == "integrity.format"


@pytest.mark.parametrize("tag", sorted(set(FileTag) - {FileTag.FORM_PACK}))
def test_every_other_signed_file_is_refused_as_a_form_pack(tag):
    signed = ADA.sign(SignLabel.FORM_PACK, encode_form_pack(PACK))

    assert refusal(encode_tagged(tag, signed)) == "integrity.format"


@pytest.mark.parametrize("label", sorted(set(SignLabel) - {SignLabel.FORM_PACK}))
def test_a_signature_of_another_kind_is_refused(label):
    signed = ADA.sign(label, encode_form_pack(PACK))

    assert refusal(encode_tagged(FileTag.FORM_PACK, signed)) == "integrity.signature"


@pytest.mark.parametrize("sample", samples(), ids=lambda one: one.name)
def test_no_other_signed_thing_is_read_as_a_form_pack(sample):
    if sample.name != "form pack":
        signed = ADA.sign(SignLabel.FORM_PACK, sample.data)
        assert refusal(encode_tagged(FileTag.FORM_PACK, signed)) == "integrity.format"


def test_a_pack_of_another_organisation_says_so_before_anything_else():
    other = sign_form_pack(ADA, replace(PACK, organisation=ScopeId(bytes(16))))

    assert refusal(other, {}.get) == "integrity.pack_elsewhere"


def test_a_signer_who_is_not_known_is_told_as_such():
    assert refusal(FILE, {BEN.id: BEN.public}.get) == "integrity.pack_signer"


def test_somebody_who_signs_in_the_name_of_another_is_refused():
    payload = encode_form_pack(PACK)
    (mine,) = BEN.sign(SignLabel.FORM_PACK, payload).signatures
    forged = SignedStatement(payload, (replace(mine, key=ADA.id),))

    assert refusal(encode_tagged(FileTag.FORM_PACK, forged)) == "integrity.signature"


def test_a_pack_has_exactly_one_signature_with_both_algorithms():
    payload = encode_form_pack(PACK)
    (ada,) = ADA.sign(SignLabel.FORM_PACK, payload).signatures
    (ben,) = BEN.sign(SignLabel.FORM_PACK, payload).signatures
    for signatures in (
        (ada, ben),
        (replace(ada, ml_dsa=None),),
        (replace(ada, ed25519=bytes(64)),),
    ):
        data = encode_tagged(FileTag.FORM_PACK, SignedStatement(payload, signatures))
        assert refusal(data) == "integrity.signature"


@pytest.mark.threat("T13")
def test_a_file_beyond_the_limit_is_not_even_read():
    assert refusal(bytes(SIGNED_PACK_BYTES + 1)) == "integrity.format"
