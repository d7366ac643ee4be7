"""What the consent handlers write and say, to the word: what is refused names what is allowed."""

from __future__ import annotations

import pytest

from nrm_desktop.app.commands import ConsentRowGiven, RecordConsent, WithdrawConsent
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import FieldId, RecipientId, RecordId
from nrm_desktop.domain.values import answered

GOOD = {"purpose": "refer", "answers": (("needs", "yes"),), "until": "no_end"}


@pytest.fixture
def case(desk):
    return desk.open_case(answered(value=False))


def row(recipient, **changes):
    facts = {**GOOD, "recipient": recipient, **changes}
    return ConsentRowGiven(facts["purpose"], facts["recipient"], facts["answers"], facts["until"])


def refused(desk, command):
    with pytest.raises(Usage) as caught:
        desk.do(command)
    return caught.value.code, caught.value.params


def offered(desk, name):
    return desk.context.forms.codelist(name).offered()


def test_what_no_list_has_is_refused_with_the_list(desk, case, shelter):
    lists = {
        "purpose": ({"purpose": "sale"}, offered(desk, "consent_purpose")),
        "groups": ({"answers": (("everything", "yes"),)}, offered(desk, "data_group")),
        "until": ({"until": "soon"}, ("2026-05-14", *offered(desk, "consent_until"))),
        "answer": ({"answers": (("needs", "maybe"),)}, ("yes", "no", "not_now")),
    }
    for what, (changes, allowed) in lists.items():
        command = RecordConsent(scope=case, rows=(row(shelter, **changes),))
        said = refused(desk, command)
        assert said == ("usage.bad_value", {"what": what, "allowed": allowed})
    held = RecordConsent(scope=case, rows=(row(shelter),), hold="for_ever")
    allowed = offered(desk, "consent_hold")
    assert refused(desk, held) == ("usage.bad_value", {"what": "hold", "allowed": allowed})


def test_who_is_not_in_the_directory_and_a_talk_about_nothing_are_refused(desk, case, shelter):
    stranger = RecordConsent(scope=case, rows=(row(RecipientId("f" * 32)),))
    assert refused(desk, stranger) == ("usage.bad_value", {"what": "recipient"})
    for rows in ((), (row(shelter, answers=()),)):
        empty = RecordConsent(scope=case, rows=rows)
        assert refused(desk, empty) == ("usage.bad_value", {"what": "groups"})
    assert desk.answers(case, "consent.talk_id") == []


@pytest.mark.rule("R31")
def test_the_talk_the_proofs_and_the_rows_hold_what_was_said(desk, case, shelter):
    asked = ((FieldId("consent.told"), answered(("can_withdraw",))),)
    command = RecordConsent(scope=case, rows=(row(shelter),), asked=asked, origin="the desk")

    (event,) = desk.do(command)

    (talk,) = [one for one in records(desk, case) if one.form == "consent"]
    (proof,) = [one for one in records(desk, case) if one.form == "consent.scope"]
    assert desk.answers(case, "consent.talk_id") == [talk.record.hex()]
    assert proof.parent == talk.record
    for name, value in (
        ("purpose", "refer"),
        ("recipient", shelter),
        ("data_group", "needs"),
        ("answer", "yes"),
        ("valid_until", "no_end"),
    ):
        assert desk.answers(case, f"consent.{name}") == [value]
    assert desk.answers(case, "consent.excluded") == []
    assert desk.answers(case, "consent_register.cr_from") == [(desk.context.today(), 0)]
    assert (event.scope, event.origin) == (case, "the desk")
    assert event.missing == ("explained_by", "consent_language", "form")
    assert done(desk, "consent.record") == [(case,)]


@pytest.mark.rule("R27")
def test_a_withdrawal_says_what_when_and_where_and_an_unknown_one_says_which(desk, case, shelter):
    (made,) = desk.ask(case, shelter, {"needs": "yes"}).made
    unknown = RecordId(b"u" * 16)
    said = refused(desk, WithdrawConsent(scope=case, consents=(unknown,)))
    assert said == ("usage.not_found", {"what": "consent", "name": unknown.hex()})

    (event,) = desk.do(WithdrawConsent(scope=case, consents=(made.record,), origin="the desk"))

    assert (event.scope, event.consents, event.origin) == (case, (made.record,), "the desk")
    assert event.at_ms == desk.clock.now_ms()
    now = desk.context.now_iso()
    assert desk.answers(case, "consent_register.cr_withdrawn") == [(now, 0)]
    assert done(desk, "consent.withdraw") == [(case, made.record)]


def records(desk, case):
    return desk.run(lambda uow: list(uow.records(case)))


def done(desk, act):
    return [subjects for _, named, subjects, _ in desk.vault.state.audit if named == act]
