"""Labels and primitives (sync.md 4.1): unique, listed, and the libraries compute rightly."""

from itertools import combinations

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from tools.vector_sets import world as w

from nrm_desktop.app.wire.hashes import HashLabel, labelled, labelled_hash
from nrm_desktop.domain.errors import HostileInput, IntegrityFault
from nrm_desktop.security import selftest
from nrm_desktop.security.labels import LABEL_LISTS, BoxLabel, KdfLabel, MacLabel
from nrm_desktop.security.primitives import (
    KemKey,
    KemPublic,
    argon2id,
    hkdf,
    hkdf_expand,
    is_equal,
    mac,
)
from nrm_desktop.security.sealing.derivation import (
    compartment_key,
    device_folder_name,
    epoch_id,
    key_id,
    log_blind,
    receipt_code,
)
from nrm_desktop.security.selftest import Check
from nrm_desktop.security.suite import KdfCost

LABELS = [label.value for one in LABEL_LISTS for label in one]


def test_no_label_is_the_beginning_of_another_once_the_zero_byte_follows():
    for left, right in combinations(LABELS, 2):
        assert not labelled(left).startswith(labelled(right))
        assert not labelled(right).startswith(labelled(left))


def test_the_same_data_under_two_labels_gives_two_results():
    hashes = {labelled_hash(label, b"data") for label in HashLabel}
    macs = {mac(label, bytes(32), b"data") for label in MacLabel}
    keys = {hkdf(label, bytes(32), b"", b"", 32) for label in KdfLabel}

    assert len(hashes | macs | keys) == len(HashLabel) + len(MacLabel) + len(KdfLabel)


def test_expanding_alone_is_the_second_half_of_the_derivation():
    assert hkdf_expand(KdfLabel.DATABASE, bytes(32), b"a") != hkdf_expand(
        KdfLabel.DATABASE, bytes(32), b"b"
    )
    assert len(hkdf_expand(KdfLabel.DATABASE, bytes(32), b"", 64)) == 64


def test_equality_in_constant_time_says_the_same_as_equality():
    assert is_equal(b"same", b"same")
    assert not is_equal(b"same", b"othe")
    assert not is_equal(b"same", b"longer")


@pytest.mark.threat("T22")
def test_compartment_keys_do_not_derive_each_other():
    keys = {compartment_key(w.EPOCH_KEY, w.CASE, number) for number in range(1, 11)}

    assert len(keys) == 10
    assert w.EPOCH_KEY not in keys
    assert compartment_key(w.CORE_KEY, w.CASE, 5) != w.HEALTH_KEY
    assert compartment_key(w.EPOCH_KEY, w.OTHER_CASE, 1) != w.CORE_KEY


def test_a_key_has_another_name_every_month():
    assert len({key_id(w.CORE_KEY, bucket) for bucket in range(100)}) == 100
    assert key_id(w.CORE_KEY, 7) != key_id(w.HEALTH_KEY, 7)


def test_pseudonyms_follow_from_key_and_device():
    blinds = {
        log_blind(key, device)
        for key in (w.CORE_KEY, w.HEALTH_KEY)
        for device in (w.POST_ID, w.OFFICE_ID)
    }

    assert len(blinds) == 4
    assert len(epoch_id(w.EPOCH_KEY)) == 16
    assert len(receipt_code(bytes(32), bytes(16), "received")) == 6
    folder = device_folder_name(w.EXCHANGE_KEY, w.POST_ID)
    assert len(folder) == 16
    assert folder == folder.lower()


def test_every_primitive_gives_its_known_answer():
    checks = selftest.check_primitives()

    assert [check.name for check in checks] == [
        "hkdf",
        "aes_gcm",
        "ed25519",
        "ml_dsa",
        "hpke",
        "argon2id",
    ]
    assert all(check.is_good for check in checks)
    selftest.require_primitives(checks)


def test_a_library_that_computes_wrongly_is_named():
    checks = (Check("hkdf", is_good=True), Check("hpke", is_good=False))

    with pytest.raises(IntegrityFault) as caught:
        selftest.require_primitives(checks)

    assert caught.value.code == "integrity.selftest"
    assert caught.value.params["part"] == ("hpke",)


@pytest.mark.parametrize("error", [UnsupportedAlgorithm("none"), HostileInput(), ValueError()])
def test_an_algorithm_that_is_missing_counts_as_failed(error):
    def answer():
        raise error

    assert not selftest.holds(answer)
    assert not selftest.holds(lambda: False)
    assert selftest.holds(lambda: True)


def test_what_is_sealed_to_a_key_opens_with_it_alone():
    sealed = w.POST_KEM.public.seal(BoxLabel.BOX, b"context", b"plain")

    assert w.POST_KEM.open(BoxLabel.BOX, b"context", sealed) == b"plain"
    assert w.OFFICE_KEM.open(BoxLabel.BOX, b"context", sealed) is None
    assert w.POST_KEM.open(BoxLabel.BOX, b"other", sealed) is None
    assert w.POST_KEM.open(BoxLabel.VAULT_DEK, b"context", sealed) is None
    assert w.POST_KEM.open(BoxLabel.BOX, b"context", sealed[:-1]) is None
    assert w.POST_KEM.open(BoxLabel.BOX, b"context", b"") is None


@pytest.mark.parametrize("raw", [b"", bytes(1215), b"\xff" * 1216, bytes(1216)])
def test_what_is_no_kem_key_is_refused(raw):
    with pytest.raises(HostileInput):
        KemPublic(raw).seal(BoxLabel.BOX, b"", b"plain")


def test_a_seed_of_another_size_is_no_kem_key():
    with pytest.raises(ValueError, match="32 bytes"):
        KemKey(bytes(31))


def test_the_slow_hash_depends_on_secret_salt_and_cost():
    cheap = KdfCost(64, 1, 1)
    results = {
        argon2id(b"a", bytes(16), cheap),
        argon2id(b"b", bytes(16), cheap),
        argon2id(b"a", bytes(15) + b"1", cheap),
        argon2id(b"a", bytes(16), KdfCost(64, 2, 1)),
        argon2id(b"a", bytes(16), KdfCost(128, 1, 1)),
    }

    assert len(results) == 5
