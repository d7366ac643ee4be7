"""The base pack against the domain: sizes, order, what may leave, what may never be asked."""

import re
import tomllib

import pytest
from tests.packs.conftest import PACKS
from tests.packs.test_form_sizes import top_fields

from nrm_desktop.domain.compartments import Cell
from nrm_desktop.domain.consent import REGISTER_FIELDS, register_field
from nrm_desktop.domain.forms.conditions import fields_of
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, Compartment
from nrm_desktop.domain.values import AnswerState, FieldType

ACCOUNT_SECTIONS = ("person", "situation", "exploiters", "now", "others")
QUICK_SIGNS = (
    "gen.others_speak",
    "gen.papers_held",
    "gen.fear",
    "gen.injuries_assault",
    "gen.injuries_control",
    "gen.does_not_know_address",
    "gen.movements_controlled",
    "gen.false_or_no_papers",
    "child.travels_alone",
    "child.travels_with_strangers",
    "child.intimidated",
)
"""Source: forms.md form l15."""
NEVER_ASKED = re.compile(
    r"sexual_act|hiv|client|immigration|relatives|religio|politic|why_not|not_escape"
    r"|number$|fingerprint|photo|medical_exam"
)
"""Source: nrm.md section 9.2."""
REFERRAL_STATES = [
    "draft",
    "sent",
    "received",
    "acknowledged",
    "accepted",
    "partly_accepted",
    "refused",
    "could_not_contact",
    "person_declined",
    "arrived",
    "in_progress",
    "done",
    "expired",
    "revoked",
    "not_possible",
]
"""Order of forms.md section 5; typed receipts name a state by its place in it."""
CONSENT_TALK = FieldId("screening.consent_talk")


def leaving(forms: FormSet) -> list[Field]:
    return [one for one in forms.fields() if one.consent_groups]


@pytest.mark.rule("R1")
@pytest.mark.rule("N2")
def test_no_act_on_the_way_to_help_asks_for_a_name(base: FormSet):
    named = {Compartment.IDENTITY, Compartment.LIAISON, Compartment.LEGAL}
    acts = {"interview.open", "interview.finish", "referral.send", "receipt.print"}
    asked = [
        one.id
        for one in base.fields()
        if one.compartment in named
        for entry in one.required_for
        if entry.act in acts
    ]

    assert asked == []


def test_urgent_referrals_are_held_up_by_five_things_alone(base: FormSet):
    """forms.md section 2: with urgency now and 24 h all else is a hint."""
    blocking = {
        one.id
        for one in base.fields()
        for entry in one.required_for
        if entry.act == "referral.send"
        and not entry.is_hint
        and FieldId("referral.urgency") not in fields_of(entry.when)
    }

    assert blocking == {
        "referral.from_person",
        "referral.to_org",
        "referral.referral_type",
        "referral.urgency",
        "referral.services",
        "referral.life_risk",
        "referral.consent_ref",
        "screening.danger_now",
        "screening.medical_now",
    }


@pytest.mark.rule("N20")
def test_what_is_not_asked_at_first_contact_has_no_field(base: FormSet):
    keys = [
        one.id.partition(".")[2]
        for name in ("screening", "quick")
        for part in base.form(name).sections
        for top in part.fields
        for one in (top, *top.fields)
    ]

    assert [key for key in keys if NEVER_ASKED.search(key)] == []
    assert keys


@pytest.mark.rule("R33")
def test_the_quick_screen_offers_the_eleven_signs_that_can_be_seen_in_a_queue(base: FormSet):
    signs = base.field("quick.q_signs")
    codes = base.codes_of(signs)

    assert codes is not None
    assert codes.offered() == QUICK_SIGNS
    assert set(QUICK_SIGNS) <= set(base.codelist("indicator").offered())


@pytest.mark.rule("R33")
def test_the_quick_screen_keeps_only_what_has_no_field_in_the_interview(base: FormSet):
    own = {one.id for one in top_fields(base, "quick") if one.form == "quick"}

    assert base.form("quick").record_form == "screening"
    assert own == {
        f"quick.{key}"
        for key in [
            "q_same",
            "q_signs",
            "q_age",
            "q_result",
            "q_told",
            "q_kept",
            "q_code",
            "q_writer",
        ]
    }


@pytest.mark.rule("R35")
def test_the_consent_register_holds_codes_ids_and_dates_in_core(base: FormSet):
    rows = top_fields(base, "consent_register")
    words = {FieldType.TEXT, FieldType.LONG, FieldType.SIGN, FieldType.PLACE}

    assert [one.id for one in rows] == [register_field(name) for name in REGISTER_FIELDS]
    assert {one.compartment for one in rows} == {Compartment.CORE}
    assert not [one for one in rows if one.type in words or one.has_remark or one.consent_groups]


def test_a_consent_cannot_end_on_a_date_that_nobody_named(base: FormSet):
    ends = base.codelist("consent_until").offered()

    assert "no_end" in ends
    assert "date" not in ends


@pytest.mark.rule("N7")
def test_nothing_is_chosen_before_somebody_chooses(base: FormSet):
    keys = {
        key
        for path in PACKS.rglob("forms/*.toml")
        for block in tomllib.loads(path.read_text(encoding="utf-8"))["field"]
        for key in block
    }

    assert not {key for key in keys if "default" in key or key in {"value", "initial"}}


def test_proofs_registers_and_logs_never_leave(base: FormSet):
    """R5: how a person agreed concerns nobody else."""
    kept = [
        one.id
        for one in leaving(base)
        if one.compartment is Compartment.RIGHTS
        or one.form in {"consent", "consent_register", "disclosure", "directory", "packet"}
    ]

    assert kept == []


@pytest.mark.rule("N4")
def test_the_police_can_be_sent_nothing_but_what_the_person_gives_them(base: FormSet):
    roles = base.roles
    open_parts = {place for place in CASE_COMPARTMENTS if roles.may_be_sent("police", place)}
    for_police = {one.compartment for one in leaving(base) if "share_police" in one.purposes}

    assert open_parts == {Compartment.LIAISON}
    assert "share_police" not in base.vocabulary.default_purposes
    assert for_police <= {Compartment.LIAISON, Compartment.ACCOUNT}


@pytest.mark.rule("R16")
def test_acts_done_under_force_reach_no_police_packet(base: FormSet):
    purposes = base.field("screening.compelled_acts").purposes

    assert purposes == ("legal", "share_authority")


@pytest.mark.rule("N5")
def test_the_code_word_and_who_stood_by_never_leave(base: FormSet):
    staying = ("screening.contact_word", "screening.others_present", "screening.group_ref")

    assert [base.field(name).consent_groups for name in staying] == [(), (), ()]
    assert base.field("directory.place_secret").merge == "protective:set_over_unset"


@pytest.mark.rule("R30")
def test_age_is_asked_so_that_doubt_protects(base: FormSet):
    names = ("case.child", "quick.q_age", "screening.age_status", "screening.age_band")

    assert {base.field(name).merge for name in names} == {"protective:child"}
    assert base.field("screening.child_signs").merge == "union"
    assert {"0-11", "12-17", "child"} <= set(base.codelist("age_band").offered())
    assert not re.search("height|body|look", " ".join(base.codelist("child_sign").offered()))


@pytest.mark.rule("N1")
@pytest.mark.rule("N14")
def test_signs_have_a_source_and_no_weight(base: FormSet):
    row = [one.key for one in base.field("screening.indicators").fields]
    text = (PACKS / "base" / "codelists" / "indicators.toml").read_text(encoding="utf-8")

    assert row == ["sign", "how", "where"]
    assert not re.search(r"^\s*(weight|strength|score|points)\s*=", text, re.MULTILINE)


@pytest.mark.rule("R21")
def test_states_of_an_answer_are_no_codes(base: FormSet):
    """These lists hold such a word on purpose: there it says something else than a state."""
    allowed = {"child_view", "citizenship_group", "quick_result", "withdrawal_notice"}
    allowed |= {"contact_end", "stay_status", "identification_state"}
    states = {state.word for state in AnswerState} | {"not_known"}
    found = {codes.id for codes in base.codelists.values() for c in codes.codes if c.code in states}

    assert found == allowed


def test_something_else_can_always_be_said_in_words(base: FormSet):
    silent = [
        one.id
        for one in base.fields()
        if one.type in {FieldType.ONE, FieldType.MANY}
        and (codes := base.codes_of(one)) is not None
        and codes.find("other")
        and not one.has_remark
    ]
    # Derived from others, a kind in a register, or a plain kind: nothing is told there.
    assert silent == [
        "screening.others_present.role",
        "screening.citizenship_group",
        "screening.exploitation_form",
        "case_registers.al_kind",
        "plan.goal_area",
        "plan.service_type",
        "return.first_months.area",
        "return.inclusion.area",
        "moved.mv_reason",
        "directory.kind",
        "duty.du_role",
        "joined.jn_reason",
        "joined.jn_parted_why",
    ]


@pytest.mark.rule("R10")
def test_everything_that_may_leave_has_its_place_in_print(base: FormSet):
    printed = [name for part in base.layouts["referral"].parts for name in part.fields]
    may_leave = {one.id for one in leaving(base) if one.parent is None}

    assert len(printed) == len(set(printed))
    assert may_leave <= set(printed)


@pytest.mark.rule("R10")
def test_dangers_to_life_come_first_and_the_envelope_tells_nothing_of_the_person(base: FormSet):
    life_risk, envelope = base.layouts["referral"].parts[:2]

    assert (life_risk.id, envelope.id) == ("life_risk", "envelope")
    assert {"screening.danger_now", "screening.medical_now"} <= set(life_risk.fields)
    assert {name.partition(".")[0] for name in envelope.fields} == {"referral"}
    assert {base.field(name).compartment for name in envelope.fields} == {Compartment.CORE}
    assert not [name for name in envelope.fields if base.field(name).consent_groups]


def test_every_kind_of_recipient_has_a_ceiling(base: FormSet):
    assert set(base.roles.recipient_roles) == set(base.codelist("referral_type").offered())
    assert not [place for place in CASE_COMPARTMENTS if base.roles.may_be_sent("other", place)]


def test_states_of_a_referral_keep_their_order(base: FormSet):
    assert list(base.codelist("referral_state").offered()) == REFERRAL_STATES


@pytest.mark.parametrize("role", ["interpreter", "rapporteur", "it"])
def test_some_roles_see_nothing_of_a_case(base: FormSet, role: str):
    assert not [place for place in CASE_COMPARTMENTS if base.roles.cells((role,), place)]


def test_the_table_of_roles_is_that_of_the_domain_guide(base: FormSet):
    """Spot checks of each kind of cell; the loader holds the rest to the fields of the forms."""
    cells = base.roles.cells

    assert len(base.roles.roles) == 21
    assert cells(("shelter",), Compartment.CORE) == {Cell.OWN, Cell.READ}
    assert cells(("shelter",), Compartment.LEGAL) == frozenset()
    assert cells(("case_manager",), Compartment.ACCOUNT) == {Cell.OWN, Cell.CONSENT}
    assert cells(("border_second",), Compartment.LOCATION) == {Cell.OWN, Cell.POINT}
    assert cells(("investigator",), Compartment.LIAISON) == {Cell.CONSENT, Cell.ORDER}
    assert cells(("dpo",), Compartment.HEALTH) == {Cell.EXCEPTION}
    assert cells(("outreach",), Compartment.ORG_INBOX) == {Cell.BOX}
    assert base.roles.roles["border_first"].is_until_handover


@pytest.mark.rule("R34")
def test_presets_are_the_four_of_the_domain_guide(base: FormSet):
    assert base.roles.presets == {
        "border_counter": ("border_first",),
        "border_second_line": ("border_second",),
        "shelter_night": ("shelter", "outreach"),
        "coordinator_intake": ("coordinator", "case_manager"),
    }
    assert base.roles.may_fill(("shelter", "outreach"), "screening")
    assert not base.roles.may_fill(("border_first",), "screening")
    assert "disclosure" not in base.roles.fills


def test_nothing_claims_to_be_checked_that_was_not(base: FormSet, with_gb: FormSet):
    assert [info.is_verified for info in with_gb.packs] == [False, False]
    assert not [codes.id for codes in base.codelists.values() if codes.is_verified]
