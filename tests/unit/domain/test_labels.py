"""Names from outside are labels: whatever they say, they are words and never paths."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.domain.labels import LABEL_CHARS, NO_NAME, is_label, label_from

BAD = [
    *("", " ", ".", "..", "...", "/", "\\", "//", "~/", " . "),
    *("../up", "../../etc/passwd", "..\\..\\up", "/etc/passwd", "C:\\x", "C:x", "\\\\host\\x"),
    *("a/b", "a\\b", "a:b", "a\x00b", "a\nb", "a\rb", "a\tb", "a\x1bb", "a\x7fb", "a\x85b"),
    *("a\u202eb", "a\u202ab", "a\u2066b", "a\u2069b", "a\u200eb", "a\u200fb", "a\u061cb"),
    *("a\u2028b", "a\u2029b", "a\ufeffb", "a\u00adb", "a\ud800b", "a\ue000b", "a\u0378b"),
    *("name.", ".hidden", "name ", " name", "name. .", "name\u00a0", "\u3000name"),
    *("CON", "con", "NUL.txt", "aux.jpg", "PRN", "COM1", "com9.pdf", "LPT1.x", "COM¹", "CONIN$"),
    *("a*b", "a?b", 'a"b', "a<b", "a>b", "a|b", "file.txt::$DATA", "x" * 121, "e\u0301cole"),
]
GOOD = [
    *("paper", "paper.pdf", "Паспорт 1.pdf", "وثيقة.pdf", "école", "日本", "a-b_c (2).jpg"),
    *("می\u200cخواهم", "क\u094d\u200dष", "console.txt", "null", "company1", "x" * 120),
]


@pytest.mark.threat("T14")
@pytest.mark.promise("P15")
@pytest.mark.parametrize("name", BAD, ids=[ascii(name)[:24] for name in BAD])
def test_a_bad_name_becomes_a_label_and_is_refused_as_a_name_for_a_file(name):
    label = label_from(name)
    assert label != name
    assert not is_label(name)
    assert is_label(label)
    for pure in (PurePosixPath, PureWindowsPath):
        assert pure("folder", label).parts == ("folder", label)


def test_the_table_of_bad_names_is_long_enough():
    assert len(set(BAD)) >= 60


@pytest.mark.parametrize("name", GOOD)
def test_a_name_that_fits_stays_as_it_is(name):
    assert label_from(name) == name


def test_a_name_of_which_nothing_is_left_is_called_so():
    assert {label_from(name) for name in ("", "..", "/", "\u202e", " . ")} == {NO_NAME}


@pytest.mark.threat("T14")
@given(st.text(max_size=300))
def test_every_text_becomes_a_label_and_a_label_stays_one(name):
    label = label_from(name)
    assert 0 < len(label) <= LABEL_CHARS
    assert label_from(label) == label
    assert unicodedata.is_normalized("NFC", label)
    assert not set(label) & set('/\\:\x00*?"<>|')
    assert label == label.strip(" .")
