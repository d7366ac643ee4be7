"""Tables that leave a real vault: once, compared with what is out, signed (ST6, ST11)."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.e2e.cli.conftest import PASSPHRASE, SECOND, Cli, copy_place
from tests.e2e.cli.test_cli_statistics import Filling, person
from tests.fakes.clock import FakeClock
from tools import nrm_verify_release

from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.shell import build_shell

pytestmark = pytest.mark.rule("R24")
YEAR = 2025
IN_THE_YEAR = int(datetime(YEAR, 6, 1, tzinfo=UTC).timestamp() * 1000)
TABLES = ("persons_by_age_and_gender", "persons_by_citizenship")
WOMEN, MEN, UNASKED = 21, 14, 12
OF_YEAR = ("--from", str(YEAR), "--to", str(YEAR))


@pytest.fixture(scope="module")
def filled(template, tmp_path_factory) -> Path:
    """A place with many cases of a year that is over."""
    place = copy_place(template, tmp_path_factory.mktemp("released"))
    fill(place, WOMEN, person("25+", "woman"), "yes")
    fill(place, MEN, person("12-17", "man"), "yes")
    fill(place, UNASKED, person("25+", "woman"))
    return place


def fill(place: Path, times: int, answers: dict[str, str], consent: str = "") -> None:
    """Open cases as they would have been opened in that year."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(place / "state"))
        shell = replace(build_shell(place / "vault"), clock=FakeClock(IN_THE_YEAR))
        vault = open_vault(shell, PASSPHRASE, None)
        try:
            filling = Filling(vault)
            for _ in range(times):
                filling.case(answers, consent)
        finally:
            vault.close()


@pytest.fixture
def office(filled, tmp_path, monkeypatch) -> Cli:
    """A copy of it, to be changed."""
    return Cli(copy_place(filled, tmp_path / "place"), monkeypatch)


def make(office: Cli, *tables: str, years=OF_YEAR, out: Path | None = None):
    return office("release", "make", *tables, *years, "--out", out or office.place / "stick")


def released(office: Cli, *tables: str) -> list[bytes]:
    return [Path(one["file"]).read_bytes() for one in make(office, *tables).data["releases"]]


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(data.decode("utf-8").splitlines()))


def test_a_table_leaves_with_its_sheet_and_a_signature_that_holds_st11(office):
    (row,) = make(office, TABLES[0]).data["releases"]
    data = Path(row["file"]).read_bytes()
    lines = rows(data)
    sheet = {line[1]: line[2] for line in lines if line[0] == "sheet"}

    assert Path(row["file"]).name == "persons_by_age_and_gender-2025.csv"
    assert (sheet["from"], sheet["to"], sheet["unit"]) == ("2025-01-01", "2025-12-31", "persons")
    assert (sheet["smallest_cell"], sheet["suppressed"], sheet["rounding"]) == ("10", "c", "none")
    assert ["missing", "age", str(UNASKED), str(WOMEN + MEN + UNASKED)] in lines
    assert ["figure", "adult", "woman", str(WOMEN)] in lines
    checked = office("release", "verify", row["file"]).data
    assert (checked["own"], checked["known"], checked["table"]) == (True, True, TABLES[0])


def test_the_same_table_is_given_again_byte_by_byte_whatever_was_entered_since_st6(office):
    before = released(office, TABLES[0])
    fill(office.place, 3, person("25+", "woman"), "yes")

    again = make(office, TABLES[0], out=office.file("other/README", "x").parent).data["releases"]

    assert [Path(one["file"]).read_bytes() for one in again] == before
    assert [one["new"] for one in again] == [False]
    assert make(office, TABLES[0]).code == 0, "into the same folder as well"
    assert len(office("release", "list").data["releases"]) == 1


def test_a_later_table_of_the_same_people_that_differs_by_one_is_refused_st6(office):
    released(office, TABLES[0])
    fill(office.place, 1, person("25+", "woman"), "yes")

    ended = make(office, TABLES[1])

    assert (ended.code, ended.error) == (3, "policy.release_differs")
    assert sorted(path.name for path in (office.place / "stick").iterdir()) == [
        "persons_by_age_and_gender-2025.csv",
        "persons_by_age_and_gender-2025.csv.nrmsig",
    ]
    assert len(office("release", "list").data["releases"]) == 1


def test_tables_of_one_day_stand_beside_each_other_and_beside_later_ones(office):
    assert len(released(office, *TABLES)) == 2
    assert len(released(office, "persons_by_exploitation")) == 1
    listed = office("release", "list").data["releases"]

    assert [one["table"] for one in listed] == [*TABLES, "persons_by_exploitation"]
    assert {one["by"] for one in listed} == {"P-01"}
    assert all(one["clashes"] == [] for one in listed)


@pytest.mark.parametrize(
    ("years", "code", "error"),
    [
        (("--from", "2024", "--to", "2025"), 3, "policy.release_years"),
        (("--from", "2025", "--to", "2026"), 3, "policy.release_open"),
        (("--from", "2025", "--to", "9999"), 3, "policy.release_open"),
        (("--from", "2025-03", "--to", "2025"), 2, "usage.bad_value"),
        (("--from", "", "--to", "2025"), 2, "usage.bad_value"),
        ((*OF_YEAR, "--min-cell", "12"), 3, "policy.release_stands"),
        ((*OF_YEAR, "--min-cell", "9"), 3, "policy.floor"),
    ],
)
def test_years_are_cut_once_and_an_open_one_waits_st2_st3_st6(office, years, code, error):
    released(office, TABLES[0])

    ended = make(office, TABLES[0], years=years)

    assert (ended.code, ended.error) == (code, error)
    assert len(office("release", "list").data["releases"]) == 1


def test_a_file_that_was_changed_or_lost_its_signature_is_no_release_st11(office):
    (row,) = make(office, TABLES[0]).data["releases"]
    table, signature = Path(row["file"]), Path(row["signature"])
    good = table.read_bytes()
    table.write_bytes(good.replace(b"21", b"22"))

    assert office("release", "verify", table).error == "integrity.signature"
    ended = make(office, TABLES[0])
    assert (ended.code, ended.error) == (2, "usage.not_empty"), "and nothing is written over it"
    table.write_bytes(good)
    signature.unlink()
    assert office("release", "verify", table).error == "storage.missing"


def test_whoever_may_not_write_releases_releases_nothing_and_may_read_the_list(office):
    released(office, TABLES[0])
    office.user = office("user", "add", "P-21", "--role", "case_manager").data["slot"]
    (office.place / "passphrase").write_text(f"{SECOND}\n", encoding="utf-8")

    ended = make(office, TABLES[1])

    assert (ended.code, ended.error) == (3, "policy.role")
    assert len(office("release", "list").data["releases"]) == 1


def test_no_code_and_no_name_is_in_a_file_and_the_review_knows_the_table_alone(office):
    code = (office.place / "code").read_text(encoding="utf-8")
    (data,) = released(office, TABLES[0])

    for planted in (code, "Plantedname", "Plantedstreet"):
        assert planted.encode() not in data
    acts = office("audit", "list", "--filter", "act=release.make").data["acts"]
    assert [(one["detail"], one["cases"]) for one in acts] == [(TABLES[0], [])]


def test_a_folder_that_is_not_there_releases_nothing(office):
    ended = make(office, TABLES[0], out=office.place / "nowhere")

    assert (ended.code, ended.error) == (2, "usage.not_found")
    assert office("release", "list").data["releases"] == []


@pytest.mark.rule("R26")
@pytest.mark.rule("R27")
def test_rows_in_confidence_hold_who_agreed_are_logged_and_hear_of_a_withdrawal_st10(office):
    codes = [one["code"] for one in office("case", "list").data["cases"]][:2]
    row = ("--purpose", "statistical_linking", "--recipient", "Rapporteur")
    ids = {
        code: office(
            *("consent", "record", code, *row, "--groups", "age_and_child", "--answer", "yes")
        ).data["ids"]
        for code in codes
    }
    (own,) = office("user", "list").data["users"]
    assert office("user", "add", "P-21", "--role", "case_manager").code == 0
    office.user = own["slot"]
    wish = ("release", "link", "Rapporteur", *OF_YEAR, "--out", office.place)

    assert office(*wish).error == "policy.needs_second"
    made = office(*wish, "--second", "P-21")

    assert (made.data["people"], made.data["hidden"], made.data["unit"]) == (2, 2, "records")
    data = Path(made.data["file"]).read_bytes()
    for planted in (*codes, "Plantedname", "P-01"):
        assert planted.encode() not in data
    assert nrm_verify_release.main(Path(made.data["file"]), lambda _line: None) == 0
    assert office(*wish, "--second", "P-21").error == "usage.not_empty"
    for code in codes:
        assert office("case", "show", code).code == 0
        assert office("referral", "list", code).code == 0
    told = office("consent", "withdraw", codes[0], *ids[codes[0]]).data["recipients_to_tell"]
    assert len(told) == 1
    second = office.file("later/README", "x").parent
    later = office(*wish[:-1], second, "--second", "P-21")
    assert later.data["people"] == 1
