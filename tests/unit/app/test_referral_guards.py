"""What stays, whoever sends it and wherever it lies. R10, R25, R26, N4, and own entries."""

import pytest
from tests.fakes.desk import Desk, included, reasons

from nrm_desktop.app.commands import CellAnswer, SaveAnswers
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.ops import OpenRecord, OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, AnswerState, Mark, Source, answered

NAME = FieldId("screening.given_name")
TOLD = frozenset({"child", "guardian"})
MARKED = Answer(AnswerState.ANSWERED, "Nadia", Source.PERSON, marks=int(Mark.NOT_TO_LEAVE))


@pytest.fixture
def case(desk):
    return desk.open_case(answered(value=False))


def values(preview):
    return {g.item.answer.value for g in preview.disclosure.included}


def raw(desk, case, compartment, *ops):
    def write(uow):
        for op in ops:
            uow.record(case, compartment, op)

    desk.run(write)


def said(record, field, value, kind=OpKind.SET):
    answer = value if value is None or isinstance(value, Answer) else answered(value)
    return ValueOp(kind, record, FieldId(field), answer)


# ---------------------------------------------------------------- who sends


@pytest.mark.rule("N4")
def test_nobody_sends_entries_of_others_that_the_own_roles_do_not_show(desk, case, shelter):
    """On a shared laptop the database holds them; nobody previews or prints what is not theirs."""
    desk.write(case, "screening", {NAME: "Olena", "screening.language": "uk"})
    desk.ask(case, shelter, {"identity": "yes", "needs": "yes"})
    border = Desk("B-02", roles=("border_second",), vault=desk.vault)

    preview = border.preview(case, shelter)

    assert NAME not in {**included(preview), **reasons(preview)}
    assert included(preview)["screening.language"] == "consent"
    assert included(desk.preview(case, shelter))[NAME] == "consent"


def test_own_entries_are_sent_and_beside_another_one_they_are_a_conflict(desk, case, shelter):
    border = Desk("B-02", roles=("border_second",), vault=desk.vault)
    record = border.write(case, "screening", {NAME: "Olena"})
    desk.ask(case, shelter, {"identity": "yes"})
    assert included(border.preview(case, shelter))[NAME] == "consent"

    raw(desk, case, Compartment.IDENTITY, said(record, NAME, "Alyona"))

    assert reasons(border.preview(case, shelter))[NAME] == "conflict_open"


@pytest.mark.rule("R10")
def test_a_danger_to_life_goes_along_whoever_sends(desk, case, shelter):
    desk.write(case, "screening", {"screening.danger_now": True})
    border = Desk("B-02", roles=("border_second",), vault=desk.vault)

    assert included(border.preview(case, shelter))["screening.danger_now"] == "life_risk"


def test_the_counter_sends_what_is_urgent_and_nothing_else(desk, shelter):
    counter = Desk("B-01", roles=("border_first",), vault=desk.vault)
    case = counter.open_case(answered(value=True))
    care = desk.add_service("child_protection")
    draft = desk.write(case, "referral", {"referral.urgency": "planned", "referral.to_org": care})

    with pytest.raises(Refused) as refused:
        counter.send(case, care, informed=TOLD)
    assert refused.value.code == "policy.role"
    desk.write(case, "referral", {"referral.urgency": "now"}, record=draft)

    assert counter.send(case, care, informed=TOLD).referral


def test_from_a_closed_case_nothing_is_sent(desk, case, shelter):
    desk.write(case, "screening", {"screening.language": "uk"})
    desk.ask(case, shelter, {"needs": "yes"})
    desk.close_case(case)

    with pytest.raises(Refused) as refused:
        desk.send(case, shelter)

    assert refused.value.code == "policy.case_closed"
    assert desk.stick.files == {}


# ---------------------------------------------------------------- where it lies


def test_the_envelope_carries_codes_and_no_free_words(desk, case, shelter):
    desk.write(
        case,
        "referral",
        {
            "referral.to_org": shelter,
            "referral.reason": "other",
            "referral.reason.text": "She is pregnant and hides from her brother.",
        },
    )

    preview = desk.preview(case, shelter)

    assert included(preview)["referral.reason"] == "envelope"
    assert "referral.reason.text" not in included(preview)


@pytest.mark.rule("N4")
def test_a_value_outside_the_compartment_of_its_field_goes_to_nobody(desk, case):
    lawyer = desk.add_service("legal")
    record = desk.write(case, "screening", {"screening.language": "uk"})
    raw(desk, case, Compartment.CORE, said(record, NAME, "Olena"))
    desk.ask(case, lawyer, {"identity": "yes", "needs": "yes"})

    assert reasons(desk.preview(case, lawyer))[NAME] == "unknown_field"


def test_a_field_of_the_envelope_in_a_record_of_another_form_is_none_of_it(desk, case, shelter):
    record = desk.write(case, "screening", {"screening.language": "uk"})
    raw(desk, case, Compartment.CORE, said(record, "referral.jurisdiction", "BG"))

    assert "referral.jurisdiction" not in included(desk.preview(case, shelter))


def test_another_referral_stays_one_also_if_its_record_was_opened_as_something_else(
    desk, case, shelter
):
    place = {"referral.write_safe": True, "referral.to_org": desk.add_service("legal")}
    other = desk.write(case, "referral", place)
    for number in range(8):
        opened = OpenRecord(other, "screening", None, number)
        raw(desk, case, Compartment.CORE, opened)
    desk.ask(case, shelter, {"safe_contact": "yes"})

    assert "referral.write_safe" not in included(desk.preview(case, shelter))


@pytest.mark.rule("R25")
def test_a_value_beside_one_that_cannot_be_read_is_a_conflict(desk, case, shelter):
    """It was withheld on the way; it may be the very answer that excludes the other one."""
    record = desk.write(case, "screening", {NAME: "Olena"})
    desk.ask(case, shelter, {"identity": "yes"})
    before = set(desk.vault.state.commits)
    raw(desk, case, Compartment.IDENTITY, said(record, NAME, MARKED))
    [name] = set(desk.vault.state.commits) - before
    desk.vault.withhold(name)

    assert reasons(desk.preview(case, shelter))[NAME] == "conflict_open"


def test_an_exclusion_that_the_sender_does_not_see_still_holds(desk, case, shelter):
    border = Desk("B-02", roles=("border_second",), vault=desk.vault)
    record = border.write(case, "screening", {NAME: "Nadia"})
    raw(desk, case, Compartment.IDENTITY, said(record, NAME, MARKED))
    desk.ask(case, shelter, {"identity": "yes"})

    assert reasons(border.preview(case, shelter))[NAME] == "excluded_by_person"


# ---------------------------------------------------------------- the draft


def test_a_draft_for_two_recipients_is_a_draft_for_neither(desk, case, shelter):
    other = desk.add_service("legal")
    draft = desk.write(case, "referral", {"referral.to_org": shelter, "referral.urgency": "now"})
    raw(desk, case, Compartment.CORE, said(draft, "referral.to_org", other))

    for recipient in (shelter, other):
        assert desk.preview(case, recipient).draft is None


# ---------------------------------------------------------------- grounds


@pytest.mark.rule("R30")
@pytest.mark.parametrize("purpose", ["research_training", "statistics", "photo_audio", "return"])
def test_the_protection_of_a_child_opens_nothing_for_other_purposes(desk, purpose):
    case = desk.open_case(answered(value=True))
    desk.write(case, "screening", {NAME: "Ivan"})
    care = desk.add_service("child_protection")
    wish = {"purpose": purpose, "informed": TOLD}

    assert desk.preview(case, care, **wish).disclosure.request.ground == "consent"
    assert included(desk.preview(case, care, **wish)).keys() <= {"screening.danger_now"}
    with pytest.raises(Refused) as refused:
        desk.preview(case, care, ground="child_protection", **wish)
    assert refused.value.code == "policy.ground"


def test_a_danger_to_life_is_no_ground_for_research(desk, case, shelter):
    with pytest.raises(Refused):
        desk.preview(case, shelter, ground="vital_interest", purpose="research_training")


# ---------------------------------------------------------------- between look and send


@pytest.mark.rule("R25")
def test_a_danger_that_was_added_meanwhile_stops_the_file_without_it(desk, case, shelter):
    """The acting value keeps its operation, while the union behind it grows."""
    record = desk.write(
        case, "screening", {"screening.language": "uk", "screening.danger_now": True}
    )
    desk.ask(case, shelter, {"needs": "yes"})
    text = CellAnswer(record, FieldId("screening.danger_now.text"), answered("A knife."))
    desk.stick.before_publish = lambda: desk.do(SaveAnswers(scope=case, answers=(text,)))

    with pytest.raises(Refused) as refused:
        desk.send(case, shelter)

    assert refused.value.code == "conflict.open"


def test_a_card_that_was_changed_meanwhile_stops_the_file_for_the_old_one(desk, case, shelter):
    desk.write(case, "screening", {"screening.language": "uk"})
    desk.ask(case, shelter, {"needs": "yes"})
    entry = type(case)(bytes.fromhex(shelter))
    card = said(entry, "directory.card", b"another key")
    desk.stick.before_publish = lambda: raw(
        desk, desk.context.organisation, Compartment.ORG_DIRECTORY, card
    )

    with pytest.raises(Refused):
        desk.send(case, shelter)

    assert desk.stick.files == {}
