"""A few cases that others closed are closed here too; very many wait for a person (sync.md 19)."""

import pytest
from tests.e2e.laptops import two_laptops

from nrm_desktop.domain.case import CASE_FORM, STATE, once_record
from nrm_desktop.domain.ops import OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered


@pytest.fixture
def pair(tmp_path):
    ana, boris = two_laptops(tmp_path)
    yield ana, boris
    ana.close()
    boris.close()


def close_case(laptop, case) -> None:
    record = once_record(case, CASE_FORM)

    def close(unit) -> None:
        seen = tuple(one.op for one in unit.standing(record, STATE, case, Compartment.CORE))
        op = ValueOp(OpKind.SET, record, STATE, answered("closed"), seen)
        unit.record(case, Compartment.CORE, op)

    laptop.vault.work.run(close)


def states(laptop, cases) -> list[str]:
    record = {case: once_record(case, CASE_FORM) for case in cases}
    return [value for case in cases for value in laptop.values(case, record[case], STATE)]


def test_a_few_go_through(pair, tmp_path):
    ana, boris = pair
    cases = [ana.open_case() for _ in range(7)]
    ana.sync(tmp_path / "stick")
    boris.sync(tmp_path / "stick")
    for case in cases[:5]:
        close_case(ana, case)
    ana.sync(tmp_path / "stick")

    report = boris.sync(tmp_path / "stick")

    assert report.alarms == ()
    assert states(boris, cases) == ["closed"] * 5 + ["open"] * 2
    assert boris.digest == ana.digest


@pytest.mark.threat("T23")
def test_very_many_wait_for_a_person_and_the_rest_comes_in(pair, tmp_path):
    ana, boris = pair
    cases = [ana.open_case() for _ in range(7)]
    ana.sync(tmp_path / "stick")
    boris.sync(tmp_path / "stick")
    for case in cases[:6]:
        close_case(ana, case)
    newest = ana.open_case()
    ana.sync(tmp_path / "stick")

    reports = [boris.sync(tmp_path / "stick") for _ in range(2)]

    assert [[one.kind for one in report.alarms] for report in reports] == [["many_closed"]] * 2
    assert states(boris, cases) == ["open"] * 7
    assert states(boris, [newest]) == ["open"]
    boris.sync(tmp_path / "stick", takes_many=True)
    assert states(boris, cases) == ["closed"] * 6 + ["open"]
    assert boris.digest == ana.digest
