"""The word for a key slot: it holds for exactly one slot as it lies there, by exactly one hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.primitives import KemKey
from nrm_desktop.security.suite import KEM_PUBLIC_BYTES
from nrm_desktop.security.vault.slots import Slot, SlotKind
from nrm_desktop.security.vault.vouching import vouch, vouched_by, vouched_payload

pytestmark = [pytest.mark.promise("P12"), pytest.mark.threat("T22")]

VAULT, USER = bytes(range(16)), bytes(range(16, 32))
ADA, BEN, EVE = (SignerKeys(bytes([number]) * 32) for number in (1, 2, 3))
SLOT = Slot(b"slot-one", SlotKind.OFFICE, 0, None, b"", b"", KemKey(bytes(32)).public.raw)
KNOWN = {one.id: one.public for one in (ADA, BEN)}


def said_by(word, vault=VAULT, slot=SLOT, user=USER):
    return vouched_by(word, vouched_payload(vault, slot, user), KNOWN.get)


def test_all_who_gave_their_word_are_named_and_strangers_are_not():
    assert said_by(vouch(VAULT, SLOT, USER, ADA)) == {ADA.id}
    assert said_by(vouch(VAULT, SLOT, USER, ADA, BEN)) == {ADA.id, BEN.id}
    assert said_by(vouch(VAULT, SLOT, USER, EVE)) == frozenset()
    assert said_by(vouch(VAULT, SLOT, USER, EVE, BEN)) == {BEN.id}


def test_the_word_for_one_slot_is_none_for_another_key_person_or_safe():
    word = vouch(VAULT, SLOT, USER, ADA)

    assert said_by(word, slot=replace(SLOT, kem_public=bytes(KEM_PUBLIC_BYTES))) == frozenset()
    assert said_by(word, slot=replace(SLOT, id=b"slot-two")) == frozenset()
    assert said_by(word, vault=USER) == frozenset()
    assert said_by(word, user=b"") == frozenset()


@pytest.mark.parametrize("word", [None, b"", b"\x80", b"no word at all"])
def test_no_word_and_a_word_that_cannot_be_read_are_nobodys(word):
    assert said_by(word) == frozenset()


WORD = vouch(VAULT, SLOT, USER, ADA)


@given(st.integers(0, len(WORD) - 1), st.integers(1, 255))
def test_a_word_in_which_one_byte_was_changed_is_nobodys(place, change):
    changed = bytearray(WORD)
    changed[place] ^= change

    assert said_by(bytes(changed)) == frozenset()
