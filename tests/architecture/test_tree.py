"""What must not lie in the tree: places of one machine, registries, secrets, big binaries."""

import re
import subprocess

import pytest
from tests.architecture.source import ROOT

MACHINE_PLACES = re.compile(
    r"/(?:wor[k]/|roo[t]/|hom[e]/[a-z]+/|op[t]/wheels|Users/[a-z]+/)|[A-Z]:\\Users\\[a-z]"
)
REGISTRIES = re.compile(
    r"(?:pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.(?:org|com)|deb\.de[b]ian\.org|unpk[g]\.com)"
)
INVENTED_HOMES = {"tests/unit/platforms/test_folder_facts.py"}  # mount tables of invented people
TEXT = {".py", ".toml", ".md", ".lock", ".sql", ".json", ".txt", ".svg", ".po", "", ".yml", ".html"}
FROZEN = "tests/migrations/format-"  # vaults and stores of past formats, as their program made them
LARGEST_BYTES = 2_000_000


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this tree is no git checkout")
    return [name for name in listed.stdout.decode().split("\0") if (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    return [
        (name, (ROOT / name).read_text(encoding="utf-8"))
        for name in tracked()
        if (ROOT / name).suffix in TEXT and not name.startswith(FROZEN)
    ]


def test_no_file_names_a_place_of_one_machine_or_a_registry():
    found = [
        f"{name}: {match[0]}"
        for name, text in texts()
        for pattern in (MACHINE_PLACES, REGISTRIES)
        for match in pattern.finditer(text)
        if not (pattern is MACHINE_PLACES and name in INVENTED_HOMES)
    ]

    assert found == []


def test_nothing_that_is_made_lies_among_the_sources():
    made = re.compile(r"\.(pyc|db|db-wal|hdr\.[ab]|nrmx?|whl|zip|log|orig|rej)$|__pycache__|\.prt$")

    kept = (FROZEN, "tests/vectors")
    assert [name for name in tracked() if made.search(name) and not name.startswith(kept)] == []


def test_no_file_is_so_big_that_it_belongs_elsewhere():
    big = [name for name in tracked() if (ROOT / name).stat().st_size > LARGEST_BYTES]

    assert big == []
