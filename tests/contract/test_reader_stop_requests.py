"""What another organisation asks us to stop using, as every reader shows it."""

import pytest
from tests.contract.readers import ONLY_CORE, open_case
from tests.contract.test_reader_notices import BOTH, RIGHTS, say
from tests.contract.vaults import CASE, OTHER_CASE, author, write

from nrm_desktop.app.exchange_ports import ReplyAddress
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.domain.notices import Part
from nrm_desktop.domain.ops import Tombstone

pytestmark = pytest.mark.rule("R27")
SENDER = "c1" * 16
PACKET = b"\x00" * 16
ORIGIN, CAME, DONE = (RecordId(text * 4) for text in (b"orig", b"came", b"done"))


def address(reference):
    return ReplyAddress(reference, ScopeId(b"o" * 16), b"r" * 32, b"k" * 32, b"s" * 32)


def arrives(vault, by, notice=b"n" * 16, record=CAME, compartment=RIGHTS, scope=CASE):
    entry = (
        address(notice).to_value(),
        PACKET,
        (("refer", "identity"),),
        "2026-11-26",
        "2026-12-10",
    )
    say(vault, by, record, "packet", compartment, scope, taken_back=entry)


def answers(vault, by, compartment=RIGHTS, record=DONE):
    given = (b"n" * 16, "keeps_part", "The bill.", "2026-11-27T10:00", "P-02")
    say(vault, by, record, "packet", compartment, answered_back=given)


@pytest.fixture
def by(vault):
    made = author()
    open_case(vault, made, CASE, "0001-0000")
    terms = ("refer", ("consent",), "", "", 0)
    origin = (address(PACKET).to_value(), SENDER, *terms)
    say(vault, made, ORIGIN, "packet", RIGHTS, origin=origin)
    return made


def lines(vault, read, sight=BOTH) -> list:
    return [(one.code, one.owed, one.since) for one in read(vault).open_requests(sight)]


def test_a_case_whose_packet_stands_asks_for_nothing(vault, read, by):
    assert read(vault).asked_to_stop(CASE, BOTH) == ()
    assert lines(vault, read) == []


def test_it_stands_until_somebody_has_answered(vault, read, by):
    arrives(vault, by)

    (asked,) = read(vault).asked_to_stop(CASE, BOTH)
    assert (asked.sender, asked.packet) == (SENDER, "r-aaaaaa")
    assert asked.parts == (Part("refer", "identity"),)
    assert (asked.came_on, asked.answer_by, asked.is_open) == ("2026-11-26", "2026-12-10", True)
    assert lines(vault, read) == [("0001-0000", 1, "2026-11-26")]

    answers(vault, by)
    (asked,) = read(vault).asked_to_stop(CASE, BOTH)
    assert [(one.reply, one.words) for one in asked.answers] == [("keeps_part", "The bill.")]
    assert lines(vault, read) == []


def test_an_answer_that_was_closed_or_lies_elsewhere_silences_nothing(vault, read, by):
    arrives(vault, by)
    answers(vault, by, compartment=1, record=RecordId(b"else" * 4))
    assert len(lines(vault, read)) == 1

    answers(vault, by)
    write(vault, by, Tombstone(DONE), compartment=RIGHTS)
    assert len(lines(vault, read)) == 1


def test_a_request_that_somebody_closed_stays(vault, read, by):
    arrives(vault, by)
    write(vault, by, Tombstone(CAME), compartment=RIGHTS)

    assert len(lines(vault, read)) == 1


def test_a_damaged_entry_hides_no_other(vault, read, by):
    bad = RecordId(b"bad1" * 4)
    say(vault, by, bad, "packet", RIGHTS, taken_back=("x", 1), answered_back="erased")
    arrives(vault, by)

    assert lines(vault, read) == [("0001-0000", 1, "2026-11-26")]


def test_it_is_for_those_who_see_the_log(vault, read, by):
    arrives(vault, by)

    assert read(vault).asked_to_stop(CASE, ONLY_CORE) == ()
    assert lines(vault, read, ONLY_CORE) == []


def test_each_case_has_its_line_by_its_code(vault, read, by):
    open_case(vault, by, OTHER_CASE, "0000-0000")
    for scope in (CASE, OTHER_CASE):
        arrives(vault, by, scope=scope)

    assert [code for code, _, _ in lines(vault, read)] == ["0000-0000", "0001-0000"]
