"""Ending the steps for a child: what is shown before anybody signs, and that it takes two. S3."""

from dataclasses import replace

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import Reader, cell, version, view
from tests.unit.ui.presenters.test_second_person import Tools as SecondTools

from nrm_desktop.app.commands import EndChildPathway
from nrm_desktop.app.events import ChildPathwayEnded
from nrm_desktop.app.queries import RecordView
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.case import CHILD_END
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import OpId, RecordId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.ui.presenters.child_steps import ChildStepsPresenter
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.second_person import SecondPerson

AGE, ROW, END = (RecordId(bytes([number]) * 16) for number in (1, 2, 3))
DECIDED = {"authority": "Court of a town", "date": ("2026-11-20", 0), "reasons": "A paper came."}
OTHERS = "four green doors"
pytestmark = [pytest.mark.rule("R14"), pytest.mark.rule("R30"), pytest.mark.rule("N15")]


class Tools(SecondTools):
    """Holds whoever confirmed, and signs once for that person."""

    def __init__(self, *, fails=None) -> None:
        super().__init__("P-02")
        self.refuses = fails
        self.held, self.signed = "", []

    def confirm(self, badge, passphrase):
        self.held = super().confirm(badge, passphrase)
        return self.held

    def sign(self, command):
        held, self.held = self.held, ""
        if self.refuses is not None:
            raise self.refuses
        self.signed.append((held, command))
        return ended(("P-01", held), is_over=True)

    def forget(self):
        self.held = ""


def ended(badges, *, is_over=False):
    return ChildPathwayEnded(scope=SCOPE, is_over=is_over, signed_by=badges)


def a_case(*more, decided=DECIDED, child="child"):
    """Steps that go on because of one answer, and the decision of an authority."""
    cells = [
        cell("screening.age_band", version("12-17", 7)),
        cell("age.age_who", version("Says 19"), record=AGE, form="age"),
        *(
            cell(f"age.age_decision.{name}", version(value), record=ROW, form="age.age_decision")
            for name, value in decided.items()
        ),
        *more,
    ]
    rows = (
        RecordView(AGE, "age", None, 1),
        RecordView(ROW, "age.age_decision", AGE, 2),
        RecordView(END, "case.end", None, 3),
    )
    made = view(*cells, records=rows)
    return replace(made, row=replace(made.row, child=child))


def signature(badge, number=7, decision=AGE):
    """What somebody has signed for a sign."""
    named = (badge, decision.hex(), str(OpId(bytes([number]) * 16, 0)))
    return cell(CHILD_END, version(named), record=RecordId(badge.encode() * 4), form="case.end")


def card(log, case, *, roles=("coordinator", "case_manager"), tools=None):
    desk = FakeDesk(Reader(case=case), roles)
    desk.answers[EndChildPathway] = lambda _: (ended(("P-01",)),)
    tools = tools or Tools()
    second = SecondPerson(log, desk, tools)
    made = ChildStepsPresenter(log, desk, SCOPE, tools, second)
    made.start()
    return desk, made, second, tools


@pytest.fixture
def log(view_log):
    return view_log


def test_nothing_is_shown_where_no_steps_for_a_child_go_on(log):
    card(log, a_case(child="open"))
    assert log.told("show_steps")[-1] == ("", (), "")
    assert log.last("show_decision") is None


@pytest.mark.rule("R14")
def test_steps_that_go_on_because_of_another_file_are_said_to_end_there(log):
    case = a_case(child="open")
    card(log, replace(case, row=replace(case.row, child_in=("7KQ2-M9FX",))))
    said = "The steps for a child go on, because of a sign in 7KQ2-M9FX. They end there."
    assert log.told("show_steps")[-1] == (said, (), "")

    both = a_case()
    card(log, replace(both, row=replace(both.row, child_in=("7KQ2-M9FX",))))
    assert log.told("show_steps")[-1][0] == f"{said} The steps for a child go on."


def test_decisions_are_offered_by_authority_and_day_and_none_is_chosen(log):
    desk, made, _, _ = card(log, a_case())
    said, decisions, chosen = log.told("show_steps")[-1]
    assert said == "The steps for a child go on."
    assert [one.label for one in decisions] == ["Court of a town, 2026-11-20"]
    assert chosen == ""
    made.sign(has_read=True)
    made.ask_colleague()
    assert desk.commands == []
    assert log.told("ask_second") == []


def test_the_decision_and_every_sign_that_it_answers_are_there_before_anybody_signs(log):
    _, made, _, _ = card(log, a_case())
    made.choose(AGE.hex())

    shown = log.last("show_decision")
    answers = [answer for _, answer in shown.said]
    assert {"Says 19", "Court of a town", "2026-11-20", "A paper came."} <= set(answers)
    (sign,) = shown.signs
    assert "12" in sign
    assert "P-01" in sign
    assert (shown.may_sign, shown.may_ask, shown.signed) == (True, False, "")
    assert "%" not in repr(shown)


def test_one_who_has_not_said_that_it_was_read_signs_nothing(log):
    desk, made, _, _ = card(log, a_case())
    made.choose(AGE.hex())
    made.sign(has_read=False)

    assert desk.commands == []
    assert log.last("show_banners")[0].tone is Tone.WARN


def test_one_signature_is_said_to_be_one_and_another_person_is_needed(log):
    desk, made, _, _ = card(log, a_case())
    made.choose(AGE.hex())
    made.sign(has_read=True)

    (command,) = desk.commands
    assert command.decision == AGE
    (banner,) = log.last("show_banners")
    assert banner.text.startswith("Signed. It takes two people")


def test_a_colleague_signs_here_by_an_own_passphrase_and_never_by_mine(log):
    desk, made, second, tools = card(log, a_case(signature("P-01")))
    made.choose(AGE.hex())
    shown = log.last("show_decision")
    assert (shown.may_sign, shown.may_ask) == (False, True)
    assert shown.signed == "Signed: P-01"

    made.ask_colleague()
    assert "Court of a town" in log.last("ask_second")
    assert tools.signed == []
    second.confirm("P-02", OTHERS)
    ((badge, command),) = tools.signed
    assert (badge, command.decision) == ("P-02", AGE)
    assert desk.commands == [], "nothing is signed by whoever is unlocked"
    assert "have ended" in log.last("show_banners")[0].text


def test_who_chooses_another_decision_meanwhile_has_nothing_signed(log):
    _, made, second, tools = card(log, a_case(signature("P-01")))
    made.choose(AGE.hex())
    made.ask_colleague()
    made.choose("")
    second.confirm("P-02", OTHERS)

    assert tools.signed == []
    assert tools.held == "", "whoever confirmed is let go of"
    assert "Nothing was signed" in log.last("show_banners")[0].text


def test_a_sign_that_came_after_somebody_signed_is_told_and_both_sign_again(log):
    newer = cell("quick.q_age", version("not_sure", 9), form="quick")
    _, made, _, _ = card(log, a_case(signature("P-01"), newer))
    made.choose(AGE.hex())

    shown = log.last("show_decision")
    assert len(shown.signs) == 2
    assert any("Each of the two signs again" in note for note in shown.notes)
    assert (shown.may_sign, shown.may_ask) == (True, False)


@pytest.mark.parametrize("lacking", sorted(DECIDED))
def test_what_a_decision_lacks_is_named_and_nobody_is_offered_to_sign_it(log, lacking):
    decided = {name: value for name, value in DECIDED.items() if name != lacking}
    _, made, _, _ = card(log, a_case(decided=decided))
    made.choose(AGE.hex())

    shown = log.last("show_decision")
    assert any(note.startswith("Still missing in the decision:") for note in shown.notes)
    assert (shown.may_sign, shown.may_ask) == (False, False)


def test_a_decision_whose_words_a_role_does_not_read_says_so_and_the_handler_decides(log):
    desk = FakeDesk(Reader(case=a_case(decided={})))
    desk.sight = Sight(frozenset(map(int, set(Compartment) - {Compartment.LEGAL})))
    made = ChildStepsPresenter(log, desk, SCOPE, Tools(), SecondPerson(log, desk, Tools()))
    made.start()
    made.choose(AGE.hex())

    shown = log.last("show_decision")
    assert any("Read the paper of the authority" in note for note in shown.notes)
    assert shown.may_sign
    (decision,) = log.told("show_steps")[-1][1]
    assert decision.label == "Question of age 1"


def test_a_role_that_does_not_end_them_reads_that_they_go_on(log):
    _, made, _, _ = card(log, a_case(), roles=("observer",))
    made.choose(AGE.hex())

    assert log.last("show_steps") == "The steps for a child go on. Your role does not end them."
    assert log.last("show_decision") is None


def test_without_a_decision_it_is_said_where_one_is_written(log):
    made = view(cell("screening.age_band", version("12-17", 7)))
    card(log, replace(made, row=replace(made.row, child="child")))

    assert "“Question of age”" in log.last("show_steps")


def test_once_they_ended_it_is_said_who_signed(log):
    card(log, a_case(signature("P-01"), signature("P-02"), child="adult"))

    assert log.told("show_steps")[-1] == (
        "The steps for a child have ended. Signed: P-01, P-02",
        (),
        "",
    )


def test_a_refusal_is_explained_and_whoever_confirmed_is_let_go_of(log):
    tools = Tools(fails=Refused("policy.own_act"))
    _, made, second, _ = card(log, a_case(signature("P-01")), tools=tools)
    made.choose(AGE.hex())
    made.ask_colleague()
    second.confirm("P-02", OTHERS)

    assert log.last("show_banners")[0].tone is Tone.BAD
    assert (tools.signed, tools.held) == ([], "")
