"""A consent until an event ends with its first record. R5; forms.md section 6 rule 4."""

import pytest
from tests.fakes.desk import reasons

from nrm_desktop.app.records import Saving
from nrm_desktop.domain.case import CASE_FORM, SUPPORT, once_record
from nrm_desktop.domain.ops import OpenRecord, OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered

LANGUAGE = "screening.language"


@pytest.fixture
def case(desk):
    scope = desk.open_case(answered(value=False))
    desk.write(scope, "screening", {LANGUAGE: "uk"})
    return scope


def reason(desk, case, recipient):
    return reasons(desk.preview(case, recipient)).get(LANGUAGE)


def set_state(desk, case, record, name, value):
    def write(uow):
        saving = Saving(uow, desk.context, case)
        saving.set(record, name, answered(value))
        saving.finish()

    desk.run(write)


@pytest.mark.rule("R5")
@pytest.mark.parametrize("state", ["closed", "follow_up", "no_action_now"])
def test_a_consent_until_the_end_of_support_ends_with_it(desk, case, shelter, state):
    desk.ask(case, shelter, {"needs": "yes"}, until="end_of_support")
    assert reason(desk, case, shelter) is None

    set_state(desk, case, once_record(case, CASE_FORM), SUPPORT, state)

    assert reason(desk, case, shelter) == "consent_expired"


@pytest.mark.rule("R5")
def test_a_consent_until_the_end_of_a_referral_ends_with_it_and_a_new_one_begins(
    desk, case, shelter
):
    other = desk.add_service("legal")
    for recipient in (shelter, other):
        desk.ask(case, recipient, {"needs": "yes"}, until="end_of_referral")
    desk.send(case, shelter)
    assert reason(desk, case, shelter) is None
    [sent] = {c.record for c in desk.cells(case) if c.field == "referral.sent_at"}

    set_state(desk, case, sent, "referral.state", "refused")

    assert reason(desk, case, shelter) == "consent_expired"
    assert reason(desk, case, other) is None
    desk.ask(case, shelter, {"needs": "yes"}, until="end_of_referral")
    assert reason(desk, case, shelter) is None


@pytest.mark.rule("R5")
@pytest.mark.parametrize(
    ("birth", "expected"),
    [(("2000-01-01", 0), "consent_expired"), (("2008", 0), "consent_expired"), (("2010", 0), None)],
)
def test_a_consent_for_a_child_ends_when_the_person_may_be_of_age(
    desk, case, shelter, birth, expected
):
    desk.ask(case, shelter, {"needs": "yes"}, until="child_turns_18")
    desk.write(case, "screening", {"screening.birth_date": birth})

    found = reasons(desk.preview(case, shelter, ground="consent")).get(LANGUAGE)

    assert found == expected


@pytest.mark.parametrize("entry", [(), ((), (), ("zz", 7, "abc"), "r-aaaaaa"), "words"])
def test_a_damaged_log_ends_no_consent_and_stops_no_preview(desk, case, shelter, entry):
    desk.ask(case, shelter, {"needs": "yes"}, until="end_of_referral")
    row = desk.context.new_record()
    opened = OpenRecord(row, "disclosure", None, 9)
    value = ValueOp(OpKind.ENTRY, row, "disclosure.d_fields", answered(entry))

    def damage(uow):
        uow.record(case, Compartment.RIGHTS, opened)
        uow.record(case, Compartment.RIGHTS, value)

    desk.run(damage)

    assert reason(desk, case, shelter) is None
