"""Folding never raises, never grows without bound, and changes nothing the second time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.storage.search.folding import FOLDED_PER_CHARACTER, fold, skeleton
from nrm_desktop.storage.search.likeness import ALIKE, alike, people_alike

any_text = st.text(st.characters(), max_size=60)


@given(any_text)
def test_folding_twice_changes_nothing(text):
    folded = fold(text)

    assert fold(folded) == folded
    assert set(folded) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert folded == " ".join(folded.split())


@given(any_text)
def test_folded_text_and_its_skeleton_are_bounded(text):
    folded = fold(text)

    assert len(folded) <= FOLDED_PER_CHARACTER * max(1, len(text))
    assert len(skeleton(folded)) <= 2 * len(folded)


@given(any_text, any_text)
def test_words_fold_alone_as_they_fold_together(one, other):
    assert fold(f"{one} {other}") == " ".join(filter(None, (fold(one), fold(other))))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NGUYỄN", "nguyen"),
        ("Wójcik", "wojcik"),
        ("Łukasz", "lukasz"),
        ("Çiğdem", "cigdem"),
        ("Işık", "isik"),
        ("Đặng", "dang"),
        ("Straße", "strasse"),
        ("O’Brien", "obrien"),
        ("أحمد", "احمد"),
        ("فاطمة", "فاطمه"),
        ("محمّد", "محمد"),
        ("ﻣﺤﻤﺪ", "محمد"),
        ("张伟", "Zhang Wei"),
        ("김민수", "Gim Min-su"),
        ("Ольга", "Olga"),
        ("１２", "12"),
    ],
)
def test_the_same_word_in_other_letters_folds_to_the_same(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize("text", ["\ud800", "\0", "\u202e", "", "؛", "\U000e0001"])
def test_what_is_no_word_folds_to_nothing(text):
    assert fold(text) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Abdulrahman", "عبد الرحمن"),
        ("Khadija", "Hadidja"),
        ("Mohammed", "Muhamad"),
        ("Shevchenko", "Sevcenko"),
    ],
)
def test_spellings_of_one_name_are_alike(one, other):
    assert alike(fold(one), fold(other)) >= ALIKE or skeleton(fold(one)) == skeleton(fold(other))


@given(any_text, any_text)
def test_likeness_is_between_nothing_and_one_and_takes_no_side(one, other):
    there, back = alike(fold(one), fold(other)), alike(fold(other), fold(one))

    assert there == pytest.approx(back)
    assert there == 0 or ALIKE <= there <= 1


@pytest.mark.parametrize(
    ("ours", "theirs", "is_alike"),
    [
        ("maryam osei", "mariam ossei", True),
        ("maryam osei", "osei maryam", True),
        ("maryam osei", "maryam", True),
        ("abdul rahman", "abdulrahman", True),
        ("maryam osei", "maryam kovalenko", False),
        ("maryam osei", "peter osei", False),
        ("", "maryam", False),
    ],
)
def test_two_people_need_two_names_alike_where_two_are_known(ours, theirs, is_alike):
    assert bool(people_alike(ours.split(), theirs.split())) is is_alike
