"""The surface of the command line is what the contract says and what the page describes."""

from functools import cache

import pytest

from make_cli_docs import PAGE, page
from nrm_desktop import __version__
from nrm_desktop.cli.loading import runner_of
from nrm_desktop.cli.main import main
from nrm_desktop.cli.parser import build_parser, command_named, parse, read_line
from nrm_desktop.cli.surface import COMMANDS, SYNC_STATUS
from nrm_desktop.domain.errors import Usage

BUILT = [one for one in (*COMMANDS, SYNC_STATUS) if one.is_built]
LATER = [one for one in COMMANDS if not one.is_built]
CONTRACT = """
practice selftest init; user add, user remove, user list; passphrase change; recovery create;
recovery use; vault info; vault verify; case new; case list; case show; case history; case close;
answer set; answer import; search; consent record; consent withdraw; consent list;
referral preview; referral export; referral import; referral answer; referral receipt;
referral list; invite create; invite open; root show; root renew; directory list;
directory import; directory export; card export; card import; device request; device approve;
device join; device list; device revoke; sync; sync status; arrivals; bundle verify; bundle info;
conflict list; conflict resolve; backup create; backup verify; backup restore; export htcds;
import htcds; stats; pack check; pack docs; erase
"""


@cache
def whole_table():
    return build_parser(__version__)


def contract() -> set[str]:
    first, *rest = CONTRACT.replace("\n", " ").replace(",", ";").split(";")
    return {*first.split(), *(part.strip() for part in rest)} - {""}


def words_for(command) -> list[str]:
    """A line that the parser accepts: every positional, every option that is required."""
    words = command.words.split()
    for argument in command.arguments:
        settings = dict(argument.settings)
        value = (settings.get("choices") or ["x"])[0]
        if not argument.name.startswith("-"):
            words.append(value)
        elif settings.get("required"):
            words += [argument.name, value]
    return words


def test_every_command_of_the_contract_is_known():
    known = {one.words for one in (*COMMANDS, SYNC_STATUS)}

    assert contract() - known == set()


def test_the_page_about_the_command_line_is_made_from_the_parser():
    assert PAGE.read_text(encoding="utf-8") == page(), "run tools/make_cli_docs.py"


@pytest.mark.parametrize("command", BUILT, ids=lambda one: one.words)
def test_every_built_command_has_code(command):
    assert callable(runner_of(command))


@pytest.mark.parametrize("command", LATER, ids=lambda one: one.words)
def test_a_command_that_is_not_built_says_so_with_2(command, capsys):
    code = main(words_for(command))

    assert code == 2
    assert f"not available yet: {command.words}" in capsys.readouterr().err


@pytest.mark.parametrize("command", BUILT, ids=lambda one: one.words)
def test_every_level_has_its_help(command, capsys):
    parts = ["sync"] if command is SYNC_STATUS else command.words.split()

    assert main([*parts, "--help"]) == 0
    assert "usage: nrm-desktop" in capsys.readouterr().out


def test_global_options_stand_before_or_after_the_command():
    parser = whole_table()

    before = parse(parser, ["--data-dir", "d", "--json", "case", "list"])
    after = parse(parser, ["case", "list", "--data-dir", "d", "--json"])

    assert vars(before) == vars(after)


@pytest.mark.parametrize("command", [*COMMANDS, SYNC_STATUS], ids=lambda one: one.words)
def test_a_line_is_read_alike_by_its_group_alone_and_by_the_whole_table(command):
    line = ["--user", "sync", *words_for(command), "--json"]

    alone, whole = read_line(__version__, line), parse(whole_table(), line)

    assert vars(alone) == vars(whole)


def test_a_mistake_is_answered_from_the_whole_table_also_where_a_value_is_a_group():
    with pytest.raises(Usage) as raised:
        read_line(__version__, ["--user", "case", "nothing"])

    assert "referral" in str(raised.value.params["option"])


def test_a_cut_off_option_is_not_guessed():
    with pytest.raises(Usage):
        parse(whole_table(), ["case", "list", "--lim", "5"])


def test_sync_status_is_no_store_and_root_alone_shows_the_root():
    parser = whole_table()

    assert parse(parser, ["sync", "status"]).command is SYNC_STATUS
    assert parse(parser, ["root"]).command.words == "root show"


def test_the_version_is_printed(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"nrm-desktop {__version__}"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (["--json", "case", "list"], "case list"),
        (["--data-dir", "x", "sync", "there"], "sync"),
        (["nothing"], ""),
    ],
)
def test_a_line_that_fails_still_names_its_command(line, name):
    assert command_named(line) == name
