"""The words of the window: plain literals, no banned word, and translations that fit them."""

import re

import pytest
from tests.unit.ui.marked_texts import marked_texts

from nrm_desktop.paths import resource_root
from nrm_desktop.texts import names_in, read_po

MARKED = list(marked_texts())
CATALOGUES = sorted((resource_root() / "texts").glob("*/ui.po"))
WHOLE = ("uk", "ar", "bg")
"""Languages in which nobody meets an English word in the window."""
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


@pytest.mark.parametrize("language", WHOLE)
def test_a_whole_language_has_every_text_of_the_window(language):
    """The catalogue of the papers counts: both are read together."""
    folder = resource_root() / "texts" / language
    entries = {
        (one.context, one.source): one
        for path in sorted(folder.glob("*.po"))
        for one in read_po(path.read_text(encoding="utf-8"))
    }
    wanted = {(one.context, one.texts[0]): one.place for one in MARKED}

    assert [(place, key) for key, place in wanted.items() if key not in entries] == []
    assert [key for key, one in entries.items() if not all(one.forms) and key[1]] == []
