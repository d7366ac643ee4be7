"""Roles x compartments: what the cells mean, and which of them give a key."""

import pytest

from nrm_desktop.domain.compartments import Cell, Role, RoleTable
from nrm_desktop.domain.scopes import Compartment

CORE, HEALTH = Compartment.CORE, Compartment.HEALTH


def table(**cells: str) -> RoleTable:
    roles = {
        name: Role(name, {CORE: frozenset(Cell(letter) for letter in letters)})
        for name, letters in cells.items()
    }
    return RoleTable(
        roles,
        presets={"night": ("a", "b")},
        fills={"screening": ("a",)},
        recipient_roles={"shelter": "a", "clinic": "unknown"},
    )


@pytest.mark.parametrize(
    ("letters", "reads", "reads_own", "writes", "is_sent"),
    [
        ("W", True, True, True, True),
        ("r", True, True, False, True),
        ("o", False, True, True, True),
        ("or", True, True, True, True),
        ("p", False, False, False, False),
        ("a", False, False, False, False),
        ("i", False, False, False, False),
        ("c", False, False, False, True),
        ("q", False, False, False, False),
        ("x", False, False, False, False),
        ("b", False, False, False, False),
        ("", False, False, False, False),
    ],
)
def test_each_cell_means_one_thing(letters, reads, reads_own, writes, is_sent):
    roles = table(a=letters)

    assert roles.may_read(["a"], CORE) is reads
    assert roles.may_read_own(["a"], CORE) is reads_own
    assert roles.may_write(["a"], CORE) is writes
    assert roles.holds_key(["a"], CORE) is reads_own
    assert roles.may_be_sent("shelter", CORE) is is_sent


def test_cells_of_several_roles_add_up():
    roles = table(a="o", b="r")

    assert roles.cells(["a", "b"], CORE) == {Cell.OWN, Cell.READ}
    assert roles.may_read(["a", "b"], CORE)
    assert roles.may_write(["a", "b"], CORE)


def test_an_unknown_role_has_nothing():
    roles = table(a="W")

    assert not roles.may_read(["nobody"], CORE)
    assert not roles.holds_key([], CORE)
    assert not roles.may_read(["a"], HEALTH)


def test_a_device_gets_the_keys_of_its_roles_and_no_others():
    roles = table(a="o", b="i")

    assert roles.holds_key(iter(["a", "b"]), CORE)
    assert not roles.holds_key(["b"], CORE)
    assert not roles.holds_key(["a", "b"], HEALTH)


def test_a_name_is_a_preset_or_a_role_or_nothing():
    roles = table(a="W", b="r")

    assert roles.roles_named("night") == ("a", "b")
    assert roles.roles_named("a") == ("a",)
    assert roles.roles_named("nobody") == ()


def test_a_form_is_filled_by_the_roles_that_are_named_for_it():
    roles = table(a="W", b="r")

    assert roles.may_fill(["b", "a"], "screening")
    assert not roles.may_fill(["b"], "screening")
    assert not roles.may_fill(["a"], "disclosure")


def test_a_recipient_of_an_unknown_kind_is_sent_nothing():
    roles = table(a="W")

    assert roles.ceiling("shelter") == {CORE: {Cell.WRITE}}
    assert roles.ceiling("clinic") == {}
    assert not roles.may_be_sent("stranger", CORE)
