"""What the manual promises is shown by tests that exist, and no honest limit is left out (P26)."""

import re

import pytest
from tests.architecture.source import ROOT

MANUAL = ROOT / "docs" / "manual"
LIMITS = (MANUAL / "limits.md").read_text(encoding="utf-8")
SHOWN = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
LIMIT = re.compile(r"^\| (L\d+) \| (.+) \|$", re.MULTILINE)
NEVER_CLAIMED = re.compile(r"hidden (?:safe|vault)s?|unbreakable|100 ?%|military", re.IGNORECASE)


@pytest.mark.promise("P26")
def test_every_limit_stands_in_the_manual_in_its_order():
    found = dict(LIMIT.findall(LIMITS))

    assert list(found) == [f"L{number}" for number in range(1, 19)]
    assert all(len(text.split()) > 3 and text.endswith(".") for text in found.values())


@pytest.mark.promise("P26")
def test_the_manual_claims_nothing_that_the_program_cannot_do():
    for page in MANUAL.glob("*.md"):
        for line in page.read_text(encoding="utf-8").splitlines():
            claims = NEVER_CLAIMED.findall(line)
            assert not claims or "There is no hidden" in line, f"{page.name}: {line}"


@pytest.mark.promise("P11")
@pytest.mark.threat("T26")
def test_every_way_back_names_tests():
    text = (MANUAL / "ways-back.md").read_text(encoding="utf-8")
    ways = re.split(r"^## ", text, flags=re.MULTILINE)[1:]

    for way in ways:
        assert SHOWN.search(way), way.splitlines()[0]


@pytest.mark.parametrize("page", sorted(MANUAL.glob("*.md")), ids=lambda page: page.stem)
def test_every_test_that_a_page_names_exists(page):
    for file, test in SHOWN.findall(page.read_text(encoding="utf-8")):
        source = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"def {test}\(", source), f"{file}::{test}"
