"""A clone never writes in the name of the first, also where that cannot be noted at once."""

import shutil
from dataclasses import replace

import pytest
from tests.e2e.laptops import Laptop, made_once, opened_again, shell_at

from nrm_desktop.app.condition import Reason
from nrm_desktop.bootstrap import identity
from nrm_desktop.bootstrap.headless import enter
from nrm_desktop.bootstrap.identity import needs_identity
from nrm_desktop.domain.errors import EnvironmentFault, NrmError
from nrm_desktop.storage.engine import DatabaseKey
from nrm_desktop.storage.vault_database import open_read_only

pytestmark = pytest.mark.threat("T18")


@pytest.fixture
def cloned(tmp_path):
    """The folder alone, as somebody copies it: the anchor stays on the first laptop."""
    made = made_once()[0]
    shell = shell_at(tmp_path / "clone")
    shutil.copytree(made.shell.folder, shell.folder)
    return replace(made, shell=shell)


def test_a_clone_that_was_first_read_from_a_protected_medium_still_needs_an_identity(cloned):
    """Read from a protected stick, then copied to the disk as the program advises."""
    keys = cloned.unlocked.keys
    key = DatabaseKey(keys.db, keys.db_salt)
    database = open_read_only(cloned.shell.folder, key, Reason.MEDIUM)
    enter(replace(opened_lock(cloned), database=database)).close()

    vault = enter(opened_again(cloned))
    try:
        assert needs_identity(vault.session.safe)
    finally:
        vault.close()


def opened_lock(safe):
    again = opened_again(safe)
    again.database.close()
    return again


def test_a_clone_on_a_full_disk_signs_nothing_before_its_device_was_ended(cloned, monkeypatch):
    def full(*_):
        raise EnvironmentFault("storage.full")

    monkeypatch.setattr(identity, "retire", full)
    laptop = Laptop(enter(opened_again(cloned)))
    with pytest.raises(NrmError):
        laptop.open_case()
    laptop.vault.close()
    monkeypatch.undo()

    with Laptop(enter(opened_again(cloned))) as again:
        assert needs_identity(again.vault.session.safe)
        with pytest.raises(NrmError):
            again.open_case()
