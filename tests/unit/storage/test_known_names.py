"""Names of people in the vault are no part of a passphrase, and no role learns one by asking."""

from dataclasses import replace

import pytest
from tests.e2e.laptops import copy_of, made_once, new_record

from nrm_desktop.app.sight import Sight
from nrm_desktop.bootstrap.people import change_passphrase
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.storage.known_names import known_names

NAME = FieldId("screening.given_name")


@pytest.fixture
def ana(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as laptop:
        scope = laptop.open_case()
        laptop.save(scope, new_record(), NAME, "Світлана Маркушевська")
        yield laptop


def asked(laptop, words, sight=None):
    seen = sight or laptop.vault.sight
    return laptop.vault.database.read(lambda found: known_names(found, words, seen)).result()


def test_a_first_name_is_known_in_any_spelling_that_is_folded_alike(ana):
    assert asked(ana, ["світлана", "harbour"]) == {"світлана"}
    assert asked(ana, ["СВІТЛАНА"]) == {"СВІТЛАНА"}


def test_two_letters_and_the_middle_of_a_name_say_nothing(ana):
    assert asked(ana, ["св", "тлан"]) == frozenset()


def test_a_role_that_does_not_see_the_name_is_told_nothing_about_it(ana):
    none = Sight(frozenset())
    own = replace(none, own_only=ana.vault.sight.compartments)
    assert asked(ana, ["світлана"], none) == frozenset()
    assert asked(ana, ["світлана"], own) == frozenset()


def test_a_passphrase_gains_nothing_by_a_name_of_a_case(ana):
    with pytest.raises(Refused) as caught:
        change_passphrase(ana.vault, "Світлана світлана 77")
    assert caught.value.params["rule"] == "common"
    assert "вітлана" not in str(caught.value.params)
