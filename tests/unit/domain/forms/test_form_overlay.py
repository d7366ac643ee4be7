"""A country pack adds, hides, moves, restricts and maps; everything else is refused."""

import pytest
from tests.unit.domain.forms.small_pack import (
    COUNTRY_PACK,
    COUNTRY_SCREENING,
    base_files,
    codes_of,
    country_files,
    small_forms,
)

from nrm_desktop.domain.forms.schema import AllOf
from nrm_desktop.domain.scopes import Compartment

HEAD = '[form]\nid = "screening"\n'


def change(*lines: str, field: str = "screening.given_name") -> str:
    return "\n".join([HEAD, "[[change]]", f'field = "{field}"', *lines])


def codes(screening: str = HEAD, **files: str) -> set[str]:
    return codes_of(base_files(), country_files(screening, **files))


def joined(screening: str):
    return small_forms(country_files(screening))


def test_new_sections_and_fields_stand_where_the_overlay_says():
    form = small_forms(country_files()).form("screening")

    assert [one.id for one in form.sections] == ["setting", "gb", "person", "situation"]
    assert [one.id for one in form.sections[0].fields][:2] == [
        "screening.started_at",
        "screening.gb_trade",
    ]


def test_several_things_behind_one_keep_their_order():
    text = HEAD + "".join(
        f'[[field]]\nid = "screening.gb_{name}"\nsection = "setting"\ntype = "text"\n'
        'after = "screening.started_at"\n'
        for name in "ab"
    )

    fields = joined(text).form("screening").sections[0].fields

    assert [one.key for one in fields][:3] == ["started_at", "gb_a", "gb_b"]


def test_a_hidden_field_stays_known_and_is_marked():
    one = small_forms(country_files()).field("screening.age_status")

    assert one.is_hidden


def test_an_overlay_restricts_purposes_and_adds_maps():
    one = small_forms(country_files()).field("screening.given_name")

    assert (one.purposes, one.uk) == (("refer",), ("pv-name-first-name",))


def test_an_overlay_may_ask_for_one_more_consent():
    one = joined(change('consent_groups = ["identity", "risk"]')).field("screening.given_name")

    assert one.consent_groups == ("identity", "risk")


def test_a_condition_is_added_to_the_one_that_is_there():
    text = change('visible_when = { fact = "child_pathway" }', field="screening.debt")

    one = joined(text).field("screening.debt")

    assert isinstance(one.visible_when, AllOf)


def test_an_act_may_need_a_further_field():
    one = joined(change('required_for = ["referral.send"]')).field("screening.given_name")

    assert [entry.act for entry in one.required_for] == ["referral.send"]


def test_a_sub_field_of_a_group_can_be_changed():
    one = joined(change("hide = true", field="screening.others_present.can_hear"))

    assert one.field("screening.others_present.can_hear").is_hidden


def test_a_change_reaches_a_field_that_is_shown_in_a_second_form():
    forms = joined(change("hide = true", field="screening.danger_now"))

    assert forms.form("quick").sections[0].fields[0].is_hidden


def test_a_field_may_move_to_a_compartment_that_no_further_role_reads():
    forms = joined(change('compartment = "location"', field="screening.danger_now"))

    assert forms.field("screening.danger_now").compartment is Compartment.LOCATION


REFUSED = [
    ("lowered_compartment", change('compartment = "core"')),
    ("widened_purposes", change('purposes = ["refer", "statistics"]')),
    ("widened_purposes", change("purposes = []")),
    ("widened_purposes", change('purposes = ["statistics"]', field="screening.debt")),
    ("widened_groups", change("consent_groups = []")),
    ("widened_groups", change('consent_groups = ["risk"]')),
    ("widened_groups", change('consent_groups = ["risk"]', field="screening.debt")),
    ("type_change", change('type = "long"')),
    ("type_change", change('codelist = "others_role"', field="screening.age_status")),
    ("type_change", '[form]\nid = "screening"\nrepeats = false\n'),
    ("type_change", '[form]\nid = "screening"\nscope = "organisation"\n'),
    ("unknown_field", change("hide = true", field="screening.nothing")),
    ("unknown_field", change('after = "screening.nothing"')),
    ("missing_key", HEAD + "[[change]]\nhide = true\n"),
    ("unknown_key", change('label = "x"')),
    (
        "duplicate_id",
        HEAD + '[[field]]\nid = "screening.debt"\nsection = "person"\ntype = "text"\n',
    ),
    ("duplicate_id", HEAD + '[[section]]\nid = "person"\ncompartment = "core"\n'),
]


@pytest.mark.parametrize(("code", "screening"), REFUSED)
def test_what_would_widen_or_re_use_something_is_refused(code, screening):
    assert code in codes(screening)


def test_a_section_can_be_hidden_and_moved_and_nothing_else():
    hidden = HEAD + '[[change]]\nsection = "screening.person"\nhide = true\n'
    altered = HEAD + '[[change]]\nsection = "screening.person"\npurposes = ["refer"]\n'

    assert joined(hidden).sections["screening.person"].is_hidden
    assert "bad_value" in codes(altered)


LIST = '[[codelist]]\nid = "others_role"\n'


def test_a_list_of_the_base_gets_codes_loses_some_and_is_mapped():
    text = (
        LIST
        + '[[codelist.code]]\ncode = "lawyer"\n[[codelist.code]]\ncode = "police"\nhide = true\n'
        + '[[codelist.code]]\ncode = "partner"\nuk = "partner-of-person"\n'
    )
    forms = small_forms(country_files(HEAD, **{"codelists/gb.toml": text}))

    roles = forms.codelist("others_role")

    assert roles.offered() == ("partner", "other", "lawyer")
    assert roles.find("police") is not None
    assert roles.codes[0].uk == ("partner-of-person",)


def test_a_code_of_the_base_does_not_put_rows_elsewhere():
    text = '[[codelist]]\nid = "need_domain"\n[[codelist.code]]\ncode = "shelter"\n'

    assert "type_change" in codes(**{"codelists/x.toml": text + 'compartment = "health"'})


ROLES = [
    ("widened_role", '[[role]]\nid = "health"\ncells = { identity = "W" }\n'),
    ("duplicate_id", '[[preset]]\nid = "shelter_night"\nroles = ["shelter"]\n'),
    ("duplicate_id", '[[act]]\nid = "referral.send"\n'),
    ("widened_purposes", '[purposes]\ndefault = ["statistics"]\n'),
    ("widened_role", '[recipient_kind]\nhealth = "outreach"\n'),
    ("widened_role", '[fills]\nscreening = ["outreach", "shelter"]\n'),
]


@pytest.mark.parametrize(("code", "text"), ROLES)
def test_roles_acts_and_purposes_of_the_base_are_not_widened(code, text):
    assert code in codes(**{"compartments.toml": text})


def test_a_role_may_be_narrowed_and_a_new_one_added():
    text = '[[role]]\nid = "health"\ncells = { health = "W" }\n[[role]]\nid = "nurse"\n'
    forms = small_forms(country_files(HEAD, **{"compartments.toml": text}))

    assert not forms.roles.may_read(["health"], Compartment.CORE)
    assert "nurse" in forms.roles.roles


def test_a_fact_of_the_base_is_not_defined_again():
    assert "duplicate_id" in codes(**{"facts.toml": '[[fact]]\nid = "child_pathway"\n'})


def test_texts_of_the_overlay_win_and_others_stay():
    forms = small_forms(
        country_files(HEAD, **{"texts/en.toml": '"screening.title" = "First interview"\n'})
    )

    assert forms.text("screening.title") == "First interview"
    assert forms.text("referral.title") == "text of referral.title"


def test_an_overlay_needs_its_base():
    assert "unknown_pack" in codes_of(country_files(HEAD))
    other = {**country_files(HEAD), "pack.toml": COUNTRY_PACK.replace('"base"', '"other"')}
    assert "unknown_pack" in codes_of(base_files(), other)
    assert "unknown_pack" in codes_of(base_files(), base_files())


def test_a_whole_new_form_comes_with_an_overlay():
    pack = COUNTRY_PACK.replace('["screening"]', '["screening", "gb_sheet"]')
    form = '[form]\nid = "gb_sheet"\n[[section]]\nid = "s"\ncompartment = "core"\n'
    files = {**country_files(COUNTRY_SCREENING), "pack.toml": pack, "forms/gb_sheet.toml": form}

    forms = small_forms(files)

    assert (forms.form("gb_sheet").pack, forms.form("gb_sheet").repeats) == ("gb", False)
