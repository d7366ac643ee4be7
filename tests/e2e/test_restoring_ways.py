"""Every way into a vault is a way into its backups: no stick that nobody can open (P10, P11)."""

import secrets
from dataclasses import replace
from pathlib import Path

import pytest
from tests.e2e.laptops import PASSPHRASE, PLACE, Laptop, copy_of, made_once, new_record, shell_at
from tests.e2e.test_ways_back import NEW, confirmed

from nrm_desktop.bootstrap.backups import back_up, backup_before
from nrm_desktop.bootstrap.headless import Founder, found_vault, open_vault
from nrm_desktop.bootstrap.recovering import use_recovery
from nrm_desktop.bootstrap.renewing import renew_identity
from nrm_desktop.bootstrap.restoring import check_backup, restore_by_code, restore_vault
from nrm_desktop.domain.errors import IntegrityFault, Locked, Usage
from nrm_desktop.security.vault.copies import COPY_NAMES
from nrm_desktop.security.vault.cost import FLOOR

pytestmark = [pytest.mark.promise("P10"), pytest.mark.promise("P11"), pytest.mark.threat("T26")]


@pytest.fixture
def ana(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as laptop:
        yield laptop


@pytest.fixture
def stick(tmp_path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def test_the_laptop_is_dead_and_the_passphrase_forgotten_and_the_sheet_brings_the_cases_back(
    ana, stick, tmp_path
):
    """The stick and the sheet of paper are all that is left."""
    scope, record = ana.open_case(), new_record()
    ana.save(scope, record, PLACE, "port")
    code = confirmed(ana.vault)
    made, digest = back_up(ana.vault, stick), ana.digest
    ana.close()
    new = shell_at(tmp_path / "new")

    found = restore_by_code(new, made.path, code)
    used = use_recovery(new, code, "", NEW, FLOOR)

    assert found.cases == 1
    assert used.is_certified
    back = Laptop(open_vault(new, NEW))
    assert back.digest == digest
    assert back.values(scope, record, PLACE) == ["port"]
    renew_identity(back.vault)
    back.vault.close()
    with Laptop(open_vault(new, NEW)) as again:
        again.save(scope, record, PLACE, "airport")
        assert again.values(scope, record, PLACE) == ["airport"]


def test_a_wrong_code_restores_nothing(ana, stick, tmp_path):
    code = confirmed(ana.vault)
    made = back_up(ana.vault, stick)
    new = shell_at(tmp_path / "new")

    with pytest.raises(Usage):
        restore_by_code(new, made.path, code[:-4] + "0000")

    assert not new.folder.exists()


def test_a_backup_from_before_the_code_does_not_open_with_it(ana, stick, tmp_path):
    made = back_up(ana.vault, stick)
    code = confirmed(ana.vault)

    with pytest.raises(Locked) as caught:
        restore_by_code(shell_at(tmp_path / "new"), made.path, code)

    assert caught.value.code == "vault.no_recovery"


def test_who_opens_with_a_key_file_opens_the_backup_with_it_too(stick, tmp_path):
    shell = replace(shell_at(tmp_path / "laptop"), key_file=secrets.token_bytes(32))
    founder = Founder("Help", "P-01", "case_manager", "eight ch", FLOOR)
    vault = found_vault(shell, founder)
    made = back_up(vault, stick)
    vault.close()
    new = replace(shell_at(tmp_path / "new"), key_file=shell.key_file)

    assert restore_vault(new, made.path, "eight ch").vault_id == vault.unlocked.vault_id
    with pytest.raises(Locked):
        restore_vault(shell_at(tmp_path / "other"), made.path, "eight ch")


@pytest.mark.promise("P7")
@pytest.mark.parametrize("name", COPY_NAMES)
def test_a_backup_takes_the_key_header_that_opens_and_never_the_damaged_copy(ana, stick, name):
    """One copy was damaged while the vault was open: the other one is what people come in by."""
    path = ana.vault.folder / name
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(data)

    made = back_up(ana.vault, stick)
    shell = ana.vault.session.safe.shell

    assert check_backup(shell, made.path, PASSPHRASE).cases == 0


@pytest.mark.promise("P7")
def test_without_a_key_header_that_opens_there_is_no_backup_under_the_name(ana, stick):
    for name in COPY_NAMES:
        path = ana.vault.folder / name
        path.write_bytes(bytes(path.stat().st_size))

    with pytest.raises(IntegrityFault):
        back_up(ana.vault, stick)
    with pytest.raises(IntegrityFault):
        backup_before(ana.vault)

    assert not list(stick.iterdir())
