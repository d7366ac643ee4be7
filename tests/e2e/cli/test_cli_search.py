"""Searching from the command line: what the role sees, and nothing of it in the audit chain."""

from contextlib import contextmanager

import pytest
from tests.e2e.cli.conftest import PASSPHRASE, Cli

from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.shell import build_shell


def hits(cli: Cli, *words: str) -> list[tuple[str, str]]:
    return [(hit["field"], hit["match"]) for hit in cli("search", *words).data["hits"]]


def test_a_name_is_found_as_typed_as_beginning_and_as_spelled_alike(cli, code):
    assert hits(cli, "plantedname") == [("screening.given_name", "exact")]
    assert hits(cli, "PLANTEDN") == [("screening.given_name", "exact")]
    assert hits(cli, "Plämtedname") == [("screening.given_name", "similar")]


def test_a_likeness_of_spelling_is_given_for_similar_names_only(cli):
    exact = cli("search", "plantedname").data["hits"][0]
    similar = cli("search", "plamtedname").data["hits"][0]

    assert "score" not in exact
    assert 0.85 <= similar["score"] < 1


def test_the_text_may_come_from_standard_input(cli):
    assert cli("search", "-", typed="plantedname\n").data["hits"] != []


@pytest.mark.parametrize(
    "words", [("",), ("!?",), ("a " * 9,), ("a" * 65,), ("x", "--limit", "201")]
)
def test_a_search_for_nothing_or_for_too_much_is_refused(cli, words):
    assert cli("search", *words).code == 2


@pytest.mark.threat("T20")
def test_syntax_of_the_full_text_is_taken_for_words(cli):
    for text in (
        '"',
        'plantedname" OR folded:"x',
        "folded:plantedname",
        "NEAR(a b)",
        "-plantedname ^x",
    ):
        ended = cli("search", text)
        assert ended.code in {0, 2}, ended.err
        if ended.code == 0:
            assert ended.data["hits"] == []


def test_what_was_looked_for_is_said_by_no_refusal_and_no_log(cli):
    said = cli("search", "secretword " * 9)

    written = [path.read_bytes() for path in (cli.place / "state").rglob("*") if path.is_file()]
    assert "secretword" not in said.out + said.err
    assert not any(b"secretword" in data for data in written)


@pytest.mark.promise("P21")
def test_the_audit_chain_keeps_that_somebody_searched_and_not_for_what(cli):
    cli("search", "plantedname")

    with opened(cli) as vault:
        sql = "SELECT act, subjects, detail FROM audit"
        rows = vault.database.read(lambda found: found.execute(sql).fetchall()).result()

    assert "search" in [row[0] for row in rows[-3:]]
    assert "plantedname" not in repr(rows).lower()


@contextmanager
def opened(cli: Cli):
    with cli.patch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(cli.place / "state"))
        vault = open_vault(build_shell(cli.place / cli.vault), PASSPHRASE)
        try:
            yield vault
        finally:
            vault.close()
