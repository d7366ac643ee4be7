"""Who writes where: own entries, forms by role, what the program writes. R25, R34, R35."""

import pytest
from tests.fakes.desk import ORGANISATION, Desk

from nrm_desktop.app.commands import ResolveConflict
from nrm_desktop.domain.case import CASE_FORM, STATE, once_record
from nrm_desktop.domain.consent import register_field
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.ops import OpKind, Tombstone, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, AnswerState, Mark, Source, answered

LANGUAGE, NAME = FieldId("screening.language"), FieldId("screening.given_name")
MARKED = Answer(AnswerState.ANSWERED, "Nadia", Source.PERSON, marks=int(Mark.NOT_TO_LEAVE))


@pytest.fixture
def case(desk):
    return desk.open_case()


def another(desk, *roles, name="P-02"):
    return Desk(name, roles=roles, vault=desk.vault)


def at_once(desk, other, write, write_too):
    """Both write without knowing of each other."""
    before = desk.vault.state.copy()
    write()
    mine = {k: v for k, v in desk.vault.state.commits.items() if k not in before.commits}
    desk.vault.state = before
    write_too()
    desk.vault.state.commits.update(mine)


def resolve(desk, case, record, field, **decision):
    return desk.do(ResolveConflict(scope=case, record=record, field=field, **decision))


def ops(desk, case, record, field):
    return [s.op for s in desk.run(lambda uow: uow.standing(record, field, case))]


def write_raw(desk, case, compartment, record, field, value):
    op = ValueOp(OpKind.SET, record, field, value)
    desk.run(lambda uow: uow.record(case, compartment, op))


@pytest.fixture
def conflict(desk, case):
    """Two answers about the language, given at once."""
    record = desk.write(case, "screening", {"screening.gender": "woman"})
    other = another(desk, "case_manager")
    at_once(
        desk,
        other,
        lambda: desk.write(case, "screening", {LANGUAGE: "uk"}, record=record),
        lambda: other.write(case, "screening", {LANGUAGE: "ru"}, record=record),
    )
    return record


# ---------------------------------------------------------------- own entries


@pytest.mark.rule("R25")
def test_whoever_sees_only_own_entries_replaces_only_own_ones(desk, case):
    first = desk.write(case, "screening", {NAME: "Olena"})
    border = another(desk, "border_second")

    border.write(case, "screening", {NAME: "Alyona"}, record=first)
    border.write(case, "screening", {NAME: "Aliona"}, record=first)

    assert sorted(desk.answers(case, NAME)) == ["Aliona", "Olena"]


def test_an_own_entry_that_says_the_same_is_written_although_another_says_it_too(desk, case):
    first = desk.write(case, "screening", {NAME: "Olena"})
    border = another(desk, "border_second")

    border.write(case, "screening", {NAME: "Olena"}, record=first)

    assert desk.answers(case, NAME) == ["Olena", "Olena"]


@pytest.mark.rule("R25")
def test_nobody_decides_between_entries_that_the_roles_do_not_show(desk, case):
    record = desk.write(case, "screening", {"screening.gender": "woman"})
    other = another(desk, "case_manager")
    at_once(
        desk,
        other,
        lambda: desk.write(case, "screening", {NAME: "Olena"}, record=record),
        lambda: other.write(case, "screening", {NAME: "Alyona"}, record=record),
    )
    keep = ops(desk, case, record, NAME)[0]

    with pytest.raises((Refused, Usage)):
        resolve(another(desk, "border_second", name="B-01"), case, record, NAME, keep=keep)
    resolve(desk, case, record, NAME, keep=keep)

    assert len(desk.answers(case, NAME)) == 1


# ---------------------------------------------------------------- forms by role


@pytest.mark.rule("R34")
def test_the_counter_fills_the_quick_screen_and_no_interview(desk, case):
    counter = another(desk, "border_first", name="B-01")

    record = counter.write(case, "screening", {"quick.q_age": "no", "screening.danger_now": True})
    with pytest.raises(Refused) as refused:
        counter.write(case, "screening", {NAME: "Olena"}, record=record)

    assert refused.value.code == "policy.role"


def test_a_remark_of_a_question_of_the_quick_screen_is_of_the_quick_screen(desk, case):
    counter = another(desk, "border_first", name="B-01")

    counter.write(case, "screening", {"screening.danger_now.text": "A grey van."})

    assert desk.answers(case, "screening.danger_now.text") == ["A grey van."]


# ---------------------------------------------------------------- what the program writes


@pytest.mark.rule("R35")
@pytest.mark.parametrize(
    ("form", "field", "value"),
    [
        ("consent_register", "consent_register.cr_answer", "yes"),
        ("consent.scope", "consent.answer", "yes"),
        ("disclosure", "disclosure.d_form", "paper"),
        ("packet", "packet.keys", b"keys"),
        ("referral", "referral.referral_id", "r-aaaaaa"),
        ("directory", "directory.verified", True),
    ],
)
def test_what_the_program_writes_is_written_by_nobody_else(desk, case, form, field, value):
    with pytest.raises(Refused) as refused:
        desk.write(case, form, {field: value})

    assert refused.value.code == "policy.written_by_program"


def test_the_directory_is_no_place_for_answers_also_in_its_own_scope(desk):
    entry = RecordId(bytes.fromhex(desk.add_service("shelter")))

    with pytest.raises(Refused):
        desk.write(ORGANISATION, "directory", {"directory.verified": True}, record=entry)


def test_an_answer_that_its_field_does_not_take_is_not_saved(desk, case):
    for value in (("2026", 0), 7, True):
        with pytest.raises(Usage):
            desk.write(case, "screening", {LANGUAGE: value})

    assert desk.answers(case, LANGUAGE) == []


def test_the_proofs_of_a_conversation_are_filled_in_later(desk, case):
    desk.ask(case, desk.add_service("shelter"), {"needs": "yes"})
    [talk] = {c.record for c in desk.cells(case, "consent")}

    desk.write(case, "consent", {"consent.consent_language": "uk"}, record=talk)

    assert desk.answers(case, "consent.consent_language") == ["uk"]


# ---------------------------------------------------------------- deciding


def test_a_person_decides_between_what_stands_side_by_side(desk, case, conflict):
    resolve(desk, case, conflict, LANGUAGE, answer=answered("uk"))

    assert desk.answers(case, LANGUAGE) == ["uk"]


def test_where_nothing_contradicts_there_is_nothing_to_decide(desk, case):
    record = desk.write(case, "screening", {LANGUAGE: "uk"})

    with pytest.raises(Usage):
        resolve(desk, case, record, LANGUAGE, answer=answered("ru"))

    assert desk.answers(case, LANGUAGE) == ["uk"]


def test_a_decision_is_an_answer_that_the_field_takes(desk, case, conflict):
    with pytest.raises(Usage):
        resolve(desk, case, conflict, LANGUAGE, answer=answered(("2026", 0)))


def test_in_a_closed_record_nobody_decides(desk, case, conflict):
    desk.run(lambda uow: uow.record(case, Compartment.CORE, Tombstone(conflict)))

    with pytest.raises((Refused, Usage)):
        resolve(desk, case, conflict, LANGUAGE, answer=answered("uk"))


@pytest.mark.rule("S14")
def test_in_an_ended_case_a_person_chooses_between_versions_and_says_nothing_new(
    desk, case, conflict
):
    desk.close_case(case)

    with pytest.raises(Refused, match=r"policy\.episode_ended"):
        resolve(desk, case, conflict, LANGUAGE, answer=answered("ti"))
    resolve(desk, case, conflict, LANGUAGE, answer=desk_said(desk, case, conflict)[0])

    assert len(desk.answers(case, LANGUAGE)) == 1


def desk_said(desk, case, record):
    (cell,) = [c for c in desk.cells(case) if (c.record, c.field) == (record, LANGUAGE)]
    return [each.answer for each in cell.standing]


@pytest.mark.rule("R35")
def test_a_no_is_not_decided_into_a_yes(desk, case):
    desk.ask(case, desk.add_service("shelter"), {"needs": "no"})
    field = register_field("cr_answer")
    [row] = {cell.record for cell in desk.cells(case) if cell.field == field}
    write_raw(desk, case, Compartment.CORE, row, field, answered("yes"))

    for decision in (
        {"answer": answered("yes")},
        {"keep": ops(desk, case, row, field)[0]},
        {"keep": ops(desk, case, row, field)[1]},
    ):
        with pytest.raises((Refused, Usage)):
            resolve(desk, case, row, field, **decision)

    assert "no" in desk.answers(case, field)


def test_a_card_is_compared_and_not_decided_upon(desk):
    entry = RecordId(bytes.fromhex(desk.add_service("shelter")))
    place = (ORGANISATION, Compartment.ORG_DIRECTORY, entry)
    card, verified = FieldId("directory.card"), FieldId("directory.verified")
    for field, values in ((card, (b"a", b"b")), (verified, (True,))):
        for value in values:
            write_raw(desk, *place, field, answered(value))
    standing = desk.run(lambda uow: uow.standing(entry, verified, ORGANISATION))
    said = {each.answer.value: each.op for each in standing}

    refused = [(card, {"keep": op}) for op in ops(desk, ORGANISATION, entry, card)]
    refused += [(card, {"answer": answered(b"a")}), (verified, {"answer": answered(value=True)})]
    for field, decision in (*refused, (verified, {"keep": said[True]})):
        with pytest.raises(Refused):
            resolve(desk, ORGANISATION, entry, field, **decision)
    resolve(desk, ORGANISATION, entry, verified, keep=said[False])

    assert desk.answers(ORGANISATION, "directory.verified") == [False]


def test_a_case_that_is_open_and_closed_at_once_can_be_decided_to_be_open_alone(desk, case):
    record = once_record(case, CASE_FORM)
    write_raw(desk, case, Compartment.CORE, record, STATE, answered("closed"))
    by_value = {
        s.answer.value: s.op for s in desk.run(lambda uow: uow.standing(record, STATE, case))
    }

    with pytest.raises(Refused):
        resolve(desk, case, record, STATE, keep=by_value["closed"])
    resolve(desk, case, record, STATE, keep=by_value["open"])

    assert desk.answers(case, STATE) == ["open"]


# ---------------------------------------------------------------- the wrong place


def test_a_value_that_lies_where_its_field_does_not_belong_stops_no_answer(desk, case):
    record = desk.write(case, "screening", {"screening.gender": "woman"})
    write_raw(desk, case, Compartment.RIGHTS, record, LANGUAGE, answered("uk"))

    desk.write(case, "screening", {LANGUAGE: "uk"}, record=record)

    places = {c.compartment for c in desk.cells(case) if c.field == LANGUAGE}
    assert places == {Compartment.RIGHTS, Compartment.CORE}


def test_a_case_closed_elsewhere_than_in_core_is_not_closed(desk, case):
    record = once_record(case, CASE_FORM)
    write_raw(desk, case, Compartment.SUPPORT, record, STATE, answered("open"))
    desk.close_case(case)

    with pytest.raises(Refused) as refused:
        desk.write(case, "screening", {LANGUAGE: "uk"})

    assert refused.value.code == "policy.case_closed"


def test_a_row_of_a_closed_record_takes_no_answer(desk, case):
    outer = desk.write(case, "screening", {LANGUAGE: "uk"})
    row = desk.write(
        case, "screening.exploiters", {"screening.exploiter_description": "Tall"}, parent=outer
    )
    desk.run(lambda uow: uow.record(case, Compartment.CORE, Tombstone(outer)))

    with pytest.raises(Usage):
        desk.write(case, "screening.exploiters", {"screening.exploiter_where": "X"}, record=row)


# ---------------------------------------------------------------- what the person excluded


def test_what_was_not_to_leave_still_is_not_after_it_was_corrected(desk, case):
    record = desk.write(case, "screening", {NAME: MARKED})

    desk.write(case, "screening", {NAME: "Nadiia"}, record=record)
    [kept] = [
        each.answer for cell in desk.cells(case) if cell.field == NAME for each in cell.standing
    ]

    assert (kept.value, kept.marks & Mark.NOT_TO_LEAVE) == ("Nadiia", Mark.NOT_TO_LEAVE)


def test_what_was_not_to_leave_still_is_not_after_a_decision(desk, case):
    record = desk.write(case, "screening", {"screening.gender": "woman"})
    write_raw(desk, case, Compartment.IDENTITY, record, NAME, MARKED)
    write_raw(desk, case, Compartment.IDENTITY, record, NAME, answered("Olena"))

    resolve(desk, case, record, NAME, answer=answered("Olena"))
    [kept] = [e.answer for c in desk.cells(case) if c.field == NAME for e in c.standing]

    assert kept.marks & Mark.NOT_TO_LEAVE
