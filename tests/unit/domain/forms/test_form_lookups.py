"""The joined packs: what is found under which name, and where values lie."""

import pytest
from tests.unit.domain.forms.small_pack import base_files, small_forms, with_texts

from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.load import load_packs
from nrm_desktop.domain.forms.parse import PackFiles
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import FieldType

FORMS = small_forms()


def test_a_field_is_found_by_its_id_and_a_sub_field_under_its_group():
    assert FORMS.field("screening.control").type is FieldType.MANY
    assert FORMS.field("screening.others_present.role").parent == "screening.others_present"


def test_a_remark_is_a_long_text_beside_its_question():
    question, remark = FORMS.field("screening.danger_now"), FORMS.field("screening.danger_now.text")

    assert remark.type is FieldType.LONG
    assert remark.compartment is question.compartment is Compartment.SUPPORT
    assert remark.consent_groups == question.consent_groups
    assert FORMS.record_key(remark) == "screening"


def test_what_is_not_known_is_told_or_none():
    for find in (FORMS.field, FORMS.form, FORMS.codelist):
        with pytest.raises(Usage) as caught:
            find("screening.of_a_newer_pack")
        assert caught.value.code == "usage.not_found"
    assert FORMS.find_field("screening.of_a_newer_pack") is None


def test_each_field_lies_in_exactly_one_record_key():
    keys = {one.id: FORMS.record_key(one) for one in FORMS.fields()}

    assert keys["screening.given_name"] == "screening"
    assert keys["screening.debt"] == "screening.situation"
    assert keys["screening.places"] == "screening.situation"
    assert keys["screening.places.town"] == "screening.places"


def test_rows_that_may_be_opened_below_a_record_are_known_both_ways():
    assert FORMS.children["screening"] == ("screening.others_present", "screening.situation")
    assert FORMS.children["screening.situation"] == ("screening.places",)
    assert FORMS.parents["screening.places"] == "screening.situation"


def test_fields_of_a_form_that_shares_records_lie_in_the_other_form():
    assert FORMS.record_key(FORMS.field("quick.q_kept")) == "screening"


def test_a_field_shown_in_a_second_form_is_the_field_itself():
    shown = FORMS.form("quick").sections[0].fields[0]

    assert shown is FORMS.field("screening.danger_now")
    assert FORMS.field("quick.q_danger") is shown
    assert sum(one.id == shown.id for one in FORMS.fields()) == 1


def test_fields_of_a_record_come_without_groups_and_with_remarks():
    names = [one.id for one in FORMS.record_fields("screening")]

    assert "screening.danger_now.text" in names
    assert "screening.others_present" not in names
    assert "quick.q_kept" in names
    assert FORMS.record_fields("nothing") == ()


def test_a_row_that_chose_its_compartment_keeps_its_fields_there():
    need, org = FORMS.field("referral.need_now"), FORMS.field("referral.to_org")

    assert FORMS.compartment_of(need) is Compartment.SUPPORT
    assert FORMS.compartment_of(need, Compartment.HEALTH) is Compartment.HEALTH
    assert FORMS.compartment_of(org, Compartment.HEALTH) is Compartment.CORE


def test_the_codes_of_a_field_are_those_of_its_list_or_its_own():
    inline = FORMS.codes_of(FORMS.field("screening.consent_talk"))

    assert inline is not None
    assert inline.offered() == ("yes", "partly", "no")
    assert FORMS.codes_of(FORMS.field("screening.debt")) is None


def test_a_text_falls_back_to_the_base_language_and_then_to_its_key():
    files = with_texts(base_files())
    files["texts/uk.toml"] = '[screening]\ntitle = "Перша розмова"\n'
    forms = load_packs([PackFiles("base", files)]).forms

    assert forms.text("screening.title", "uk") == "Перша розмова"
    assert forms.text("screening.title", "uk-UA") == "Перша розмова"
    assert forms.text("referral.title", "uk") == "text of referral.title"
    assert forms.text("no.such.key", "uk") == "⟦no.such.key⟧"
    assert forms.find_text("no.such.key") is None
