"""What follows from a consent taken back, as every reader shows it, fake or on SQLCipher."""

import pytest
from tests.contract.readers import ONLY_CORE, join, open_case
from tests.contract.vaults import CASE, OTHER_CASE, RECORD, author, open_record, value, write

from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.ops import OpenRecord, Tombstone

pytestmark = pytest.mark.rule("R27")
RIGHTS = 10
BOTH = Sight(frozenset({1, RIGHTS}))
CLINIC = "c1" * 16
LOG, TOLD = RecordId(b"log1" * 4), RecordId(b"told" * 4)
ENTRY = (("screening.language@00",), (), (RECORD.hex(),), "r-1", CLINIC, "x", b"", "consent")


def say(vault, by, record, form, compartment, scope=CASE, **fields):
    ops = [value(v, field=FieldId(f"{form}.{k}"), record=record) for k, v in fields.items()]
    by.clock.move(1)
    write(vault, by, open_record(record, form), *ops, scope=scope, compartment=compartment)


def agreed(vault, by, scope=CASE, record=RECORD, **changes):
    fields = {"purpose": "refer", "recipient": CLINIC, "group": "needs", "answer": "yes"}
    rows = {f"cr_{k}": v for k, v in {**fields, **changes}.items()}
    say(vault, by, record, "consent_register", 1, scope, **rows)


def passed(vault, by, scope=CASE):
    said = {"d_when": ("2026-11-02T10:00", 0), "d_fields": ENTRY, "d_form": "paper"}
    say(vault, by, LOG, "disclosure", RIGHTS, scope, **said)


def told(vault, by, compartment=RIGHTS, scope=CASE):
    about = ("r-1", CLINIC, (RECORD.hex(),))
    said = {"no_about": about, "no_told": ("2026-11-05T10:00", 0), "no_way": "spoken"}
    say(vault, by, TOLD, "notice", compartment, scope, **said)


@pytest.fixture
def by(vault):
    made = author()
    open_case(vault, made, CASE, "0001-0000")
    return made


def lines(vault, read, sight=BOTH) -> list:
    return [(one.code, one.owed, one.since) for one in read(vault).owed_notices(sight)]


def test_nothing_is_owed_while_the_yes_stands(vault, read, by):
    agreed(vault, by)
    passed(vault, by)

    assert read(vault).notices(CASE, BOTH) == ()
    assert lines(vault, read) == []


def test_a_withdrawal_owes_a_notice_until_it_is_told(vault, read, by):
    agreed(vault, by, withdrawn=("2026-11-04T10:00", 0))
    passed(vault, by)

    (notice,) = read(vault).notices(CASE, BOTH)
    assert notice.owed == {RECORD}
    assert (notice.passed.reference, notice.passed.day, notice.passed.way) == (
        "r-1",
        "2026-11-02",
        "paper",
    )
    assert lines(vault, read) == [("0001-0000", 1, "2026-11-02")]

    told(vault, by)
    (notice,) = read(vault).notices(CASE, BOTH)
    assert not notice.is_owed
    assert notice.last.way == "spoken"
    assert lines(vault, read) == []


def test_a_telling_outside_its_place_silences_nothing(vault, read, by):
    agreed(vault, by, withdrawn=("2026-11-04T10:00", 0))
    passed(vault, by)
    told(vault, by, compartment=1)

    assert len(lines(vault, read)) == 1


def test_a_telling_that_somebody_closed_silences_nothing(vault, read, by):
    agreed(vault, by, withdrawn=("2026-11-04T10:00", 0))
    passed(vault, by)
    told(vault, by)
    write(vault, by, Tombstone(TOLD), compartment=RIGHTS)

    assert len(lines(vault, read)) == 1


def test_a_damaged_entry_of_the_log_hides_no_other(vault, read, by):
    agreed(vault, by, withdrawn=("2026-11-04T10:00", 0))
    bad = RecordId(b"bad1" * 4)
    say(vault, by, bad, "disclosure", RIGHTS, d_when="soon", d_fields=("x", 1), d_form=3)
    say(vault, by, RecordId(b"bad2" * 4), "notice", RIGHTS, no_about=("r-1", CLINIC, "x"))
    passed(vault, by)

    assert lines(vault, read) == [("0001-0000", 1, "2026-11-02")]


def test_the_log_is_for_those_who_see_it(vault, read, by):
    agreed(vault, by, withdrawn=("2026-11-04T10:00", 0))
    passed(vault, by)

    assert read(vault).notices(CASE, ONLY_CORE) == ()
    assert lines(vault, read, ONLY_CORE) == []
    assert read(vault).effects(CASE, ONLY_CORE, [RECORD]).received == ()


def test_a_record_opened_again_as_something_else_is_still_told(vault, read, by):
    agreed(vault, by, withdrawn=("2026-11-04T10:00", 0))
    passed(vault, by)
    for number in range(3):
        write(vault, by, OpenRecord(LOG, f"form{number}", None, number), compartment=RIGHTS)

    assert len(read(vault).notices(CASE, BOTH)) == 1


def test_each_case_has_its_line_by_its_code(vault, read, by):
    open_case(vault, by, OTHER_CASE, "0000-0000")
    for scope in (CASE, OTHER_CASE):
        agreed(vault, by, scope, withdrawn=("2026-11-04T10:00", 0))
        passed(vault, by, scope)

    assert [code for code, _, _ in lines(vault, read)] == ["0000-0000", "0001-0000"]


def test_what_taking_back_does_is_counted_from_what_is_seen(vault, read, by):
    agreed(vault, by)
    passed(vault, by)
    draft = RecordId(b"draf" * 4)
    say(vault, by, draft, "referral", 1, to_org=CLINIC)

    found = read(vault).effects(CASE, BOTH, [RECORD])

    assert [one.reference for one in found.received] == ["r-1"]
    assert found.prepared == 1
    assert found.likenesses == 0


def test_pictures_of_the_person_are_named_where_their_consent_is_taken_back(vault, read, by):
    agreed(vault, by, purpose="photo_audio")
    for number, shows in enumerate(("person", "thing")):
        record = RecordId(bytes([50 + number]) * 16)
        say(vault, by, record, "attachments", 1, at_shows=shows)

    assert read(vault).effects(CASE, BOTH, [RECORD]).likenesses == 1


class TestFilesOfOnePerson:
    """What was taken back in one reaches what left from each (docs/adr/0045)."""

    THEIRS = RecordId(b"them" * 4)

    @pytest.fixture
    def pair(self, vault, by):
        """The first goes on; something left from it, and the other took the same back."""
        open_case(vault, by, OTHER_CASE, "0002-0000")
        agreed(vault, by)
        passed(vault, by)
        agreed(vault, by, OTHER_CASE, self.THEIRS, withdrawn=("2026-11-04T10:00", 0))
        return CASE, OTHER_CASE

    def joined(self, vault, by, pair):
        for scope, other in zip(pair, ("0002-0000", "0001-0000"), strict=True):
            join(vault, by, scope, other, "0001-0000", RecordId(scope))

    def test_nothing_is_owed_while_they_are_two(self, vault, read, pair):
        assert lines(vault, read) == []

    def test_the_recipient_is_named_from_either_file_and_on_the_list_once(
        self, vault, read, by, pair
    ):
        self.joined(vault, by, pair)

        found = [read(vault).notices(scope, BOTH) for scope in pair]

        assert [[(one.owed, one.file) for one in each] for each in found] == [
            [({RECORD}, "")],
            [({RECORD}, "0001-0000")],
        ]
        assert lines(vault, read) == [("0001-0000", 1, "2026-11-02")]
        assert read(vault).owed_notices(BOTH)[0].scope == CASE

    def test_one_telling_counts_for_both_in_whichever_it_was_written(self, vault, read, by, pair):
        self.joined(vault, by, pair)
        told(vault, by, scope=OTHER_CASE)

        assert lines(vault, read) == []
        for scope in pair:
            (notice,) = read(vault).notices(scope, BOTH)
            assert not notice.is_owed

    def test_what_taking_back_does_names_who_received_something_from_the_other(
        self, vault, read, by, pair
    ):
        self.joined(vault, by, pair)

        found = read(vault).effects(OTHER_CASE, BOTH, [self.THEIRS])

        assert [one.reference for one in found.received] == ["r-1"]
        assert read(vault).effects(OTHER_CASE, ONLY_CORE, [self.THEIRS]).received == ()

    def test_another_recipient_or_group_is_told_nothing(self, vault, read, by):
        open_case(vault, by, OTHER_CASE, "0002-0000")
        agreed(vault, by)
        passed(vault, by)
        for number, changes in enumerate(({"recipient": "d2" * 16}, {"group": "risk"})):
            record = RecordId(bytes([60 + number]) * 16)
            withdrawn = ("2026-11-04T10:00", 0)
            agreed(vault, by, OTHER_CASE, record, withdrawn=withdrawn, **changes)
        self.joined(vault, by, (CASE, OTHER_CASE))

        assert lines(vault, read) == []

    def test_a_pair_of_which_nothing_left_owes_nothing(self, vault, read, by):
        open_case(vault, by, OTHER_CASE, "0002-0000")
        agreed(vault, by, withdrawn=("2026-11-04T10:00", 0))
        self.joined(vault, by, (CASE, OTHER_CASE))

        assert lines(vault, read) == []
