"""A pack that a coordinator has taken in comes to every laptop by the exchange (type 10).

There it passes everything that a file has to pass; forms change from the next unlocking on.
"""

import pytest
from tests.e2e.laptops import new_record
from tests.e2e.signed_packs import (
    ROUTE,
    again,
    base,
    bulgaria,
    fields,
    files_of,
    kept,
    row_of,
    sealed,
    signed,
    take,
    three_copies,
)

from nrm_desktop.app.packs_in_use import PackState
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged
from nrm_desktop.bootstrap.arriving import look_at_arrivals
from nrm_desktop.bootstrap.carrying import CarryWish, carry
from nrm_desktop.bootstrap.exchange import VaultExchange
from nrm_desktop.bootstrap.revoking import revoke_device
from nrm_desktop.domain.acts import RemovalReason
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.scopes import Compartment

pytestmark = [pytest.mark.threat("T12"), pytest.mark.threat("T19")]


@pytest.fixture
def three(tmp_path):
    with three_copies(tmp_path / "laptops") as laptops:
        yield laptops


def packs(laptop) -> list[str]:
    return [one.pack for one in kept(laptop)]


def offered(laptop, path, scope=None, number=Compartment.ORG_PACKS):
    """Hand the statement of a file to a laptop as if its exchange had opened an object."""
    session = laptop.vault.session
    body = decode_tagged(path.read_bytes(), FileTag.FORM_PACK).encode()
    place = scope or session.organisation
    return VaultExchange(session).run(lambda unit: unit.forms.take(place, number, body))


def test_a_newer_base_comes_to_everybody_and_is_used_from_the_next_unlocking_on(three, tmp_path):
    ana, boris, cleo = three
    take(ana, sealed(ana, base(tmp_path / "base")))
    ana.sync(tmp_path / "stick")

    reports = [one.sync(tmp_path / "stick") for one in (boris, cleo)]

    assert all(report.is_clean for report in reports)
    assert [report.received.forms for report in reports] == [1, 1]
    assert boris.sync(tmp_path / "stick").received.forms == 0
    assert packs(boris) == packs(cleo) == ["base"]
    assert "screening.way_home" not in fields(cleo), "forms do not change under somebody"
    for laptop in (boris, cleo):
        again(laptop)
        assert "screening.way_home" in fields(laptop)
        assert row_of(laptop.vault.session, "base").state is PackState.IN_USE


def test_a_pack_is_passed_on_by_somebody_who_neither_signs_nor_takes(three, tmp_path):
    ana, boris, cleo = three
    take(ana, sealed(ana, base(tmp_path / "base")))
    ana.sync(tmp_path / "one")
    cleo.sync(tmp_path / "one")

    cleo.sync(tmp_path / "two")
    boris.sync(tmp_path / "two")

    assert kept(boris)[0].signed == kept(ana)[0].signed


def test_a_country_that_a_laptop_does_not_work_with_is_kept_and_not_used(three, tmp_path):
    ana, boris, _ = three
    take(ana, sealed(ana, bulgaria(tmp_path / "bg")))
    ana.sync(tmp_path / "stick")
    boris.sync(tmp_path / "stick")
    again(boris)

    assert ROUTE not in fields(boris)
    assert row_of(boris.vault.session, "bg").state is PackState.NOT_CHOSEN


def test_nothing_goes_twice_and_an_older_version_has_no_effect(three, tmp_path):
    ana, boris, _ = three
    take(ana, sealed(ana, bulgaria(tmp_path / "old"), "old"))
    ana.sync(tmp_path / "stick")
    newer = sealed(ana, bulgaria(tmp_path / "new", "0.3.0"), "new")
    take(boris, newer)
    before = kept(boris)

    boris.sync(tmp_path / "stick")
    assert kept(boris) == before
    ana.sync(tmp_path / "stick")
    assert kept(ana)[0].signed == newer.read_bytes()
    quiet = [one.sync(tmp_path / "stick") for one in (ana, boris, ana, boris)]
    assert [report.sent.objects for report in quiet[2:]] == [0, 0]


def test_two_coordinators_who_gave_one_version_to_different_forms_end_with_the_same(
    three, tmp_path
):
    ana, boris, cleo = three
    stick = tmp_path / "stick"
    for laptop in (ana, boris, ana):
        laptop.sync(stick)
    take(ana, sealed(ana, bulgaria(tmp_path / "one"), "one"))
    take(boris, sealed(boris, bulgaria(tmp_path / "two", retention=""), "two"))
    assert kept(ana)[0].signed != kept(boris)[0].signed

    for laptop in (boris, ana, boris, cleo, ana):
        laptop.sync(stick)

    assert len({kept(laptop)[0].signed for laptop in three}) == 1
    assert kept(ana)[0].signed == (tmp_path / "two.nrmf").read_bytes(), "the later one"


def test_a_pack_comes_with_a_carrier_by_mail(three, tmp_path):
    ana, boris, _ = three
    take(ana, sealed(ana, base(tmp_path / "base")))
    (tmp_path / "mail").mkdir()
    carry(ana.vault.session, CarryWish(str(tmp_path / "mail")))
    vault = boris.vault
    seen = look_at_arrivals(
        vault.session, tmp_path / "mail", lambda _: None, vault.bus, is_taking=True
    )

    assert all(one.taken for one in seen)
    assert packs(boris) == ["base"]


@pytest.mark.threat("T22")
def test_what_was_signed_by_somebody_removed_is_neither_passed_on_nor_taken(three, tmp_path):
    ana, boris, cleo = three
    path = sealed(boris, base(tmp_path / "base"))
    take(ana, path)
    boris.sync(tmp_path / "one")
    ana.sync(tmp_path / "one")
    device = boris.vault.session.safe.device.id.hex()
    revoke_device(ana.vault.session, device[:12], RemovalReason.LEFT)

    ana.sync(tmp_path / "two")
    cleo.sync(tmp_path / "two")

    assert packs(ana) == ["base"]
    assert packs(cleo) == []
    with pytest.raises(HostileInput) as caught:
        offered(cleo, path)
    assert caught.value.code == "integrity.pack_grant"


def test_a_pack_that_somebody_without_the_right_has_signed_stops_nothing(three, tmp_path):
    """Cleo has not heard that Boris is gone and passes it on; Ana has, and takes the rest."""
    ana, boris, cleo = three
    for laptop in (ana, boris, cleo, ana):
        laptop.sync(tmp_path / "one")
    take(boris, sealed(boris, base(tmp_path / "base")))
    boris.sync(tmp_path / "two")
    cleo.sync(tmp_path / "two")
    assert packs(cleo) == ["base"]
    device = boris.vault.session.safe.device.id.hex()
    revoke_device(ana.vault.session, device[:12], RemovalReason.LEFT)
    record, case = new_record(), cleo.open_case()
    cleo.save(case, record, "screening.place_type", "port")

    cleo.sync(tmp_path / "three")
    report = ana.sync(tmp_path / "three")

    assert "integrity.pack_grant" in {one.code for one in report.skipped}
    assert (report.received.forms, packs(ana)) == (0, [])
    assert report.received.commits > 0


def test_a_pack_with_faults_is_refused_like_a_file(three, tmp_path):
    ana, boris, _ = three
    files = {**dict(files_of(bulgaria(tmp_path / "bg"))), "clocks.toml": "x = = 1"}
    path = signed(ana, tmp_path / "x.nrmf", files=tuple(sorted(files.items())))

    with pytest.raises(HostileInput) as caught:
        offered(boris, path)
    assert caught.value.code == "integrity.pack"
    assert packs(boris) == []


def test_a_pack_under_another_key_is_refused(three, tmp_path):
    """What only the directory's readers can write is no place for forms."""
    ana, boris, _ = three
    path = sealed(ana, bulgaria(tmp_path / "bg"))

    with pytest.raises(HostileInput) as caught:
        offered(boris, path, number=Compartment.ORG_DIRECTORY)
    assert caught.value.code == "integrity.place"


def test_a_pack_of_a_signer_who_is_not_known_yet_waits(three, tmp_path):
    """Boris has heard of nobody but Ana: what Cleo has signed waits for the acts."""
    _, boris, cleo = three
    path = signed(cleo, tmp_path / "x.nrmf", files=files_of(bulgaria(tmp_path / "bg")))

    assert offered(boris, path) is None
    assert packs(boris) == []
