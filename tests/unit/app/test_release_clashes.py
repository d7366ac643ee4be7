"""Of two releases that clash nothing linked leaves until two people have decided (ST6)."""

import pytest
from tests.fakes.desk import ORGANISATION
from tests.fakes.signer import fake_device
from tests.unit.app.test_releasing import A_YEAR, OTHER, TABLE, Office

from nrm_desktop.app.release_clashes import SETTLED, read_decisions, settle
from nrm_desktop.app.releasing import open_twins, read_ledger
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.releases import Settled
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered

pytestmark = pytest.mark.rule("R24")
APART = "consents_by_purpose"


@pytest.fixture
def offices():
    """Two laptops counted one year with one case between them, and have exchanged since."""
    first, second = Office(12), Office(13)
    (made,), (other,) = first.release(TABLE), second.release(TABLE)
    second.desk.clock.move(1000)
    first.desk.clock.move(1000)
    first.enters(other.data)
    return first, made, other


def decide(office: Office, stands: str, withdrawn: str, second: str = "P-02"):
    def enter(uow):
        context = office.desk.context
        known = {one.sha256: one.release for one in read_ledger(uow, context).rows}
        return settle(uow, context, Settled(stands, withdrawn), second, known)

    return office.desk.run(enter)


def ledger(office: Office):
    return office.desk.run(lambda uow: read_ledger(uow, office.desk.context))


@pytest.mark.parametrize("table", [TABLE, OTHER])
def test_neither_of_the_two_nor_a_linked_table_leaves_before_somebody_decides(offices, table):
    office, _, _ = offices

    with pytest.raises(Refused) as refused:
        office.release(table)

    assert refused.value.code == "policy.release_clash"
    year = int(office.year)
    assert refused.value.params == {"table": TABLE, "other": TABLE, "first": year, "last": year}
    assert len(office.ledger) == 2, "nothing was entered"


def test_tables_of_other_records_and_of_other_years_leave_all_the_same(offices):
    office, _, _ = offices
    office.desk.clock.move(A_YEAR)

    assert office.release(APART)[0].is_new
    later = str(int(office.year) + 1)
    assert office.release(OTHER, begin=later, end=later)[0].is_new


def test_two_people_say_which_one_is_out_and_it_is_given_again_as_it_was(offices):
    office, made, other = offices

    decide(office, made.sha256[:12], other.sha256[:12])

    (again,) = office.release(TABLE)
    assert (again.data, again.is_new) == (made.data, False)
    assert [row.sha256 for row in ledger(office).standing] == [made.sha256]
    (row,) = (row for row in ledger(office).rows if row.sha256 == other.sha256)
    (decision,) = ledger(office).decisions_on(row)
    assert (decision.second, decision.signer) == ("P-02", office.desk.context.signer)
    assert (decision.device, decision.at_ms) == (
        fake_device(office.desk.context.badge),
        office.desk.clock.now_ms(),
    )
    assert open_twins(row, ledger(office)) == ()
    noted = [entry[1:] for entry in office.worker.vault.state.audit if entry[1] == SETTLED]
    assert noted == [(SETTLED, (), TABLE)], "without a case and without figures"


@pytest.mark.parametrize("part", ["stands", "withdrawn", "second"])
def test_a_decision_of_which_a_part_cannot_be_read_decides_nothing(offices, part):
    office, made, other = offices
    decide(office, made.sha256, other.sha256)
    cells = office.desk.run(lambda uow: tuple(uow.cells(ORGANISATION)))

    def spoiled(spoil):
        return read_decisions(
            spoil(one) if one.field == f"releases.{part}" else one for one in cells
        )

    def said(cell, answer):
        return cell._replace(standing=tuple(one._replace(answer=answer) for one in cell.standing))

    assert len(spoiled(lambda cell: cell)) == 1
    for spoil in (
        lambda cell: said(cell, None),
        lambda cell: said(cell, answered(7)),
        lambda cell: cell._replace(standing=()),
        lambda cell: cell._replace(standing=cell.standing * 2),
        lambda cell: cell._replace(compartment=Compartment.CORE),
    ):
        assert spoiled(spoil) == ()


def test_the_later_one_may_be_the_one_that_is_out(offices):
    office, made, other = offices

    decide(office, other.sha256, made.sha256)

    assert office.release(TABLE)[0].data == other.data


@pytest.mark.parametrize("second", ["", "P-01"])
def test_nobody_decides_alone(offices, second):
    office, made, other = offices
    assert office.desk.context.badge == "P-01"

    with pytest.raises(Refused) as refused:
        decide(office, made.sha256, other.sha256, second)
    assert refused.value.code == "policy.needs_second"


def test_two_decisions_that_contradict_each_other_decide_nothing(offices):
    office, made, other = offices
    decide(office, made.sha256, other.sha256)
    decide(office, other.sha256, made.sha256)

    with pytest.raises(Refused, match=r"policy\.release_clash"):
        office.release(TABLE)
    assert len(ledger(office).standing) == 2


def test_what_clashes_with_nothing_cannot_be_withdrawn(offices):
    office, made, _ = offices
    (apart,) = office.release(APART)

    for pair in ((made.sha256, apart.sha256), (made.sha256, made.sha256)):
        with pytest.raises(Refused) as refused:
            decide(office, *pair)
        assert refused.value.code == "policy.release_no_clash"


@pytest.mark.parametrize("length", [0, 7, 64])
def test_a_release_is_named_by_eight_signs_of_its_hash_or_more(offices, length):
    office, made, other = offices
    name = "0" * 64 if length == 64 else other.sha256[:length]

    with pytest.raises(Usage) as refused:
        decide(office, made.sha256, name)

    assert refused.value.code == "usage.not_found"
    assert refused.value.params == {"what": "release", "name": name[:8]}
    assert decide(office, made.sha256[:8], f" {other.sha256[:8].upper()} ") == Settled(
        made.sha256, other.sha256
    )


def test_whoever_only_reads_releases_decides_nothing(offices):
    office, made, other = offices
    reader = Office(0, roles=("case_manager",), worker=office.worker)

    with pytest.raises(Refused, match=r"policy\.role"):
        decide(reader, made.sha256, other.sha256)


def test_a_clash_that_comes_while_somebody_counts_stops_the_release(offices):
    office, made, other = offices
    fresh = Office(12, worker=office.worker)
    decide(office, made.sha256, other.sha256)
    runs = []

    class Meanwhile:
        """Work that takes in the contradiction between reading and entering."""

        def run(self, job):
            runs.append(job)
            if len(runs) == 2:
                decide(office, other.sha256, made.sha256)
            return fresh.desk.run(job)

    fresh.parts = type(fresh.parts)(
        fresh.parts.reader, Meanwhile(), fresh.parts.context, fresh.parts.sight
    )
    with pytest.raises(Refused, match=r"policy\.release_clash"):
        fresh.release(TABLE)
