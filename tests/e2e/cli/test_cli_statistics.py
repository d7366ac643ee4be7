"""Tables of counts on a real vault: who counts, what is hidden, who may ask (R24, ST3, ST4)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from tests.e2e.cli.conftest import PASSPHRASE, SECOND, Cli, copy_place

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.commands import ConsentRowGiven, OpenCase, RecordConsent
from nrm_desktop.app.counting_ports import CountAsked
from nrm_desktop.app.events import CaseOpened
from nrm_desktop.bootstrap.headless import OpenVault, open_vault
from nrm_desktop.bootstrap.shell import build_shell
from nrm_desktop.domain.consent import NO_END
from nrm_desktop.domain.ids import RecipientId
from nrm_desktop.domain.values import NOT_ASKED

pytestmark = pytest.mark.rule("R24")
OFFICE = RecipientId("0a" * 16)
GROUPS = ("age_and_child", "needs", "account_summary", "identity")
WOMEN, MEN, REFUSING, UNASKED = 21, 14, 3, 8
EVERYBODY = WOMEN + MEN + REFUSING + UNASKED + 1
"""With the case of the template, which nobody asked about counting."""


@dataclass
class Filling:
    """Somebody who opens many cases at once."""

    vault: OpenVault

    def case(self, answers: dict[str, str], consent: str = "") -> str:
        vault = self.vault
        events = vault.handle(OpenCase(child=NOT_ASKED))
        opened = next(one for one in events if isinstance(one, CaseOpened))
        answering = Answering(
            vault.context, opened.scope, vault.reader.case(opened.scope, vault.sight)
        )
        for address, value in answers.items():
            answering.add(Wanted(address, value))
        vault.handle(answering.command())
        if consent:
            said = tuple((group, consent) for group in GROUPS)
            row = ConsentRowGiven(
                purpose="statistics", recipient=OFFICE, answers=said, until=NO_END
            )
            vault.handle(RecordConsent(scope=opened.scope, rows=(row,), origin="test"))
        return opened.code


def person(age: str, gender: str, **more: str) -> dict[str, str]:
    said = {"age_band": age, "gender": gender, **more}
    return {f"screening.{name}": value for name, value in said.items()}


@pytest.fixture(scope="module")
def filled(template, tmp_path_factory):
    """A place with many cases, and their codes."""
    place = copy_place(template, tmp_path_factory.mktemp("counted"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(place / "state"))
        vault = open_vault(build_shell(place / "vault"), PASSPHRASE, None)
        try:
            filling = Filling(vault)
            codes = [filling.case(person("25+", "woman"), "yes") for _ in range(WOMEN)]
            codes += [filling.case(person("12-17", "man"), "yes") for _ in range(MEN)]
            codes += [filling.case(person("25+", "man"), "no") for _ in range(REFUSING)]
            codes += [filling.case(person("0-11", "woman")) for _ in range(UNASKED)]
        finally:
            vault.close()
    return place, codes


@pytest.fixture
def counted(filled, tmp_path, monkeypatch) -> Cli:
    """A copy of it, to be changed."""
    return Cli(copy_place(filled[0], tmp_path / "place"), monkeypatch)


def figures(data: dict) -> dict[tuple[str | None, ...], int | None]:
    return {
        tuple(row["key"].get(name) for name in data["columns"]): row["count"]
        for row in data["rows"]
    }


def test_everybody_is_in_the_total_and_only_who_agreed_is_in_a_class(counted):
    data = counted("stats", "persons_by_age_and_gender").data
    found = figures(data)

    assert (data["table"], data["columns"]) == ("persons_by_age_and_gender", ["age", "gender"])
    assert (data["from"], data["to"], data["min_cell"]) == (None, None, 10)
    assert data["total"] == EVERYBODY
    assert found["adult", "woman"] == found["adult", None] == WOMEN
    assert found["child", "man"] == found["child", None] == MEN
    assert found["not_recorded", "not_recorded"] == REFUSING + UNASKED + 1
    assert found["adult", "man"] == 0, "three men refused, and zero is not blank"
    assert all(row["suppressed"] is (row["count"] is None) for row in data["rows"])
    assert data["suppressed_cells"] == sum(row["suppressed"] for row in data["rows"]) == 0


def test_few_people_are_hidden_and_nothing_gives_them_away(counted):
    """With 15 as the smallest cell the boys are few, and so are those not recorded."""
    data = counted("stats", "persons_by_age_and_gender", "--min-cell", "15").data
    found = figures(data)

    assert data["min_cell"] == 15
    assert data["total"] == EVERYBODY
    assert found["child", None] is None
    assert found["child", "man"] is None
    assert found["not_recorded", None] is None
    assert found["adult", None] == WOMEN, "the two that are hidden are 26 together"
    assert data["suppressed_cells"] >= 4


def test_a_total_of_few_people_is_hidden_as_well(cli):
    data = cli("stats", "persons_by_citizenship").data

    assert data["total"] is None
    assert all(row["suppressed"] for row in data["rows"])
    assert data["suppressed_cells"] == len(data["rows"]) + 1


def test_a_refusal_and_a_withdrawal_move_somebody_out_of_the_classes_and_change_no_total(
    counted, filled
):
    woman = filled[1][0]
    consents = counted("consent", "list", woman).data["consents"]
    ids = [one["id"] for one in consents if one["purpose"] == "statistics"]

    counted("consent", "withdraw", woman, *ids)
    data = counted("stats", "persons_by_age_and_gender").data

    assert data["total"] == EVERYBODY
    assert figures(data)["adult", "woman"] == WOMEN - 1
    assert figures(data)["not_recorded", "not_recorded"] == REFUSING + UNASKED + 2


def test_no_code_no_id_and_no_name_is_in_what_a_table_says(counted, filled):
    code = (filled[0] / "code").read_text(encoding="utf-8")
    for table in ("persons_by_age_and_gender", "consents_by_purpose", "barriers", "referrals"):
        ended = counted("stats", table)

        for each in (*filled[1], code, "Plantedname", "Plantedstreet"):
            assert each not in ended.out + ended.err


def test_a_table_is_noted_in_the_review_without_its_figures(counted):
    counted("stats", "persons_by_citizenship", "--from", "2024")

    (row,) = counted("audit", "list", "--filter", "act=table.count").data["acts"]
    assert (row["act"], row["detail"]) == ("table.count", "persons_by_citizenship")
    assert (row["cases"], row["other_subjects"]) == ([], 0)


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("--min-cell", "9"), 3, "policy.floor"),
        (("--min-cell", "0"), 3, "policy.floor"),
        (("--min-cell", "-1"), 3, "policy.floor"),
        (("--from", "2026-05"), 2, "usage.bad_value"),
        (("--to", "2026-05-14"), 2, "usage.bad_value"),
        (("--from", "2026", "--to", "2025"), 2, "usage.bad_value"),
        (("--from", "~2026"), 2, "usage.bad_value"),
        (("--from", "soon"), 2, "usage.bad_value"),
    ],
)
def test_what_would_show_too_much_is_refused_and_nothing_is_noted(cli, words, code, error):
    ended = cli("stats", "persons_by_citizenship", *words)

    assert (ended.code, ended.error) == (code, error)
    assert cli("audit", "list", "--filter", "act=table.count").data["acts"] == []


def test_only_tables_of_the_list_exist_st1(cli):
    ended = cli("stats", "screening.given_name")

    assert (ended.code, ended.error) == (2, "usage.not_found")


def test_years_are_those_in_which_cases_were_opened(counted):
    year = counted("case", "list").data["cases"][0]["changed"][:4]
    of_year = counted("stats", "persons_by_age_and_gender", "--from", year, "--to", f"{year}-12-31")
    before = counted("stats", "persons_by_age_and_gender", "--to", str(int(year) - 1))

    assert (of_year.data["from"], of_year.data["to"]) == (f"{year}-01-01", f"{year}-12-31")
    assert of_year.data["total"] == EVERYBODY
    assert before.data["total"] is None


def test_whoever_may_not_write_releases_makes_no_table(counted):
    counted.user = counted("user", "add", "P-21", "--role", "case_manager").data["slot"]
    (counted.place / "passphrase").write_text(f"{SECOND}\n", encoding="utf-8")

    ended = counted("stats", "persons_by_citizenship")

    assert (ended.code, ended.error) == (3, "policy.role")


def test_what_people_read_has_words_and_a_mark_for_what_is_hidden(counted):
    line = ("stats", "persons_by_age_and_gender")
    full = counted(*line, is_plain=True).out
    few = counted(*line, "--min-cell", "15", is_plain=True).out

    assert full.startswith("People by age and gender\n")
    assert f"{WOMEN}  Adult / Woman" in full
    assert "c  " not in full
    assert "c  Child / Man" in few
    assert f"{EVERYBODY}  All" in few.splitlines()[-1]


def test_many_cases_are_read_in_batches_and_none_twice(filled, tmp_path, monkeypatch):
    place = copy_place(filled[0], tmp_path / "place")
    monkeypatch.setenv("XDG_STATE_HOME", str(place / "state"))
    vault = open_vault(build_shell(place / "vault"), PASSPHRASE, None)
    try:
        asked = CountAsked(frozenset(), vault.sight, vault.context.today())
        token, seen = None, 0
        while True:
            page = vault.reader.counted_cases(asked, 7, token)
            seen, token = seen + len(page.rows), page.next_token
            if token is None:
                break
        assert seen == EVERYBODY
    finally:
        vault.close()
