"""The overlay of the United Kingdom against the facts of its referral form."""

import re
from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packs.uk_form import Answers, UkForm, read_fields

from nrm_desktop.domain.forms.conditions import Context
from nrm_desktop.domain.forms.flow import flow
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.forms.wording import find_loaded
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, AnswerState, FieldType, answered

SHEET = "gb_nrm"
UK = UkForm()
FIELDS = read_fields()
SIGN_IN = {"user-email"}
TYPES = {
    "input-text": {FieldType.TEXT, FieldType.NUMBER},
    "textarea": {FieldType.LONG},
    "select": {FieldType.TEXT, FieldType.COUNTRY},
    "radio-group": {FieldType.ONE, FieldType.YESNO},
    "checkbox": {FieldType.YESNO},
    "checkbox-group": {FieldType.MANY},
    "input-date": {FieldType.DATE},
    "input-file": {FieldType.YESNO},
}
FORKS = {
    "pv-under-age": ("yes", "no", "not-sure"),
    "potential-victim-exploitative-situation-multiple": ("yes", "no", "i-dont-know"),
    "still-in-exploitative-situation": ("yes", "no"),
    "is-this-the-first-chance-to-report": ("yes", "no", "not-sure"),
    "where-exploitation-happened": ("uk", "overseas", "uk-and-overseas"),
    "exploiters-location": ("yes", "no"),
    "future-exploitation-concerns": ("yes", "no"),
    "authorities-cooperation": ("yes", "no"),
    "pv-want-to-submit-nrm": ("yes", "no"),
    "does-pv-need-support": ("yes", "no"),
    "pv-phone-number": ("yes", "pv-alternative-number", "no"),
    "who-contact": ("potential-victim", "someone-else"),
    "upload-file": ("yes", "no"),
}
"""Every question that a fork or the condition of a field hangs on, and what is fixed below."""
FIXED = {
    "were-they-taken-somewhere-by-their-exploiter": "yes",
    "modern-slavery-indicators": "yes",
    "evidence-of-dishonesty": "yes",
    "are-others-involved": "yes",
    "types-of-exploitation-other": "yes",
    "any-other-pvs": "not-sure",
    "reported-to-police": "yes",
    "does-pv-have-children": "yes",
    "pv-interpreter-requirements": "yes",
    "pv-other-help-with-communication": "yes",
    "pv-ho-reference": "yes",
    "pv-contact-details": "email post",
    "someone-else": "email post",
}
STRICTER = {
    "other-exploitation-details",
    "reported-to-police-police-forces",
    "reported-to-police-crime-reference",
    "pv-contact-details-email-input",
    "pv-contact-details-email-check",
    "pv-contact-details-street",
    "pv-contact-details-town",
    "pv-contact-details-county",
    "pv-contact-details-postcode",
    "pv-contact-details-post-check",
    "someone-else-street",
    "someone-else-town",
    "someone-else-county",
    "someone-else-postcode",
}
"""Shown by the form whatever was ticked before, as far as its source says; by us only where it
was. The walks answer so that they are shown."""
EARLY = tuple(FORKS)[1:7]
LATE = tuple(name for name in FORKS if name not in EARLY)


@pytest.fixture(scope="module")
def blocks(with_gb: FormSet) -> dict[str, Field]:
    """UK field name -> the block of the sheet that names it."""
    sections = with_gb.form(SHEET).sections
    return {name: one for part in sections for one in part.fields for name in one.uk}


def ours(blocks: dict[str, Field], forms: FormSet, answers: Answers) -> Context:
    """The same answers, as the sheet holds them."""
    found = {}
    for name, text in answers.items():
        one = blocks[name]
        if one.type is FieldType.YESNO:
            found[one.id] = answered(text == "yes")
        else:
            codes = {code.uk[0] if code.uk else code.code: code.code for code in _codes(one, forms)}
            chosen = tuple(codes[part] for part in text.split())
            found[one.id] = answered(chosen if one.type is FieldType.MANY else chosen[0])
    return Context(found)


def _codes(one: Field, forms: FormSet):
    codes = forms.codes_of(one)
    return codes.codes if codes else ()


def sheet_fields(forms: FormSet, context: Context) -> set[str]:
    parts = flow(forms, SHEET, context)
    return {name for part in parts for one in part.fields for name in one.uk}


def walks(names: tuple[str, ...]):
    rest = {name: options[0] for name, options in FORKS.items() if name not in names}
    for chosen in product(*(FORKS[name] for name in names)):
        yield FIXED | rest | dict(zip(names, chosen, strict=True))


def test_every_field_of_the_form_is_named_by_exactly_one_block(with_gb: FormSet):
    named = Counter(name for one in with_gb.fields() for name in one.uk)

    assert named == dict.fromkeys(FIELDS, 1)
    assert len(FIELDS) == 142 + len(SIGN_IN)
    assert len(FIELDS.keys() - SIGN_IN - {n for p in UK.pages.values() for n in p["fields"]}) == 1


def test_every_block_names_one_field_and_has_a_type_that_can_hold_it(blocks):
    fitting = {name: one.type in TYPES[FIELDS[name].type] for name, one in blocks.items()}

    assert all(len(one.uk) == 1 for one in blocks.values())
    assert [name for name, fits in fitting.items() if not fits] == []


def test_every_option_of_the_form_can_be_said(blocks, with_gb: FormSet):
    for name, field in FIELDS.items():
        if field.type not in {"radio-group", "checkbox-group"}:
            continue
        one = blocks[name]
        if one.type is FieldType.YESNO:
            assert set(field.options) == {"yes", "no"}, name
            continue
        codes = [code.uk[0] if code.uk else code.code for code in _codes(one, with_gb)]
        assert sorted(codes) == sorted(field.options), name


def test_what_the_form_requires_is_required_for_the_sheet_and_for_nothing_else(blocks):
    required = {name for name, one in blocks.items() if one.required_for}
    acts = {entry.act for one in blocks.values() for entry in one.required_for}

    assert required == {name for name, field in FIELDS.items() if field.is_required} - SIGN_IN
    assert acts == {"gb_nrm.send"}


@pytest.mark.parametrize("names", [EARLY, LATE], ids=["what happened", "consent and contact"])
def test_each_way_through_the_form_shows_the_same_fields(names, blocks, with_gb: FormSet):
    tried = 0
    for answers in walks(names):
        context = ours(blocks, with_gb, answers)
        assert sheet_fields(with_gb, context) == UK.fields_shown(answers), answers
        tried += 1

    assert tried >= 96


@given(st.fixed_dictionaries({name: st.sampled_from(options) for name, options in FORKS.items()}))
def test_any_mixture_of_answers_shows_the_same_fields(blocks, with_gb: FormSet, chosen):
    answers = FIXED | chosen

    assert sheet_fields(with_gb, ours(blocks, with_gb, answers)) == UK.fields_shown(answers)


def test_every_fork_is_tried_and_every_reachable_field_is_seen(blocks, with_gb: FormSet):
    asked = {name for page in UK.pages.values() for fork in page["forks"] for name in _names(fork)}
    tried = [answers for names in (EARLY, LATE) for answers in walks(names)]
    shown = {n for a in tried for n in sheet_fields(with_gb, ours(blocks, with_gb, a))}

    assert asked - {"automatic-referral"} <= set(FORKS)
    assert {other for other, _ in UK.shown_when.values()} <= set(FORKS) | set(FIXED)
    # "other people" is fixed to one of its three answers above; the sheet shows one text for each.
    assert UK.reachable_fields() - shown == {"other-potential-victims-yes-details"}


def _names(fork):
    return (fork.get("when") or fork.get("when_not")).keys()


def test_conditions_of_single_fields_are_those_of_the_form_and_few_of_ours(blocks):
    conditional = {name for name, one in blocks.items() if one.visible_when}

    assert conditional == set(UK.shown_when) | STRICTER


def test_sections_follow_the_order_of_the_referral_path(blocks, with_gb: FormSet):
    answers = FIXED | {name: options[0] for name, options in FORKS.items()}
    answers |= {"pv-under-age": "no", "where-exploitation-happened": "uk-and-overseas"}
    path = [name for page in UK.walk(answers) for name in UK.pages[page]["fields"]]
    path = [name for name in dict.fromkeys(path) if name not in UK.shown_when]
    in_sheet = [name for part in with_gb.form(SHEET).sections for f in part.fields for name in f.uk]

    # The sign-in page asks for the organisation too, the form again: it stands where the form does.
    assert [n for n in path if n != "user-organisation"] == [
        name for name in in_sheet if name in path and name != "user-organisation"
    ]


@pytest.mark.rule("R30")
@pytest.mark.parametrize(
    "age", [answered("yes"), answered("not_sure"), Answer(AnswerState.UNKNOWN)]
)
def test_a_child_or_a_doubt_is_referred_without_being_asked(age, blocks, with_gb: FormSet):
    context = Context({blocks["pv-under-age"].id: age})
    shown = sheet_fields(with_gb, context)

    assert "pv-want-to-submit-nrm" not in shown
    assert "who-contact" not in shown
    assert {"pv-name-first-name", "fr-details-phone"} <= shown
    assert "local-authority-contacted-about-child-local-authority-name" in shown


@pytest.mark.rule("R4")
def test_a_no_sends_no_name_unless_the_person_wants_contact_with_the_police(blocks, with_gb):
    for wish in ("yes", "no"):
        answers = FIXED | {name: options[0] for name, options in FORKS.items()}
        answers |= {"pv-under-age": "no", "pv-want-to-submit-nrm": "no"}
        shown = sheet_fields(
            with_gb, ours(blocks, with_gb, answers | {"authorities-cooperation": wish})
        )
        assert {"refuse-nrm", "pv-gender", "pv-nationality"} <= shown
        assert ("pv-name-first-name" in shown) is (wish == "yes")
        assert not {"pv-dob", "fr-details-first-name"} & shown


def test_before_the_age_is_asked_nothing_about_the_person_is_shown(with_gb: FormSet):
    shown = sheet_fields(with_gb, Context())

    assert not {"pv-name-first-name", "pv-dob", "pv-contact-details", "who-contact"} & shown


def test_an_earlier_copy_of_the_form_brings_its_questions(with_gb: FormSet):
    unreachable = FIELDS.keys() - UK.reachable_fields() - SIGN_IN
    shown = sheet_fields(with_gb, Context(facts=frozenset({"gb_earlier_form"})))

    assert len(unreachable) == 4
    assert unreachable <= shown
    assert not unreachable & sheet_fields(with_gb, Context())


def test_the_referral_gets_seven_fields_for_this_authority_alone(base: FormSet, with_gb: FormSet):
    added = [one for one in with_gb.fields() if one.form == "referral" and one.pack == "gb"]
    fields = [one for one in added if one.parent is None]
    part = with_gb.sections["referral.gb_background"]
    kind = base.field("referral.referral_type").id

    assert len(fields) == 7
    assert {one.purposes for one in fields} == {("share_authority",)}
    for code, is_shown in (("identification_authority", True), ("shelter", False)):
        shown = flow(with_gb, "referral", Context({kind: answered(code)}))
        assert (part in [one.section for one in shown]) is is_shown


@pytest.mark.rule("R13")
def test_a_question_about_credibility_stands_in_the_sheet_of_this_authority_alone(
    base: FormSet, with_gb: FormSet
):
    suspicious = re.compile(r"credib|dishonest|truth|lie[sd]?\b|evidence_against")
    fields = [one for one in with_gb.fields() if suspicious.search(one.id)]

    assert not [one.id for one in base.fields() if suspicious.search(one.id)]
    assert fields
    assert {one.compartment for one in fields} == {Compartment.LIAISON}
    assert {entry.act for one in fields for entry in one.required_for} == {"gb_nrm.send"}


@pytest.mark.rule("S13")
def test_names_of_workers_are_in_no_data_group(with_gb: FormSet):
    senders = with_gb.sections["gb_nrm.sender"].fields

    assert [one.consent_groups for one in senders] == [()] * len(senders)


def test_everything_of_the_sheet_serves_this_authority_alone(with_gb: FormSet):
    leaving = [one for one in with_gb.fields() if one.form == SHEET and one.consent_groups]

    assert {one.purposes for one in leaving} == {("share_authority",)}


def test_the_print_order_is_that_of_the_base_with_one_part_more(base: FormSet, with_gb: FormSet):
    parts = with_gb.layouts["referral"].parts
    own = [part for part in parts if part.id == "gb"]

    assert tuple(part for part in parts if part not in own) == base.layouts["referral"].parts
    assert {name for part in own for name in part.fields} == {
        one.id for one in with_gb.sections["referral.gb_background"].fields
    }


def test_the_sheet_is_printed_whole_and_in_order(with_gb: FormSet):
    printed = [name for part in with_gb.layouts[SHEET].parts for name in part.fields]

    assert printed == [one.id for part in with_gb.form(SHEET).sections for one in part.fields]


def test_every_form_of_exploitation_has_a_box(with_gb: FormSet):
    boxes = {name for name in FIELDS if name.startswith("types-of-exploitation-")}
    codes = with_gb.codelist("exploitation").codes

    assert all(code.uk for code in codes)
    assert {name for code in codes for name in code.uk} == boxes


def test_codes_of_the_base_lead_to_options_that_exist(with_gb: FormSet):
    for list_id, name in (("gender", "pv-gender"), ("last_contact", "when-last-contact")):
        options = {text for code in with_gb.codelist(list_id).codes for text in code.uk}
        assert options <= set(FIELDS[name].options)
        assert all(code.uk for code in with_gb.codelist(list_id).codes)


@pytest.mark.rule("N3")
@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("A failed asylum seeker.", "person whose application was refused, as far as known"),
        ("child prostitution", "child who was sexually exploited"),
        ("She is an illegal worker", "without papers to stay or to work, as far as known"),
        ("a COUNTY LINES runner", "what somebody made the person do"),
    ],
)
def test_a_british_word_that_judges_gets_a_quiet_hint(with_gb: FormSet, typed, instead):
    assert [one.word.instead for one in find_loaded(typed, with_gb.wording.values())] == [instead]
