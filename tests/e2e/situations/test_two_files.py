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
from nrm_desktop.app.retaining import list_of_today
from nrm_desktop.app.timing import now_of
from nrm_desktop.app.today import What, files_away, gather, undecided_files
from nrm_desktop.bootstrap.destroying import carry_out_order
from nrm_desktop.bootstrap.erasing import erase
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.errors import NrmError, Refused
from nrm_desktop.domain.ids import FieldId, RecordId
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


# ---------------------------------------------------------------- one picture of one person


def due_today(worker) -> list[tuple[str, str, str]]:
    """Code, rule and file of what is due soon, as the list of today has it."""
    vault = worker.laptop.vault
    now = now_of(vault.context)
    found = list_of_today(vault.reader, vault.forms, vault.sight, now, 60)
    return [(one.code, one.clock.rule.id, one.file) for one in found]


@pytest.mark.rule("R27")
@pytest.mark.rule("S6")
def test_a_withdrawal_in_one_file_names_who_received_something_from_the_other_and_once(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        stick = tmp_path / "stick"
        first, second, house = one_of_them_agreed_to(ana, boris, stick)
        asked = boris.asks(second, house, needs="yes")
        went = ana.passes(first, house, tmp_path / "out")
        joins(ana, first, second)
        everybody_meets(stick, ana, boris)
        codes = [ana.sees(scope).row.code for scope in (first, second)]
        for worker in (ana, boris):
            assert worker.has_to_tell(first) == worker.has_to_tell(second) == []

        taken = boris.takes_back(second, [one.record for one in asked.made])
        assert taken.to_tell == ((house, went.referral),), "the file that stays sent nothing"
        everybody_meets(stick, ana, boris)

        for worker in (ana, boris):
            (here,), (there,) = (worker.has_to_tell(scope) for scope in (first, second))
            assert (here.file, there.file) == ("", codes[0])
            assert here.passed == there.passed
            vault = worker.laptop.vault
            (line,) = vault.reader.owed_notices(vault.sight)
            assert (line.code, line.scope, line.owed) == (codes[0], first, 1)

        boris.tells(second, there)
        everybody_meets(stick, ana, boris)

        for worker in (ana, boris):
            assert worker.has_to_tell(first) == worker.has_to_tell(second) == []
            assert worker.finds(first, "notice.no_way") == ["spoken"], "beside the log it is about"
            assert worker.finds(second, "notice.no_way") == []
            assert verify_vault(worker.laptop.vault).is_sound


@pytest.mark.rule("S9")
@pytest.mark.rule("R5")
def test_the_consents_of_both_files_stand_in_one_list_with_how_far_each_reaches(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        stick = tmp_path / "stick"
        first, second, house = one_of_them_agreed_to(ana, boris, stick)
        boris.asks(second, house, needs="no", risk="yes")
        joins(ana, first, second)
        everybody_meets(stick, ana, boris)
        other = ana.sees(second).row.code

        for worker in (ana, boris):
            rows = worker.laptop.vault.reader.consents(first, "2026-11-26")
            assert {(row.file, row.group, row.answer, row.acts) for row in rows} == {
                ("", "needs", "yes", "stopped"),
                (other, "needs", "no", "all_files"),
                (other, "risk", "yes", "own_file"),
            }


@pytest.mark.rule("R6")
@pytest.mark.rule("S9")
def test_what_runs_in_the_file_that_stays_is_due_under_the_one_that_goes_on_on_every_laptop(
    tmp_path,
):
    with workers(tmp_path, 2) as [ana, boris]:
        stick = tmp_path / "stick"
        first, second = two_files(ana, boris, stick)
        today = now_of(boris.laptop.vault.context).today
        boris.writes_at(
            second, {"reflection[+1].decision": "granted", "reflection[+1].start": today}
        )
        sheet = boris.writes_at(second, {"paper[+1].at": f"{today}T08:00"})
        boris.notes(second, "letter", today)
        joins(ana, first, second)
        everybody_meets(stick, ana, boris)
        code, other = (ana.sees(scope).row.code for scope in (first, second))
        own = {"reflection_floor", "sheet_left", "letter_taken_in"}

        for worker in (ana, boris):
            found = due_today(worker)
            assert {one[0] for one in found} == {code}
            assert {rule for _, rule, file in found if file == other} >= own

        ana.writes_at(first, {"letters[+1].le_last": "2031-01-01"})
        ana.writes_at(second, {f"paper[{sheet['paper[+1]']}].gone": "destroyed"})
        everybody_meets(stick, ana, boris)

        for worker in (ana, boris):
            rules = {rule for _, rule, _ in due_today(worker)}
            assert rules & own == {"reflection_floor"}, "the rest was done, in either file"


@pytest.mark.rule("R14")
@pytest.mark.rule("N15")
def test_steps_for_a_child_that_are_on_in_one_file_are_on_in_the_other_and_end_where_they_began(
    tmp_path,
):
    with workers(tmp_path, 2) as [ana, boris]:
        stick = tmp_path / "stick"
        first, second = two_files(ana, boris, stick)
        boris.writes_at(second, {"screening[+1].age_band": "12-17"})
        joins(ana, first, second)
        everybody_meets(stick, ana, boris)
        other = ana.sees(second).row.code

        for worker in (ana, boris):
            row = worker.sees(first).row
            assert (row.child_in, row.is_child) == ((other,), True)
            steps = [one for one in due_today(worker) if one[1] == "child_guardian"]
            assert len(steps) == 1

        decision = {
            "age[+1].age_who": "Says 19",
            "age[+1].age_decision[+1].authority": "Court of a town",
            "age[+1].age_decision[+1].date": "2026-11-20",
            "age[+1].age_decision[+1].reasons": "Papers",
        }
        record = RecordId(bytes.fromhex(ana.writes_at(second, decision)["age[+1]"]))
        everybody_meets(stick, ana, boris)
        for worker in (ana, boris):
            worker.signs_the_decision(second, record)
        everybody_meets(stick, ana, boris)

        for worker in (ana, boris):
            assert not worker.sees(first).row.is_child
            assert not [one for one in due_today(worker) if one[1] == "child_guardian"]


@pytest.mark.rule("S9")
def test_a_laptop_without_the_other_file_says_that_there_may_be_more(tmp_path):
    with workers(tmp_path) as [ana]:
        first, second = ana.opens_a_case(), ana.opens_a_case()
        joins(ana, first, second)
        other, vault = ana.sees(second).row.code, ana.laptop.vault
        assert ana.sees(first).row.joined.away == ()
        order = EraseOrder("asked for", "P-01", whole_case=True, second="P-99")
        carry_out_order(vault, second, order, second_person(vault))

        assert ana.sees(first).row.joined.away == (other,)
        found = gather([files_away(vault.reader)]).waiting()
        assert [(one.what, one.count) for one in found] == [(What.MAY_HOLD_MORE, 1)]
