"""How long a closed case is kept is seen by those who decide, and nothing goes by itself."""

from datetime import date, timedelta

import pytest
from tests.e2e.second_person import second_person
from tests.e2e.situations.people import everybody_meets, workers
from tests.e2e.test_erasure_travels import boris_confirms

from nrm_desktop.app.commands import EndHold, SetHold
from nrm_desktop.app.erasing import EraseOrder
from nrm_desktop.app.retaining import kept_cases
from nrm_desktop.app.timing import now_of
from nrm_desktop.bootstrap.erasing import erase
from nrm_desktop.bootstrap.erasure_report import erasure_report
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.retention import Stage

NAME = FieldId("screening.given_name")
pytestmark = pytest.mark.rule("N9")


def in_days(worker, days: int) -> str:
    return (date.fromisoformat(worker.laptop.vault.context.today()) + timedelta(days)).isoformat()


def ended(worker, delete_on: str):
    case = worker.opens_a_case()
    worker.writes_at(case, {"screening[+1].given_name": "Qvarnia"})
    worker.prepares_the_end(case, delete_on)
    worker.closes(case, "own_wish")
    return case


def test_a_case_is_not_closed_before_a_day_is_named(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.prepares_the_end(case, "")
        with pytest.raises(Refused, match=r"policy\.not_ready") as refused:
            ana.closes(case, "own_wish")
        assert refused.value.params["fields"] == ("closure.retention.delete_on",)


def test_the_end_of_keeping_is_on_the_list_of_today_when_it_is_near(tmp_path):
    with workers(tmp_path, 3) as [ana, boris, cleo]:
        near, far = ended(ana, in_days(ana, 20)), ended(ana, in_days(ana, 400))
        everybody_meets(tmp_path / "stick", ana, boris, cleo)
        codes = {case: ana.sees(case).row.code for case in (near, far)}

        for worker in (ana, boris):
            listed = [code for code, rule in worker.list_of_today() if rule == "retention_end"]
            assert listed == [codes[near]]
            assert worker.kept(near).stage(in_days(worker, 0)) is Stage.SOON
            assert worker.kept(near).days_left(in_days(worker, 0)) == 20
            assert worker.kept(far).stage(in_days(worker, 0)) is Stage.RUNNING
            vault = worker.laptop.vault
            kept = kept_cases(vault.reader, vault.forms, vault.sight, now_of(vault.context))
            assert [one.code for one in kept] == [codes[near], codes[far]]
        assert [rule for _, rule in cleo.list_of_today()] == [], "whoever has no part in it"

        ana.begins_again(near)
        assert (codes[near], "retention_end") not in ana.list_of_today()


@pytest.mark.rule("R5")
def test_a_request_of_the_person_in_a_closed_case_is_on_the_list_too(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ended(ana, in_days(ana, 400))
        ana.writes_at(
            case,
            {"access[+1].ac_kind": "erase", "access[+1].ac_in[+1].date": in_days(ana, -5)},
        )
        assert (ana.sees(case).row.code, "access_answer") in ana.list_of_today(30)


def order(scope_words: str = "asked for") -> EraseOrder:
    return EraseOrder(scope_words, "P-01", frozenset({NAME}), second="P-99")


def test_while_somebody_keeps_a_case_nothing_of_it_is_erased(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ended(ana, in_days(ana, -1))
        hold = ana.keeps(case)
        (seen,) = ana.kept(case).holds
        assert (seen.by, seen.reason, seen.stands) == ("P-01", "A trial is running", True)
        assert ana.kept(case).stage(in_days(ana, 0)) is Stage.HELD
        vault = ana.laptop.vault
        second = second_person(vault)
        with pytest.raises(Refused, match=r"erasure\.legal_hold"):
            erase(vault, case, order(), second)
        assert ana.finds(case, NAME) == ["Qvarnia"]

        ana.lets_go(case, hold)
        (seen,) = ana.kept(case).holds
        assert (seen.ended_by, seen.ended_why) == ("P-01", "The trial is over")
        assert seen.ended >= seen.since
        erase(vault, case, order(), second)
        assert ana.finds(case, NAME) == []


def test_an_order_from_elsewhere_waits_while_somebody_here_keeps_the_case(tmp_path):
    """Boris keeps it, Ana has not heard of that and erases: on his laptop the order waits."""
    with workers(tmp_path, 2) as [ana, boris]:
        case = ended(ana, in_days(ana, -1))
        everybody_meets(tmp_path / "stick", ana, boris)
        hold = boris.keeps(case)
        wanted = EraseOrder("asked for", "P-01", frozenset({NAME}), second="P-02")
        erase(ana.laptop.vault, case, wanted, boris_confirms(ana.laptop))
        ana.laptop.sync(tmp_path / "stick")
        boris.laptop.sync(tmp_path / "stick")

        assert boris.finds(case, NAME) == ["Qvarnia"]
        (report,) = erasure_report(boris.laptop.vault.session, case)
        here = boris.laptop.vault.session.safe.device.id
        assert {one.is_done for one in report.devices if one.device == here} == {False}

        boris.lets_go(case, hold)
        boris.laptop.sync(tmp_path / "stick")
        assert boris.finds(case, NAME) == []


@pytest.mark.parametrize(
    ("ground", "reason"), [("nonsense", "because"), ("proceedings", " "), ("", "because")]
)
def test_a_hold_has_a_ground_of_the_list_and_a_reason(tmp_path, ground, reason):

    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        with pytest.raises(Usage):
            ana.laptop.vault.handle(SetHold(scope=case, ground=ground, reason=reason))
        nothing = ana.laptop.vault.context.new_record()
        with pytest.raises(Usage):
            ana.laptop.vault.handle(EndHold(scope=case, hold=nothing, reason="over"))
        with pytest.raises(Refused, match=r"policy\.written_by_program"):
            ana.writes_at(case, {"hold[+1].ho_ground": "order"})
