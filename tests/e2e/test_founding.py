"""A vault is made whole or not at all, and belongs to one organisation (P2, P19)."""

from dataclasses import replace

import pytest
from tests.e2e.laptops import PASSPHRASE, copy_of, made_once, shell_at

from nrm_desktop.bootstrap.headless import Founder, found_vault
from nrm_desktop.bootstrap.joining import approve, ask_to_join, join
from nrm_desktop.bootstrap.safe import create_safe
from nrm_desktop.domain.errors import EnvironmentFault, NrmError, Refused
from nrm_desktop.security.vault.cost import FLOOR

ANA = Founder("Help", "P-01", "case_manager", PASSPHRASE, FLOOR)


@pytest.fixture
def shell(tmp_path):
    return shell_at(tmp_path)


def left(shell):
    return sorted(path.name for path in shell.folder.iterdir()) if shell.folder.exists() else []


@pytest.mark.promise("P2")
@pytest.mark.parametrize("make", [create_safe, found_vault], ids=lambda one: one.__name__)
def test_where_the_anchor_cannot_be_kept_no_half_vault_is_left(shell, make):
    shell.anchors.write_text("a file in the place of the folder")
    asked = (PASSPHRASE, FLOOR) if make is create_safe else (ANA,)

    with pytest.raises(EnvironmentFault):
        make(shell, *asked)
    assert left(shell) == []

    shell.anchors.unlink()
    make(shell, *asked).close()
    assert left(shell) != []


@pytest.mark.promise("P2")
def test_an_organisation_that_cannot_be_founded_leaves_no_vault_behind(shell):
    """Somebody who tries again would otherwise be told that the folder is not empty."""
    with pytest.raises(NrmError):
        found_vault(shell, replace(ANA, organisation="x" * 2_000_000))
    assert left(shell) == []

    found_vault(shell, ANA).close()


def test_a_vault_closes_where_its_anchor_can_no_longer_be_noted(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as laptop:
        anchors = laptop.vault.session.safe.shell.anchors
        if anchors.exists():
            for path in anchors.iterdir():
                path.unlink()
            anchors.rmdir()
        anchors.write_text("a file in the place of the folder")

        laptop.vault.close()


@pytest.mark.promise("P19")
def test_a_vault_that_has_joined_opens_no_second_welcome(tmp_path):
    """Path and exchange keys of another office would take the place of its own."""
    carried = tmp_path / "carried"
    carried.mkdir()
    other = found_vault(shell_at(tmp_path / "other"), replace(ANA, organisation="Other"))
    safe = create_safe(shell_at(tmp_path / "new"), PASSPHRASE, FLOOR)
    asked = ask_to_join(safe, "P-07", "field laptop", str(carried))
    said = " ".join(asked.compared.digits)
    with copy_of(made_once()[0], tmp_path / "ana") as ana:
        welcomes = [
            approve(session, asked.file, str(carried), said, "shelter")
            for session in (ana.vault.session, other.session)
        ]
    join(safe, welcomes[0].file, " ".join(welcomes[0].compared.words))
    path = safe.database.with_trust(lambda trust: trust.secret("path"))

    for welcome in welcomes:
        with pytest.raises(Refused) as refused:
            join(safe, welcome.file, " ".join(welcome.compared.words))
        assert refused.value.code == "trust.joined"

    assert safe.database.with_trust(lambda trust: trust.secret("path")) == path
    safe.close()
    other.close()
