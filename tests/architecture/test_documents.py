"""What the documents claim exists: links, commands, tests, threats, platforms."""

import re
from pathlib import Path

import pytest
from tests.architecture.source import PACKAGE, ROOT, modules

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
BACKTICKED = re.compile(r"`([^`]+)`")
ADR_NAME = re.compile(r"(\d{4})-[a-z0-9-]+\.md")
PLACE = re.compile(r"^[\w.]+/|\.(?:py|toml|md)$")
NOT_A_TARGET = {"sure"}

document = pytest.mark.parametrize(
    "path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix()
)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def bullets_below(name: str, heading: str) -> list[str]:
    section = re.split(r"^#", text_of(name).partition(heading)[2], flags=re.MULTILINE)[0]
    return [line for line in section.splitlines() if line.startswith("- ")]


def rows(name: str, letter: str) -> list[list[str]]:
    """The cells of the table rows whose first cell is an id with this letter."""
    found = re.findall(rf"^\| ({letter}\d+ \|.*)\|$", text_of(name), re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in found]


def is_place(name: str) -> bool:
    return (PACKAGE / name).exists() or (ROOT / name).exists()


THREATS = rows("docs/threat-model.md", "T")


@document
def test_every_link_leads_somewhere(path: Path):
    targets = LINK.findall(path.read_text(encoding="utf-8"))

    assert [each for each in targets if not (path.parent / each).exists()] == []


@document
def test_every_make_command_exists(path: Path):
    known = re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE)
    named = set(MAKE.findall("\n".join(code_in(path)))) - NOT_A_TARGET

    assert named <= set(known)


def code_in(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [*re.findall(r"```\n(.*?)```", text, re.DOTALL), *BACKTICKED.findall(text)]


def test_the_readme_begins_with_what_it_is_a_picture_and_two_commands():
    first_screen = "\n".join(text_of("README.md").splitlines()[:20])

    assert "case tool for people" in first_screen
    assert "](docs/screenshots/" in first_screen
    assert re.findall(r"^make \w+", first_screen, re.MULTILINE) == ["make run", "make test"]
    assert "**Python 3.11 or newer, git and make**" in first_screen


def test_readme_and_platforms_say_the_same_about_windows():
    listed = bullets_below("docs/platforms.md", "## Unverified on Windows\n")

    assert len(listed) > 3
    assert bullets_below("README.md", "### Unverified on Windows\n") == listed


def test_decisions_are_numbered_without_gaps_and_say_their_status():
    records = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))

    numbers = [int(ADR_NAME.fullmatch(each.name)[1]) for each in records]
    assert numbers == list(range(1, len(records) + 1))
    for number, each in zip(numbers, records, strict=True):
        head = each.read_text(encoding="utf-8")
        assert head.startswith(f"# {number:04}: ")
        assert re.search(r"^- Status: (accepted|proposed|replaced by \d{4})$", head, re.MULTILINE)


def test_every_decision_is_listed_under_its_own_words():
    index = text_of("docs/adr/README.md")
    listed = dict(re.findall(r"^\| \[\d{4}\]\((.+?)\) \| (.+) \|$", index, re.MULTILINE))
    records = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))

    heads = {each.name: each.read_text(encoding="utf-8").splitlines()[0] for each in records}
    assert listed == {name: head.partition(": ")[2] for name, head in heads.items()}


def test_the_map_of_the_code_names_places_that_exist():
    tables = "\n".join(re.findall(r"^\|.*\|$", text_of("ARCHITECTURE.md"), re.MULTILINE))
    named = [each for each in BACKTICKED.findall(tables) if PLACE.search(each)]

    assert len(named) > 50
    assert [each for each in named if not is_place(each)] == []


@pytest.mark.parametrize("row", THREATS, ids=lambda row: row[0])
def test_a_threat_marked_now_names_its_place_and_has_a_test(row):
    name, _, _, places, state, _ = row
    cited = {
        each
        for module in modules("tests")
        for each in re.findall(r'mark\.threat\("(T\d+)"', module.text)
    }

    assert state == "now" or state.startswith("later")
    for place in BACKTICKED.findall(places):
        assert is_place(place), place
    if state == "now":
        assert places, "a control that is there is somewhere"
        assert name in cited, f"no test cites {name}"


def test_every_threat_has_a_row_and_every_limit_is_explained():
    limits = {row[0] for row in rows("docs/threat-model.md", "L")}

    assert [row[0] for row in THREATS] == [f"T{number}" for number in range(1, 29)]
    assert {each for row in THREATS for each in row[5].split()} <= limits
