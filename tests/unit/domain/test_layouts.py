"""Which paper fits, what stands on it, and that it only ever narrows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.desk import PACKS
from tests.unit.domain.test_disclosure import SHELTER, item, request

from nrm_desktop.app.ports import RecordRow
from nrm_desktop.domain.disclosure import (
    CONSENT,
    LEGAL_ORDER,
    NOT_ON_PAPER,
    VITAL_INTEREST,
    DisclosureRequest,
    decide,
)
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.parts import OWN_COPY
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.layouts import OnPaper, begun_forms, fitting_layouts, must_fit
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS
from nrm_desktop.storage.form_packs import FormPacks

BULGARIA = FormPacks(PACKS).load(["bg"]).forms
BEGUN = {"plan", "bg_child"}
END = FieldId("plan.plan_end")


def asked(purpose: str, ground: str = CONSENT, paper: str = "") -> DisclosureRequest:
    return DisclosureRequest(SHELTER, purpose, {}, "2026-11-24", ground, paper=paper)


def plan(number: int, order: int, form: str = "plan", **more) -> RecordRow:
    return RecordRow(RecordId(bytes([number]) * 16), form, more.pop("parent", None), order, **more)


# -------------------- which fits


@pytest.mark.parametrize(
    ("purpose", "ground", "kinds", "fits"),
    [
        ("refer", CONSENT, ("shelter",), ("", "bg_plan")),
        ("refer", CONSENT, ("child_protection",), ("", "bg_plan", "bg_child")),
        ("share_authority", CONSENT, ("child_protection",), ("", "bg_child")),
        ("refer", CONSENT, ("child_protection", "shelter"), ("", "bg_plan")),
        ("refer", CONSENT, (), ("", "bg_plan")),
        ("share_police", CONSENT, ("police",), ("",)),
        ("share_police", LEGAL_ORDER, ("police",), ("",)),
        ("share_authority", LEGAL_ORDER, ("police",), ("",)),
        (OWN_COPY, "own_request", (), ("", "bg_plan")),
    ],
)
def test_a_paper_fits_a_purpose_and_every_kind_that_stands_for_the_recipient(
    purpose, ground, kinds, fits
):
    assert fitting_layouts(BULGARIA, asked(purpose, ground), kinds, BEGUN) == fits


def test_a_paper_fits_whoever_is_everything_that_it_is_meant_for():
    kinds = BULGARIA.layouts["bg_child"].recipients

    assert fitting_layouts(BULGARIA, asked("refer"), kinds, BEGUN) == ("", "bg_plan", "bg_child")


def test_a_copy_for_the_person_is_made_on_a_paper_that_is_meant_for_an_authority_too():
    child = replace(BULGARIA.layouts["bg_child"], purposes=("refer", OWN_COPY))
    forms = replace(BULGARIA, layouts={**BULGARIA.layouts, "bg_child": child})

    assert fitting_layouts(forms, asked(OWN_COPY, "own_request"), (), BEGUN) == (
        "",
        "bg_plan",
        "bg_child",
    )


def test_a_paper_of_a_form_that_nobody_has_begun_fits_nowhere():
    assert fitting_layouts(BULGARIA, asked("refer"), ("shelter",), set()) == ("",)


def test_a_form_is_begun_by_a_record_of_its_own_that_is_not_closed():
    rows = (plan(1, 1), plan(2, 2, "needs", is_closed=True), plan(3, 3, "safety", parent=END))

    assert begun_forms(rows) == {"plan"}


@pytest.mark.parametrize(
    ("purpose", "allowed"), [("refer", ("referral", "bg_plan")), (OWN_COPY, ("bg_plan",))]
)
def test_what_does_not_fit_is_refused_with_what_may_be_chosen(purpose, allowed):
    with pytest.raises(Usage) as refused:
        must_fit(asked(purpose, paper="gb_nrm"), ("", "bg_plan"))

    assert refused.value.code == "usage.bad_value"
    assert refused.value.params == {"what": "layout", "allowed": allowed}


# -------------------- what stands on it


def test_without_a_choice_everything_stands_on_the_paper():
    paper = OnPaper(BULGARIA, "", [(plan(1, 1),)])

    assert paper.has(RecordId(b"x" * 16), FieldId("screening.given_name"))


def test_a_row_of_a_group_stands_where_its_question_does():
    rows = (plan(1, 1), plan(2, 1, "plan.steps", parent=plan(1, 1).record))
    paper = OnPaper(BULGARIA, "bg_plan", [rows])

    assert paper.has(rows[1].record, FieldId("plan.steps.what"))
    assert not paper.has(rows[0].record, FieldId("screening.given_name"))


def test_an_answer_to_a_question_that_nobody_here_knows_stands_on_no_paper():
    paper = OnPaper(BULGARIA, "bg_plan", [(plan(1, 1),)])

    assert not paper.has(plan(1, 1).record, FieldId("plan.of_a_newer_form"))


def test_of_its_own_form_the_newest_stands_on_it_and_of_two_begun_at_once_both():
    old, one, other = plan(1, 1), plan(2, 2), plan(3, 2)
    step = plan(4, 1, "plan.steps", parent=old.record)
    paper = OnPaper(BULGARIA, "bg_plan", [(old, one, other, step)])

    assert [paper.has(row.record, END) for row in (old, one, other)] == [False, True, True]
    assert not paper.has(step.record, FieldId("plan.steps.what"))


def test_a_plan_that_was_taken_back_does_not_hide_the_one_before():
    old, closed = plan(1, 1), plan(2, 2, is_closed=True)
    paper = OnPaper(BULGARIA, "bg_plan", [(old, closed)])

    assert paper.has(old.record, END)


def test_each_file_of_the_person_has_a_newest_plan_of_its_own():
    here, there = plan(1, 5), plan(2, 1)
    paper = OnPaper(BULGARIA, "bg_plan", [(here,), (there,)])

    assert paper.has(here.record, END)
    assert paper.has(there.record, END)


# -------------------- it only narrows

ITEMS = st.builds(
    item,
    compartment=st.sampled_from(sorted(CASE_COMPARTMENTS)),
    is_life_risk=st.booleans(),
    is_envelope=st.booleans(),
    is_conflict=st.booleans(),
    is_known=st.booleans(),
)
GROUNDS = st.sampled_from([CONSENT, VITAL_INTEREST, "child_protection", LEGAL_ORDER, "own_request"])


@pytest.mark.rule("R26")
@given(ITEMS, GROUNDS, st.sampled_from(["refer", "share_police", OWN_COPY]))
def test_what_is_off_the_paper_goes_only_as_a_danger_or_in_the_envelope(one, ground, purpose):
    wanted = request(ground=ground, purpose=purpose)
    off = decide(wanted, [replace(one, is_on_paper=False)], [])
    on = decide(wanted, [one], [])

    if off.included:
        assert one.is_life_risk or one.is_envelope
        assert on.included
    assert NOT_ON_PAPER not in {kept.reason for kept in on.withheld}
    assert all(kept.reason != NOT_ON_PAPER for kept in off.told_to_stay)


@pytest.mark.rule("R10")
def test_a_danger_goes_with_every_paper_and_into_no_copy_that_does_not_ask_for_it():
    danger = item(is_life_risk=True, is_on_paper=False)

    assert decide(request(), [danger], []).included
    own = decide(request(ground="own_request", purpose=OWN_COPY, recipient="person"), [danger], [])
    assert [kept.reason for kept in own.withheld] == [NOT_ON_PAPER]
