"""Ways back on the command line: `recovery create`, `check`, `use`; unlocking with a key file."""

import logging
import re
from itertools import pairwise

import pytest
from tests.e2e.cli.conftest import COST, PASSPHRASE, ROLE, SECOND, TypesGroups

pytestmark = [pytest.mark.promise("P11"), pytest.mark.threat("T26")]


def use(cli, code: str, passphrase: str = SECOND, *words: str):
    """Line 1 is the code, line 2 the new passphrase."""
    cli.file("passphrase", f"{code}\n{passphrase}\n")
    return cli("recovery", "use", *words)


def opens(cli, passphrase: str) -> bool:
    cli.file("passphrase", f"{passphrase}\n")
    return cli("case", "list").code == 0


def made(cli) -> dict:
    return cli("recovery", "create", typed=TypesGroups()).data


def test_a_forgotten_passphrase_is_replaced_by_the_code_of_the_sheet(cli, code):
    sheet = made(cli)

    used = use(cli, sheet["code"].lower(), SECOND, "--user", "P-01")

    assert used.data["user"] == "P-01"
    assert used.data["signer"] == "certified"
    assert not opens(cli, PASSPHRASE)
    assert opens(cli, SECOND)
    assert cli("case", "show", code).data["code"] == code
    assert cli("vault", "verify").code == 0


def test_the_code_is_shown_once_with_the_mark_of_its_safe(cli):
    ended = cli("recovery", "create", typed=TypesGroups(), is_plain=True)

    mark = cli("vault", "info").data["vault_id"][:4]
    assert ended.code == 0
    assert f"safe {mark}" in ended.err
    groups = re.findall(r"\d+ ([0-9A-Z]{4})\b", ended.err)
    assert len(groups) == 14
    assert not set(groups) & set(ended.out.split())


@pytest.mark.parametrize(
    ("typed", "error"),
    [("", "confirm.needed"), ("0000 0000\n", "confirm.groups"), ("\n", "confirm.groups")],
)
def test_a_code_that_was_not_typed_back_does_not_count(cli, typed, error):
    old = made(cli)

    ended = cli("recovery", "create", typed=typed)

    assert (ended.code, ended.error) == (3, error)
    assert "code" not in ended.said.get("data", {})
    shown = " ".join(word for word in ended.err.split() if len(word) == 4 and word.isupper())
    assert shown != old["code"]
    assert use(cli, old["code"]).code == 0


def test_the_second_code_replaces_the_first(cli):
    first, second = made(cli), made(cli)

    assert (first["replaced"], second["replaced"]) == (False, True)
    assert use(cli, first["code"]).error == "vault.wrong_recovery"


def test_a_wrong_code_is_told_from_a_mistyped_one(cli, empty):
    sheet = made(cli)
    empty("init", "--user", "P-01", "--org", "Other", "--role", ROLE, "--kdf", COST)
    foreign = made(empty)["code"]
    groups = sheet["code"].split()

    mistyped = use(cli, " ".join([*groups[:3], "UUUU", *groups[4:]]))
    short = use(cli, " ".join(groups[:13]))
    other = use(cli, foreign)

    assert (mistyped.code, mistyped.error) == (2, "usage.bad_group")
    assert "Group 4" in mistyped.err
    assert (short.code, short.error) == (2, "usage.bad_code")
    assert (other.code, other.error) == (4, "vault.wrong_recovery")
    assert sheet["vault"] in other.err
    assert foreign not in other.err + other.out
    assert opens(cli, PASSPHRASE)


@pytest.mark.promise("P3")
def test_the_code_is_in_no_log_and_in_no_file(cli, caplog):
    """It comes by a file or a prompt, never as an argument, which every process could read."""
    with caplog.at_level(logging.DEBUG):
        sheet = made(cli)
        assert use(cli, sheet["code"]).code == 0
    (cli.place / "passphrase").unlink()

    pairs = [" ".join(pair) for pair in pairwise(sheet["code"].split())]
    assert not any(pair in record.getMessage() for record in caplog.records for pair in pairs)
    for path in cli.place.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert not any(pair.encode() in data for pair in pairs), path.name
    assert cli("recovery", "use", sheet["code"], is_locked=True).error == "usage.option"


def test_with_a_key_file_the_new_slot_wants_it_too(cli):
    sheet, key = made(cli), cli.file("stick/key", bytes(40))

    assert use(cli, sheet["code"], "ferry 19", "--key-file", key).code == 0

    cli.file("passphrase", "ferry 19\n")
    assert cli("case", "list").error == "vault.key_file_needed"
    assert cli("case", "list", "--key-file", key).code == 0


def test_a_weak_new_passphrase_is_refused(cli):
    sheet = made(cli)

    ended = use(cli, sheet["code"], "short")

    assert (ended.code, ended.error) == (3, "policy.floor")
    assert opens(cli, PASSPHRASE)


def test_without_a_second_line_nothing_is_tried(cli):
    sheet = made(cli)
    cli.file("passphrase", sheet["code"])

    ended = cli("recovery", "use")

    assert (ended.code, ended.error) == (4, "vault.passphrase_needed")


def test_a_check_asks_for_two_groups_that_were_not_typed_before(cli):
    sheet = made(cli)

    good = cli("recovery", "check", typed=TypesGroups(sheet["code"].split()))
    bad = cli("recovery", "check", typed="0000 0000\n")

    assert len(good.data["asked"]) == 2
    assert (bad.code, bad.error) == (3, "confirm.groups")


def test_who_has_no_code_is_not_asked_for_one(cli):
    assert cli("recovery", "check", typed="").error == "vault.no_recovery"


@pytest.mark.threat("T1")
def test_a_short_passphrase_and_a_key_file_open_together_and_never_alone(empty):
    empty.file("passphrase", "ferry 19\n")
    key = empty.file("stick/holiday.jpg", bytes(range(256)))
    other = empty.file("stick/other.jpg", bytes(300))
    found = ("--user", "P-01", "--org", "Office", "--role", ROLE, "--kdf", COST)

    weak = empty("init", *found)
    assert (weak.code, weak.error) == (3, "policy.floor")
    assert empty("init", *found, "--key-file", key).code == 0

    assert empty("case", "new", "--key-file", key).code == 0
    assert empty("case", "list").error == "vault.key_file_needed"
    assert empty("case", "list", "--key-file", other).error == "vault.wrong_passphrase"
    missing = empty("case", "list", "--key-file", empty.place / "nothing")
    assert (missing.code, missing.error) == (2, "usage.not_found")
    empty.file("tiny", b"x")
    assert empty("case", "list", "--key-file", empty.place / "tiny").error == "usage.bad_value"


def test_a_key_file_is_ignored_where_the_passphrase_is_enough(cli):
    assert cli("case", "list", "--key-file", cli.file("any", bytes(64))).code == 0
