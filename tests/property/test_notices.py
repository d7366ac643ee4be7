"""Whom to tell of a consent taken back: the same from any order, and nobody is left out (R27)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.domain.consent import ConsentRecord
from nrm_desktop.domain.ids import RecipientId, RecordId
from nrm_desktop.domain.notices import (
    NO_REPLY,
    NOT_SAFE,
    SEALED,
    Notice,
    Part,
    Passed,
    Telling,
    notices,
    taken_back,
    ways_by_hand,
)

pytestmark = pytest.mark.rule("R27")
ROWS = [RecordId(bytes([number]) * 16) for number in range(5)]
PEOPLE = [RecipientId(letter * 32) for letter in "ab"]
some_rows = st.frozensets(st.sampled_from(ROWS), max_size=4)


THEIRS = [RecordId(bytes([number]) * 16) for number in range(3, 8)]
"""Rows of another file; two ids stand in both."""


@st.composite
def registers(draw, names=ROWS, known=some_rows):
    """Rows that say yes, no or not now, may be withdrawn, and may replace each other."""
    found = []
    for row in draw(st.permutations(names)):
        replaced = draw(known) - {row}
        knew = draw(st.sampled_from([frozenset(), replaced]))
        found.append(
            ConsentRecord(
                row,
                "refer",
                draw(st.sampled_from(PEOPLE)),
                draw(st.sampled_from(["needs", "needs", "identity", ""])),
                draw(st.sampled_from(["yes", "no", "not_now"])),
                withdrawn=draw(st.sampled_from(["", "2026-11-20T10:00"])),
                replaces=replaced,
                knew_withdrawn=knew,
            )
        )
    return found


of_both = st.frozensets(st.sampled_from([*ROWS, *THEIRS]), max_size=4)
own_of_two = registers(ROWS, of_both)
theirs_of_two = registers(THEIRS, of_both)


files = st.lists(
    st.builds(
        Passed,
        st.sampled_from(["r-1", "r-2", "r-3"]),
        st.sampled_from(PEOPLE),
        st.sampled_from(["", "2026-11-01", "2026-11-02"]),
        st.just("paper"),
        some_rows,
    ),
    max_size=4,
    unique_by=lambda one: (one.reference, one.recipient),
)
told = st.lists(
    st.builds(
        Telling,
        st.sampled_from(["r-1", "r-2", "r-3"]),
        st.sampled_from(PEOPLE),
        some_rows,
        st.just("2026-11-21T09:00"),
        st.sampled_from(["spoken", NOT_SAFE]),
        order=st.integers(0, 9),
    ),
    max_size=4,
)


def owed_by_hand(register, passed, tellings) -> set:
    """The same, said once more and plainly: row by row."""
    found = set()
    for file in passed:
        for row in register:
            later_no = any(one.answer == "no" and row.record in one.replaces for one in register)
            if row.record in file.rows and (row.withdrawn or later_no):
                said = [
                    one
                    for one in tellings
                    if one.reference == file.reference
                    and one.recipient == file.recipient
                    and row.record in one.rows
                ]
                if not said:
                    found.add((file.reference, file.recipient, row.record))
    return found


def owed(found) -> set:
    return {(n.passed.reference, n.passed.recipient, row) for n in found for row in n.owed}


@given(registers(), files, told)
def test_everybody_who_received_something_taken_back_is_told_and_nobody_else(
    register, passed, said
):
    assert owed(notices(register, passed, said)) == owed_by_hand(register, passed, said)


@given(registers(), files, told, st.randoms())
def test_the_order_in_which_things_arrive_changes_nothing(register, passed, said, chance):
    found = owed(notices(register, passed, said))
    for each in (register, passed, said):
        chance.shuffle(each)

    assert owed(notices(register, passed, said)) == found


@given(registers(), files, told, told)
def test_a_further_telling_takes_away_and_never_adds(register, passed, said, more):
    before = owed(notices(register, passed, said))

    assert owed(notices(register, passed, said + more)) <= before


@given(registers(), files)
def test_telling_what_is_owed_leaves_nothing(register, passed):
    first = notices(register, passed, ())
    said = [
        Telling(one.passed.reference, one.passed.recipient, one.owed, "2026-11-21T09:00", "letter")
        for one in first
    ]

    after = notices(register, passed, said)

    assert owed(after) == set()
    assert [one.passed for one in after] == [one.passed for one in first]
    assert all(one.last.way == "letter" for one in after)


@given(registers(), files, told)
def test_what_is_named_is_what_was_taken_back_of_that_file_and_nothing_else(register, passed, said):
    """Never more than the recipient received with it, also where somebody was told before."""
    back = taken_back(register)

    for one in notices(register, passed, said):
        rows = [row for row in register if row.record in one.passed.rows & back]
        assert one.parts == tuple(sorted({Part(row.purpose, row.group) for row in rows}))
        assert one.parts


@given(registers())
def test_a_row_that_nobody_took_back_is_never_told_of(register):
    back = taken_back(register)

    for row in register:
        said_no = any(one.answer == "no" and row.record in one.replaces for one in register)
        assert (row.record in back) == bool(row.withdrawn or said_no)


def test_tellings_of_one_minute_stand_in_the_order_in_which_they_were_written():
    row = ConsentRecord(ROWS[0], "refer", PEOPLE[0], "needs", "yes", withdrawn="2026-11-20T10:00")
    file = Passed("r-1", PEOPLE[0], "2026-11-01", "paper", frozenset({ROWS[0]}))
    tellings = [
        Telling("r-1", PEOPLE[0], file.rows, "2026-11-21T09:00", way, order=order)
        for way, order in (("message", 3), ("spoken", 1), ("letter", 2))
    ]

    (notice,) = notices([row], [file], tellings)

    assert [one.way for one in notice.tellings] == ["spoken", "letter", "message"]
    assert not notice.is_owed


def noticed(*tellings: tuple[str, str, str]) -> Notice:
    """What is told and answered of a file, one after the other: the rows, the way, the reply."""
    passed = Passed("r-1", PEOPLE[0], "2026-11-01", "packet", frozenset(ROWS))
    told = (
        Telling(
            "r-1",
            PEOPLE[0],
            frozenset(ROWS[int(row)] for row in rows),
            "2026-11-21T09:00",
            way,
            said,
        )
        for rows, way, said in tellings
    )
    return Notice(passed, frozenset(), tuple(told))


FIRST, SECOND = ("0", SEALED, NO_REPLY), ("1", SEALED, NO_REPLY)


@pytest.mark.parametrize(
    ("tellings", "is_earlier"),
    [
        ((), False),
        ((FIRST,), False),
        ((FIRST, ("0", SEALED, "erased")), False),
        ((FIRST, SECOND, ("0", SEALED, "erased")), True),
        ((FIRST, SECOND, ("1", SEALED, "erased")), False),
        ((FIRST, ("01", SEALED, NO_REPLY), ("0", SEALED, "stopped")), True),
        ((("01", SEALED, NO_REPLY), FIRST, ("01", SEALED, "stopped")), False),
        ((FIRST, SECOND, FIRST, ("0", SEALED, "erased")), False),
        ((FIRST, ("1", "letter", NO_REPLY), ("0", SEALED, "erased")), False),
        ((FIRST, ("1", SEALED, "refuses"), ("0", SEALED, "erased")), False),
        ((FIRST, SECOND, ("0", "letter", "erased")), False),
        ((FIRST, SECOND, ("0", SEALED, "erased"), ("1", SEALED, NO_REPLY)), False),
        ((SECOND, ("0", SEALED, "erased")), False),
        ((FIRST, SECOND, ("2", SEALED, NO_REPLY), ("1", SEALED, "erased")), True),
    ],
)
def test_an_answer_is_one_to_an_earlier_notice_where_a_later_one_told_of_more(tellings, is_earlier):
    assert noticed(*tellings).answers_an_earlier is is_earlier


def test_the_last_word_says_whether_telling_them_is_safe():
    assert noticed().last is None
    assert not noticed().is_not_safe
    assert noticed(FIRST, ("0", NOT_SAFE, NO_REPLY)).is_not_safe
    after = noticed(("0", NOT_SAFE, NO_REPLY), FIRST)
    assert not after.is_not_safe
    assert after.last.way == SEALED


def test_that_a_notice_was_sealed_nobody_writes_by_hand():
    assert ways_by_hand(("letter", SEALED, NOT_SAFE)) == ("letter", NOT_SAFE)


def test_notices_stand_in_order_of_day_number_and_recipient_and_bear_the_code_of_their_file():
    row = ConsentRecord(ROWS[0], "refer", PEOPLE[0], "needs", "yes", withdrawn="2026-11-20T10:00")
    names = [
        ("2026-11-01", "r-2", PEOPLE[0]),
        ("2026-11-01", "r-2", PEOPLE[1]),
        ("2026-11-01", "r-3", PEOPLE[0]),
        ("2026-11-02", "r-1", PEOPLE[0]),
    ]
    files = [Passed(ref, who, day, "paper", frozenset({ROWS[0]})) for day, ref, who in names]

    found = notices([row], reversed(files), (), file="7KQ2-M9FX")

    assert [one.passed for one in found] == files
    assert {one.file for one in found} == {"7KQ2-M9FX"}
    assert {one.file for one in notices([row], files, ())} == {""}


# ---------------------------------------------------------------- two files of one person


def asks(row) -> tuple:
    return row.purpose, row.recipient, row.group


@given(own_of_two, theirs_of_two, files, told)
def test_another_file_never_takes_a_notice_away(own, theirs, passed, said):
    alone = owed(notices(own, passed, said))

    assert alone <= owed(notices(own, passed, said, theirs))


@given(own_of_two, theirs_of_two)
def test_a_row_is_taken_back_by_another_file_only_where_both_ask_the_same(own, theirs):
    every = [*own, *theirs]
    said_no = {old for row in every if row.answer == "no" for old in row.replaces}
    back = {row.record for row in every if row.withdrawn or row.record in said_no}
    asked = [asks(row) for row in theirs if row.record in back]

    for row in own:
        if row.record in taken_back(own, theirs):
            assert row.record in back or any(may_be_one(asks(row), one) for one in asked)


def may_be_one(ours, theirs):
    """Two questions that are the same as far as both can be read."""
    return all("" in pair or len(set(pair)) == 1 for pair in zip(ours, theirs, strict=True))


@given(own_of_two, theirs_of_two)
def test_a_row_that_no_later_yes_replaces_is_taken_back_with_that_of_the_other_file(own, theirs):
    found = taken_back(own, theirs)
    back = [row for row in theirs if row.withdrawn]

    for row in own:
        if not row.replaces and any(asks(row) == asks(one) for one in back):
            assert row.record in found


def test_who_agreed_again_knowing_of_it_is_not_taken_back():
    theirs = ConsentRecord(
        THEIRS[4], "refer", PEOPLE[0], "needs", "yes", withdrawn="2026-11-20T10:00"
    )
    old = ConsentRecord(ROWS[0], "refer", PEOPLE[0], "needs", "yes")
    names = frozenset({theirs.record, old.record})
    again = replace(old, record=ROWS[1], replaces=names)
    later = replace(old, record=ROWS[2], replaces=frozenset({ROWS[1]}))
    knowing = replace(again, knew_withdrawn=frozenset({theirs.record}))

    assert taken_back([old, knowing, later], [theirs]) == {old.record}
    assert taken_back([old, again, later], [theirs]) == {ROWS[0], ROWS[1], ROWS[2]}


def test_a_talk_that_names_one_which_is_nowhere_here_knew_of_nothing_and_its_recipient_is_told():
    theirs = ConsentRecord(
        THEIRS[4], "refer", PEOPLE[0], "needs", "yes", withdrawn="2026-11-20T10:00"
    )
    again = replace(theirs, record=ROWS[0], withdrawn="", replaces=frozenset({ROWS[4]}))
    file = Passed("r-1", PEOPLE[0], "2026-11-01", "paper", frozenset({again.record}))

    (notice,) = notices([again], [file], (), [theirs])

    assert notice.owed == {again.record}


def test_talks_that_name_each_other_in_a_ring_knew_of_nothing():
    theirs = ConsentRecord(
        THEIRS[4], "refer", PEOPLE[0], "needs", "yes", withdrawn="2026-11-20T10:00"
    )
    ring = [
        replace(theirs, record=one, withdrawn="", replaces=frozenset({other}))
        for one, other in (ROWS[:2], ROWS[1::-1])
    ]

    assert taken_back(ring, [theirs]) == set(ROWS[:2])


def test_who_agreed_again_in_the_other_file_and_then_here_is_not_taken_back():
    theirs = ConsentRecord(
        THEIRS[4], "refer", PEOPLE[0], "needs", "yes", withdrawn="2026-11-20T10:00"
    )
    names = frozenset({theirs.record})
    between = replace(theirs, record=THEIRS[3], withdrawn="", replaces=names, knew_withdrawn=names)
    again = replace(between, record=ROWS[0], replaces=frozenset({THEIRS[3]}))
    again = replace(again, knew_withdrawn=frozenset())

    assert taken_back([again], [theirs, between]) == set()
    assert taken_back([again], [theirs]) == {again.record}


def test_who_agreed_here_knowing_of_a_no_elsewhere_is_not_taken_back():
    theirs = ConsentRecord(THEIRS[4], "refer", PEOPLE[0], "needs", "yes")
    no = replace(theirs, record=THEIRS[3], answer="no", replaces=frozenset({theirs.record}))
    old = replace(theirs, record=ROWS[0])
    again = replace(old, record=ROWS[1], replaces=frozenset({theirs.record}))

    assert taken_back([old, again], [theirs, no]) == {old.record}


@pytest.mark.parametrize("knowing", [0, 1])
def test_whichever_of_the_earlier_talks_knew_of_it_the_later_one_rests_on_it(knowing):
    theirs = ConsentRecord(
        THEIRS[4], "refer", PEOPLE[0], "needs", "yes", withdrawn="2026-11-20T10:00"
    )
    names = frozenset({theirs.record})
    earlier = [replace(theirs, record=one, withdrawn="") for one in ROWS[:2]]
    earlier[knowing] = replace(earlier[knowing], replaces=names, knew_withdrawn=names)
    later = replace(theirs, record=ROWS[2], withdrawn="", replaces=frozenset(ROWS[:2]))

    assert taken_back([*earlier, later], [theirs]) == {ROWS[1 - knowing]}


def test_a_row_that_names_no_readable_recipient_may_be_about_any():
    theirs = ConsentRecord(
        THEIRS[4], "refer", RecipientId(""), "needs", "yes", withdrawn="2026-11-20T10:00"
    )
    old = ConsentRecord(ROWS[0], "refer", PEOPLE[0], "needs", "yes")

    assert taken_back([old], [theirs]) == {old.record}
    assert taken_back([old], [replace(theirs, group="risk")]) == set()


def test_a_no_in_another_file_that_names_the_row_takes_it_back():
    old = ConsentRecord(ROWS[0], "refer", PEOPLE[0], "needs", "yes")
    no = replace(old, record=THEIRS[4], answer="no")

    assert taken_back([old], [no]) == set(), "an answer given elsewhere takes nothing back"
    assert taken_back([old], [replace(no, replaces=frozenset({old.record}))]) == {old.record}
