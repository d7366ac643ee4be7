"""Referrals: R10, R21, R25, R26, R30, N4, S6, and whole or nothing (P2)."""

import pytest
from tests.fakes.desk import Desk, included, reasons

from nrm_desktop.app.commands import IssueReferral, ReferralWish, WithdrawConsent
from nrm_desktop.app.showing import D_FIELDS
from nrm_desktop.domain.errors import EnvironmentFault, Refused, Usage
from nrm_desktop.domain.ops import Tombstone
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, AnswerState, Mark, Source, answered

UNKNOWN = Answer(AnswerState.UNKNOWN)
DECLINED = Answer(AnswerState.DECLINED)
TOLD = frozenset({"child", "guardian"})


@pytest.fixture
def case(desk):
    scope = desk.open_case(answered(value=False))
    said = {
        "screening.language": "uk",
        "screening.danger_now": answered(value=True),
        "screening.given_name": "Olena",
        "screening.still_in": answered(value=True),
    }
    desk.write(scope, "screening", said)
    return scope


@pytest.mark.rule("R26")
def test_an_adult_without_consent_is_referred_to_nobody(desk, case, shelter):
    with pytest.raises(Refused) as refused:
        desk.send(case, shelter)

    assert refused.value.code == "consent.missing"
    assert (desk.stick.files, desk.answers(case, D_FIELDS)) == ({}, [])


@pytest.mark.rule("R10")
def test_danger_to_life_goes_with_every_referral_and_alone_to_nobody(desk, case):
    inspector = desk.add_service("labour", "Inspector")
    unsorted = desk.add_service("other", "Somebody")
    desk.ask(case, inspector, {"needs": "yes"})

    for recipient in (inspector, unsorted):
        preview = desk.preview(case, recipient)
        assert included(preview) == {"screening.danger_now": "life_risk"}
        with pytest.raises(Refused):
            desk.send(case, recipient)


@pytest.mark.rule("R10")
@pytest.mark.rule("R25")
def test_of_two_answers_about_danger_the_protective_one_goes(desk, case, shelter):
    other = Desk("P-02", vault=desk.vault)
    cell = next(c for c in desk.cells(case) if c.field == "screening.danger_now")
    # Another laptop wrote "no" at the same time: neither value replaces the other.
    state = desk.vault.state.copy()
    desk.write(
        case, "screening", {"screening.danger_now": answered(value=False)}, record=cell.record
    )
    mine = set(desk.vault.state.commits) - set(state.commits)
    kept = {name: desk.vault.state.commits.pop(name) for name in mine}
    other.write(case, "screening", {"screening.danger_now": UNKNOWN}, record=cell.record)
    desk.vault.state.commits.update(kept)

    preview = desk.preview(case, shelter)
    [danger] = [g.item for g in preview.disclosure.included if g.item.is_life_risk]

    assert len(desk.answers(case, "screening.danger_now")) == 2
    assert danger.answer.state is AnswerState.UNKNOWN


@pytest.mark.rule("R21")
def test_what_was_not_asked_unknown_and_declined_are_three_things(desk, shelter):
    scope = desk.open_case(answered(value=False))
    said = {
        "screening.language": UNKNOWN,
        "screening.language_2": Answer(AnswerState.NOT_ASKED),
        "screening.gender": DECLINED,
    }
    desk.write(scope, "screening", said)
    desk.ask(scope, shelter, {"needs": "yes"})

    preview = desk.preview(scope, shelter)

    assert included(preview)["screening.language"] == "consent"
    assert reasons(preview)["screening.gender"] == "person_declined_to_say"
    assert "screening.language_2" not in {**included(preview), **reasons(preview)}


@pytest.mark.rule("N4")
def test_the_police_get_nothing_of_the_account_whatever_was_agreed(desk, case):
    police = desk.add_service("police", "Police")
    desk.ask(case, police, {"needs": "yes", "identity": "yes", "risk": "yes"}, purpose="refer")

    assert set(included(desk.preview(case, police))) == {"screening.danger_now"}


def test_what_the_person_excluded_stays_whatever_was_agreed(desk, case, shelter):
    marked = Answer(AnswerState.ANSWERED, "Nadia", Source.PERSON, marks=int(Mark.NOT_TO_LEAVE))
    desk.write(case, "screening", {"screening.given_name": marked})
    desk.ask(case, shelter, {"identity": "yes"})

    kept = {
        (k.item.answer.value, k.reason) for k in desk.preview(case, shelter).disclosure.withheld
    }

    assert ("Nadia", "excluded_by_person") in kept


@pytest.mark.rule("R30")
@pytest.mark.parametrize("child", [answered(value=True), UNKNOWN])
def test_a_child_or_a_doubt_is_referred_when_child_and_guardian_are_told(desk, child):
    scope = desk.open_case(child)
    desk.write(scope, "screening", {"screening.given_name": "Ivan"})
    care = desk.add_service("child_protection", "Child services")

    for informed in (frozenset(), frozenset({"child"}), frozenset({"guardian"})):
        with pytest.raises(Refused) as refused:
            desk.send(scope, care, informed=informed)
        assert refused.value.code == "consent.child_not_informed"
    desk.send(scope, care, informed=TOLD)
    desk.send(scope, care, informed=frozenset({"child", "no_guardian"}))

    [sheet] = desk.printer.sheets[-1:]
    assert sheet.disclosure.request.ground == "child_protection"
    going = {given.item.field for given in sheet.disclosure.included}
    assert {"case.child", "screening.given_name"} <= going
    assert desk.answers(scope, "referral.ground") == ["child_protection"] * 2
    assert desk.answers(scope, "disclosure.d_told") == ["yes"] * 2


@pytest.mark.rule("R30")
def test_the_ground_for_a_child_is_none_for_an_adult(desk, case, shelter):
    with pytest.raises(Refused) as refused:
        desk.send(case, shelter, ground="child_protection", informed=TOLD)

    assert refused.value.code == "policy.ground"


def test_danger_to_life_as_a_ground_needs_its_reason_and_keeps_it(desk, case, shelter):
    with pytest.raises(Refused) as refused:
        desk.send(case, shelter, ground="vital_interest")
    assert refused.value.code == "policy.reason_needed"

    desk.write(case, "referral", {"referral.urgency": "now"})
    desk.send(case, shelter, ground="vital_interest", reason="Unconscious, no one to ask")

    assert desk.answers(case, "referral.ground.text") == ["Unconscious, no one to ask"]
    sheet = desk.printer.sheets[-1]
    assert "screening.given_name" not in {g.item.field for g in sheet.disclosure.included}


@pytest.mark.rule("R26")
def test_what_went_is_journalled_with_fingerprint_and_ground(desk, case, shelter):
    consent = desk.ask(case, shelter, {"needs": "yes"}).made[0]
    issued = desk.send(case, shelter)

    [entry] = desk.answers(case, D_FIELDS)
    sent, withheld, consents, reference, recipient, digest, sha256, ground = entry
    assert (reference, recipient, ground) == (issued.referral, shelter, "consent")
    assert (sha256, digest) == (issued.sha256, issued.digest)
    assert consents == (consent.record.hex(),)
    assert len(sent) == issued.included
    assert len(withheld) == issued.withheld
    rows = [cell for cell in desk.cells(case) if cell.field == D_FIELDS]
    assert {row.compartment for row in rows} == {int(Compartment.RIGHTS)}
    assert desk.answers(case, "referral.state") == ["sent"]


@pytest.mark.rule("S6")
def test_a_consent_withdrawn_while_the_file_was_being_written_stops_it(desk, case, shelter):
    made = desk.ask(case, shelter, {"needs": "yes"}).made[0]
    command = WithdrawConsent(scope=case, consents=(made.record,))
    desk.stick.before_publish = lambda: desk.do(command)

    with pytest.raises(Refused) as refused:
        desk.send(case, shelter)

    assert refused.value.code == "consent.withdrawn"
    assert (desk.stick.files, desk.answers(case, D_FIELDS)) == ({}, [])


def test_an_answer_that_changed_meanwhile_stops_it(desk, case, shelter):
    desk.ask(case, shelter, {"needs": "yes"})
    desk.stick.before_publish = lambda: desk.write(case, "screening", {"screening.language": "ar"})

    with pytest.raises(Refused) as refused:
        desk.send(case, shelter)

    assert refused.value.code == "conflict.open"
    assert desk.stick.files == {}


@pytest.mark.promise("P2")
@pytest.mark.parametrize("step", ["prepare", "publish"])
def test_a_stick_that_fails_leaves_neither_file_nor_row(desk, case, shelter, step):
    desk.ask(case, shelter, {"needs": "yes"})
    desk.stick.fails_at = step

    with pytest.raises(EnvironmentFault):
        desk.send(case, shelter)

    assert (desk.stick.files, desk.answers(case, D_FIELDS)) == ({}, [])
    assert desk.answers(case, "referral.state") == []


@pytest.mark.parametrize(
    ("way", "code"),
    [("pdf", "confirm.plaintext"), ("packet", "policy.no_card")],
)
def test_ways_that_need_something_say_so(desk, case, shelter, way, code):
    desk.ask(case, shelter, {"needs": "yes"})
    wish = ReferralWish(case, shelter, "refer")

    with pytest.raises(Refused) as refused:
        desk.do(IssueReferral(wish=wish, way=way, folder="stick"))

    assert refused.value.code == code


@pytest.mark.parametrize("way", ["pdf-password", "telegram"])
def test_a_way_without_password_or_name_is_no_way(desk, case, shelter, way):
    desk.ask(case, shelter, {"needs": "yes"})
    wish = ReferralWish(case, shelter, "refer")

    with pytest.raises(Usage):
        desk.do(IssueReferral(wish=wish, way=way, folder="stick"))


def test_the_referral_being_prepared_is_the_one_that_is_sent(desk, case, shelter):
    help_wanted = {"referral.services": ("shelter",), "referral.to_org": shelter}
    draft = desk.write(case, "referral", help_wanted)
    desk.ask(case, shelter, {"needs": "yes"})
    desk.send(case, shelter)
    desk.send(case, shelter)

    references = [c for c in desk.cells(case, "referral") if c.field == "referral.referral_id"]
    assert len(references) == 2
    assert draft in {cell.record for cell in references}
    # The second one carries nothing of the first: each is prepared for itself.
    fields = [{g.item.field for g in s.disclosure.included} for s in desk.printer.sheets]
    assert ["referral.services" in each for each in fields] == [True, False]


def test_names_and_places_of_the_sheet_are_those_of_included_values_alone(desk, case, shelter):
    friend = desk.add_service("legal", "Lawyer by name")
    desk.write(case, "referral", {"referral.to_org": shelter, "referral.absence_contact": friend})
    desk.ask(case, shelter, {"needs": "yes"})
    preview = desk.preview(case, shelter)

    assert dict(preview.names) == {shelter: "Lantern House", friend: "Lawyer by name"}
    assert {one.form for one in preview.records} == {"referral", "screening"}


@pytest.mark.rule("R10")
def test_of_an_earlier_referral_only_dangers_to_life_go_along(desk, case, shelter):
    earlier = desk.write(case, "referral", {"referral.must_not_say": "Not to the brother."})
    place = {"referral.handover_place.place": "Platform 2"}
    desk.write(case, "referral.handover_place", place, parent=earlier)
    desk.ask(case, shelter, {"needs": "yes", "safe_contact": "yes"})
    desk.send(case, shelter)

    lawyer = desk.add_service("legal", "Lawyer")
    desk.ask(case, lawyer, {"needs": "yes", "safe_contact": "yes"})
    again = included(desk.preview(case, lawyer))

    assert again["referral.must_not_say"] == "life_risk"
    assert "referral.handover_place.place" not in again


@pytest.mark.rule("R37")
def test_what_a_closed_record_holds_goes_to_nobody(desk, case, shelter):
    wrong = desk.write(case, "screening", {"screening.family_name": "Of somebody else"})
    desk.run(lambda uow: uow.record(case, Compartment.IDENTITY, Tombstone(wrong)))
    desk.ask(case, shelter, {"identity": "yes"})

    values = [g.item.answer.value for g in desk.preview(case, shelter).disclosure.included]

    assert "Olena" in values
    assert "Of somebody else" not in values


def test_what_a_referral_still_needs_is_told_and_stops_nothing(desk, case, shelter):
    desk.ask(case, shelter, {"needs": "yes"})
    before = desk.preview(case, shelter).missing

    help_wanted = {"referral.services": ("shelter",), "referral.urgency": "planned"}
    desk.write(case, "referral", {**help_wanted, "referral.to_org": shelter})
    desk.write(case, "screening", {"screening.medical_now": answered(value=False)})
    after = desk.preview(case, shelter).missing

    assert {"referral.services", "referral.urgency", "screening.medical_now"} <= set(before)
    assert not {"referral.services", "referral.urgency", "referral.to_org"} & set(after)
    assert desk.send(case, shelter).included > 0
