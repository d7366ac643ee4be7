"""Small registers and drafts as every reader shows them, on the fake and on SQLCipher."""

import pytest
from tests.contract.readers import ONLY_CORE, ORGANISATION, join, open_case
from tests.contract.vaults import (
    CASE,
    CORE,
    LANGUAGE,
    OTHER_CASE,
    RECORD,
    SUPPORT,
    author,
    open_record,
    value,
    write,
)

from nrm_desktop.app.ports import Draft, DraftKey
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.consent import register_field
from nrm_desktop.domain.ids import FieldId, RecordId, UserId
from nrm_desktop.domain.ops import OpenRecord, Tombstone
from nrm_desktop.domain.values import Answer, answered


class TestConsents:
    def row(self, vault, by, record, scope=CASE, **changes):
        fields = {
            "cr_purpose": "refer",
            "cr_recipient": "r1",
            "cr_group": "needs",
            "cr_answer": "yes",
            "cr_until": "no_end",
            "cr_hold": "none",
        } | changes
        ops = [value(v, field=register_field(k), record=record) for k, v in fields.items()]
        by.clock.move(1)
        write(vault, by, open_record(record, "consent_register"), *ops, scope=scope)

    def states(self, vault, read):
        return [row.state for row in read(vault).consents(CASE, "2026-11-25")]

    @pytest.mark.parametrize(
        ("changes", "state"),
        [
            ({}, "valid"),
            ({"cr_answer": "no"}, "valid"),
            ({"cr_until": "2026-11-24"}, "expired"),
            ({"cr_withdrawn": ("2026-11-01T10:00:00Z", 0)}, "withdrawn"),
            ({"cr_hold": "capacity"}, "held"),
        ],
        ids=str,
    )
    def test_a_record_has_its_present_state(self, vault, read, changes, state):
        self.row(vault, author(), RECORD, **changes)

        assert self.states(vault, read) == [state]

    @pytest.mark.rule("R35")
    def test_a_record_opened_again_as_something_else_is_still_told(self, vault, read):
        by = author()
        self.row(vault, by, RECORD, cr_answer="no")
        for number in range(8):
            write(vault, by, OpenRecord(RECORD, f"form{number}", None, number), compartment=SUPPORT)

        assert self.states(vault, read) == ["valid"]

    def test_a_closed_record_that_said_yes_is_held(self, vault, read):
        by = author()
        self.row(vault, by, RECORD)
        write(vault, by, Tombstone(RECORD))

        assert self.states(vault, read) == ["held"]

    def test_a_replaced_record_is_superseded(self, vault, read):
        by = author()
        self.row(vault, by, RECORD)
        self.row(vault, by, RecordId(b"rec2" * 4), cr_answer="no", cr_replaces=RECORD.hex())

        assert self.states(vault, read) == ["superseded", "valid"]

    def test_two_answers_given_at_the_same_time_are_in_conflict(self, vault, read):
        by = author()
        self.row(vault, by, RECORD)
        self.row(vault, by, RecordId(b"rec2" * 4), cr_answer="no")

        assert self.states(vault, read) == ["in_conflict", "in_conflict"]

    @pytest.mark.rule("R35")
    def test_a_row_outside_core_counts_for_nothing(self, vault, read):
        by = author()
        fields = {"cr_purpose": "refer", "cr_recipient": "r1", "cr_group": "g", "cr_answer": "yes"}
        ops = [value(v, field=register_field(k)) for k, v in fields.items()]
        write(vault, by, *ops, compartment=SUPPORT)

        assert read(vault).consents(CASE, "2026-11-25") == []

    @pytest.mark.rule("S9")
    def test_the_rows_of_joined_files_say_where_they_stand_and_how_far_they_reach(
        self, vault, read
    ):
        by = author()
        for scope, code, other in (
            (CASE, "0001-0000", "0002-0000"),
            (OTHER_CASE, "0002-0000", "0001-0000"),
        ):
            open_case(vault, by, scope, code)
            join(vault, by, scope, other, "0001-0000", RecordId(scope))
        theirs, newer = RecordId(b"rec2" * 4), RecordId(b"rec3" * 4)
        self.row(vault, by, RECORD)
        self.row(vault, by, RecordId(b"rec4" * 4), cr_group="risk")
        self.row(vault, by, theirs, OTHER_CASE, cr_answer="no")
        self.row(vault, by, RecordId(b"rec5" * 4), OTHER_CASE, cr_group="plan")

        assert self.reaches(vault, read) == [
            ("", "needs", "valid", "stopped"),
            ("", "risk", "valid", "own_file"),
            ("0002-0000", "needs", "valid", "all_files"),
            ("0002-0000", "plan", "valid", "own_file"),
        ]
        marks = f"{RECORD.hex()} {theirs.hex()}"
        self.row(vault, by, newer, cr_replaces=marks)
        assert ("0002-0000", "needs", "superseded", "nothing") in self.reaches(vault, read)
        assert ("", "needs", "valid", "own_file") in self.reaches(vault, read)

    def test_a_joined_file_that_is_not_here_holds_every_yes(self, vault, read):
        by = author()
        open_case(vault, by, CASE, "0001-0000")
        self.row(vault, by, RECORD)
        join(vault, by, CASE, "0009-0000", "0001-0000")

        assert self.reaches(vault, read) == [("", "needs", "valid", "stopped")]

    def reaches(self, vault, read):
        found = read(vault).consents(CASE, "2026-11-25")
        return [(row.file, row.group, row.state, row.acts) for row in found]

    def test_the_list_counts_answers_and_never_a_share(self, vault, read):
        by = author()
        open_case(vault, by, CASE, "0001-0000")
        self.row(vault, by, RECORD)
        self.row(vault, by, RecordId(b"rec2" * 4), cr_group="risk", cr_answer="no")
        self.row(vault, by, RecordId(b"rec3" * 4), cr_group="plan", cr_answer="not_now")

        counts = read(vault).cases(CaseFilter(), 1).rows[0].consents

        assert (counts.agreed, counts.said_no, counts.not_now, counts.withdrawn) == (1, 1, 1, 0)


class TestSmallRegisters:
    def test_the_directory_comes_by_name_and_kind(self, vault, read):
        by = author()
        for number, (name, kind) in enumerate([("b", "shelter"), ("A", "legal")]):
            record = RecordId(bytes([number]) * 16)
            fields = {"name": name, "kind": kind, "verified": number == 0}
            ops = [
                value(v, field=FieldId(f"directory.{k}"), record=record) for k, v in fields.items()
            ]
            opening = open_record(record, "directory")
            write(vault, by, opening, *ops, scope=ORGANISATION, compartment=65)

        rows = read(vault).directory()

        assert [(row.name, row.is_verified) for row in rows] == [("A", False), ("b", True)]
        assert [row.name for row in read(vault).directory("shelter")] == ["b"]

    def test_a_register_of_the_organisation_is_read_by_form_and_by_sight(self, vault, read):
        by = author()
        phone, stick = RecordId(b"phon" * 4), RecordId(b"stik" * 4)
        opened = [
            (phone, "interpreters", "interpreters.in_check", 66),
            (stick, "sticks", "sticks.st_code", 66),
        ]
        for record, form, field, place in opened:
            said = value("x", field=FieldId(field), record=record)
            opening = open_record(record, form)
            write(vault, by, opening, said, scope=ORGANISATION, compartment=place)

        found = read(vault).register("interpreters", Sight(frozenset({66})))

        assert [(one.record, one.form) for one in found.records] == [(phone, "interpreters")]
        assert [cell.field for cell in found.cells] == ["interpreters.in_check"]
        assert read(vault).register("interpreters", ONLY_CORE).cells == ()
        assert read(vault).register("breach", Sight(frozenset({66}))).records == ()

    def test_a_referral_shows_its_disclosure_only_to_those_who_may_see_it(self, vault, read):
        by = author()
        fields = {"referral_id": "r-1", "to_org": "org", "state": "sent"}
        ops = [value(v, field=FieldId(f"referral.{k}")) for k, v in fields.items()]
        write(vault, by, open_record(form="referral"), *ops)
        log = RecordId(b"log1" * 4)
        entry = ((), (), (), "r-1", "org", "digest", "ab" * 32, "consent")
        logged = {"d_fields": entry, "d_to": ("org", "refer"), "d_form": "paper"}
        ops = [value(v, field=FieldId(f"disclosure.{k}"), record=log) for k, v in logged.items()]
        write(vault, by, open_record(log, "disclosure"), *ops, compartment=10)

        (full,) = read(vault).referrals(CASE)
        (less,) = read(vault).referrals(CASE, ONLY_CORE)

        assert (full.referral, full.recipient, full.state) == ("r-1", "org", "sent")
        assert (full.purpose, full.form, full.sha256) == ("refer", "paper", "ab" * 32)
        assert (less.referral, less.purpose, less.form, less.sha256) == ("r-1", "", "", "")


class TestDrafts:
    def test_only_the_typist_sees_a_draft(self, vault, read):
        by = author()
        me, other = UserId(b"user" * 4), UserId(b"them" * 4)
        draft = Draft(DraftKey(me, CASE, RECORD), "screening", ((LANGUAGE, 0, "u", 1),), 5)
        vault.run(by, lambda unit: unit.keep_draft(draft))

        reader = read(vault)

        assert list(reader.drafts(me)) == list(reader.drafts(me, CASE)) == [draft]
        assert list(reader.drafts(other)) == list(reader.drafts(me, OTHER_CASE)) == []

    @pytest.mark.promise("P6")
    def test_a_draft_goes_in_the_save_that_takes_it_over_and_stays_if_that_fails(self, vault, read):
        by = author()
        key = DraftKey(UserId(b"user" * 4), CASE, RECORD)
        vault.run(by, lambda unit: unit.keep_draft(Draft(key, "screening", (), 5)))

        def save(unit):
            unit.record(CASE, CORE, value("uk"))
            unit.drop_draft(key)

        def fail(unit):
            save(unit)
            raise KeyError

        with pytest.raises(KeyError):
            vault.run(by, fail)
        assert len(read(vault).drafts(key.user)) == 1

        vault.run(by, save)
        assert read(vault).drafts(key.user) == ()

    def test_a_setting_is_read(self, vault, read):
        vault.run(author(), lambda unit: unit.set_setting("a", b"1"))

        assert read(vault).setting("a") == b"1"
        assert isinstance(answered("x"), Answer)
