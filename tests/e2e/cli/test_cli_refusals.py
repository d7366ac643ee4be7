"""Confirmations are never implied, secrets never shown, and bad input loses nothing."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from tests.e2e.cli.conftest import COST, PASSPHRASE, ROLE, SECOND, Cli
from tests.e2e.cli.test_cli_surface import BUILT

REFER = ("--recipient", "Shelter A", "--purpose", "refer")
EXPORT = ("referral", "export", "--as", "pdf")
PLANTED = ("Plantedname", "Plantedstreet", PASSPHRASE, SECOND)
ASKED_FOR = {"usage.bad_value", "usage.not_json", "usage.bad_answers", "usage.not_found"}


def heads(cli: Cli) -> list:
    """What would change if anything were written: the commits of the case."""
    (case,) = cli("case", "list").data["cases"]
    return cli("case", "history", case["code"], "--limit", "500").data["entries"]


def folder(cli: Cli) -> set[str]:
    return {path.name for path in (cli.place / "stick").iterdir()}


# ---- confirmations ------------------------------------------------------------------------------


def test_a_plain_file_goes_only_after_its_word_was_typed(cli, code):
    line = ("referral", "export", code, *REFER, "--to", cli.place / "stick", "--as", "pdf")
    before = heads(cli)

    refused = cli(*line)
    mistyped = cli(*line, typed="plaintext\n")

    assert [one.error for one in (refused, mistyped)] == ["confirm.plaintext"] * 2
    assert refused.code == mistyped.code == 3
    assert (heads(cli), folder(cli)) == (before, set())
    assert cli(*line, typed="PLAINTEXT\n").data["file"].endswith(".pdf")


def test_a_packet_to_an_office_that_nobody_compared_has_to_be_confirmed(cli, code):
    partner = cli.other("partner")
    partner("--user", "P-01", "init", "--org", "House", "--role", ROLE, "--kdf", COST)
    card = cli.place / "a.nrmcard"
    partner("card", "export", card)
    entries = cli("directory", "list").data["entries"]
    assert cli("card", "import", card).error == "confirm.needed"
    assert cli("directory", "list").data["entries"] == entries, "nothing was kept"
    cli("card", "import", card, "--kind", "shelter", typed="\n")
    office = next(one for one in cli("directory", "list").data["entries"] if one["card"])
    assert office["verified"] is False
    to = ("--recipient", office["id"], "--purpose", "refer")
    cli("consent", "record", code, *to, "--groups", "needs,risk", "--answer", "yes")
    line = ("referral", "export", code, *to, "--to", cli.place / "stick", "--as", "packet")

    assert cli(*line).error == "confirm.unverified"
    assert folder(cli) == set()
    assert cli(*line, typed="UNVERIFIED\n").code == 0


def test_a_card_whose_digits_differ_is_not_taken_in(cli):
    partner = cli.other("partner")
    partner("--user", "P-01", "init", "--org", "House", "--role", ROLE, "--kdf", COST)
    partner("card", "export", cli.place / "a.nrmcard")
    before = cli("directory", "list").data

    told = cli("card", "import", cli.place / "a.nrmcard", typed="1111 " * 6 + "\n")

    assert (told.code, told.error) == (5, "integrity.comparison")
    assert cli("directory", "list").data == before


@pytest.mark.parametrize("words", [("device", "approve", "x", "y"), ("device", "join", "x")])
def test_devices_are_compared_before_anything_happens(cli, words):
    told = cli(*words)

    assert (told.code, told.error) == (3, "confirm.needed")


# ---- secrets ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", BUILT, ids=lambda one: one.words)
def test_no_command_has_a_passphrase_among_its_arguments(command):
    names = [argument.name for argument in command.arguments]

    assert not [name for name in names if "passphrase" in name or name == "--password"]


def test_nothing_of_a_person_is_said_unless_it_is_asked_for(cli, code):
    said = [
        cli("case", "list"),
        cli("case", "list", "--filter", "child=adult"),
        cli("consent", "list", code),
        cli("referral", "preview", code, *REFER),
        cli("vault", "info"),
        cli("vault", "verify"),
        cli("directory", "list"),
        cli("answer", "set", code, "screening.danger_now", "Plantedname"),
        cli("case", "show", "Plantedname"),
        cli("case", "list", "Plantedname"),
        cli("conflict", "resolve", "0" * 16, "--value", "Plantedname"),
    ]

    assert not [(one.out, one.err) for one in said for word in PLANTED if word in one.out + one.err]


def test_a_passphrase_file_that_others_can_read_is_told(cli):
    (cli.place / "passphrase").chmod(0o644)

    warnings = cli("case", "list").said["warnings"]

    assert [one["code"] for one in warnings] == ["vault.passphrase_file_open"]


def test_without_terminal_and_file_there_is_no_passphrase(cli):
    told = cli("case", "list", is_locked=True)

    assert (told.code, told.error) == (4, "vault.passphrase_needed")


def test_the_outside_of_a_vault_can_be_told_while_it_is_locked(cli):
    data = cli("vault", "info", is_locked=True).data

    assert (data["header_copies"], data["slots"], data["user"]) == (2, 1, None)


def test_wrong_passphrases_have_to_wait_also_in_the_next_process(cli):
    right = (cli.place / "passphrase").read_bytes()
    cli.file("passphrase", "wrong words again and again\n").chmod(0o600)
    for _ in range(4):
        assert cli("case", "list").error == "vault.wrong_passphrase"
    (cli.place / "passphrase").write_bytes(right)

    told = cli("case", "list")

    assert (told.code, told.error) == (4, "vault.delay")
    assert told.said["error"]["retry_after_s"] > 0


def test_a_badge_that_is_not_the_user_opens_nothing(cli):
    assert cli("--user", "P-77", "case", "list").error == "vault.no_slot"
    assert cli("--user", "p-01", "case", "list").code == 0


# ---- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "{}",
        '{"pack": "base", "answers": []}',
        '{"pack": "base", "answers": [{"field": 5}]}',
        '{"pack": "base", "answers": [{"field": "screening.nothing", "value": "x"}]}',
        '{"pack": "base", "answers": [{"field": "screening.danger_now", "value": 3}]}',
        '{"pack": "base", "answers": [{"field": "screening.danger_now", "colour": "x"}]}',
        '{"pack": "elsewhere", "answers": [{"field": "screening.danger_now", "value": true}]}',
        '{"pack": "base", "pack": "base", "answers": [1]}',
        '{"pack": "base", "answers": [{"field": "directory.name", "value": "x"}]}',
    ],
)
def test_an_answer_file_that_is_wrong_saves_nothing(cli, code, text):
    before = heads(cli)

    told = cli("answer", "import", code, cli.file("bad.json", text))

    assert told.code == 2
    assert told.error in ASKED_FOR
    assert heads(cli) == before


def test_one_wrong_entry_is_named_and_the_right_ones_are_not_saved(cli, code):
    entries = [
        {"field": "screening.condition", "value": ["ill"]},
        {"field": "screening.gender", "value": "giraffe"},
    ]
    before = heads(cli)
    file = cli.file("mixed.json", json.dumps({"pack": "base", "answers": entries}))

    told = cli("answer", "import", code, file)

    errors = told.said["error"]["errors"]
    assert errors == [{"index": 1, "field": "screening.gender", "code": "not_in_list"}]
    assert heads(cli) == before


@pytest.mark.rule("R35")
@pytest.mark.parametrize(
    "field", ["consent_register[+].cr_answer", "disclosure[+].d_to", "case.state"]
)
def test_registers_are_not_written_by_hand(cli, code, field):
    told = cli("answer", "set", code, field, "yes" if field.endswith("answer") else "open")

    assert told.code in {2, 3}
    assert told.error in {"policy.written_by_program", "usage.bad_value"}


def test_an_altered_pack_is_refused_and_changes_nothing(cli):
    stick = cli.place / "stick"
    cli("sync", stick)
    pack = next(stick.rglob("*.nrmx"))
    raw = bytearray(pack.read_bytes())
    raw[len(raw) // 2] ^= 1
    pack.write_bytes(bytes(raw))
    before = heads(cli)

    told = cli("bundle", "verify", pack)

    assert told.code == 5
    assert told.data["files"][0]["ok"] is False
    assert told.data["files"][0]["code"].startswith("integrity.")
    assert heads(cli) == before


def test_one_truncated_header_copy_is_put_right_and_told(cli):
    path = cli.place / "vault" / "vault.hdr.a"
    whole = path.read_bytes()
    path.write_bytes(whole[:100])

    told = cli("case", "list")

    assert told.code == 0
    assert "header.copy_damaged" in [one["code"] for one in told.said["warnings"]]
    assert path.read_bytes() == whole


def test_an_existing_file_is_never_written_over(cli, code):
    mine = cli.file("mine.json", "mine")

    told = cli("directory", "export", mine)

    assert (told.code, told.error) == (2, "usage.not_empty")
    assert mine.read_text() == "mine"


def test_a_second_vault_is_not_made_over_the_first(cli):
    told = cli("--user", "X", "init", "--org", "Y", "--role", ROLE, "--kdf", COST)

    assert (told.code, told.error) == (2, "usage.not_empty")
    assert cli("case", "list").code == 0


@pytest.mark.parametrize(
    ("kdf", "code"),
    [("32:3:1", "policy.floor"), ("64:2:1", "policy.floor"), ("x", "usage.bad_value")],
)
def test_a_cost_below_the_floor_is_refused(empty, kdf, code):
    told = empty("--user", "P-01", "init", "--org", "Y", "--role", ROLE, "--kdf", kdf)

    assert told.error == code
    assert not (empty.place / "vault").exists()


def test_a_target_folder_that_is_not_there_leaves_no_row(cli, code):
    shutil.rmtree(cli.place / "stick")
    before = heads(cli)

    told = cli(*EXPORT, code, *REFER, "--to", cli.place / "stick", typed="PLAINTEXT\n")

    assert (told.code, told.error) == (2, "usage.not_found")
    assert heads(cli) == before


def test_a_full_stick_is_6_and_leaves_neither_file_nor_row(cli, code, tool):
    """A stick of 8 KiB, in a mount of its own."""
    own_mounts = (tool("unshare"), "--user", "--map-root-user", "--mount")
    if subprocess.run([*own_mounts, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine allows no mount of one's own")
    before = heads(cli)
    stick, secret = cli.place / "stick", cli.place / "passphrase"
    program = (sys.executable, "-m", "nrm_desktop", "--json", "--data-dir", cli.place / "vault")
    line = (*program, "--passphrase-file", secret, *EXPORT, code, *REFER, "--to", stick)
    script = 'mount -t tmpfs -o size=8k tmpfs "$0" && "$@"; echo "$?"; ls -A "$0"'

    told = subprocess.run(
        [*own_mounts, "sh", "-c", script, str(stick), *map(str, line)],
        input="PLAINTEXT\n",
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"XDG_STATE_HOME": str(cli.place / "state")},
    )

    said, exit_code, *left = told.stdout.splitlines()
    assert json.loads(said)["error"]["code"] == "storage.full", told.stderr
    assert (exit_code, left) == ("6", [])
    assert heads(cli) == before


# ---- roles --------------------------------------------------------------------------------------


def test_a_role_that_opens_no_cases_is_refused_here_as_in_the_window(empty):
    empty("--user", "C-01", "init", "--org", "Y", "--role", "interpreter", "--kdf", COST)

    told = empty("case", "new")

    assert (told.code, told.error) == (3, "policy.role")
