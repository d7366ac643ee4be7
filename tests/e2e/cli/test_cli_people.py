"""Removing people and renewing a passphrase on the command line: what stops it, what goes on."""

import os

import pytest
from tests.e2e.cli.conftest import PASSPHRASE, SECOND

from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.shell import build_shell, header_copies
from nrm_desktop.security.vault.opening import opened_now
from nrm_desktop.security.vault.ways_back import recovery_slot, write_recovery_slot

pytestmark = [pytest.mark.promise("P12"), pytest.mark.threat("T22")]


@pytest.fixture
def planted(cli, monkeypatch) -> str:
    """A recovery code for which nobody has given a word, and how the program calls it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(cli.place / "state"))
    shell = build_shell(cli.place / "vault")
    vault = open_vault(shell, PASSPHRASE)
    copies, cli.user = header_copies(shell), vault.unlocked.sign
    now = opened_now(copies, vault.session.safe.unlocked)
    new = recovery_slot(now, os.urandom(32), os.urandom)
    write_recovery_slot(copies, now, new, ())
    vault.close()
    return f"recovery-{new.slot.id.hex()[:4]}"


def test_a_removal_names_what_nobody_vouches_for_and_takes_it_along_by_name(cli, planted):
    assert cli("user", "add", "P-21", "--role", "case_manager").code == 0

    ended = cli("user", "remove", "P-21", typed="P-21\n")
    assert (ended.code, ended.error) == (3, "policy.unknown_slot")
    assert planted in ended.said["error"]["message"]

    removed = cli("user", "remove", "P-21", "--also", planted, typed="P-21\n").data
    assert removed["recovery"] is False
    assert cli("case", "list").code == 0


def test_a_passphrase_that_may_be_known_is_renewed_with_the_keys(cli, planted):
    ended = cli("passphrase", "change", "--also", planted)
    assert (ended.code, ended.error) == (2, "usage.bad_value")
    ended = cli("passphrase", "change", "--compromised")
    assert (ended.code, ended.error) == (3, "policy.unknown_slot")

    data = cli("passphrase", "change", "--compromised", "--also", planted).data

    assert (data["rotated"], data["signer"]) == (True, "certified")
    assert "signer" in data["left_to_do"]
    assert cli("case", "list").error == "vault.wrong_passphrase"
    cli.file("passphrase", f"{SECOND}\n")
    assert cli("case", "list").code == 0
    assert cli("vault", "verify").code == 0
