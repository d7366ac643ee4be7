"""A vault in a folder that cannot be written, of a newer program, or opened many times at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.e2e.cli.conftest import COST, PASSPHRASE, ROLE, Cli, new_place

from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.shell import build_shell
from nrm_desktop.storage import engine
from nrm_desktop.storage.engine import DatabaseKey

ROOT = Path(__file__).parents[2]
CLINIC = {
    "format": 1,
    "entries": [
        {"id": "c1" * 16, "kind": "health", "name": "Clinic", "contact": "", "verified": False}
    ],
}
AS_ANYBODY = (
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(24, 1, 0, 0, 0);"
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)
"""Root writes where it may not, by CAP_DAC_OVERRIDE (1); PR_CAPBSET_DROP (24) takes that away."""


def run(place: Path, *words: str, begin_only: bool = False):
    """Run the program itself, as somebody whom a write protection stops."""
    command = [sys.executable, "-c", AS_ANYBODY, "-m", "nrm_desktop", "--json"]
    where = ["--data-dir", str(place / "vault"), "--passphrase-file", str(place / "passphrase")]
    process = subprocess.Popen(
        [*command, *where, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "XDG_STATE_HOME": str(place / "state"),
        },
    )
    return process if begin_only else ended(process)


def ended(process) -> tuple[int, dict]:
    out, err = process.communicate(timeout=120)
    assert out, err
    return process.returncode, json.loads(out)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    place = new_place(tmp_path_factory.mktemp("template") / "place")
    words = ("init", "--user", "P-01", "--org", "Shelter", "--role", ROLE, "--kdf", COST)
    assert run(place, *words)[0] == 0
    return place


@pytest.fixture
def place(template, tmp_path):
    return Path(shutil.copytree(template, tmp_path / "place"))


@pytest.fixture
def cli(place, monkeypatch):
    """The same commands within this process, which is quicker."""
    inner = Cli(place, monkeypatch)

    def call(*words: object) -> tuple[int, dict]:
        done = inner(*words)
        return done.code, done.said

    return call


def warnings(said: dict) -> set[str]:
    return {one["code"] for one in said["warnings"]}


@pytest.fixture
def write_protected(place):
    """Nobody may write into the folder of the vault."""
    vault = place / "vault"
    for each in vault.iterdir():
        each.chmod(0o444)
    vault.chmod(0o555)
    yield place
    vault.chmod(0o755)


@pytest.mark.fault
@pytest.mark.promise("P18")
def test_a_write_protected_vault_is_read_and_says_that_nothing_is_recorded(write_protected):
    before = {each.name: each.read_bytes() for each in (write_protected / "vault").iterdir()}

    code, said = run(write_protected, "case", "list")
    refused, told = run(write_protected, "case", "new")

    assert (code, said["ok"]) == (0, True)
    assert {"condition.medium", "condition.not_recorded"} <= warnings(said)
    assert (refused, told["error"]["code"]) == (6, "storage.read_only")
    after = {each.name: each.read_bytes() for each in (write_protected / "vault").iterdir()}
    assert after == before


@pytest.mark.fault
@pytest.mark.promise("P18")
def test_a_write_protected_vault_with_entries_beside_it_asks_to_be_copied(write_protected):
    """Without its log an older state would be shown as the present one."""
    log = write_protected / "vault/vault.db-wal"
    (write_protected / "vault").chmod(0o755)
    log.write_bytes(bytes(4152))
    (write_protected / "vault").chmod(0o555)

    code, said = run(write_protected, "case", "list")

    assert (code, said["error"]["code"]) == (6, "storage.copy_first")


def change(place: Path, *statements: str) -> None:
    """Change the database behind the back of the program."""
    shell = build_shell(place / "vault", anchors=place / "state/nrm_desktop/anchors")
    vault = open_vault(shell, PASSPHRASE)
    keys = vault.session.safe.unlocked.keys
    vault.close()
    connection = engine.open_database(place / "vault/vault.db", DatabaseKey(keys.db, keys.db_salt))
    for statement in statements:
        connection.execute(statement)
    engine.close_database(connection)


def test_a_vault_of_a_newer_program_is_read_where_its_tables_are_there(place, cli):
    change(place, "PRAGMA user_version = 131072")

    code, said = cli("case", "list")
    refused, told = cli("case", "new")

    assert code == 0
    assert "condition.newer_program" in warnings(said)
    assert (refused, told["error"]["code"]) == (6, "storage.newer_version")


def test_a_vault_of_a_newer_program_with_other_tables_is_refused_and_left_alone(place, cli):
    change(place, "PRAGMA user_version = 131072", "ALTER TABLE standing RENAME TO lasting")
    before = (place / "vault/vault.db").read_bytes()

    code, said = cli("case", "list")

    assert (code, said["error"]["code"]) == (6, "storage.newer_version")
    assert (place / "vault/vault.db").read_bytes() == before


@pytest.mark.promise("P7")
def test_a_reading_command_of_a_damaged_vault_gives_its_data_and_ends_with_5(place, cli):
    assert cli("case", "new")[0] == 0
    change(place, "UPDATE journal_state SET commits = commits + 1")

    code, said = cli("case", "list")
    shown, info = cli("vault", "info")
    refused, told = cli("case", "new")

    assert (code, said["ok"], len(said["data"]["cases"])) == (5, False, 1)
    assert {"condition.damaged", "condition.not_recorded"} <= warnings(said)
    assert (shown, info["data"]["condition"]) == (5, "read_only")
    assert info["data"]["reasons"] == ["condition.damaged"]
    assert "journal.commits" in info["data"]["places"]
    assert (refused, told["error"]["code"]) == (5, "integrity.read_only")


@pytest.mark.promise("P7")
def test_a_healthy_case_is_handed_on_from_a_damaged_vault_and_a_damaged_one_is_not(place, cli):
    """The same rules as ever decide what goes; that nothing is recorded is said."""
    codes = [cli("case", "new")[1]["data"]["code"] for _ in range(2)]
    (place / "clinic.json").write_text(json.dumps(CLINIC))
    assert cli("directory", "import", str(place / "clinic.json"))[0] == 0
    to = ("--recipient", "Clinic", "--purpose", "refer")
    for code in codes:
        groups = ("--groups", "identity,needs,risk", "--answer", "yes")
        assert cli("answer", "set", code, "screening.given_name", "Invented")[0] == 0
        assert cli("consent", "record", code, *to, *groups)[0] == 0
    change(
        place,
        "UPDATE journal_state SET commits = commits + 1",
        "UPDATE standing SET answer = NULL WHERE scope = (SELECT scope FROM scope_line"
        " WHERE code IS NOT NULL ORDER BY changed DESC LIMIT 1)",
    )
    export = ("--to", str(place / "stick"), "--as", "pdf-password")

    previewed, preview = cli("referral", "preview", codes[0], *to)
    sent, told = cli("referral", "export", codes[0], *to, *export)
    refused, said = cli("referral", "export", codes[1], *to, *export)

    assert (previewed, preview["ok"]) == (5, False)
    assert (sent, told["data"]["recorded"]) == (5, False)
    assert Path(told["data"]["file"]).read_bytes().startswith(b"%PDF")
    assert "condition.not_recorded" in warnings(told)
    assert (refused, said["error"]["code"]) == (5, "integrity.case")
    assert [path.name for path in (place / "stick").iterdir()] == [Path(told["data"]["file"]).name]


@pytest.mark.fault
@pytest.mark.promise("P19")
@pytest.mark.threat("T24")
def test_of_five_starts_at_once_the_one_that_opens_writes_and_the_others_say_in_use(place, cli):
    """F13: nobody waits, nobody writes beside another, and each ends with its number."""
    starts = [run(place, "case", "new", begin_only=True) for _ in range(5)]
    results = [ended(process) for process in starts]

    opened = [said for code, said in results if code == 0]
    others = [said["error"]["code"] for code, said in results if code != 0]
    assert opened
    assert len(opened) + len(others) == 5
    assert set(others) <= {"storage.in_use"}
    assert {code for code, _ in results} <= {0, 6}
    code, said = cli("case", "list")
    assert code == 0
    assert len(said["data"]["cases"]) == len(opened)
