"""Two files of one person: what is passed on from one, with what the other says."""

import pytest
from tests.fakes.desk import included, reasons
from tests.fakes.joined import code_of, forget, join, part, refused

from nrm_desktop.app.commands import (
    IssueReferral,
    ReferralWish,
    WithdrawConsent,
)
from nrm_desktop.app.passing_beside import _not_safe
from nrm_desktop.app.person_files import OtherFile
from nrm_desktop.domain.case import Pathway
from nrm_desktop.domain.disclosure import OWN_COPY, OWN_REQUEST, THE_PERSON, VITAL_INTEREST
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.ops import OpenRecord, OpKind, Tombstone, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, AnswerState, Mark, Source, answered

NAME = FieldId("screening.given_name")
MARKED = Answer(AnswerState.ANSWERED, "Nadia", Source.PERSON, marks=int(Mark.NOT_TO_LEAVE))


@pytest.fixture
def pair(desk):
    """The file that goes on, and the other one."""
    return tuple(desk.open_case(answered(value=False)) for _ in range(2))


# ---------------------------------------------------------------- most protective of both


@pytest.mark.rule("R5")
@pytest.mark.rule("S6")
@pytest.mark.parametrize("is_withdrawn", [True, False], ids=["withdrawn", "declined"])
def test_what_was_taken_back_or_declined_in_one_file_holds_for_passing_on_from_the_other(
    desk, pair, shelter, is_withdrawn
):
    desk.write(pair[0], "screening", {"screening.language": "uk"})
    desk.ask(pair[0], shelter, {"needs": "yes"})
    asked = desk.ask(pair[1], shelter, {"needs": "yes" if is_withdrawn else "no"})
    if is_withdrawn:
        desk.do(WithdrawConsent(scope=pair[1], consents=(asked.made[0].record,)))
    assert included(desk.preview(pair[0], shelter)) == {"screening.language": "consent"}

    join(desk, pair)

    why = "consent_withdrawn" if is_withdrawn else "declined"
    assert reasons(desk.preview(pair[0], shelter))["screening.language"] == why
    error = refused(lambda: desk.send(pair[0], shelter))
    assert error.code == ("consent.withdrawn" if is_withdrawn else "consent.missing")
    assert desk.stick.files == {}


@pytest.mark.rule("R27")
@pytest.mark.rule("S6")
def test_taking_back_in_one_file_names_who_received_something_from_the_other(desk, pair, shelter):
    desk.write(pair[0], "screening", {"screening.language": "uk"})
    desk.ask(pair[0], shelter, {"needs": "yes"})
    sent = desk.send(pair[0], shelter)
    asked = desk.ask(pair[1], shelter, {"needs": "yes"})
    join(desk, pair)

    back = WithdrawConsent(scope=pair[1], consents=(asked.made[0].record,))

    assert desk.do(back)[0].to_tell == ((shelter, sent.referral),)


@pytest.mark.rule("R31")
def test_a_new_conversation_replaces_what_was_said_in_both_files(desk, pair, shelter):
    desk.write(pair[0], "screening", {"screening.language": "uk"})
    asked = desk.ask(pair[1], shelter, {"needs": "yes"})
    desk.do(WithdrawConsent(scope=pair[1], consents=(asked.made[0].record,)))
    join(desk, pair)

    again = desk.ask(pair[0], shelter, {"needs": "yes"})

    assert again.made[0].replaces == (asked.made[0].record,)
    assert included(desk.preview(pair[0], shelter)) == {"screening.language": "consent"}
    part(desk, pair[0], code_of(desk, pair[1]))
    desk.write(pair[1], "screening", {"screening.language": "uk"})
    assert reasons(desk.preview(pair[1], shelter))["screening.language"] == "consent_withdrawn"


@pytest.mark.rule("R5")
def test_a_yes_in_the_file_that_stays_passes_nothing_from_the_one_that_goes_on(desk, pair, shelter):
    desk.write(pair[0], "screening", {"screening.language": "uk"})
    desk.ask(pair[1], shelter, {"needs": "yes"})
    join(desk, pair)
    assert reasons(desk.preview(pair[0], shelter))["screening.language"] == "no_consent"


@pytest.mark.rule("R10")
@pytest.mark.rule("R26")
def test_where_the_other_file_cannot_be_read_nothing_passes_on_a_consent_and_dangers_pass(
    desk, pair, shelter
):
    said = {"screening.language": "uk", "screening.danger_now": answered(value=True)}
    desk.write(pair[0], "screening", said)
    desk.ask(pair[0], shelter, {"needs": "yes"})
    join(desk, pair)
    other = code_of(desk, pair[1])
    forget(desk, pair[1])

    preview = desk.preview(pair[0], shelter)
    assert preview.files.unread == (other,)
    assert reasons(preview)["screening.language"] == "no_consent"
    error = refused(lambda: desk.send(pair[0], shelter))
    assert (error.code, error.params["files"]) == ("consent.other_file", (other,))
    urgent = desk.preview(pair[0], shelter, ground=VITAL_INTEREST, reason="Danger")
    assert included(urgent)["screening.danger_now"] == "life_risk"
    assert included(urgent)["screening.language"] == "ground"


@pytest.mark.rule("R10")
def test_a_danger_to_life_that_stands_in_the_other_file_goes_along(desk, pair, shelter):
    desk.write(
        pair[0],
        "screening",
        {"screening.language": "uk", "screening.danger_now": answered(value=False)},
    )
    desk.write(
        pair[1],
        "screening",
        {"screening.danger_now": answered(value=True), NAME: "Olena"},
    )
    desk.ask(pair[0], shelter, {"needs": "yes", "identity": "yes"})
    join(desk, pair)

    preview = desk.preview(pair[0], shelter)

    told = [g.item.answer.value for g in preview.disclosure.included if g.rule == "life_risk"]
    assert told == [False, True]
    assert NAME not in {**included(preview), **reasons(preview)}, "nothing else of it goes"
    desk.send(pair[0], shelter)
    (sheet,) = desk.printer.sheets
    assert {one.record for one in sheet.records} >= {
        g.item.record for g in preview.disclosure.included
    }


@pytest.mark.rule("R10")
def test_a_danger_is_told_once_where_the_file_itself_says_so(desk, pair, shelter):
    for scope in pair:
        desk.write(scope, "screening", {"screening.danger_now": answered(value=True)})
    join(desk, pair)
    preview = desk.preview(pair[0], shelter)
    assert [g.item.field for g in preview.disclosure.included] == ["screening.danger_now"]


def contact(desk, scope, way: str, safe: Answer) -> None:
    """A way to reach the person, and whether a message there is safe."""
    inside = desk.write(scope, "screening", {"screening.language": "uk"})
    said = {"screening.contact_message": safe, **({"screening.contact_value": way} if way else {})}
    desk.write(scope, "screening.safe_contact", said, parent=inside)


@pytest.mark.rule("R25")
@pytest.mark.parametrize(
    ("way", "safe", "is_told"),
    [
        ("+380 44 123-45-67", answered(value=False), False),
        ("+380 44 123-45-67", Answer(AnswerState.UNKNOWN), False),
        ("", answered(value=False), False),
        ("+380 44 123-45-67", answered(value=True), True),
        ("+380 44 765-43-21", answered(value=False), True),
    ],
    ids=["not safe", "not known", "no way named", "safe", "another way"],
)
def test_a_contact_that_the_other_file_does_not_call_safe_is_passed_on_to_nobody(
    desk, pair, shelter, way, safe, is_told
):
    contact(desk, pair[0], "+380441234567", answered(value=True))
    contact(desk, pair[1], way, safe)
    desk.ask(pair[0], shelter, {"safe_contact": "yes", "needs": "yes"})
    join(desk, pair)

    preview = desk.preview(pair[0], shelter)

    for name in ("screening.contact_value", "screening.contact_message"):
        assert (included(preview).get(name) == "consent") is is_told
        assert (reasons(preview).get(name) == "conflict_open") is not is_told
    assert included(preview)["screening.language"] == "consent"


@pytest.mark.rule("R25")
def test_a_warning_whose_way_was_erased_is_about_every_way(desk, pair, shelter):
    """Nobody can say any more which one was meant."""
    contact(desk, pair[0], "+380441234567", answered(value=True))
    contact(desk, pair[1], "+380447654321", answered(value=False))
    desk.ask(pair[0], shelter, {"safe_contact": "yes"})
    join(desk, pair)
    assert "screening.contact_value" in included(desk.preview(pair[0], shelter))

    erased = erased_in(desk, pair[1], FieldId("screening.contact_value"))
    assert list(_not_safe(erased)) == [""]


def erased_in(desk, scope, field) -> OtherFile:
    """The file as it is once an order has erased what stood in a field."""

    def read(uow):
        cells = tuple(
            cell._replace(standing=tuple(one._replace(answer=None) for one in cell.standing))
            if cell.field == field
            else cell
            for cell in uow.cells(scope)
        )
        return OtherFile(uow.code_of_scope(scope), scope, cells, tuple(uow.records(scope)))

    return desk.run(read)


@pytest.mark.rule("R25")
@pytest.mark.parametrize(("theirs", "is_told"), [("high", False), ("low", True)])
def test_a_danger_that_the_other_file_calls_greater_is_not_passed_on_as_small(
    desk, pair, shelter, theirs, is_told
):
    for scope, level in zip(pair, ("low", theirs), strict=True):
        plan = desk.write(scope, "safety", {"safety.own_view": "She is afraid"})
        desk.write(scope, "safety.dangers", {"safety.level": level}, parent=plan)
    desk.ask(pair[0], shelter, {"risk": "yes"})
    join(desk, pair)
    found = reasons(desk.preview(pair[0], shelter)).get("safety.level")
    assert found == (None if is_told else "conflict_open")


@pytest.mark.rule("R10")
def test_what_must_not_be_said_stands_in_the_other_file_and_goes_along(desk, pair, shelter):
    desk.write(pair[0], "referral", {"referral.must_not_say": "Never by telephone"})
    desk.write(pair[1], "referral", {"referral.must_not_say": "Not to the brother"})
    join(desk, pair)
    told = {given.item.answer.value for given in desk.preview(pair[0], shelter).disclosure.included}
    assert told == {"Never by telephone", "Not to the brother"}
    assert desk.vault.state.audit[-1][1:3] == ("referral.preview", pair)


@pytest.mark.rule("R5")
def test_a_row_that_was_closed_in_the_other_file_is_no_yes_any_more(desk, pair, shelter):
    desk.write(pair[0], "screening", {"screening.language": "uk"})
    desk.ask(pair[0], shelter, {"needs": "yes"})
    asked = desk.ask(pair[1], shelter, {"needs": "yes"})
    join(desk, pair)
    assert included(desk.preview(pair[0], shelter)) == {"screening.language": "consent"}

    def close(uow):
        uow.record(pair[1], Compartment.CORE, Tombstone(asked.made[0].record))

    desk.run(close)
    assert reasons(desk.preview(pair[0], shelter))["screening.language"] == "no_consent"


@pytest.mark.rule("R25")
def test_a_consent_that_ended_with_the_support_of_the_other_file_is_asked_for_again(
    desk, pair, shelter
):
    desk.write(pair[0], "screening", {"screening.language": "uk"})
    desk.ask(pair[0], shelter, {"needs": "yes"}, until="end_of_support")
    desk.ask(pair[1], shelter, {"needs": "yes"}, until="end_of_support")
    join(desk, pair)
    assert included(desk.preview(pair[0], shelter)) == {"screening.language": "consent"}
    desk.close_case(pair[1])
    assert reasons(desk.preview(pair[0], shelter))["screening.language"] == "consent_expired"
    desk.ask(pair[0], shelter, {"needs": "yes"}, until="end_of_support")
    assert included(desk.preview(pair[0], shelter)) == {"screening.language": "consent"}


@pytest.mark.rule("R25")
def test_what_the_person_excluded_in_one_file_stays_in_both(desk, pair, shelter):
    desk.write(pair[0], "screening", {NAME: "Nadia", "screening.family_name": "K."})
    desk.write(pair[1], "screening", {NAME: MARKED})
    desk.ask(pair[0], shelter, {"identity": "yes"})
    join(desk, pair)
    preview = desk.preview(pair[0], shelter)
    assert reasons(preview)[NAME] == "excluded_by_person"
    assert included(preview)["screening.family_name"] == "consent"


@pytest.mark.rule("R30")
def test_a_sign_of_a_child_in_one_file_refers_from_the_other_as_a_child(desk, pair, shelter):
    desk.write(pair[0], "screening", {"screening.language": "uk"})
    child = desk.open_case(answered(value=True))
    join(desk, (pair[0], child))
    assert desk.preview(pair[0], shelter).pathway is Pathway.CHILD
    assert refused(lambda: desk.send(pair[0], shelter)).code == "consent.child_not_informed"


# ---------------------------------------------------------------- the person's own copy


@pytest.mark.rule("N9")
def test_the_own_copy_holds_both_files_or_says_that_one_is_not_in_it(desk, pair):
    desk.write(pair[0], "screening", {NAME: "Olena"})
    desk.write(pair[1], "screening", {NAME: "Alyona"})
    join(desk, pair)
    other = code_of(desk, pair[1])

    def copy():
        words = frozenset({"PLAINTEXT", "SAFE"})
        wish = ReferralWish(pair[0], THE_PERSON, OWN_COPY, OWN_REQUEST)
        desk.do(IssueReferral(wish=wish, way="pdf", folder="stick", confirmations=words))
        return desk.printer.sheets[-1]

    sheet = copy()
    names = [g.item.answer.value for g in sheet.disclosure.included if g.item.field == NAME]
    assert sorted(names) == ["Alyona", "Olena"]
    assert (sheet.other_files, sheet.missing_files) == ((other,), ())

    forget(desk, pair[1])
    sheet = copy()
    names = [g.item.answer.value for g in sheet.disclosure.included if g.item.field == NAME]
    assert names == ["Olena"]
    assert (sheet.other_files, sheet.missing_files) == ((), (other,))


@pytest.mark.rule("R5")
@pytest.mark.rule("R25")
def test_one_half_of_a_join_is_enough_for_a_no(desk, pair, shelter):
    """What was written into the other file came, and what was written into this one did not yet."""
    desk.write(pair[0], "screening", {"screening.language": "uk"})
    desk.ask(pair[0], shelter, {"needs": "yes"})
    desk.ask(pair[1], shelter, {"needs": "no"})
    before = set(desk.vault.state.commits)
    join(desk, pair)
    state = desk.vault.state
    state.commits = {
        name: one
        for name, one in state.commits.items()
        if name in before or one.header.scope != pair[0]
    }
    assert desk.answers(pair[0], "joined.jn_other") == []
    assert reasons(desk.preview(pair[0], shelter))["screening.language"] == "declined"
    part(desk, pair[1], code_of(desk, pair[0]))
    preview = desk.preview(pair[0], shelter)
    assert included(preview) == {"screening.language": "consent"}
    assert preview.files.here == ()


@pytest.mark.rule("R35")
def test_whoever_calls_the_record_of_a_join_something_else_does_not_free_the_consents(
    desk, pair, shelter
):
    desk.write(pair[0], "screening", {"screening.language": "uk"})
    desk.ask(pair[0], shelter, {"needs": "yes"})
    desk.ask(pair[1], shelter, {"needs": "no"})
    record, lead, other = RecordId(b"j" * 16), *(code_of(desk, scope) for scope in pair)

    def forge(uow):
        uow.record(pair[0], Compartment.CORE, OpenRecord(record, "plan", None, 1))
        for name, value in (("jn_other", other), ("jn_leads", lead)):
            op = ValueOp(OpKind.SET, record, FieldId(f"joined.{name}"), answered(value))
            uow.record(pair[0], Compartment.CORE, op)

    desk.run(forge)
    assert reasons(desk.preview(pair[0], shelter))["screening.language"] == "declined"
