"""The file in which a table leaves says what it is, and is read again as it was (ST11, ST13)."""

import csv
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.desk import base_forms

from nrm_desktop.app.release_file import SheetFacts, read_release, write_release
from nrm_desktop.domain.cell_moves import ALL
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.forms.statistics import NOT_RECORDED, SEVERAL
from nrm_desktop.domain.releases import Release, ReleasedAxis

FORMS = base_forms()
TABLE = FORMS.counts.tables["persons_by_exploitation"]
FACTS = SheetFacts("=1+1, Harbour Aid", "persons", "2026-01-14", "0.1.0", "en")
DIMENSIONS = FORMS.counts.of(TABLE)
AXES = tuple(
    ReleasedAxis(one.id, one.field, (*one.classes, *more, NOT_RECORDED))
    for one, more in zip(DIMENSIONS, ((), (SEVERAL,)), strict=True)
)
KEYS = list(product(*((*axis.classes, ALL) for axis in AXES)))


def release(counts) -> Release:
    figures = dict(zip(KEYS, counts, strict=True))
    return Release(TABLE.id, "persons", TABLE.period, 2024, 2025, 10, AXES, figures)


releases = st.lists(st.none() | st.integers(0, 10**6), min_size=len(KEYS), max_size=len(KEYS)).map(
    release
)
SOME = release([None if n % 3 else n for n in range(len(KEYS))])


def lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(data.decode("utf-8").splitlines()))


@given(one=releases, language=st.sampled_from(["en", "uk", "ar"]))
def test_what_was_written_is_read_again_in_any_language_and_always_as_the_same_bytes(one, language):
    facts = replace(FACTS, language=language)
    data = write_release(one, facts, FORMS)

    assert read_release(data) == one
    assert write_release(one, facts, FORMS) == data
    assert "⟦" not in data.decode("utf-8"), "every word is there"


def test_the_sheet_says_what_of_whom_when_by_which_rules_and_what_is_hidden_st11():
    found = lines(write_release(SOME, FACTS, FORMS))
    sheet = {line[1]: line[2] for line in found if line[0] == "sheet"}

    assert sheet == {
        "table": TABLE.id,
        "organisation": "'=1+1, Harbour Aid",
        "from": "2024-01-01",
        "to": "2025-12-31",
        "period": "case.opened_at",
        "unit": "persons",
        "population": "persons",
        "coverage": "one_organisation",
        "made": "2026-01-14",
        "smallest_cell": "10",
        "suppressed": "c",
        "rounding": "none",
        "rules": sheet["rules"],
        "program": "0.1.0",
        "forms": f"base {FORMS.packs[0].version}",
    }
    assert {"ST3", "ST4", "ST6", "ST11", "ST12", "ST13"} <= set(sheet["rules"].split())


def test_no_spreadsheet_takes_a_word_of_the_file_for_a_formula():
    data = write_release(SOME, FACTS, FORMS)

    for line in lines(data):
        assert not [text for text in line if text[:1] in "=+-@" and text]
    assert read_release(data) == SOME


@pytest.mark.rule("R24")
@given(one=releases)
def test_how_much_is_missing_is_told_by_figures_of_the_table_and_by_no_other_st3_st13(one):
    found = lines(write_release(one, FACTS, FORMS))
    figures = {tuple(line[1:-1]): line[-1] for line in found if line[0] == "figure"}

    assert [line for line in found if line[0] == "missing"] == [
        ["missing", "age", figures[NOT_RECORDED, ALL], figures[ALL, ALL]],
        ["missing", "exploitation", figures[ALL, NOT_RECORDED], figures[ALL, ALL]],
    ]
    assert {text for text in figures.values() if not text.isdecimal()} <= {"c"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nrm_desktop counts,1", "nrm_desktop counts,2"),
        ("nrm_desktop counts,1\r\n", ""),
        ("sheet,from,2024-01-01", "sheet,from,2024-02-01"),
        ("sheet,from,2024-01-01", "sheet,from,24-01-01"),
        ("sheet,smallest_cell,10", "sheet,smallest_cell,9"),
        ("sheet,smallest_cell,10", "sheet,smallest_cell,many"),
        ("sheet,table,persons", "sheet,table,Persons"),
        ("sheet,population,", "sheet,people,"),
        ("figure,child,sexual,0", "figure,child,sexual,-1"),
        ("figure,child,sexual,0", "figure,child,sexual,007"),
        ("figure,child,sexual,0", "figure,child,sexual,"),
        ("figure,child,sexual,0", "figure,child,sexual,\u0663"),
        ("figure,child,sexual,0", "figure,child,sexual,1,2"),
        ("figure,child,sexual,0", "figure,child,labour,0"),
        ("figure,child,sexual,0\r\n", ""),
        ("class,age,adult,Adult", "class,age,child,Adult"),
        ("class,age,*,All\r\n", ""),
        ("dimension,age,screening.age_band", "dimension,age,"),
        ("sheet,table", 'sheet,"table'),
    ],
)
def test_what_this_program_would_not_write_is_not_read(old, new):
    text = write_release(SOME, FACTS, FORMS).decode("utf-8")
    assert old in text

    with pytest.raises(HostileInput, match=r"integrity\.release"):
        read_release(text.replace(old, new, 1).encode())


@given(data=st.binary(max_size=300))
def test_any_other_bytes_are_refused(data):
    with pytest.raises(HostileInput):
        read_release(data)


def test_a_file_beyond_the_limit_is_refused():
    with pytest.raises(HostileInput, match=r"integrity\.too_large"):
        read_release(bytes(1024 * 1024 + 1))
