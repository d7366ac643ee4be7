"""What a translated text needs beside its words: all forms of a count, dates in their order."""

import re
from pathlib import Path

import pytest

from nrm_desktop.documents.bidi import paragraph_levels, visual_order
from nrm_desktop.paths import resource_root
from nrm_desktop.texts import read_po

CATALOGUES = sorted((resource_root() / "texts").glob("*/*.po"))
DATE = re.compile(r"\d+(-\d+)+")


def named(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.mark.parametrize("path", CATALOGUES, ids=named)
def test_every_count_has_all_forms_of_the_language(path: Path):
    """A form too few, and 100 days are told by the grammar of 11."""
    head, *entries = read_po(path.read_text(encoding="utf-8"))
    wanted = int(re.search(r"nplurals=(\d+)", head.forms[0])[1])

    assert [one.source for one in entries if one.plural and len(one.forms) != wanted] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=named)
def test_a_date_in_a_text_is_read_in_the_order_in_which_it_is_typed(path: Path):
    """After an Arabic letter 2026-11-23 would stand as 23-11-2026, unless it is kept apart."""
    texts = [form for one in read_po(path.read_text(encoding="utf-8")) for form in one.forms]
    dates = [(text, date.span()) for text in texts for date in DATE.finditer(text)]

    assert bool(dates) == (path.stem == "ui")
    assert [text for text, span in dates if not runs_from_the_left(text, *span)] == []


def runs_from_the_left(text: str, begin: int, end: int) -> bool:
    places = [one for one in visual_order(paragraph_levels(text)) if begin <= one < end]
    return places == list(range(begin, end))
