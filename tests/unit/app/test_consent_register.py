"""The consent register is what lies in `core`, and nothing else (R35)."""

import pytest
from tests.contract.vaults import CASE, CORE, RECORD, SUPPORT, MemoryVault, author, value, write

from nrm_desktop.app.consent_register import read_register
from nrm_desktop.domain.consent import register_field

ROW = {"cr_purpose": "refer", "cr_recipient": "r1", "cr_group": "needs", "cr_answer": "no"}


def ops(fields):
    return [value(said, field=register_field(name)) for name, said in fields.items()]


@pytest.mark.rule("R35")
def test_a_yes_written_into_another_compartment_never_covers_a_no():
    vault, by = MemoryVault(), author()
    write(vault, by, *ops(ROW), compartment=CORE)
    write(vault, by, *ops(ROW | {"cr_answer": "yes"}), compartment=SUPPORT)

    (row,) = vault.run(by, lambda unit: read_register(unit, CASE))

    assert (row.record, row.answer) == (RECORD, "no")


@pytest.mark.rule("R35")
def test_a_row_that_lies_only_elsewhere_is_no_row():
    vault, by = MemoryVault(), author()
    write(vault, by, *ops(ROW | {"cr_answer": "yes"}), compartment=SUPPORT)

    assert vault.run(by, lambda unit: read_register(unit, CASE)) == []
