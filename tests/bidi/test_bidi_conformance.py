"""The whole of Unicode's BidiCharacterTest.txt: levels and order of every case."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from nrm_desktop.documents.bidi import base_direction, paragraph_levels, visual_order

CASES = Path("/usr/share/unicode/BidiCharacterTest.txt")
DIRECTIONS = {"0": "ltr", "1": "rtl", "2": "auto"}


class Case(NamedTuple):
    line: int
    text: str
    direction: str
    base: int
    levels: list[int | None]
    order: list[int]


def cases() -> Iterator[Case]:
    with CASES.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            fields = line.split("#")[0].strip().split(";")
            if len(fields) < 5:
                continue
            text, direction, base, levels, order = fields
            yield Case(
                number,
                "".join(chr(int(code, 16)) for code in text.split()),
                DIRECTIONS[direction],
                int(base),
                [None if level == "x" else int(level) for level in levels.split()],
                [int(at) for at in order.split()],
            )


@pytest.fixture(autouse=True)
def _data() -> None:
    if CASES.exists():
        return
    reason = "BidiCharacterTest.txt is missing: install the Debian package unicode-data"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def test_every_case_of_unicode_has_the_levels_and_the_order_it_asks_for():
    wrong = []
    count = 0
    for case in cases():
        count += 1
        levels = paragraph_levels(case.text, case.direction)
        if (levels, visual_order(levels)) != (case.levels, case.order):
            wrong.append(case.line)
        if case.direction == "auto" and (base_direction(case.text) == "rtl") != case.base:
            wrong.append(case.line)

    assert wrong == []
    assert count > 91_000


def test_characters_that_this_python_does_not_know_are_named_and_still_run_the_right_way(
    capsys: pytest.CaptureFixture[str],
):
    unknown = sorted({c for case in cases() for c in case.text if not unicodedata.bidirectional(c)})
    with capsys.disabled():
        names = " ".join(f"U+{ord(character):04X}" for character in unknown) or "none"
        known = f"Unicode {unicodedata.unidata_version} of this Python"
        print(f"\n  bidi: unknown to {known}: {names}")  # noqa: T201 - the list is the point

    assert [c for c in unknown if unicodedata.category(c) != "Cn"] == []
