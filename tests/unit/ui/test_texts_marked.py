"""The words of the window: plain literals, no banned word, and translations that fit them."""

import re

import pytest
from tests.unit.ui.marked_texts import marked_texts

from nrm_desktop.documents.bidi import paragraph_levels, visual_order
from nrm_desktop.paths import resource_root
from nrm_desktop.texts import load_catalogue, names_in, read_po

MARKED = list(marked_texts())
CATALOGUES = sorted((resource_root() / "texts").glob("*/ui.po"))
WHOLE = ("ar",)
"""Languages in which a worker never meets an English text of the window."""
BANNED = re.compile(
    r"\b(roots?|registrars?|compartments?|epochs?|vaults?|bundles?|provisional|victims?|score)\b",
    re.IGNORECASE,
)


def test_there_are_marked_texts_at_all():
    assert len(MARKED) > 40


def test_every_marked_text_is_a_plain_literal():
    joined = [one.place for one in MARKED if None in one.texts]

    assert joined == []


def test_every_name_in_a_text_is_given_and_no_other():
    wrong = [
        one.place for one in MARKED if one.params != frozenset().union(*map(names_in, one.texts))
    ]

    assert wrong == []


def test_no_text_says_what_must_not_be_on_screen():
    """Words of the code that people must not read, and words about a person (ux.md 1, 4.1)."""
    said = [one.place for one in MARKED for text in one.texts if BANNED.search(text)]

    assert said == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.name)
def test_a_translation_belongs_to_a_text_that_exists(path):
    sources = {(one.context, one.texts[0]) for one in MARKED}
    entries = [one for one in read_po(path.read_text(encoding="utf-8")) if one.source]

    assert entries != []
    assert [one.source for one in entries if (one.context, one.source) not in sources] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.name)
def test_what_is_not_yet_translated_is_known_by_name(path, record_property):
    """Missing texts show in English: they are listed, and fail nothing."""
    entries = {(one.context, one.source) for one in read_po(path.read_text(encoding="utf-8"))}
    missing = sorted({one.texts[0] for one in MARKED} - {source for _, source in entries})

    record_property("missing", missing)
    assert len(missing) < len(MARKED)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.name)
def test_every_count_has_all_forms_of_the_language(path):
    """A form too few and 100 days are told by the grammar of 11."""
    head, *entries = read_po(path.read_text(encoding="utf-8"))
    wanted = int(re.search(r"nplurals=(\d+)", head.forms[0])[1])

    assert [one.source for one in entries if one.plural and len(one.forms) != wanted] == []


@pytest.mark.parametrize("language", WHOLE)
def test_a_whole_language_has_every_text_of_the_window(language):
    """The two catalogues of a language are read as one."""
    known = load_catalogue(resource_root() / "texts" / language).entries

    assert [one.place for one in MARKED if not known.get((one.context, one.texts[0]))] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.name)
def test_a_date_in_a_text_is_read_in_the_order_in_which_it_is_typed(path):
    """After an Arabic letter 2026-11-23 would stand as 23-11-2026, unless it is kept apart."""
    texts = [form for one in read_po(path.read_text(encoding="utf-8")) for form in one.forms]
    dates = [(text, date.span()) for text in texts for date in re.finditer(r"\d+(-\d+)+", text)]

    assert dates != []
    assert [text for text, span in dates if not runs_from_the_left(text, *span)] == []


def runs_from_the_left(text: str, begin: int, end: int) -> bool:
    places = [one for one in visual_order(paragraph_levels(text)) if begin <= one < end]
    return places == list(range(begin, end))
