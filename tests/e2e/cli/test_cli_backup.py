"""Backups by the command line: made, read, restored beside, and what the restored laptop may do."""

import shutil

import pytest
from tests.e2e.cli.conftest import SECOND, Cli, TypesGroups, new_place


@pytest.fixture
def stick(cli):
    return cli.place / "stick"


def elsewhere(cli: Cli) -> Cli:
    """Another computer, on which no anchor of the first one lies."""
    return Cli(new_place(cli.place / "elsewhere"), cli.patch, "restored")


@pytest.mark.promise("P10")
@pytest.mark.threat("T26")
def test_a_vault_that_is_gone_is_restored_from_the_stick_and_goes_on(cli, code, stick):
    made = cli("backup", "create", stick).data
    before = cli("case", "show", code).data
    shutil.rmtree(cli.place / "vault")
    back = elsewhere(cli)

    restored = back("backup", "restore", made["file"]).data
    assert restored["new_device"]
    assert (restored["cases"], restored["commits"]) == (made["cases"], made["commits"])
    assert back("vault", "verify").code == 0
    assert back("case", "show", code).data == before
    refused = back("answer", "set", code, "screening.danger_now", "yes")
    assert (refused.code, refused.error) == (5, "integrity.identity")
    assert back("case", "show", code).data == before

    renewed = back("device", "renew")
    assert renewed.data["certified"]
    assert renewed.data["file"] is None
    assert back("answer", "set", code, "screening.danger_now", "yes").code == 0
    assert back("vault", "verify").code == 0


def test_attachments_go_along_and_are_there_after_a_restore(cli, code, stick):
    paper = cli.file("paper.txt", "Planted paper")
    added = cli("attachment", "add", code, paper, "--compartment", "core", "--label", "A paper")
    assert added.code == 0
    kept = cli("attachment", "list", code).data["attachments"]
    whole = cli("backup", "create", stick).data
    bare = cli("backup", "create", stick, "--without-attachments").data
    assert (whole["attachments"], bare["attachments"]) == (True, False)
    assert cli("backup", "verify", whole["file"]).data["attachments"] is True

    back = elsewhere(cli)
    back("backup", "restore", whole["file"])
    out = back.place / "out"
    out.mkdir()
    saved = back(
        *("attachment", "save", code, kept[0]["attachment"], "--to", out), typed="PLAINTEXT\n"
    )
    assert saved.code == 0
    assert [path.read_text() for path in out.iterdir()] == ["Planted paper"]


@pytest.mark.promise("P11")
@pytest.mark.threat("T26")
def test_the_stick_and_the_sheet_are_enough_where_nobody_knows_a_passphrase(cli, code, stick):
    sheet = cli("recovery", "create", typed=TypesGroups()).data["code"]
    made = cli("backup", "create", stick).data
    back = elsewhere(cli)

    back.file("passphrase", f"{sheet}\n{SECOND}\n")
    restored = back("backup", "restore", made["file"], "--recovery-code").data
    assert restored["cases"] == made["cases"]
    assert back("recovery", "use").data["signer"] == "certified"

    back.file("passphrase", f"{SECOND}\n")
    assert back("case", "show", code).code == 0


@pytest.mark.promise("P7")
def test_a_damaged_attachment_does_not_keep_the_cases_from_coming_back(cli, code, stick):
    paper = cli.file("paper.txt", "Planted paper")
    cli("attachment", "add", code, paper, "--compartment", "core", "--label", "A paper")
    file = cli("backup", "create", stick).data["file"]
    chunks = stick / file / "files.db"
    data = bytearray(chunks.read_bytes())
    data[len(data) // 2] ^= 1
    chunks.write_bytes(data)
    back = elsewhere(cli)

    assert back("backup", "restore", file).code == 5
    chunks.unlink()
    assert back("backup", "restore", file).code == 5
    assert back("backup", "restore", file, "--without-attachments").data["cases"] > 0

    assert back("case", "show", code).code == 0
    kept = back("attachment", "list", code).data["attachments"]
    assert len(kept) == 1
    out = back.place / "out"
    out.mkdir()
    saved = back(
        *("attachment", "save", code, kept[0]["attachment"], "--to", out), typed="PLAINTEXT\n"
    )
    assert (saved.code, saved.error) == (6, "storage.not_here_yet")
    assert not list(out.iterdir())


@pytest.mark.promise("P9")
def test_nothing_is_restored_over_a_vault_or_from_a_damaged_backup(cli, stick):
    file = cli("backup", "create", stick).data["file"]
    before = {path.name: path.read_bytes() for path in (cli.place / "vault").glob("*.db")}

    over = cli("backup", "restore", file)
    assert (over.code, over.error) == (2, "usage.not_empty")
    assert {path.name: path.read_bytes() for path in (cli.place / "vault").glob("*.db")} == before
    database = stick / file / "vault.db"
    data = bytearray(database.read_bytes())
    data[len(data) // 2] ^= 1
    database.write_bytes(data)
    back = elsewhere(cli)
    assert back("backup", "restore", file).code == 5
    assert not (back.place / "restored").exists()


def test_a_name_on_the_stick_tells_nothing_and_the_vault_knows_when_it_was_saved(cli, stick):
    assert cli("vault", "info").data["last_backup"] is None

    made = cli("backup", "create", stick, "--without-attachments").data

    (folder,) = stick.iterdir()
    assert folder.name.startswith("b-20")
    assert made["attachments"] is False
    assert cli("backup", "verify", folder).data["attachments"] is False
    assert cli("vault", "info").data["last_backup"] is not None


def test_a_moved_folder_says_so_reads_and_is_renewed_once(cli, code):
    shutil.rmtree(cli.place / "state")

    shown = cli("case", "show", code)
    warned = {each["code"] for each in shown.said["warnings"]}
    assert {"vault.moved", "identity.needed"} <= warned
    assert cli("case", "new").error == "integrity.identity"
    assert cli("device", "renew").code == 0
    again = cli("device", "renew")
    assert (again.code, again.error) == (3, "policy.identity_stands")
    assert cli("case", "new").code == 0
