"""What holds for every pack below `resources/packs`, whatever country comes next."""

import ast
from pathlib import Path

import pytest

from nrm_desktop.app.pack_docs import pack_docs
from nrm_desktop.app.wire.limits import RECORD_NESTING
from nrm_desktop.domain.addresses import parse_address, record_keys_to
from nrm_desktop.domain.case import BIRTH_DATE, PATHWAY_FIELDS
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.validate import Problem, check_value, parse_text, show
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.protective import MERGE_UNION
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS
from nrm_desktop.domain.values import FieldType
from nrm_desktop.storage.form_packs import FormPacks

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "nrm_desktop"
INSTALLED = FormPacks(ROOT / "resources" / "packs")
SETS = {"base": (), **{country: (country,) for country in INSTALLED.countries()}}
WITHOUT_VALUE = {FieldType.AUTO, FieldType.GROUP}
SAMPLES = {
    FieldType.TEXT: "words",
    FieldType.LONG: "words\nin two lines",
    FieldType.DATE: "~2026-05",
    FieldType.DATETIME: "2026-05-14T20:46",
    FieldType.YESNO: "no",
    FieldType.NUMBER: "~14",
    FieldType.DURATION: "30 days",
    FieldType.PLACE: "a town",
    FieldType.LANGUAGE: "uk as spoken at home",
    FieldType.REF: "a7f3",
    FieldType.SELECTION: "screening.given_name",
}


@pytest.fixture(scope="module", params=SETS)
def forms(request) -> FormSet:
    return INSTALLED.load(SETS[request.param]).forms


def test_every_country_pack_loads_from_its_folder_as_if_it_came_from_outside():
    for country in INSTALLED.countries():
        folder = ROOT / "resources" / "packs" / country

        assert INSTALLED.load_folder(folder).forms.packs[-1].id == country


def test_every_field_that_is_typed_takes_a_value_and_gives_it_back(forms: FormSet):
    for one in forms.fields():
        if one.type in WITHOUT_VALUE:
            continue
        codes = forms.codes_of(one)
        text = codes.offered()[-1] if codes else SAMPLES.get(one.type, "a7f3")

        value = parse_text(one, text, forms)

        assert not isinstance(value, Problem), (one.id, value)
        assert check_value(one, value, forms) == value, one.id
        assert parse_text(one, show(one, value), forms) == value, one.id


def test_every_code_on_offer_can_be_chosen(forms: FormSet):
    for one in forms.fields():
        codes = forms.codes_of(one)
        for code in codes.offered() if codes else ():
            assert not isinstance(parse_text(one, code, forms), Problem), (one.id, code)


def test_every_field_has_an_address_that_leads_to_it(forms: FormSet):
    for one in forms.fields():
        if not one.is_group:
            assert parse_address(one.id, forms).field == one.id


def test_no_record_is_nested_deeper_than_the_wire_allows(forms: FormSet):
    deepest = max(len(record_keys_to(forms, forms.record_key(one))) for one in forms.fields())

    assert deepest <= RECORD_NESTING


def test_what_may_leave_can_reach_somebody(forms: FormSet):
    kinds = forms.roles.recipient_roles
    for one in forms.fields():
        if one.consent_groups and one.compartment in CASE_COMPARTMENTS:
            assert any(forms.roles.may_be_sent(kind, one.compartment) for kind in kinds), one.id


def test_only_lists_are_joined_when_two_devices_differ(forms: FormSet):
    for one in forms.fields():
        if one.merge == MERGE_UNION:
            assert one.type is FieldType.MANY, one.id


@pytest.mark.rule("R34")
def test_every_role_that_fills_a_form_can_write_in_it(forms: FormSet):
    for form, roles in forms.roles.fills.items():
        for role in roles:
            own = [one for one in forms.fields() if one.form == form]
            assert not own or any(forms.roles.may_write((role,), one.compartment) for one in own), (
                form,
                role,
            )


def field_ids_in_source() -> set[str]:
    """Every literal in a call of FieldId: the fields that the program itself writes or reads."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == FieldId.__name__:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def test_every_field_that_the_program_names_is_in_a_shipped_pack(with_gb: FormSet):
    missing = {name for name in field_ids_in_source() if with_gb.find_field(name) is None}

    assert not missing


@pytest.mark.rule("R30")
def test_every_question_about_a_child_is_a_sign_to_the_program(with_gb: FormSet):
    asking = {one.id for one in with_gb.fields() if one.merge == "protective:child"}

    assert asking <= {*PATHWAY_FIELDS, BIRTH_DATE}


def test_the_pages_about_the_packs_have_a_word_for_everything(forms: FormSet):
    pages = pack_docs(forms)

    assert all("⟦" not in page for page in pages.values())
    for one in forms.fields():
        if one.parent is None:
            assert any(f"`{one.id}`" in page for page in pages.values()), one.id


def test_packs_have_names_of_their_own_on_the_wire():
    prints = {INSTALLED.load(countries).forms.fingerprint[:8] for countries in SETS.values()}

    assert len(prints) == len(SETS)
