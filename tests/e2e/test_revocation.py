"""A laptop is ended: what it had written stands, what it writes later waits for a lead (T22)."""

from dataclasses import replace

import pytest
from tests.e2e.forging import Forger, take_in
from tests.e2e.laptops import PLACE, SALUTATION, new_record, three_laptops

from nrm_desktop.bootstrap.adopting import adopt_work, held_one, held_work
from nrm_desktop.bootstrap.arriving import sync_status
from nrm_desktop.bootstrap.revoking import revoke_device
from nrm_desktop.domain.acts import RemovalReason
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.storage.verify import verify_database

pytestmark = [pytest.mark.threat("T22"), pytest.mark.promise("P12")]


@pytest.fixture
def three(tmp_path):
    laptops = three_laptops(tmp_path)
    yield laptops
    for laptop in laptops:
        laptop.close()


@pytest.fixture
def shared(three, tmp_path):
    """Ana's case, of which Boris has written the place; all three have exchanged."""
    ana, boris, cleo = three
    stick, record = tmp_path / "stick", new_record()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")
    for laptop in (ana, boris, cleo, ana):
        laptop.sync(stick)
    boris.save(case, record, PLACE, "airport")
    for laptop in (boris, ana, cleo):
        laptop.sync(stick)
    return stick, case, record


def device_of(laptop) -> str:
    return laptop.vault.session.safe.device.id.hex()


def revoke(ana, boris, cut="last-seen", reason=RemovalReason.LEFT):
    return revoke_device(ana.vault.session, device_of(boris)[:12], reason, cut)


def test_what_was_heard_of_stands_and_later_work_is_held(three, shared):
    ana, boris, cleo = three
    stick, case, record = shared
    boris.save(case, record, SALUTATION, "Dr")

    done = revoke(ana, boris)
    ana.sync(stick)
    boris.sync(stick)
    reports = [ana.sync(stick), cleo.sync(stick)]

    assert done.logs >= 1
    # The answer, and beside it, in the part that everybody reads, that it was asked.
    assert [report.quarantined for report in reports] == [2, 2]
    for laptop in (ana, cleo):
        assert laptop.values(case, record, PLACE) == ["airport"]
        assert laptop.values(case, record, SALUTATION) == []
    assert ana.digest == cleo.digest


def test_work_that_came_first_leaves_the_answers_when_the_removal_arrives(three, shared):
    ana, boris, cleo = three
    stick, case, record = shared
    boris.save(case, record, SALUTATION, "Dr")
    boris.sync(stick)
    cleo.sync(stick)
    assert cleo.values(case, record, SALUTATION) == ["Dr"]
    before = ana.digest

    revoke(ana, boris)
    ana.sync(stick)
    cleo.sync(stick)

    assert cleo.values(case, record, SALUTATION) == []
    assert cleo.values(case, record, PLACE) == ["airport"]
    assert ana.digest == cleo.digest == before


def test_revoked_keys_open_no_later_object(three, shared):
    """Neither the exchange key nor that of a case goes to the removed device."""
    ana, boris, cleo = three
    stick, case, record = shared
    done = revoke(ana, boris)
    ana.sync(stick)
    cleo.sync(stick)
    ana.save(case, record, PLACE, "border_crossing")
    ana.sync(stick)
    cleo.sync(stick)

    report = boris.sync(stick)

    assert done.exchange_key == 2
    assert (done.to_rekey, done.rekeyed) == (2, 2)
    assert [alarm.kind for alarm in report.alarms] == ["no_key"]
    assert report.received.commits == 0
    assert boris.values(case, record, PLACE) == ["airport"]
    assert cleo.values(case, record, PLACE) == ["border_crossing"]
    assert ana.digest == cleo.digest


def test_nobody_ends_the_own_device_or_one_that_is_unknown(three):
    ana, boris, _ = three
    with pytest.raises(Refused, match="own_device"):
        revoke_device(ana.vault.session, device_of(ana), RemovalReason.LOST)
    with pytest.raises(Usage, match="not_found"):
        revoke_device(ana.vault.session, "ffffffffffff", RemovalReason.LOST)
    with pytest.raises(Refused, match="role"):
        revoke_device(boris.vault.session, device_of(ana), RemovalReason.LOST)


def test_honest_work_of_a_removed_colleague_is_adopted_by_the_lead(three, shared):
    ana, boris, cleo = three
    stick, case, record = shared
    boris.save(case, record, SALUTATION, "Dr")
    revoke(ana, boris)
    ana.sync(stick)
    boris.sync(stick)
    ana.sync(stick)
    cleo.sync(stick)
    held = held_work(ana.vault)

    done = adopt_work(ana.vault, held)
    ana.sync(stick)
    cleo.sync(stick)

    assert {(one.reason, one.who) for one in held} == {("left", "P-02")}
    told = {one.name: one.answer.value for work in held for one in work.answers}
    assert told[SALUTATION] == "Dr"
    assert (done.commits, done.left) == (len(held), 0)
    for laptop in (ana, cleo):
        assert laptop.values(case, record, SALUTATION) == ["Dr"]
        assert signers(laptop, case, record, SALUTATION) == [ana.vault.session.safe.signer.id]
        assert signers(laptop, case, record, PLACE) == [boris.vault.session.safe.signer.id]
    assert ana.digest == cleo.digest


def test_who_does_not_lead_the_case_sees_no_content_and_adopts_nothing(three, shared):
    ana, boris, cleo = three
    stick, case, record = shared
    boris.save(case, record, SALUTATION, "Dr")
    boris.sync(stick)
    cleo.sync(stick)
    revoke(ana, boris)
    ana.sync(stick)
    cleo.sync(stick)

    held = held_work(cleo.vault)

    assert {(one.answers, one.may_adopt) for one in held} == {((), False)}
    with pytest.raises(Refused, match="role"):
        adopt_work(cleo.vault, held)
    for one in held:
        with pytest.raises(Refused, match="role"):
            held_one(cleo.vault, one.id.hex())
    assert cleo.values(case, record, SALUTATION) == []


def test_adopting_does_not_bring_back_what_a_colleague_had_replaced(three, shared, tmp_path):
    """The cut lies in the past: Ana had answered upon what is held now, and her answer stays."""
    ana, boris, _ = three
    _, case, record = shared
    before = last_checkpoint(ana, boris)
    boris.save(case, record, PLACE, "border_crossing")
    boris.sync(tmp_path / "two")
    ana.sync(tmp_path / "two")
    ana.save(case, record, PLACE, "port")

    revoke(ana, boris, cut=str(before), reason=RemovalReason.COMPROMISED)
    assert ana.values(case, record, PLACE) == ["airport", "port"]
    (held,) = held_work(ana.vault)
    assert held.reason == "compromised"
    adopt_work(ana.vault, [held])

    assert ana.values(case, record, PLACE) == ["port"]
    verified = ana.vault.database.write(projections_are_equal).result()
    assert verified
    with pytest.raises(Usage, match="not_found"):
        held_one(ana.vault, held.id.hex())


def test_the_old_clock_and_old_dependencies_of_a_removed_signer_help_nothing(
    three, shared, tmp_path
):
    """`test_revoked_signer_with_old_clock_and_deps_is_quarantined`."""
    ana, boris, cleo = three
    stick, case, record = shared
    forger = Forger(boris, case)
    draft = forger.next_draft(record, PLACE, "border_crossing")
    draft = replace(draft, hlc=draft.hlc._replace(wall_ms=1), deps=())
    revoke(ana, boris)
    ana.sync(stick)
    cleo.sync(stick)
    parcel = forger.pack(draft, tmp_path / "by-hand")

    for laptop in (ana, cleo):
        assert take_in(laptop, parcel).taken
        assert laptop.values(case, record, PLACE) == ["airport"]
        assert [one.reason for one in held_work(laptop.vault)] == ["left"]
    assert ana.digest == cleo.digest


def test_stale_writer_window_is_as_documented(three, shared, tmp_path):
    """Who has not heard of it writes under the old key, and the removed reads that; not later."""
    ana, boris, cleo = three
    stick, case, record = shared
    other = tmp_path / "two"
    revoke(ana, cleo)
    boris.save(case, record, PLACE, "port")
    boris.sync(other)
    cleo.sync(other)
    assert cleo.values(case, record, PLACE) == ["port"]

    ana.sync(stick)
    boris.sync(stick)
    boris.save(case, record, PLACE, "border_crossing")
    boris.sync(other)
    cleo.sync(other)

    assert cleo.values(case, record, PLACE) == ["port"]
    ana.sync(other)
    assert ana.values(case, record, PLACE) == ["border_crossing"]


def signers(laptop, case, record, field):
    rows = laptop.vault.work.run(lambda uow: uow.standing(record, field, case))
    return [row.signer for row in rows]


def last_checkpoint(laptop, other) -> int:
    rows = sync_status(laptop.vault.session).devices
    return next(row.last_checkpoint for row in rows if row.device.hex() == device_of(other))


def projections_are_equal(connection) -> bool:
    report = verify_database(connection, lambda _: True)
    return report.is_sound
