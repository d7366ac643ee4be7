"""S10: a person goes missing. The search comes from the safety plan, and the case stays open."""

import pytest
from tests.e2e.situations.people import everybody_meets, workers

from nrm_desktop.app.audit_acts import ACT_WORDS
from nrm_desktop.app.commands import ReferralWish, Tell
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.values import NOT_ASKED, answered


@pytest.mark.rule("S10")
@pytest.mark.rule("R32")
def test_contact_cannot_be_called_ended_while_a_step_of_the_search_is_open(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.writes_at(case, {"safety[+1].visitors": "nobody"})
        items = ana.writes_at(
            case,
            {
                "missing[+1].m_kind": "does_not_answer",
                "missing[+1].m_steps[+1].what": "call the sister",
                "missing[+1].m_steps[+1].due": "2026-11-25T20:00",
            },
        )
        ana.prepares_the_end(case)

        assert ana.due(case)["search_step"] == "2026-11-25T20:00"
        assert (ana.sees(case).row.code, "search_step") in ana.list_of_today()
        with pytest.raises(Refused, match=r"policy\.cannot_close"):
            ana.closes(case, "contact_ended")
        assert ana.sees(case).row.state == "open"

        search = f"missing[{items['missing[+1]']}]"
        step = f"{search}.m_steps[{items['missing.m_steps[+1]']}]"
        more = ana.writes_at(case, {f"{search}.m_steps[+1].what": "ask the night shelter"})
        ana.writes_at(case, {f"{step}.done_at": "2026-11-25T21:00"})
        with pytest.raises(Refused, match=r"policy\.cannot_close"):  # a step without a time, too
            ana.closes(case, "contact_ended")

        untimed = f"{search}.m_steps[{more['missing.m_steps[+1]']}]"
        ana.writes_at(case, {f"{untimed}.done_at": "2026-11-25T22:00"})
        assert ana.closes(case, "contact_ended").reason == "contact_ended"
        assert ana.sees(case).row.state == "closed"


@pytest.mark.rule("S10")
@pytest.mark.rule("R32")
def test_how_contact_ended_is_kept_in_support_and_the_list_says_the_reason_alone(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.prepares_the_end(case)
        ana.writes_at(
            case,
            {
                "closure.close_reason": "contact_ended",
                "closure.close_detail": "left_after_telling",
            },
        )
        ana.closes(case, "contact_ended")
        view = ana.sees(case)
        places = {cell.field: cell.compartment for cell in view.cells}

        assert places["closure.close_detail"] == 4  # support
        assert "left_after_telling" not in repr(view.row)
        detail = ana.laptop.vault.forms.field("closure.close_detail")
        assert (detail.consent_groups, detail.htcds) == ((), ())


@pytest.mark.rule("S10")
def test_the_word_of_the_list_is_missing_and_nothing_else(tmp_path):
    with workers(tmp_path) as [ana]:
        forms = ana.laptop.vault.forms
        words = [forms.text("missing.title"), forms.text("codelist.event_kind.missing")]
        words += [
            forms.text(f"codelist.missing_kind.{code}")
            for code in forms.codelist("missing_kind").offered()
        ]

        assert words[:2] == ["Person missing", "Missing"]
        assert not [one for one in words if "escap" in one.lower() or "abscond" in one.lower()]


PLAN = {
    "safety[+1].if_missing[+1].whom": "A sister",
    "safety[+1].if_missing[+1].after": "PT4H",
    "safety[+1].if_missing[+1].what": "Qvxzsay that she did not come home",
    "safety[+1].if_missing[+2].whom": "A friend at work",
    "safety[+1].if_missing[+2].after": "P1D",
}
"""Whom to tell, after how long, and what may be said; of the friend that was not agreed yet."""


def tells(worker, scope, missing, plan="", **more):
    """Tell somebody about a person who is missing: of the plan, or somebody else by `wish`."""
    row = RecordId(bytes.fromhex(plan)) if plan else None
    command = Tell(scope=scope, missing=RecordId(bytes.fromhex(missing)), plan=row, **more)
    return worker.laptop.vault.handle(command)[0]


def gone(ana, child=NOT_ASKED):
    """Somebody with a safety plan does not come home. Gives the case, the rows and the note."""
    case = ana.opens_a_case(child)
    plan = ana.writes_at(case, PLAN)
    note = ana.writes_at(
        case,
        {"missing[+1].m_kind": "does_not_answer", "missing.m_last[+1].when": "2026-11-25T16:00"},
    )
    return case, plan, note["missing[+1]"]


@pytest.mark.rule("S10")
def test_the_search_begins_with_what_the_person_wished_and_when(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case, _, note = gone(ana)
        everybody_meets(tmp_path / "stick", ana, boris)
        boris.writes_at(case, {f"missing[{note}].m_kind": "left_after_telling"})
        everybody_meets(tmp_path / "stick", boris, ana)

        for worker in (ana, boris):
            steps = sorted(map(str, worker.finds(case, "missing.m_steps.what")))
            assert steps == ["A friend at work", "A sister"], "each once, whoever goes on"
            due = sorted(day for day, _ in worker.finds(case, "missing.m_steps.due"))
            assert due == ["2026-11-25T20:00", "2026-11-26T16:00"]


@pytest.mark.rule("S10")
@pytest.mark.rule("R26")
def test_whom_the_plan_names_is_told_what_the_plan_says_and_each_telling_is_a_row(tmp_path):
    with workers(tmp_path) as [ana]:
        case, plan, note = gone(ana)
        ana.writes_at(case, {"screening[+1].given_name": "Olena", "screening.danger_now": "yes"})

        told = tells(ana, case, note, plan["safety.if_missing[+1]"])

        assert [answer.value for _, answer in told.said] == ["Qvxzsay that she did not come home"]
        assert ana.finds(case, "disclosure.d_form") == ["spoken"]
        assert ana.finds(case, "missing.m_told") == [(told.row.hex(),)]
        (entry,) = ana.finds(case, "disclosure.d_fields")
        assert [one.partition("@")[0] for one in entry[0]] == ["safety.if_missing.what"]
        assert entry[-1] == "consent", "the person said so beforehand"
        assert told.lone == ""
        assert len(ana.finds(case, "missing.m_steps.done_at")) == 1, "this step is done"

        again = tells(ana, case, note, plan["safety.if_missing[+1]"])
        assert ana.finds(case, "disclosure.d_form") == ["spoken", "spoken"]
        assert ana.finds(case, "missing.m_told") == [(told.row.hex(), again.row.hex())]


@pytest.mark.rule("S10")
@pytest.mark.rule("R26")
def test_nobody_is_told_what_was_never_agreed(tmp_path):
    with workers(tmp_path) as [ana]:
        case, plan, note = gone(ana)
        with pytest.raises(Refused, match=r"policy\.not_planned"):
            tells(ana, case, note, plan["safety.if_missing[+2]"])
        with pytest.raises(Usage):
            tells(ana, case, plan["safety[+1]"], plan["safety.if_missing[+1]"])
        police = ana.knows_a_service("police", "Unit Four")
        for ground in ("", "legal_duty_or_order"):
            wish = ReferralWish(case, police, "share_police", ground, "They asked", frozenset())
            with pytest.raises(Refused):
                tells(ana, case, note, wish=wish)
        assert ana.finds(case, "disclosure.d_form") == []
        assert ana.finds(case, "missing.m_told") == []


@pytest.mark.rule("S10")
@pytest.mark.rule("R29")
def test_a_missing_child_is_reported_at_once_by_one_person_and_another_looks_later(tmp_path):
    with workers(tmp_path) as [ana]:
        case, _, note = gone(ana, answered(value=True))
        ana.writes_at(case, {"screening[+1].danger_now": "yes"})
        office = ana.knows_a_service("child_protection", "Child office")
        with pytest.raises(Refused, match=r"policy\.reason_needed"):
            tells(ana, case, note, wish=ReferralWish(case, office, "refer"))

        wish = ReferralWish(case, office, "refer", reason="Did not come back from school")
        told = tells(ana, case, note, wish=wish)

        assert told.lone == "referral.send"
        assert ana.finds(case, "disclosure.d_form") == ["spoken"]
        assert ana.finds(case, "disclosure.d_told") == ["not_yet"]
        assert ana.finds(case, "disclosure.d_basis.ground") == ["child_protection"]
        assert len(ana.finds(case, "review.rv_due")) == 1
        assert {str(field) for field, _ in told.said} >= {"screening.danger_now"}


@pytest.mark.rule("S10")
@pytest.mark.rule("N3")
def test_what_is_written_of_a_search_has_no_word_of_blame(tmp_path):
    with workers(tmp_path) as [ana]:
        forms = ana.laptop.vault.forms
        texts = [forms.text(f"{one.id}.label") for one in forms.fields() if one.form == "missing"]
        texts += [ana.laptop.vault.forms.text("missing.purpose"), ACT_WORDS["disclosure.tell"]]
        assert len(texts) > 10
        hurting = ("escap", "abscond", "runaway", "disappear", "victim")
        assert not [one for one in texts if any(word in one.lower() for word in hurting)]
