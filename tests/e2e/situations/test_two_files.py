"""Two posts opened two files of one person; on laptops that meet now and then (docs/adr/0045)."""

import json
from pathlib import Path

import pytest
from tests.e2e.second_person import second_person
from tests.e2e.situations.people import everybody_meets, workers
from tests.e2e.situations.test_own_copy import copy_of_the_file, text_of
from tests.e2e.test_moving import WORDS, moved, two_cases
from tests.e2e.test_moving import order as order_to_move

from nrm_desktop.app.erasing import EraseOrder
from nrm_desktop.app.joining_commands import JoinCases, PartCases
from nrm_desktop.app.today import What, gather, undecided_files
from nrm_desktop.bootstrap.destroying import carry_out_order
from nrm_desktop.bootstrap.erasing import erase
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.errors import NrmError, Refused
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.joining import ALONE


def joins(worker, goes_on, other, second="P-09"):
    command = JoinCases(scope=goes_on, other=other, reason="papers_show", second=second)
    return worker.laptop.vault.handle(command)[0]


def parts(worker, scope, other, second="P-09"):
    code = worker.sees(other).row.code
    command = PartCases(scope=scope, other=code, reason="two_people", second=second)
    return worker.laptop.vault.handle(command)[0]


def stands(worker, scope):
    return worker.sees(scope).row.joined


def refusal(act) -> NrmError:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


def waits(worker) -> list[tuple[What, str]]:
    found = gather([undecided_files(worker.laptop.vault.reader)])
    return [(one.what, one.code) for one in found.waiting()]


def two_files(ana, boris, stick):
    """Of one person Ana opened a file and Boris another one; both have both."""
    first, second = ana.opens_a_case(), boris.opens_a_case()
    everybody_meets(stick, ana, boris)
    return first, second


def one_of_them_agreed_to(ana, boris, stick):
    """The two files, and a house to which the person agreed in the first."""
    first, second = two_files(ana, boris, stick)
    house = ana.knows_a_service("shelter", "House by the lake")
    everybody_meets(stick, ana, boris)
    ana.writes_at(first, {"screening[+1].language": "uk"})
    ana.asks(first, house, needs="yes")
    return first, second, house


@pytest.mark.rule("S6")
@pytest.mark.rule("S9")
@pytest.mark.rule("R5")
def test_a_withdrawal_in_one_file_on_one_laptop_stops_the_referral_from_the_other(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        stick = tmp_path / "stick"
        first, second, house = one_of_them_agreed_to(ana, boris, stick)
        asked = boris.asks(second, house, needs="yes")
        joins(ana, first, second)
        everybody_meets(stick, ana, boris)
        codes = [ana.sees(scope).row.code for scope in (first, second)]
        for worker in (ana, boris):
            assert stands(worker, first).others == (codes[1],)
            assert stands(worker, second).goes_on == (codes[0],)
        ana.passes(first, house, tmp_path / "before")

        boris.takes_back(second, [one.record for one in asked.made])
        everybody_meets(stick, ana, boris)

        for worker in (ana, boris):
            error = refusal(lambda worker=worker: worker.passes(first, house, tmp_path / "out"))
            assert error.code == "consent.withdrawn"
            assert verify_vault(worker.laptop.vault).is_sound
        assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.rule("S9")
def test_the_file_that_stays_takes_no_answer_on_any_laptop_and_a_part_opens_it_again(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        stick = tmp_path / "stick"
        first, second = two_files(ana, boris, stick)
        joins(ana, first, second)
        late = boris.writes_at(second, {"screening[+1].given_name": "Olena"})
        everybody_meets(stick, ana, boris)

        error = refusal(lambda: boris.writes_at(second, {"screening[+1].given_name": "Alyona"}))
        assert (error.code, error.params["leads"]) == (
            "policy.joined",
            (ana.sees(first).row.code,),
        )
        assert late, "what was written before it was heard of stays"
        for worker in (ana, boris):
            assert worker.finds(second, "screening.given_name") == ["Olena"]

        parts(boris, second, first)
        everybody_meets(stick, ana, boris)

        for worker in (ana, boris):
            assert [stands(worker, scope) for scope in (first, second)] == [ALONE, ALONE]
            assert len(worker.finds(second, "joined.jn_parted")) == 1
        ana.writes_at(second, {"screening[+1].family_name": "K."})


@pytest.mark.rule("S9")
@pytest.mark.rule("R25")
def test_opposite_joins_on_two_laptops_close_no_file_and_wait_for_a_decision(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        stick = tmp_path / "stick"
        first, second, house = one_of_them_agreed_to(ana, boris, stick)
        boris.asks(second, house, needs="no")
        joins(ana, first, second)
        joins(boris, second, first)
        assert waits(ana) == waits(boris) == []
        everybody_meets(stick, ana, boris)

        codes = sorted(ana.sees(scope).row.code for scope in (first, second))
        for worker in (ana, boris):
            assert waits(worker) == [(What.WHICH_GOES_ON, code) for code in codes]
            for scope in (first, second):
                assert not stands(worker, scope).goes_on
                worker.writes_at(scope, {"screening[+1].salutation": "mx"})
            kept = worker.would_pass(first, house).disclosure.withheld
            assert {one.reason for one in kept if one.item.field == "screening.language"} == {
                "declined"
            }

        joins(boris, first, second)
        everybody_meets(stick, ana, boris)

        for worker in (ana, boris):
            assert waits(worker) == []
            assert stands(worker, second).goes_on == (ana.sees(first).row.code,)
            assert not worker.laptop.vault.reader.conflicts(worker.laptop.vault.sight)


@pytest.mark.rule("S9")
def test_a_join_and_a_part_at_the_same_time_leave_what_was_joined_anew(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        stick = tmp_path / "stick"
        first, second = two_files(ana, boris, stick)
        joins(ana, first, second)
        everybody_meets(stick, ana, boris)
        parts(ana, first, second)
        parts(boris, first, second)
        joins(boris, second, first)
        everybody_meets(stick, ana, boris)
        for worker in (ana, boris):
            assert stands(worker, first).goes_on == (ana.sees(second).row.code,)
        parts(ana, second, first)
        everybody_meets(stick, ana, boris)
        for worker in (ana, boris):
            assert [stands(worker, scope) for scope in (first, second)] == [ALONE, ALONE]


@pytest.mark.rule("R34")
def test_the_shelter_sees_that_there_are_two_files_and_which_goes_on(tmp_path):
    with workers(tmp_path, 3) as [ana, _, cleo]:
        first, second = ana.opens_a_case(), ana.opens_a_case()
        joins(ana, first, second)
        everybody_meets(tmp_path / "stick", ana, cleo)
        codes = [ana.sees(scope).row.code for scope in (first, second)]
        assert stands(cleo, second).goes_on == (codes[0],)
        assert {one.code for one in cleo.laptop.vault.reader.joined()} == set(codes)


@pytest.mark.rule("N9")
def test_the_own_copy_names_both_files_on_paper_and_for_programs(tmp_path, tool):
    with workers(tmp_path, 2) as [ana, boris]:
        first, second = two_files(ana, boris, tmp_path / "stick")
        ana.writes_at(first, {"screening[+1].given_name": "Olena"})
        ana.writes_at(second, {"screening[+1].given_name": "Alyona"})
        joins(ana, first, second)
        other = ana.sees(second).row.code

        paper = text_of(copy_of_the_file(ana, first, tmp_path / "out").path, tool)
        for told in ("Olena", "Alyona", other, "There is another file about you"):
            assert told in paper
        made = copy_of_the_file(ana, first, tmp_path / "out", way="json")
        data = json.loads(Path(made.path).read_text(encoding="utf-8"))
        assert data["other_files"] == [other]
        names = {one["value"] for one in data["included"] if one["field"] == "screening.given_name"}
        assert names == {"Olena", "Alyona"}


@pytest.mark.rule("R9")
@pytest.mark.rule("N9")
def test_the_file_that_goes_on_may_be_erased_and_the_other_is_parted_by_its_code(tmp_path):
    with workers(tmp_path) as [ana]:
        first, second = ana.opens_a_case(), ana.opens_a_case()
        house = ana.knows_a_service("shelter", "House by the lake")
        ana.writes_at(second, {"screening[+1].language": "uk"})
        ana.asks(second, house, needs="yes")
        joins(ana, first, second)
        code, vault = ana.sees(first).row.code, ana.laptop.vault
        order = EraseOrder("asked for", "P-01", whole_case=True, second="P-99")
        carry_out_order(vault, first, order, second_person(vault))

        assert stands(ana, second).goes_on == (code,)
        error = refusal(lambda: ana.writes_at(second, {"screening[+1].language": "ar"}))
        assert (error.code, error.params["leads"]) == ("policy.joined", (code,))

        vault.handle(PartCases(scope=second, other=code, reason="other", second="P-09"))

        ana.passes(second, house, tmp_path / "out")
        assert stands(ana, second) == ALONE


@pytest.mark.rule("R37")
def test_answers_are_moved_out_of_the_file_that_stays_and_erased_in_it(tmp_path):
    with workers(tmp_path) as [ana]:
        stays, goes_on, record = two_cases(ana)
        joins(ana, goes_on, stays)
        moved(ana, (stays, goes_on), order_to_move(ana, goes_on, record))
        assert ana.finds(goes_on, "needs.now") == [WORDS]
        fields = frozenset({FieldId("screening.given_name")})
        wanted = EraseOrder("asked for", "P-01", fields, second="P-99", re_assert=frozenset({"*"}))
        erase(ana.laptop.vault, stays, wanted, second_person(ana.laptop.vault))
        assert ana.finds(stays, "screening.given_name") == []
        assert stands(ana, stays).goes_on == (ana.sees(goes_on).row.code,)
