"""F13: several starts on one vault; one works, the others end and say that it is in use."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from tests.faults.judging import Judgement, judge
from tests.faults.saving_child import PASSPHRASE, shell_in

from nrm_desktop.bootstrap.headless import open_vault

AT_ONCE = 5
IN_USE = 6
pytestmark = [pytest.mark.fault, pytest.mark.threat("T24")]


@pytest.fixture
def start(folder, child_environment, tmp_path):
    """Start a command of the program on the vault, in a process of its own."""
    secret = tmp_path / "passphrase"
    secret.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    secret.chmod(0o600)
    state = tmp_path / "state"
    (state / "field-notes").mkdir(parents=True)
    (folder / "anchors").rename(state / "field-notes" / "anchors")
    (folder / "anchors").symlink_to(state / "field-notes" / "anchors")
    where = {**child_environment, "env": child_environment["env"] | {"XDG_STATE_HOME": str(state)}}
    started = []

    def run(*words):
        options = ["--json", "--data-dir", folder / "vault", "--passphrase-file", secret]
        command = [sys.executable, "-m", "nrm_desktop", *options, *words]
        started.append(subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, **where))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait(10)
        process.stdout.close()


def test_while_one_saves_every_other_start_ends_with_its_reason_and_the_saves_go_on(
    child, start, folder, vault_key
):
    first = child()
    said = [first.stdout.readline().decode().strip()]

    others = [start("case", "list") for _ in range(AT_ONCE)]
    ended = [(json.loads(each.stdout.read()), each.wait(60)) for each in others]
    first.kill()
    said += first.stdout.read().decode().split("\n")[:-1]

    assert [code for _, code in ended] == [IN_USE] * AT_ONCE
    assert {answer["error"]["code"] for answer, _ in ended} == {"storage.in_use"}
    assert judge(folder / "vault" / "vault.db", vault_key, said) == Judgement("sound")
    vault = open_vault(shell_in(folder), PASSPHRASE)
    assert vault.unlocked.was_unclean
    vault.close()


def test_of_starts_at_the_same_moment_at_least_one_works_and_none_breaks_anything(
    start, folder, vault_key
):
    processes = [start("case", "new", "--child", "unknown") for _ in range(AT_ONCE)]
    ended = [(json.loads(each.stdout.read()), each.wait(60)) for each in processes]

    worked = [answer for answer, code in ended if code == 0]
    assert worked
    assert {code for _, code in ended} <= {0, IN_USE}
    said = ["CASE"] * len(worked)
    assert judge(folder / "vault" / "vault.db", vault_key, said) == Judgement("sound")
    vault = open_vault(shell_in(folder), PASSPHRASE)
    assert not vault.unlocked.was_unclean
    vault.close()
