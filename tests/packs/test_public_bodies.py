"""What the shipped packs say of public bodies, and the way of it into a directory."""

import json
import re

import pytest
from tests.packs.conftest import PACKS

from nrm_desktop.app.pack_docs import pack_docs
from nrm_desktop.cli.main import main
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.storage.form_packs import FormPacks

COUNTRIES = FormPacks(PACKS).countries()
ASKED_FOR = {
    "bg_commission",
    "bg_local_commissions",
    "bg_agency_children",
    "bg_social_assistance",
    "bg_organised_crime",
    "bg_border_police",
    "bg_refugees",
    "bg_migration_directorate",
    "bg_council",
    "bg_legal_aid",
    "bg_line_trafficking",
    "bg_child_line",
}
"""Bodies that the national mechanism of Bulgaria names, and lines to call."""
HOUSE = re.compile(r"shelter|crisis centre|safe house|приют|кризисен център|подслон", re.IGNORECASE)


@pytest.fixture(params=COUNTRIES)
def forms(request) -> FormSet:
    return FormPacks(PACKS).load([request.param]).forms


def test_every_country_names_bodies_and_a_line_to_call(forms: FormSet):
    kinds = {one.kind for one in forms.authorities.values()}

    assert {"child_protection", "psychosocial", "police"} <= kinds
    assert all(one.id.startswith(f"{one.pack}_") for one in forms.authorities.values())


def test_the_bodies_of_the_bulgarian_mechanism_are_all_there(with_bg: FormSet):
    assert with_bg.authorities.keys() >= ASKED_FOR


@pytest.mark.rule("N5")
def test_no_shelter_stands_in_any_pack(forms: FormSet):
    for one in forms.authorities.values():
        assert one.kind != "shelter"
        assert not HOUSE.search(f"{forms.text(f'authority.{one.id}')} {one.reached}")


def test_what_was_read_is_told_with_its_page_and_month_and_marked_where_it_was_not_plain(
    with_bg: FormSet,
):
    unsure = {one.id for one in with_bg.authorities.values() if not one.is_verified}
    page = pack_docs(with_bg)["authorities.md"]

    assert unsure == {"bg_local_commissions", "bg_local_pleven", "bg_organised_crime"}
    assert page.count("not yet checked") == len(unsure)
    for one in with_bg.authorities.values():
        assert f"{one.source}, {one.as_of}" in page
        assert one.reached in page


@pytest.mark.parametrize("country", COUNTRIES)
def test_bodies_are_written_for_the_directory_and_are_unverified_there(
    tmp_path, capsys, country: str
):
    file = tmp_path / "bodies.json"
    words = ["--data-dir", str(tmp_path / "none"), "pack", "authorities", str(file)]

    assert main([*words, "--country", country, "--lang", "bg"]) == 0
    made = json.loads(file.read_text("utf-8"))
    forms = FormPacks(PACKS).load([country]).forms
    assert len(made["entries"]) == len(forms.authorities)
    assert {one["verified"] for one in made["entries"]} == {False}
    assert {one["kind"] for one in made["entries"]} <= set(forms.roles.recipient_roles)
    named = {one.entry: one.id for one in forms.authorities.values()}
    for one in made["entries"]:
        assert one["name"] == forms.text(f"authority.{named[one['id']]}", "bg")
    capsys.readouterr()


def test_bodies_are_never_written_over_a_file(tmp_path, capsys):
    file = tmp_path / "bodies.json"
    file.write_text("mine", "utf-8")
    words = ["--data-dir", str(tmp_path / "none"), "pack", "authorities", str(file)]

    assert main([*words, "--country", "gb"]) != 0
    assert file.read_text("utf-8") == "mine"
    assert "not empty" in capsys.readouterr().err
