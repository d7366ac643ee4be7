"""What is due for a person with two files: one list, under the file that goes on."""

from dataclasses import replace

import pytest
from tests.fakes.desk import ORGANISATION
from tests.fakes.joined import code_of, forget, join, part
from tests.fakes.reader import FakeReader

from nrm_desktop.app.retaining import list_of_today
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.timing import now_of
from nrm_desktop.app.today import Source, Waiting, What, files_away, gather
from nrm_desktop.app.work_list import person_times, views_beside, work_list
from nrm_desktop.domain.errors import IntegrityFault, Usage
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import answered
from nrm_desktop.storage.lens import Lens

ALL = Sight(frozenset(range(1, 11)))
FAR = 400
LETTER_DAY = FieldId("letters.le_last")
LETTER_DONE = FieldId("letters.le_done.what")


@pytest.fixture
def pair(desk):
    """The file that goes on, and the other one."""
    return tuple(desk.open_case(answered(value=False)) for _ in range(2))


def reader_of(desk) -> FakeReader:
    lens = Lens(desk.context.forms, ORGANISATION, lambda one: one.hex()[:4], lambda one: "")
    return FakeReader(desk.vault, lens)


def listed(desk, reader=None):
    reader = reader or reader_of(desk)
    return work_list(reader, desk.context.forms, ALL, now_of(desk.context), FAR)


def lines(desk, rule: str):
    return [
        (one.code, one.clock.ends, one.file, one.beside)
        for one in listed(desk)
        if one.clock.rule.id == rule
    ]


def rules(desk) -> list:
    return sorted((one.clock.rule.id, one.code) for one in listed(desk))


def shown(desk, scope):
    """What is due in a file, with what it stands for, as its page has it."""
    reader = reader_of(desk)
    view = reader.case(scope, ALL)
    views = (view, *views_beside(reader, view.row, ALL))
    return person_times(desk.context.forms, views, now_of(desk.context), ALL).due


def granted(desk, scope, day: str) -> None:
    values = {"reflection.decision": "granted", "reflection.start": answered((day, 0))}
    desk.write(scope, "reflection", values)


def letter(desk, scope, day: str):
    return desk.write(scope, "letters", {LETTER_DAY: answered((day, 0))})


def later(desk, minutes: int = 5) -> None:
    desk.clock.move(minutes * 60_000)


# ---------------------------------------------------------------- clocks


@pytest.mark.rule("S9")
@pytest.mark.rule("R6")
def test_a_time_of_protection_that_began_in_the_file_that_stays_runs_in_the_one_that_goes_on(
    desk, pair
):
    granted(desk, pair[1], "2026-11-10")
    code, other = (code_of(desk, scope) for scope in pair)
    assert lines(desk, "reflection_floor") == [(other, "2026-12-10", "", ())]

    join(desk, pair)

    assert lines(desk, "reflection_floor") == [(code, "2026-12-10", other, ())]
    (due,) = [one for one in shown(desk, pair[0]) if one.clock.rule.id == "reflection_floor"]
    assert (due.scope, due.file_scope, due.opens) == (pair[0], pair[1], pair[1])
    part(desk, pair[0], other)
    assert lines(desk, "reflection_floor") == [(other, "2026-12-10", "", ())]


@pytest.mark.rule("S9")
@pytest.mark.rule("R6")
@pytest.mark.parametrize("first", ["2026-11-10", "2026-11-12"])
def test_a_join_never_shortens_a_protection_and_the_other_day_is_told(desk, pair, first):
    granted(desk, pair[0], first)
    granted(desk, pair[1], "2026-11-11")
    code, other = (code_of(desk, scope) for scope in pair)
    join(desk, pair)

    expected = {
        "2026-11-10": [(code, "2026-12-11", other, (("", "2026-12-10"),))],
        "2026-11-12": [(code, "2026-12-12", "", ((other, "2026-12-11"),))],
    }
    assert lines(desk, "reflection_floor") == expected[first]


@pytest.mark.rule("S9")
def test_of_a_duty_in_both_files_the_earlier_day_acts_until_it_is_written_anew(desk, pair):
    for scope, day in zip(pair, ("2026-11-14", "2026-11-09"), strict=True):
        desk.write(scope, "plan.review", {"plan.review_date": answered((day, 0))})
    code, other = (code_of(desk, scope) for scope in pair)
    later(desk)
    join(desk, pair)
    assert lines(desk, "plan_review") == [(code, "2026-12-07", other, (("", "2026-12-12"),))]

    later(desk)
    desk.write(pair[0], "plan.review", {"plan.review_date": answered(("2026-11-20", 0))})

    assert lines(desk, "plan_review") == [(code, "2026-12-18", "", ())]


def test_days_that_every_record_has_by_itself_are_all_listed(desk, pair):
    letter(desk, pair[0], "2026-12-01")
    letter(desk, pair[1], "2026-12-01")
    letter(desk, pair[1], "2026-12-03")
    join(desk, pair)
    code, other = (code_of(desk, scope) for scope in pair)

    assert lines(desk, "letter_day") == [
        (code, "2026-12-01", "", ()),
        (code, "2026-12-01", other, ()),
        (code, "2026-12-03", other, ()),
    ]


def test_a_person_stands_on_the_list_under_one_code(desk, pair):
    for scope in pair:
        granted(desk, scope, "2026-11-10")
        letter(desk, scope, "2026-12-01")
        desk.write(scope, "event.e", {"event.ev_kind": "contact"})
    join(desk, pair)

    assert {one.code for one in listed(desk)} == {code_of(desk, pair[0])}
    assert [one.clock.rule.id for one in shown(desk, pair[1]) if one.file] == []


def test_while_nobody_has_decided_which_goes_on_each_file_has_its_own_lines(desk, pair):
    for scope in pair:
        letter(desk, scope, "2026-12-01")
    before = desk.vault.state.copy()
    join(desk, pair)
    part(desk, pair[0], code_of(desk, pair[1]))
    join(desk, (pair[1], pair[0]))
    made = [c for n, c in desk.vault.state.commits.items() if n not in before.commits]
    desk.vault.state.commits = before.commits | {one.id: one for one in (*made[:2], *made[4:])}

    codes = sorted(code_of(desk, scope) for scope in pair)
    assert [line[0] for line in sorted(lines(desk, "letter_day"))] == codes


def test_a_file_whose_own_support_was_ended_brings_no_line(desk, pair):
    letter(desk, pair[1], "2026-12-01")
    join(desk, pair)
    desk.close_case(pair[1])

    assert lines(desk, "letter_day") == []


def test_a_file_goes_on_being_listed_while_the_one_that_goes_on_is_away_or_closed(desk, pair):
    letter(desk, pair[1], "2026-12-01")
    join(desk, pair)
    other = code_of(desk, pair[1])
    desk.close_case(pair[0])
    assert lines(desk, "letter_day") == [(other, "2026-12-01", "", ())]

    forget(desk, pair[0])

    assert lines(desk, "letter_day") == [(other, "2026-12-01", "", ())]
    assert gather([files_away(reader_of(desk))]).waiting() == (
        Waiting(Source.DUE, What.MAY_HOLD_MORE, 1),
    )


def test_nothing_more_may_be_due_where_every_file_is_here(desk, pair):
    join(desk, pair)
    assert gather([files_away(reader_of(desk))]).waiting() == ()


@pytest.mark.promise("P7")
def test_a_damaged_file_hides_nothing_of_the_other(desk, pair):
    letter(desk, pair[0], "2026-12-01")
    letter(desk, pair[1], "2026-12-02")
    join(desk, pair)
    reader = reader_of(desk)
    read = reader.case

    def case(scope, sight):
        if scope == pair[1]:
            raise IntegrityFault("integrity.case")
        return read(scope, sight)

    reader.case = case

    found = [one.clock.ends for one in listed(desk, reader) if one.clock.rule.id == "letter_day"]
    assert found == ["2026-12-01"]
    assert views_beside(reader, read(pair[0], ALL).row, ALL) == ()


def test_a_code_that_two_cases_came_with_is_read_as_none(desk, pair):
    join(desk, pair)
    reader = reader_of(desk)

    def two(code):
        raise Usage("usage.ambiguous_code", code=code)

    reader.scope_of_code = two
    assert views_beside(reader, reader.case(pair[0], ALL).row, ALL) == ()


def test_no_case_without_a_join_is_asked_for_its_files(desk, pair):
    letter(desk, pair[0], "2026-12-01")
    reader = reader_of(desk)
    reader.scope_of_code = None

    assert [one.clock.rule.id for one in listed(desk, reader)].count("letter_day") == 1


# ---------------------------------------------------------------- tasks


@pytest.mark.rule("R8")
@pytest.mark.rule("S9")
def test_what_was_done_in_one_file_ends_what_was_opened_in_the_other(desk, pair):
    desk.write(pair[1], "event.e", {"event.ev_kind": "letter"})
    code, other = (code_of(desk, scope) for scope in pair)
    join(desk, pair)
    assert lines(desk, "letter_taken_in")[0][::2] == (code, other)
    (due,) = [one for one in listed(desk) if one.clock.rule.id == "letter_taken_in"]
    assert due.opens == pair[0], "it is done in the file that goes on"

    later(desk)
    desk.write(pair[0], "letters", {LETTER_DAY: answered(("2027-12-01", 0))})

    assert lines(desk, "letter_taken_in") == []


def test_one_look_answers_all_that_opened_it_in_either_file(desk, pair):
    for scope in pair:
        desk.write(scope, "event.e", {"event.ev_kind": "contact"})
        later(desk, 2000)
    join(desk, pair)
    assert len(lines(desk, "danger_look")) == 1

    later(desk)
    desk.write(pair[0], "safety", {"safety.own_view": "Quiet for now"})

    assert lines(desk, "danger_look") == []


@pytest.mark.rule("S9")
def test_what_an_answer_beside_its_beginning_ends_is_ended_in_the_file_that_stays(desk, pair):
    record = letter(desk, pair[1], "2026-12-01")
    join(desk, pair)
    (due,) = [one for one in listed(desk) if one.clock.rule.id == "letter_day"]
    assert (due.code, due.opens) == (code_of(desk, pair[0]), pair[1])

    desk.write(pair[1], "letters.le_done", {LETTER_DONE: "answered"}, parent=record)

    assert lines(desk, "letter_day") == []


# ---------------------------------------------------------------- steps for a child


@pytest.mark.rule("R14")
@pytest.mark.rule("S9")
def test_a_sign_of_a_child_in_one_file_opens_the_steps_in_the_other(desk, pair):
    child = desk.open_case(answered(value=True))
    code, other = code_of(desk, pair[0]), code_of(desk, child)
    assert ("child_guardian", code) not in rules(desk)
    join(desk, (pair[0], child))

    assert ("child_guardian", code) in rules(desk)
    assert len(lines(desk, "child_guardian")) == 1, "one step, whichever file asks for it"
    view = reader_of(desk).case(pair[0], ALL)
    assert (view.row.child_in, view.row.is_child) == ((other,), True)

    later(desk)
    desk.write(pair[0], "event.e", {"event.ev_kind": "guardian_asked"})
    assert ("child_guardian", code) not in rules(desk)


# ---------------------------------------------------------------- the end of keeping


@pytest.mark.rule("N9")
def test_the_day_on_which_a_file_may_be_erased_stays_its_own(desk, pair):
    join(desk, pair)
    closing = desk.write(pair[1], "closure", {"closure.initiator": "person"})
    desk.write(
        pair[1],
        "closure.retention",
        {"closure.retention.delete_on": answered(("2026-11-20", 0))},
        parent=closing,
    )
    desk.close_case(pair[1])
    found = list_of_today(reader_of(desk), desk.context.forms, ALL, now_of(desk.context), FAR)

    assert [one.code for one in found if one.clock.rule.id == "retention_end"] == [
        code_of(desk, pair[1])
    ]


def test_a_due_thing_of_the_file_itself_opens_it(desk, pair):
    letter(desk, pair[0], "2026-12-01")
    (due,) = [one for one in listed(desk) if one.clock.rule.id == "letter_day"]

    assert (due.file, due.file_scope, due.opens) == ("", None, pair[0])
    assert replace(due, file_scope=pair[1]).opens == pair[1]
