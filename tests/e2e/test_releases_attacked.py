"""A changed program of somebody who only reads the releases writes none on other laptops (T19)."""

from dataclasses import replace

import pytest
from tests.e2e.laptops import Laptop, two_laptops
from tests.e2e.released import TABLE, ledger, parts

from nrm_desktop.app.commands import CellAnswer, NewRecord
from nrm_desktop.app.counting import Counting
from nrm_desktop.app.records import save
from nrm_desktop.app.releasing import ReleaseAsked, release_tables
from nrm_desktop.domain.authority import Place, Right
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered

pytestmark = [pytest.mark.rule("R24"), pytest.mark.threat("T19")]
COORDINATOR = ("case_manager", "coordinator")


@pytest.fixture
def pair(tmp_path):
    """Ana founded; Boris is a case manager, who reads releases and makes none."""
    ana, boris = two_laptops(tmp_path)
    yield ana, boris
    ana.close()
    boris.close()


def changed(laptop: Laptop) -> Counting:
    """What a program counts by that takes its person for a co-ordinator."""
    honest = parts(laptop)
    return replace(honest, context=replace(honest.context, roles=COORDINATOR))


def with_cases(ana: Laptop, boris: Laptop, stick) -> None:
    for _ in range(11):
        ana.open_case()
    for laptop in (ana, boris, ana):
        laptop.sync(stick)


def may_write(on: Laptop, by: Laptop, place: Compartment) -> Right:
    session = by.vault.session
    where = Place(session.context.signer, session.safe.device.id, session.organisation, place)
    return on.vault.session.roster.powers.may_write(where)


def test_a_register_that_a_role_only_reads_is_granted_to_be_read_and_no_more(pair):
    ana, boris = pair
    table, roles = boris.vault.forms.roles, boris.vault.context.roles

    for place in (Compartment.ORG_RELEASES, Compartment.ORG_BREACHES):
        assert table.holds_key(roles, place)
        assert not table.may_write(roles, place)
        assert may_write(ana, boris, place) is Right.MISSING
    assert may_write(ana, boris, Compartment.ORG_REGISTERS) is Right.HELD


def test_a_release_that_a_changed_program_enters_is_taken_in_by_nobody(pair, tmp_path):
    ana, boris = pair
    with_cases(ana, boris, tmp_path / "stick")
    year = boris.vault.context.today()[:4]
    release_tables(changed(boris), ReleaseAsked((TABLE,), year, year))
    assert len(ledger(boris)) == 1, "on the own laptop nobody can be kept from anything"

    boris.sync(tmp_path / "stick")
    report = ana.sync(tmp_path / "stick")

    assert [one.code for one in report.skipped] == ["integrity.grant"], "and it is told"
    assert ledger(ana) == ()
    (made,) = release_tables(changed(ana), ReleaseAsked((TABLE,), year, year))
    assert made.is_new, "what is given out was counted here"


def test_an_entry_that_cannot_be_read_stops_no_release_of_others(pair, tmp_path):
    ana, boris = pair
    with_cases(ana, boris, tmp_path / "stick")
    vault = boris.vault
    spoiled = replace(vault.context, roles=COORDINATOR)

    def enter(uow) -> None:
        record = spoiled.new_record()
        cell = CellAnswer(record, FieldId("releases.file"), answered(b"no table"))
        save(uow, spoiled, spoiled.organisation, [cell], NewRecord(record, "releases"))

    vault.work.run(enter)
    boris.sync(tmp_path / "stick")
    ana.sync(tmp_path / "stick")

    year = ana.vault.context.today()[:4]
    assert release_tables(changed(ana), ReleaseAsked((TABLE,), year, year))[0].is_new
