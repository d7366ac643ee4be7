"""What every reader hands out for counting, on the fake and on SQLCipher: no code, no id."""

from dataclasses import replace

import pytest
from tests.contract.readers import ALL, DANGER, GIVEN, ONLY_CORE, SHELTER, open_case, scopes
from tests.contract.vaults import (
    CASE,
    CORE,
    LANGUAGE,
    OTHER_CASE,
    OTHER_RECORD,
    RECORD,
    SUPPORT,
    author,
    open_record,
    value,
    write,
)

from nrm_desktop.app.counting_ports import CountAsked
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.case import CODE, once_record
from nrm_desktop.domain.case import SUPPORT as TRACK
from nrm_desktop.domain.consent import register_field
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.ops import Tombstone
from nrm_desktop.domain.statistics import CountedCase
from nrm_desktop.domain.values import answered

TODAY = "2026-11-26"
ROW = RecordId(b"row1" * 4)


def asked(*fields, sight=ALL) -> CountAsked:
    return CountAsked(frozenset(fields), sight, TODAY)


def every(reader, wanted, limit=10) -> list[CountedCase]:
    found, token = [], None
    while True:
        page = reader.counted_cases(wanted, limit, token)
        found += page.rows
        token = page.next_token
        if token is None:
            return found


def said(reader, *fields, sight=ALL):
    (case,) = every(reader, asked(*fields, sight=sight))
    return sorted((one.field, one.answer.value) for one in case.said)


def consent(**said_) -> list:
    cells = {"cr_purpose": "statistics", "cr_recipient": "0a" * 16, "cr_group": "needs"}
    cells |= {"cr_answer": "yes", **said_}
    opened = open_record(ROW, "consent_register")
    return [opened, *(value(v, field=register_field(n), record=ROW) for n, v in cells.items())]


@pytest.mark.rule("R24")
@pytest.mark.parametrize("limit", [1, 2, 5, 10])
def test_every_case_comes_once_open_or_closed_and_also_where_nothing_was_said(vault, read, limit):
    by = author()
    for number, scope in enumerate(scopes(5)):
        state = "closed" if number % 2 else "open"
        open_case(vault, by, scope, f"000{number}-0000", state=state)
    write(vault, by, open_record(), value("uk"), scope=scopes(5)[2])

    found = every(read(vault), asked(LANGUAGE), limit)

    assert sorted(len(one.said) for one in found) == [0, 0, 0, 0, 1]


def test_a_case_without_a_code_is_none(vault, read):
    by = author()
    open_case(vault, by, CASE, "0001-0000")
    write(vault, by, open_record(), value("uk"), scope=OTHER_CASE)

    assert len(every(read(vault), asked(LANGUAGE))) == 1


@pytest.mark.rule("R24")
def test_nothing_that_is_handed_out_names_the_case(vault, read):
    by = author()
    open_case(vault, by, CASE, "0001-0000")
    write(vault, by, open_record(), value("uk"))

    (case,) = every(read(vault), asked(LANGUAGE))

    told = repr(case)
    assert "0001-0000" not in told
    assert CASE.hex() not in told
    assert repr(CASE) not in told


def test_only_what_is_asked_for_and_seen_is_handed_out(vault, read):
    by = author()
    open_case(vault, by, CASE, "0001-0000")
    write(vault, by, open_record(), value("uk"), value(True, field=DANGER))
    write(vault, by, value("here", field=SHELTER), compartment=SUPPORT)
    write(vault, by, value("Qvarnia", field=GIVEN))
    reader = read(vault)

    assert said(reader, LANGUAGE, SHELTER) == [(SHELTER, "here"), (LANGUAGE, "uk")]
    assert said(reader, LANGUAGE, SHELTER, sight=ONLY_CORE) == [(LANGUAGE, "uk")]
    assert said(reader, DANGER, sight=Sight(frozenset())) == []


def test_of_values_side_by_side_the_one_that_acts_is_handed_out(vault, read):
    by = author()
    open_case(vault, by, CASE, "0001-0000")
    write(vault, by, open_record(), value(False, field=DANGER))
    write(vault, by, value(True, field=DANGER))

    assert said(read(vault), DANGER) == [(DANGER, True)]


def test_what_stands_in_a_closed_record_is_not_handed_out(vault, read):
    by = author()
    open_case(vault, by, CASE, "0001-0000")
    write(vault, by, open_record(), value("uk"))
    write(vault, by, open_record(OTHER_RECORD), value("ru", record=OTHER_RECORD))
    write(vault, by, Tombstone(RECORD))

    assert said(read(vault), LANGUAGE) == [(LANGUAGE, "ru")]


@pytest.mark.rule("R35")
def test_consents_come_whatever_the_sight_and_only_from_core(vault, read):
    by = author()
    open_case(vault, by, CASE, "0001-0000")
    write(vault, by, *consent())
    forged = value("yes", field=register_field("cr_answer"), record=OTHER_RECORD)
    write(vault, by, forged, compartment=SUPPORT)

    (case,) = every(read(vault), asked(LANGUAGE, sight=Sight(frozenset())))

    assert [(one.purpose, one.group, one.answer) for one in case.register] == [
        ("statistics", "needs", "yes")
    ]
    assert case.said == ()


@pytest.mark.rule("R35")
def test_a_row_that_was_opened_as_something_else_hides_no_no(vault, read):
    by = author()
    open_case(vault, by, CASE, "0001-0000")
    _opened, *cells = consent(cr_answer="no")
    write(vault, by, open_record(ROW, "screening"), *cells)

    (case,) = every(read(vault), asked(LANGUAGE))

    assert [one.answer for one in case.register] == ["no"]


def test_the_end_of_support_is_known_without_being_asked_for(vault, read):
    by = author()
    open_case(vault, by, CASE, "0001-0000")
    record = once_record(CASE, "case")
    (before,) = every(read(vault), asked(CODE))
    write(vault, by, value("closed", field=TRACK, record=record), compartment=CORE)

    (after,) = every(read(vault), asked(LANGUAGE))

    assert before.ended == frozenset()
    assert after.ended == {"end_of_support"}
    assert answered("closed") not in [one.answer for one in after.said]


@pytest.mark.rule("R24")
def test_which_case_it_is_is_handed_out_only_to_whoever_links_people_st10(vault, read):
    open_case(vault, author(), CASE, "0001-0000")
    wanted = asked(LANGUAGE)

    (counted,) = every(read(vault), wanted)
    (linked,) = every(read(vault), replace(wanted, is_linked=True))

    assert (counted.scope, linked.scope) == (None, CASE)
    assert replace(linked, scope=None) == counted
