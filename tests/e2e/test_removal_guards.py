"""Whoever leaves keeps no door: no slot of nobody, and no key of boxes written later (P12, T22)."""

from dataclasses import replace

import pytest
from tests.e2e.test_people import BEA, ana, refused, shell_of  # noqa: F401 - a fixture

from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.bootstrap.intake import INTAKE_FILE, write_box
from nrm_desktop.bootstrap.people import add_user
from nrm_desktop.bootstrap.removing import WAITING_BOXES, open_after, remove_user
from nrm_desktop.bootstrap.succession import SLOT_USER
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import answered

pytestmark = [pytest.mark.promise("P12"), pytest.mark.threat("T22")]


def content():
    return BoxContent("quick", 1, ((FieldId("quick.q_writer"), answered("P-07")),))


def test_nobody_is_removed_while_a_slot_of_nobody_known_would_get_the_new_key(ana):  # noqa: F811 - the fixture
    add_user(ana.vault, BEA)
    planted = add_user(ana.vault, replace(BEA, badge="P-22", passphrase="a wall of quiet stones"))
    ana.vault.database.with_trust(
        lambda trust: trust.set_secret(SLOT_USER + planted.slot.hex(), b"")
    )

    fault = refused(Refused, "policy.unknown_slot", remove_user, ana.vault, "P-21")
    assert fault.params["signs"] == [planted.sign]

    vault = open_after(shell_of(ana), remove_user(ana.vault, planted.sign))
    vault.close()


def test_the_key_of_boxes_is_renewed_with_a_removal_where_nothing_waits(ana):  # noqa: F811 - the fixture
    shell = shell_of(ana)
    add_user(ana.vault, BEA)
    before = (shell.folder / INTAKE_FILE).read_bytes()

    removed = remove_user(ana.vault, "P-21")

    assert (shell.folder / INTAKE_FILE).read_bytes() != before
    assert WAITING_BOXES not in removed.left_to_do
    vault = open_after(shell, removed)
    assert "boxes.foreign_key" not in vault.findings
    vault.close()


def test_boxes_that_wait_stay_readable_and_are_named_as_left_to_do(ana):  # noqa: F811 - the fixture
    shell = shell_of(ana)
    add_user(ana.vault, BEA)
    write_box(shell, content())

    removed = remove_user(ana.vault, "P-21")

    assert WAITING_BOXES in removed.left_to_do
    open_after(shell, removed).close()
