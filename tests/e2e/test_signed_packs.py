"""Packs that travel: signed by a coordinator, verified before use, kept and verified again.

Threats: T9, T12, T14, T19, T22.
"""

from pathlib import Path

import pytest
from tests.e2e import laptops
from tests.e2e.laptops import new_record
from tests.e2e.signed_packs import (
    ROUTE,
    again,
    base,
    bulgaria,
    fields,
    files_of,
    kept,
    refused,
    row_of,
    sealed,
    signed,
    take,
    three_copies,
    with_version,
)

from nrm_desktop.app.packs_in_use import NOT_USED, PackState
from nrm_desktop.bootstrap.arriving import look_at_arrivals
from nrm_desktop.bootstrap.country_packs import choose_countries
from nrm_desktop.bootstrap.headless import lens_of
from nrm_desktop.bootstrap.revoking import revoke_device
from nrm_desktop.bootstrap.travelling_packs import seal_pack
from nrm_desktop.domain.acts import RemovalReason
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.forms.problems import PackRefused
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.security.keys import SignerKeys

pytestmark = [pytest.mark.threat("T12"), pytest.mark.threat("T19")]


@pytest.fixture
def three(tmp_path):
    with three_copies(tmp_path / "laptops") as laptops:
        yield laptops


@pytest.fixture
def file(three, tmp_path) -> Path:
    """A newer pack for Bulgaria, signed by Ana."""
    return sealed(three[0], bulgaria(tmp_path / "bg"))


# ---- the way it is meant --------------------------------------------------------------------


def test_a_pack_that_was_taken_in_is_used_from_the_next_unlocking_on(three, file):
    _, boris, _ = three
    assert take(boris, file).is_new
    assert ROUTE not in fields(boris), "forms do not change under somebody who works"

    again(boris)

    assert ROUTE in fields(boris)
    session = boris.vault.session
    row = row_of(session, "bg")
    assert (row.version, row.state) == ("0.2.0", PackState.IN_USE)
    assert lens_of(session).user_of(row.signer) == "P-01"
    assert row.made_ms <= row.taken_ms
    assert boris.vault.findings == three[0].vault.findings
    assert [one.id for one in session.context.forms.packs] == ["base", "bg"]


def test_the_laptop_that_has_signed_a_pack_takes_it_like_every_other(three, file):
    ana = three[0]
    again(ana)
    assert ROUTE not in fields(ana)

    take(ana, file)
    again(ana)

    assert ROUTE in fields(ana)


def test_the_same_pack_again_has_no_effect(three, file):
    _, boris, _ = three
    take(boris, file)
    again(boris)
    before = kept(boris)

    assert not take(boris, file).is_new
    assert kept(boris) == before


def test_a_newer_base_stands_in_the_place_of_the_one_of_the_program(three, tmp_path):
    ana, boris, _ = three
    take(boris, sealed(ana, base(tmp_path / "base")))
    again(boris)

    assert "screening.way_home" in fields(boris)
    assert [(row.pack, row.version) for row in boris.vault.session.packs.rows] == [
        ("base", "0.2.0")
    ]


def test_a_newer_base_and_a_newer_country_are_used_together(three, tmp_path):
    ana, boris, _ = three
    take(boris, sealed(ana, base(tmp_path / "base"), "one"))
    again(boris)
    take(boris, sealed(ana, bulgaria(tmp_path / "bg"), "two"))
    again(boris)

    assert {"screening.way_home", ROUTE} <= fields(boris)


def test_a_newer_version_takes_the_place_of_an_older_one(three, file, tmp_path):
    ana, boris, _ = three
    take(boris, file)
    again(boris)
    take(boris, sealed(ana, bulgaria(tmp_path / "next", "0.10"), "next"))
    again(boris)

    assert row_of(boris.vault.session, "bg").version == "0.10"
    assert len(kept(boris)) == 1


def test_a_country_that_is_no_more_chosen_is_kept_and_not_used(three, file):
    _, boris, _ = three
    take(boris, file)
    choose_countries(boris.vault.session.safe.shell.folder, ())
    again(boris)

    assert ROUTE not in fields(boris)
    assert row_of(boris.vault.session, "bg").state is PackState.NOT_CHOSEN
    assert NOT_USED not in boris.vault.findings
    assert not take(boris, file).is_new
    again(boris)
    assert ROUTE in fields(boris)


def test_what_was_done_stands_in_the_audit_chain_and_the_door_names_the_file(three, file):
    ana, boris, _ = three
    take(boris, file)
    for laptop, act in ((ana, "pack.seal"), (boris, "pack.take")):
        rows = laptop.vault.database.read(
            lambda found: found.execute("SELECT act, detail FROM audit").fetchall()
        )
        assert (act, "bg") in rows.result()
    vault = boris.vault
    (seen,) = look_at_arrivals(vault.session, file, lambda _: None, vault.bus, is_taking=True)
    assert (seen.what, seen.taken, seen.code) == ("form_pack", False, "")


def test_answers_to_a_field_of_a_newer_pack_are_kept_by_an_old_one_and_shown_later(
    three, file, tmp_path
):
    """Ana has the newer pack and writes; Boris keeps and passes on what his forms do not know."""
    ana, boris, cleo = three
    take(ana, file)
    again(ana)
    record, case = new_record(), ana.open_case()
    ana.save(case, record, ROUTE, "over the river")
    for laptop in (ana, boris, cleo, ana):
        laptop.sync(tmp_path / "one")

    boris.sync(tmp_path / "one")
    assert boris.vault.forms.find_field(ROUTE) is None
    assert boris.values(case, record, ROUTE) == ["over the river"]
    assert shown(boris, case) == []
    boris.sync(tmp_path / "two")
    cleo.sync(tmp_path / "two")
    assert cleo.digest == boris.digest == ana.digest

    assert not take(boris, file).is_new, "it came by the exchange, for a country not chosen here"
    again(boris)

    assert shown(boris, case) == ["over the river"]
    boris.save(case, record, ROUTE, "by train")
    for laptop in (boris, ana):
        laptop.sync(tmp_path / "one")
    assert shown(ana, case) == ["by train"]


def shown(laptop, case) -> list[object]:
    """What the page of a case shows of the field, by the forms of this laptop."""
    view = laptop.vault.reader.case(case, laptop.vault.sight)
    known = laptop.vault.forms.find_field(ROUTE)
    return [
        cell.acting.answer.value for cell in view.cells if cell.field == ROUTE and known is not None
    ]


# ---- who may --------------------------------------------------------------------------------


def test_only_a_coordinator_signs_a_pack(three, tmp_path):
    _, _, cleo = three
    out = tmp_path / "x.nrmf"
    with pytest.raises(Refused) as caught:
        seal_pack(cleo.vault.session, bulgaria(tmp_path / "bg"), str(out))

    assert caught.value.code == "policy.role"
    assert not out.exists()


def test_only_a_coordinator_or_registrar_takes_one_in(three, file):
    _, _, cleo = three

    assert refused(cleo, file, Refused) == "policy.role"


def test_a_registrar_takes_in_and_does_not_sign(tmp_path):
    """Ana of another office confirms people and looks after cases; Boris only looks after cases."""
    ana, boris, cleo = laptops.three_laptops(tmp_path / "office")
    with ana, boris, cleo:
        with pytest.raises(Refused) as caught:
            sealed(ana, bulgaria(tmp_path / "bg"))
        assert caught.value.code == "policy.role"
        nothing = tmp_path / "nothing.nrmf"
        nothing.write_bytes(b"")
        assert refused(boris, nothing, Refused) == "policy.role"
        assert refused(ana, nothing) == "integrity.format"


def test_what_somebody_signed_whose_role_does_not_cover_it_is_refused(three, tmp_path):
    """With tools of her own Cleo can sign; where she is known, it does not count."""
    ana, _, cleo = three
    path = signed(cleo, tmp_path / "x.nrmf", files=files_of(bulgaria(tmp_path / "bg")))

    assert refused(ana, path) == "integrity.pack_grant"


def test_a_stranger_and_another_organisation_are_told_apart(three, tmp_path):
    _, boris, _ = three
    files = files_of(bulgaria(tmp_path / "bg"))
    stranger = signed(boris, tmp_path / "x.nrmf", SignerKeys(b"s" * 32), files=files)
    elsewhere = signed(boris, tmp_path / "y.nrmf", organisation=ScopeId(bytes(16)), files=files)

    assert refused(boris, stranger) == "integrity.pack_signer"
    assert refused(boris, elsewhere) == "integrity.pack_elsewhere"


@pytest.mark.threat("T22")
def test_a_pack_of_somebody_who_was_removed_is_refused_and_one_taken_before_stays(three, tmp_path):
    ana, boris, _ = three
    early = sealed(boris, bulgaria(tmp_path / "bg"), "early")
    late = sealed(boris, bulgaria(tmp_path / "late", "0.3.0"), "late")
    take(ana, early)
    boris.sync(tmp_path / "stick")
    ana.sync(tmp_path / "stick")
    device = boris.vault.session.safe.device.id.hex()

    revoke_device(ana.vault.session, device[:12], RemovalReason.LEFT)
    again(ana)

    assert refused(ana, late) == "integrity.pack_grant"
    assert row_of(ana.vault.session, "bg").state is PackState.IN_USE
    assert ROUTE in fields(ana)


# ---- versions -------------------------------------------------------------------------------


@pytest.mark.threat("T18")
@pytest.mark.parametrize("version", ["0.2.0", "0.1.9", "0.1.0"])
def test_an_older_pack_and_another_one_of_the_same_version_are_refused(
    three, file, tmp_path, version
):
    ana, boris, _ = three
    folder = bulgaria(tmp_path / "old", version, retention="")
    other = sealed(ana, folder, "other")
    take(boris, file)
    again(boris)

    assert refused(boris, other, Refused) == "policy.pack_older"


def test_a_pack_that_is_no_newer_than_that_of_the_program_is_refused(three, tmp_path):
    ana, boris, _ = three
    path = sealed(ana, bulgaria(tmp_path / "bg", "0.1.0"))

    assert refused(boris, path, Refused) == "policy.pack_older"


@pytest.mark.parametrize("version", ["next", "1.0-rc1", "2.0.0.0.1"])
def test_a_version_that_cannot_be_compared_is_not_signed(three, tmp_path, version):
    folder = with_version(bulgaria(tmp_path / "bg"), version)
    with pytest.raises(PackRefused) as caught:
        sealed(three[0], folder)

    assert [one.code for one in caught.value.problems] == ["bad_version"]
