"""Two files of one person: joined and parted by two people, and most protective of both."""

import pytest
from tests.fakes.desk import Desk
from tests.fakes.joined import code_of, forget, join, part, refused, standing

from nrm_desktop.app.commands import (
    AddCorrection,
    CellAnswer,
    CloseCase,
    EndChildPathway,
    IssueReferral,
    JoinGroup,
    NewRecord,
    ReferralWish,
    ReopenCase,
    ResolveConflict,
    SaveAnswers,
    SetHold,
    WithdrawConsent,
)
from nrm_desktop.app.joining_commands import CasesJoined, CasesParted
from nrm_desktop.app.person_files import files_of_person
from nrm_desktop.app.records import Saving
from nrm_desktop.app.tombstone import Tombstone
from nrm_desktop.app.tombstones import write_tombstone
from nrm_desktop.domain.case import CASE_FORM, CHILD, once_record
from nrm_desktop.domain.disclosure import OWN_COPY, OWN_REQUEST, THE_PERSON, VITAL_INTEREST
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId, OpId, RecordId, ScopeId
from nrm_desktop.domain.joining import ALONE, FORM, OnePerson
from nrm_desktop.domain.ops import OpenRecord, OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, AnswerState, Mark, Source, answered

NAME = FieldId("screening.given_name")
_NOW = answered(("2026-11-20T10:00", 0))
MARKED = Answer(AnswerState.ANSWERED, "Nadia", Source.PERSON, marks=int(Mark.NOT_TO_LEAVE))


@pytest.fixture
def pair(desk):
    """The file that goes on, and the other one."""
    return tuple(desk.open_case(answered(value=False)) for _ in range(2))


# ---------------------------------------------------------------- the act


def test_a_join_stands_in_both_files_with_who_when_and_why(desk, pair):
    event = join(desk, pair, seen=("same_papers", "names_differ"), origin="window")

    codes = [code_of(desk, scope) for scope in pair]
    assert event == CasesJoined(scope=pair[0], code=codes[0], other=codes[1], origin="window")
    for scope, other in zip(pair, reversed(codes), strict=True):
        assert desk.answers(scope, "joined.jn_other") == [other]
        assert desk.answers(scope, "joined.jn_leads") == [codes[0]]
        assert desk.answers(scope, "joined.jn_reason") == ["opened_twice"]
        assert desk.answers(scope, "joined.jn_seen") == [("same_papers", "names_differ")]
        assert desk.answers(scope, "joined.jn_when") == [(desk.context.now_iso(), "P-01")]
        assert desk.answers(scope, "joined.jn_second") == ["P-02"]
        assert {cell.compartment for cell in desk.cells(scope, FORM)} == {Compartment.CORE}
    assert standing(desk, pair[0]) == OnePerson((codes[1],))
    assert standing(desk, pair[1]) == OnePerson((codes[0],), goes_on=(codes[0],))
    assert desk.vault.state.audit[-1][1:3] == ("case.join", pair)


def test_a_parted_pair_goes_on_in_two_files_and_what_was_said_stays(desk, pair):
    join(desk, pair)
    codes = [code_of(desk, scope) for scope in pair]

    event = part(desk, pair[1], codes[0], origin="window")

    assert event == CasesParted(scope=pair[1], code=codes[1], other=codes[0], origin="window")
    assert desk.vault.state.audit[-1][1:3] == ("case.part", (pair[1], pair[0]))
    assert desk.answers(pair[0], "joined.jn_seen") == [], "nothing was compared"
    for scope in pair:
        assert standing(desk, scope) == ALONE
        assert desk.answers(scope, "joined.jn_parted") == [(desk.context.now_iso(), "P-01")]
        assert desk.answers(scope, "joined.jn_parted_why") == ["two_people"]
        assert desk.answers(scope, "joined.jn_parted_second") == ["P-02"]
        assert desk.answers(scope, "joined.jn_reason") == ["opened_twice"], "history stays"
    desk.write(pair[1], "screening", {NAME: "Olena"})
    join(desk, (pair[1], pair[0]))
    assert standing(desk, pair[0]).goes_on == (codes[1],)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"second": ""}, "policy.needs_second"),
        ({"second": "P-01"}, "policy.needs_second"),
        ({"reason": "looks like it"}, "usage.bad_value"),
        ({"seen": ("same_papers", "a feeling")}, "usage.bad_value"),
    ],
)
def test_what_is_refused_writes_nothing(desk, pair, changes, code):
    assert refused(lambda: join(desk, pair, **changes)).code == code
    assert [desk.cells(scope, FORM) for scope in pair] == [(), ()]
    if "seen" not in changes:
        join(desk, pair)
        other = code_of(desk, pair[1])
        assert refused(lambda: part(desk, pair[0], other, **changes)).code == code
        assert standing(desk, pair[0]).others == (other,)


@pytest.mark.rule("R34")
def test_only_roles_that_lead_a_case_join_and_part(desk, pair):
    guardian = Desk("G-01", roles=("guardian",), vault=desk.vault)
    assert refused(lambda: join(guardian, pair)).code == "policy.role"
    join(desk, pair)
    other = code_of(desk, pair[1])
    assert refused(lambda: part(guardian, pair[0], other)).code == "policy.role"


def test_a_file_is_not_joined_with_itself_and_only_joined_ones_are_parted(desk, pair):
    error = refused(lambda: join(desk, (pair[0], pair[0])))
    assert (error.code, error.params) == ("usage.bad_value", {"what": "other"})
    other = code_of(desk, pair[1])
    error = refused(lambda: part(desk, pair[0], other))
    said = {"what": "joined file", "name": other}
    assert (error.code, error.params) == ("usage.not_found", said)


def test_what_the_lists_do_not_have_is_named_with_what_they_have(desk, pair):
    for changes, what, name in (
        ({"reason": "x"}, "reason", "joined_reason"),
        ({"seen": ("x",)}, "seen", "joined_seen"),
    ):
        error = refused(lambda changes=changes: join(desk, pair, **changes))
        allowed = desk.context.forms.codelist(name).offered()
        assert error.params == {"what": what, "allowed": allowed}
    join(desk, pair, seen=desk.context.forms.codelist("joined_seen").offered())
    other = code_of(desk, pair[1])
    error = refused(lambda: part(desk, pair[0], other, reason="x"))
    assert error.params["what"] == "reason"


def test_nobody_writes_a_join_as_an_answer(desk, pair):
    record = desk.context.new_record()
    for name, value in (("joined.jn_other", code_of(desk, pair[1])), ("joined.jn_reason", "other")):
        cell = CellAnswer(record, FieldId(name), answered(value))
        save = SaveAnswers(scope=pair[0], answers=(cell,), opens=(NewRecord(record, FORM),))
        assert refused(lambda save=save: desk.do(save)).code == "policy.written_by_program"


def test_a_file_that_stays_or_has_ended_does_not_take_the_lead(desk, pair):
    third = desk.open_case(answered(value=False))
    join(desk, pair)
    lead = code_of(desk, pair[0])
    for places in ((pair[1], third), (third, pair[1]), (pair[1], pair[0])):
        error = refused(lambda places=places: join(desk, places))
        assert (error.code, error.params["leads"]) == ("policy.joined", (lead,))
    desk.close_case(third)
    assert refused(lambda: join(desk, (third, pair[0]))).code == "policy.case_closed"
    join(desk, (pair[0], third))
    assert standing(desk, third).goes_on == (lead,)


@pytest.mark.rule("S9")
def test_of_two_opposite_joins_a_new_one_decides(desk, pair):
    join(desk, pair)
    before = desk.vault.state.copy()
    part(desk, pair[0], code_of(desk, pair[1]))
    join(desk, (pair[1], pair[0]))
    # Two laptops: the one joined this way, the other that way, and nobody parted anything.
    made = [c for n, c in desk.vault.state.commits.items() if n not in before.commits][2:]
    desk.vault.state.commits = before.commits | {one.id: one for one in made}
    codes = [code_of(desk, scope) for scope in pair]
    assert standing(desk, pair[0]) == OnePerson((codes[1],), disputed=(codes[1],))
    assert standing(desk, pair[1]) == OnePerson((codes[0],), disputed=(codes[0],))
    for scope in pair:
        desk.write(scope, "screening", {NAME: "Olena"})

    join(desk, pair)

    assert standing(desk, pair[0]) == OnePerson((codes[1],))
    assert standing(desk, pair[1]) == OnePerson((codes[0],), goes_on=(codes[0],))
    assert desk.answers(pair[0], "joined.jn_parted_why") == ["joined_again"] * 2
    assert desk.answers(pair[0], "joined.jn_parted_second") == ["P-02"] * 2


@pytest.mark.rule("S12")
def test_a_link_that_both_hold_is_told_because_people_met_together_are_mostly_two(desk, pair):
    group = desk.do(JoinGroup(scope=pair[0], kind="family"))[0].group
    third = desk.open_case(answered(value=False))
    assert join(desk, (pair[0], third)).met_together == (), "one of the two holds no link"
    desk.do(JoinGroup(scope=pair[1], kind="family", group=group))
    assert join(desk, pair).met_together == (group,)


# ---------------------------------------------------------------- a file that stays as it is


def test_the_file_that_stays_takes_no_new_answer_and_says_which_goes_on(desk, pair, shelter):
    record = desk.write(pair[1], "screening", {NAME: "Olena"})
    join(desk, pair)
    lead = (code_of(desk, pair[0]),)
    wish = ReferralWish(pair[1], shelter, "refer", VITAL_INTEREST, "Danger")
    for act in (
        lambda: desk.write(pair[1], "screening", {NAME: "Alyona"}),
        lambda: desk.write(pair[1], "screening", {NAME: "Alyona"}, record=record),
        lambda: desk.ask(pair[1], shelter, {"needs": "yes"}),
        lambda: desk.do(JoinGroup(scope=pair[1], kind="family")),
        lambda: desk.do(
            IssueReferral(
                wish=wish,
                way="pdf",
                folder="stick",
                confirmations=frozenset({"PLAINTEXT"}),
                second="P-02",
            )
        ),
    ):
        error = refused(act)
        assert (error.code, error.params["leads"]) == ("policy.joined", lead)
    assert desk.answers(pair[1], NAME) == ["Olena"]
    desk.write(pair[0], "screening", {NAME: "Olena"})


@pytest.mark.rule("R4")
@pytest.mark.rule("R37")
def test_what_belongs_to_the_person_is_still_done_in_the_file_that_stays(desk, pair, shelter):
    record = desk.write(pair[1], "screening", {NAME: "Olena"})
    asked = desk.ask(pair[1], shelter, {"needs": "yes"})
    join(desk, pair)

    desk.do(AddCorrection(scope=pair[1], record=record, name=NAME, words="It is Alyona"))
    desk.do(WithdrawConsent(scope=pair[1], consents=(asked.made[0].record,)))
    desk.do(SetHold(scope=pair[1], ground="proceedings", reason="A trial is running"))
    desk.write(pair[1], "access", {"access.ac_check": "known"})
    desk.write(pair[1], "closure", {"closure.initiator": "person"})
    desk.write(pair[1], "age", {"age.age_who": "A court"})
    copy = ReferralWish(pair[1], THE_PERSON, OWN_COPY, OWN_REQUEST)
    words = frozenset({"PLAINTEXT", "SAFE"})
    desk.do(IssueReferral(wish=copy, way="pdf", folder="stick", confirmations=words))

    assert desk.answers(pair[1], "consent_register.cr_withdrawn")
    assert len(desk.stick.files) == 1


@pytest.mark.rule("S9")
def test_what_began_in_the_file_that_stays_is_ended_there_and_nothing_new_begins(desk, pair):
    letter = desk.write(pair[1], "letters", {"letters.le_last": answered(("2026-12-01", 0))})
    sheet = desk.write(pair[1], "shift", {"shift.sh_now": "Sleeps"})
    words = {"shift.sh_do.what": "Ask for a bed"}
    step = desk.write(pair[1], "shift.sh_do", words, parent=sheet)
    join(desk, pair)

    def say(**answers):
        cells = [
            CellAnswer(step, FieldId(f"shift.sh_do.{name}"), answered(value))
            for name, value in answers.items()
        ]
        return desk.do(SaveAnswers(scope=pair[1], answers=tuple(cells)))

    desk.write(pair[1], "letters.le_done", {"letters.le_done.what": "answered"}, parent=letter)
    say(done_at=("2026-11-20T10:00", 0))

    assert desk.answers(pair[1], "shift.sh_do.done_at") == [("2026-11-20T10:00", 0)]
    for act in (
        lambda: desk.write(pair[1], "letters", {"letters.le_last": answered(("2027-01-01", 0))}),
        lambda: desk.write(pair[1], "shift.sh_do", {"shift.sh_do.done_at": _NOW}, parent=sheet),
        lambda: say(what="Another"),
        lambda: say(what="Another", done_at=("2026-11-20T11:00", 0)),
    ):
        assert refused(act).code == "policy.joined"


@pytest.mark.rule("R2")
@pytest.mark.rule("S9")
def test_support_does_not_end_while_a_protection_runs_in_the_file_that_stays(desk, pair):
    values = {"reflection.decision": "granted", "reflection.start": answered(("2026-11-15", 0))}
    desk.write(pair[1], "reflection", values)
    other = code_of(desk, pair[1])
    closing = CloseCase(scope=pair[0], reason="plan_completed", second="P-02")
    assert refused(lambda: desk.do(closing)).code == "policy.not_ready"
    join(desk, pair)

    error = refused(lambda: desk.do(closing))
    assert error.code == "policy.cannot_close"
    assert error.params["reasons"] == (f"reflection_floor 2026-12-15 ({other})",)

    desk.close_case(pair[1])
    assert refused(lambda: desk.do(closing)).code == "policy.not_ready"


@pytest.mark.rule("R25")
def test_between_two_versions_people_decide_and_say_nothing_new_in_the_file_that_stays(desk, pair):
    record = desk.write(pair[1], "screening", {NAME: "Olena"})

    def beside(uow):
        op = ValueOp(OpKind.SET, record, NAME, answered("Alyona"))
        uow.record(pair[1], Compartment.IDENTITY, op)

    desk.run(beside)
    join(desk, pair)
    (cell,) = [one for one in desk.cells(pair[1]) if one.field == NAME]
    ops = tuple(each.op for each in cell.standing)
    decide = ResolveConflict(scope=pair[1], record=record, field=NAME, seen=ops)

    def resolved(**how):
        facts = {"scope": pair[1], "record": record, "field": NAME, "seen": ops}
        return desk.do(ResolveConflict(**facts, **how))

    assert decide.keep is None
    assert refused(lambda: resolved(answer=answered("Nina"))).code == "policy.joined"
    resolved(keep=OpId(ops[0].commit, ops[0].index))
    assert len(desk.answers(pair[1], NAME)) == 1


@pytest.mark.rule("N15")
def test_the_steps_for_a_child_end_by_two_signatures_also_where_the_sign_lies(desk, pair):
    other = desk.open_case(answered(value=True))
    join(desk, (pair[0], other))
    decision = desk.write(other, "age", {"age.age_who": "A court"})
    error = refused(lambda: desk.do(EndChildPathway(scope=other, decision=decision)))
    assert error.code != "policy.joined"


def test_support_of_a_file_that_stays_begins_nowhere_again(desk, pair):
    """What was ended stays ended; whoever comes back is met in the file that goes on."""
    desk.close_case(pair[1])
    join(desk, pair)
    error = refused(lambda: desk.do(ReopenCase(scope=pair[1])))
    assert (error.code, error.params["leads"]) == ("policy.joined", (code_of(desk, pair[0]),))


# ---------------------------------------------------------------- what others may have written


def test_a_file_that_was_erased_can_be_parted_and_one_that_is_away_cannot(desk, pair):
    join(desk, pair)
    lead = code_of(desk, pair[0])
    other = pair[0]
    forget(desk, pair[0])
    error = refused(lambda: part(desk, pair[1], lead))
    assert (error.code, error.params["files"]) == ("policy.other_file_away", (lead,))

    another = Tombstone("7KQ2-M9FX", ScopeId(b"x" * 16), "2026-11-24T10:00", "order")
    desk.run(lambda uow: write_tombstone(uow, desk.context, another))
    assert refused(lambda: part(desk, pair[1], lead)).code == "policy.other_file_away"
    erased = Tombstone(lead, other, "2026-11-24T10:00", "order", by=("P-01", "P-02"))
    desk.run(lambda uow: write_tombstone(uow, desk.context, erased))
    part(desk, pair[1], lead)
    desk.write(pair[1], "screening", {NAME: "Olena"})


@pytest.mark.rule("R35")
def test_a_join_that_lies_elsewhere_than_in_core_says_nothing(desk, pair):
    record = RecordId(b"j" * 16)

    def forge(uow):
        uow.record(pair[0], Compartment.SUPPORT, OpenRecord(record, FORM, None, 1))
        for name, value in (("jn_other", "7KQ2-M9FX"), ("jn_leads", "7KQ2-M9FX")):
            op = ValueOp(OpKind.SET, record, FieldId(f"joined.{name}"), answered(value))
            uow.record(pair[0], Compartment.SUPPORT, op)

    desk.run(forge)
    assert standing(desk, pair[0]) == ALONE
    desk.write(pair[0], "screening", {NAME: "Olena"})


def test_two_files_with_one_code_count_as_one_that_cannot_be_read(desk, pair):
    join(desk, pair)
    other = code_of(desk, pair[1])

    class Two:
        def __init__(self, uow):
            self.__dict__["uow"] = uow

        def __getattr__(self, name):
            return getattr(self.uow, name)

        def scope_of_code(self, code):
            raise Usage("usage.ambiguous_code", code=code)

    found = desk.run(lambda uow: files_of_person(Two(uow), pair[0]))
    assert (found.here, found.unread) == ((), (other,))


def test_the_line_of_a_case_is_no_join(desk, pair):
    def mark(uow):
        saving = Saving(uow, desk.context, pair[0])
        saving.set(once_record(pair[0], CASE_FORM), CHILD, answered(value=False))
        saving.finish()

    desk.run(mark)
    assert standing(desk, pair[0]) == ALONE
    assert isinstance(refused(lambda: join(desk, (pair[0], pair[0]))), (Refused, Usage))
