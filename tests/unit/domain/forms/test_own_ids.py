"""New ids of a country pack are its own; whoever checks the pack is told where they are not."""

from __future__ import annotations

import pytest
from tests.packs.conftest import PACKS
from tests.unit.domain.forms.small_pack import base_files, country_files, with_texts

from nrm_desktop.domain.forms.load import load_packs
from nrm_desktop.domain.forms.parse import PackFiles
from nrm_desktop.storage.form_packs import FormPacks

LIST = '[[codelist]]\nid = "{}"\nversion = 1\n  [[codelist.code]]\n  code = "{}"\n'
WORD = '[[loaded]]\nid = "{}"\nlanguage = "en"\nwords = ["claims"]\ninstead = "says"\n'
FACT = '[[fact]]\nid = "{}"\n'
ROLES = '[[role]]\nid = "{0}_helper"\n[[preset]]\nid = "{0}_desk"\nroles = ["{0}_helper"]\n'
ACT = '[[act]]\nid = "{}.send"\n'
FORM = '[form]\nid = "screening"\n\n[[field]]\n'
FIELD = FORM + 'id = "screening.{}"\nsection = "setting"\ntype = "text"\n'
KNOWN = {"gb": ["sexual_held_assault"], "bg": []}
"""One code of an exploitation; the domain guide names it so (forms.md section 5), and it stays."""


def told(**files: str) -> list[tuple[str, str]]:
    """File and message of every id that another country may take."""
    names = {name.replace("__", "/") + ".toml": text for name, text in files.items()}
    country = country_files(**names)
    packs = [PackFiles("base", with_texts(base_files(), country)), PackFiles("gb", country)]
    found = [one for one in load_packs(packs).warnings if one.code == "shared_id"]
    return [(one.file, one.message.split("`")[1]) for one in found]


def test_ids_that_begin_with_the_pack_are_not_spoken_of():
    assert told() == []
    assert told(codelists__more=LIST.format("gb_list", "any")) == []
    assert told(wording=WORD.format("gb_word"), facts=FACT.format("gb_fact")) == []
    assert told(compartments=ROLES.format("gb") + ACT.format("gb_form")) == []


@pytest.mark.parametrize(
    ("name", "text", "ids"),
    [
        ("codelists__more", LIST.format("places", "any"), ["places"]),
        ("wording", WORD.format("word"), ["word"]),
        ("facts", FACT.format("fact"), ["fact"]),
        ("compartments", ROLES.format("uk"), ["uk_helper", "uk_desk"]),
        ("compartments", ACT.format("form"), ["form.send"]),
        ("compartments", ACT.format("gbform"), ["gbform.send"]),
    ],
)
def test_an_id_that_another_country_may_choose_is_told_and_refuses_nothing(name, text, ids):
    assert told(**{name: text}) == [(f"gb/{name.replace('__', '/')}.toml", one) for one in ids]


def test_a_question_in_a_form_of_the_base_has_an_id_of_its_own():
    assert told(forms__screening=FIELD.format("gb_way")) == []
    assert told(forms__screening=FIELD.format("way")) == [("gb/forms/screening.toml", "way")]


def test_a_code_added_to_a_list_of_the_base_has_one_too_and_what_is_mapped_does_not():
    lists = '[[codelist]]\nid = "data_group"\nversion = 1\n  [[codelist.code]]\n  code = "{}"\n'

    assert told(codelists__more=lists.format("identity")) == []
    assert told(codelists__more=lists.format("gb_face")) == []
    assert told(codelists__more=lists.format("face")) == [("gb/codelists/more.toml", "face")]


@pytest.mark.parametrize("country", FormPacks(PACKS).countries())
def test_no_shipped_pack_takes_an_id_that_another_may_choose(country: str):
    loaded = FormPacks(PACKS).load([country])
    found = [one.message.split("`")[1] for one in loaded.warnings if one.code == "shared_id"]

    assert found == KNOWN.get(country, [])
