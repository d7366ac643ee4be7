"""What a stick, or a colleague with own tools, may bring: refused, named, and nothing changed."""

from dataclasses import replace

import pytest
from tests.e2e.forging import Forger, take_in
from tests.e2e.laptops import PLACE, made_once, new_record, two_laptops

from nrm_desktop.domain.scopes import Compartment, LogKey
from nrm_desktop.security.keys import SignerKeys


@pytest.fixture
def shared(tmp_path):
    """Ana wrote a case, Boris has it; both write into it."""
    ana, boris = two_laptops(tmp_path)
    stick, record = tmp_path / "stick", new_record()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")
    ana.sync(stick)
    boris.sync(stick)
    yield ana, boris, case, record
    ana.close()
    boris.close()


def test_a_commit_of_a_member_as_it_should_be_is_taken_in(shared, tmp_path):
    ana, boris, case, record = shared
    forger = Forger(ana, case)

    found = take_in(
        boris, forger.pack(forger.next_draft(record, PLACE, "airport"), tmp_path / "in")
    )

    assert (found.kind, found.taken) == ("for_me", True)
    assert boris.values(case, record, PLACE) == ["airport", "port"]


@pytest.mark.threat("T9")
def test_a_wrong_signer_is_refused_and_changes_nothing(shared, tmp_path):
    ana, boris, case, record = shared
    forger, before = Forger(ana, case), boris.digest
    stranger = SignerKeys(bytes(32))
    pack = forger.pack(forger.next_draft(record, PLACE, "airport"), tmp_path / "in", stranger)

    found = take_in(boris, pack)

    assert (found.kind, found.code) == ("damaged", "integrity.signature")
    assert boris.digest == before


def test_a_colleague_may_not_write_in_the_name_of_another_device(shared, tmp_path):
    ana, boris, case, record = shared
    forger, before = Forger(ana, case), boris.digest
    of_boris = LogKey(case, Compartment.CORE, boris.vault.session.safe.device.id)
    draft = replace(forger.next_draft(record, PLACE, "airport"), log=of_boris)

    found = take_in(boris, forger.pack(draft, tmp_path / "in"))

    assert (found.kind, found.code) == ("damaged", "integrity.grant")
    assert boris.digest == before


def test_the_id_of_another_case_is_refused_and_changes_nothing(shared, tmp_path):
    ana, boris, case, record = shared
    other = ana.open_case()
    ana.sync(tmp_path / "stick")
    boris.sync(tmp_path / "stick")
    forger, before = Forger(ana, case), boris.digest
    elsewhere = LogKey(other, Compartment.CORE, ana.vault.session.safe.device.id)
    draft = replace(forger.next_draft(record, PLACE, "airport"), log=elsewhere)

    found = take_in(boris, forger.pack(draft, tmp_path / "in"))

    assert (found.kind, found.code) == ("damaged", "integrity.place")
    assert boris.digest == before


def test_a_used_sequence_number_replaces_nothing(shared, tmp_path):
    """It is kept beside the first, and named as a second history (docs/adr/0032)."""
    ana, boris, case, record = shared
    forger, before = Forger(ana, case), boris.values(case, record, PLACE)
    newest = forger.newest().header
    draft = replace(forger.next_draft(record, PLACE, "airport"), seq=newest.seq, prev=newest.prev)

    assert take_in(boris, forger.pack(draft, tmp_path / "in")).taken

    assert boris.values(case, record, PLACE) == sorted([*before, "airport"])


@pytest.mark.threat("T9")
@pytest.mark.parametrize("place", [Compartment.LEGAL, Compartment.IDENTITY])
def test_a_compartment_that_was_not_granted_for_writing_is_refused(shared, tmp_path, place):
    """The shelter has no key of `legal` and may only read `identity`."""
    ana, boris, case, record = shared
    cleo = made_once()[2]
    forger, before = Forger(ana, case, place), boris.digest
    draft = replace(
        forger.next_draft(record, PLACE, "airport"),
        log=LogKey(case, place, cleo.device.id),
        signer=cleo.signer.id,
        seq=1,
    )

    found = take_in(boris, forger.pack(draft, tmp_path / "in", cleo.signer))

    assert (found.kind, found.code) == ("damaged", "integrity.grant")
    assert boris.digest == before


def test_every_flipped_byte_of_a_pack_is_refused_and_changes_nothing(shared, tmp_path):
    ana, boris, case, record = shared
    forger, before = Forger(ana, case), boris.digest
    pack = forger.pack(forger.next_draft(record, PLACE, "airport"), tmp_path / "in")
    good = pack.read_bytes()

    for place in range(len(good)):
        pack.write_bytes(good[:place] + bytes((good[place] ^ 1,)) + good[place + 1 :])
        found = take_in(boris, pack)
        assert not found.taken, place
        assert found.kind in {"damaged", "not_ours"}, place
    assert boris.digest == before

    pack.write_bytes(good)
    assert take_in(boris, pack).taken


@pytest.mark.parametrize("place", [3, 20, 40, 64, 100, 200, -1])
def test_an_altered_pack_on_a_stick_is_named_and_changes_nothing(shared, tmp_path, place):
    ana, boris, case, record = shared
    stick, before = tmp_path / "stick", boris.digest
    old = set(stick.rglob("*.nrmx"))
    ana.save(case, record, PLACE, "airport")
    ana.sync(stick)
    (pack,) = set(stick.rglob("*.nrmx")) - old
    data = bytearray(pack.read_bytes())
    data[place] ^= 1
    pack.write_bytes(bytes(data))

    report = boris.sync(stick)

    assert len(report.skipped) == 1
    assert report.skipped[0].code in {"integrity.format", "integrity.hash"}
    assert boris.digest == before
    assert [row.count for row in report.missing] == [1]

    ana.sync(stick)  # Boris wished for it, so Ana puts it there again
    report = boris.sync(stick)
    assert boris.values(case, record, PLACE) == ["airport"]
    assert boris.digest == ana.digest
    assert report.missing == ()
