"""Several people on one laptop, with real vaults (P4, P6, P12, T21, T22)."""

from dataclasses import replace

import pytest
from tests.e2e.laptops import PASSPHRASE, copy_of, made_once, new_record

from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.people import (
    NewPerson,
    add_user,
    people_here,
)
from nrm_desktop.bootstrap.removing import open_after, remove_user
from nrm_desktop.domain.errors import Locked
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.security.vault.cost import FLOOR

OWN = "nine grey herons walk at low tide"
NEW = "four brown hares cross the wide field"
PLACE = FieldId("screening.place_type")
BEA = NewPerson("P-21", "case_manager", OWN, FLOOR)


@pytest.fixture
def ana(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as laptop:
        yield laptop


def shell_of(laptop):
    return laptop.vault.session.safe.shell


def refused(kind, code, act, *more):
    with pytest.raises(kind) as caught:
        act(*more)
    assert caught.value.code == code
    return caught.value


def at_work(laptop, passphrase, sign):
    return replace(laptop, vault=open_vault(shell_of(laptop), passphrase, sign))


@pytest.mark.promise("P4")
def test_a_second_person_opens_by_an_own_passphrase_and_works_at_once(ana):
    scope, record = ana.open_case(), new_record()
    ana.save(scope, record, PLACE, "port")
    first = ana.vault.unlocked.sign

    bea = add_user(ana.vault, BEA)

    assert bea.is_certified
    assert [one.badge for one in people_here(ana.vault)] == ["P-01", "P-21"]
    ana.vault.close()
    refused(Locked, "vault.no_slot", open_vault, shell_of(ana), OWN)
    refused(Locked, "vault.wrong_passphrase", open_vault, shell_of(ana), OWN, first)
    refused(Locked, "vault.wrong_passphrase", open_vault, shell_of(ana), PASSPHRASE, bea.sign)
    with at_work(ana, OWN, bea.sign) as hers:
        assert hers.vault.context.badge == "P-21"
        assert hers.values(scope, record, PLACE) == ["port"]
        hers.save(scope, record, PLACE, "airport")
        assert hers.open_case() != scope
        rows = hers.vault.reader.history(scope, hers.vault.sight, 100).rows
        assert {row.user for row in rows} == {"P-01", "P-21"}


@pytest.mark.promise("P12")
@pytest.mark.threat("T22")
def test_whoever_was_removed_opens_nothing_any_more(ana):
    scope, record = ana.open_case(), new_record()
    ana.save(scope, record, PLACE, "port")
    bea = add_user(ana.vault, BEA)
    before = ana.vault.session.safe.unlocked

    removed = remove_user(ana.vault, "P-21")

    assert removed.epoch == before.data.epoch + 1
    vault = open_after(shell_of(ana), removed)
    assert [one.badge for one in people_here(vault)] == ["P-01"]
    assert vault.findings == ()
    back = replace(ana, vault=vault)
    assert back.values(scope, record, PLACE) == ["port"]
    back.save(scope, record, PLACE, "airport")
    vault.close()
