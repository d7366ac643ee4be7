"""The ledger of releases travels: what one laptop let out, the other compares with (ST6)."""

from pathlib import Path

import pytest
from tests.e2e.released import TABLE, exchange, ledger, parts, release
from tests.e2e.signed_packs import three_copies

from nrm_desktop.app.release_clashes import settle
from nrm_desktop.app.releasing import ReleaseAsked, twins_of
from nrm_desktop.bootstrap.releasing import check_file, give_out
from nrm_desktop.domain.errors import HostileInput, Refused
from nrm_desktop.domain.releases import Settled

pytestmark = pytest.mark.rule("R24")


@pytest.fixture
def pair(tmp_path):
    with three_copies(tmp_path) as (ana, boris, _):
        yield ana, boris


def test_what_one_laptop_released_the_other_gives_out_again_and_compares_with(pair, tmp_path):
    ana, boris = pair
    for _ in range(11):
        ana.open_case()
    exchange(ana, boris, tmp_path / "stick")
    (made,) = release(ana, TABLE)
    exchange(ana, boris, tmp_path / "stick")
    boris.open_case()

    (again,) = release(boris, TABLE)

    assert (again.data, again.is_new) == (made.data, False)
    assert [one.signer for one in ledger(boris)] == [ana.vault.context.signer]
    with pytest.raises(Refused, match=r"policy\.release_differs"):
        release(boris, "persons_by_age_and_gender")


def test_two_that_did_not_know_of_each_other_are_both_told_once_they_have_exchanged(pair, tmp_path):
    ana, boris = pair
    for _ in range(11):
        ana.open_case()
    exchange(ana, boris, tmp_path / "stick")
    boris.open_case()
    (first,), (second,) = release(ana, TABLE), release(boris, TABLE)
    assert (first.release.total, second.release.total) == (11, 12)

    exchange(ana, boris, tmp_path / "stick")

    for laptop in pair:
        earlier, later = ledger(laptop)
        assert (earlier.data, later.data) == (first.data, second.data)
        assert list(twins_of(earlier, ledger(laptop))) == [later]
        for table in (TABLE, "persons_by_age_and_gender"):
            with pytest.raises(Refused, match=r"policy\.release_clash"):
                release(laptop, table)


def test_what_two_people_decided_on_one_laptop_lets_tables_leave_on_the_other(pair, tmp_path):
    ana, boris = pair
    for _ in range(11):
        ana.open_case()
    exchange(ana, boris, tmp_path / "stick")
    boris.open_case()
    (first,), (second,) = release(ana, TABLE), release(boris, TABLE)
    exchange(ana, boris, tmp_path / "stick")
    known = {one.sha256: one.release for one in ledger(ana)}
    named = Settled(second.sha256, first.sha256)
    context = ana.vault.context

    ana.vault.work.run(lambda uow: settle(uow, context, named, "P-02", known))
    exchange(ana, boris, tmp_path / "stick")

    for laptop in pair:
        assert release(laptop, TABLE)[0].data == second.data


def test_a_colleague_checks_a_table_by_its_signature_alone(pair, tmp_path):
    ana, boris = pair
    ana.open_case()
    year = ana.vault.context.today()[:4]
    asked = ReleaseAsked((TABLE,), year, year)
    (given,) = give_out(ana.vault.session, parts(ana), asked, tmp_path)

    checked = check_file(boris.vault.session, Path(given.table))

    assert (checked.is_own, checked.is_known) == (True, True)
    assert checked.signed.origin.name == "Help"
    assert checked.release == given.released.release
    assert check_file(boris.vault.session, Path(given.signature)) == checked
    Path(given.table).write_bytes(given.released.data + b"figure,x,1\r\n")
    with pytest.raises(HostileInput, match=r"integrity\.signature"):
        check_file(boris.vault.session, Path(given.table))
