"""Everybody counts, whatever becomes of the case; only a file that was destroyed is not there."""

from dataclasses import replace

import pytest
from tests.e2e.second_person import second_person
from tests.e2e.situations.people import workers
from tests.e2e.situations.test_destroying import ended

from nrm_desktop.app.counting import Counting, TableAsked, make_table
from nrm_desktop.bootstrap.destroying import destroy_case
from nrm_desktop.domain.values import answered

pytestmark = pytest.mark.rule("R24")
TABLE = "persons_by_age_and_gender"
NEITHER = ("not_recorded", "not_recorded")


def counts(worker) -> tuple[int | None, dict[tuple[str, ...], int | None]]:
    """The total and the classes, as a co-ordinator sees them."""
    vault = worker.laptop.vault
    context = replace(vault.context, roles=("coordinator", "case_manager"))
    shown = make_table(Counting(vault.reader, vault.work, context, vault.sight), TableAsked(TABLE))
    return shown.shown.total, {tuple(one.key.values()): one.count for one in shown.shown.cells}


def agrees(worker, case, office, answer="yes"):
    groups = {"age_and_child": answer, "needs": answer}
    return worker.asks(case, office, "statistics", **groups)


def test_refused_withdrawn_and_closed_cases_count_and_a_destroyed_one_does_not(tmp_path):
    with workers(tmp_path) as [ana]:
        office = ana.knows_a_service("other", "Those who count")
        cases = [ana.opens_a_case(answered(value=False)) for _ in range(32)]
        for case in cases:
            ana.writes_at(case, {"screening.age_band": "25+", "screening.gender": "woman"})
        said = [agrees(ana, case, office) for case in cases[:22]]
        total, found = counts(ana)
        assert (total, found["adult", "woman"], found[NEITHER]) == (32, 22, 10)

        for case in cases[:2]:
            agrees(ana, case, office, "no")
        ana.takes_back(cases[2], [one.record for one in said[2].made])
        total, found = counts(ana)
        assert (total, found["adult", "woman"], found[NEITHER]) == (32, 19, 13)

        case = ended(ana)
        total, found = counts(ana)
        assert (total, found[NEITHER]) == (33, 14), "a case that has ended is one"
        destroy_case(ana.laptop.vault, case, second_person(ana.laptop.vault))
        assert counts(ana)[0] == 32, "a file that was destroyed is not there any more"
