"""What every reader shows, on the fake and on SQLCipher: filtered, paged by key."""

import pytest
from tests.contract.readers import ALL, DANGER, ONLY_CORE, SHELTER, join, open_case, part, scopes
from tests.contract.vaults import (
    CASE,
    CORE,
    LANGUAGE,
    OTHER_CASE,
    RECORD,
    SUPPORT,
    author,
    open_record,
    send,
    value,
    write,
)

from nrm_desktop.app.queries import CaseFilter, JoinedFile
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.case import CHILD, CODE, STATE, once_record
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.joining import ALONE, OnePerson
from nrm_desktop.domain.ops import Tombstone
from nrm_desktop.domain.values import answered


class TestListOfCases:
    def test_the_newest_change_comes_first_and_pages_join_without_loss(self, vault, read):
        by, reader = author(), read(vault)
        for number, scope in enumerate(scopes(5)):
            open_case(vault, by, scope, f"000{number}-0000")
        by.clock.move(1000)
        write(vault, by, value("uk"), scope=scopes(5)[1])

        found, token = [], None
        while True:
            page = reader.cases(CaseFilter(), 2, token)
            found += [row.code for row in page.rows]
            token = page.next_token
            if token is None:
                break

        assert found == ["0001-0000", "0004-0000", "0003-0000", "0002-0000", "0000-0000"]

    def test_a_line_shows_state_child_support_and_nothing_else_of_a_person(self, vault, read):
        by = author()
        open_case(vault, by, CASE, "7F3K-9QRT")

        (row,) = read(vault).cases(CaseFilter(), 10).rows

        assert (row.scope, row.code, row.state) == (CASE, "7F3K-9QRT", "open")
        assert (row.child, row.support, row.conflicts) == ("child", "contact", 0)
        assert row.changed_ms == by.clock.now_ms()

    @pytest.mark.parametrize(
        ("wanted", "codes"),
        [
            (CaseFilter(state="closed"), ["0002-0000"]),
            (CaseFilter(child="adult"), ["0001-0000"]),
            (CaseFilter(text="0001"), ["0001-0000"]),
            (CaseFilter(text="00010"), ["0001-0000"]),
            (CaseFilter(has_conflict=True), ["0003-0000"]),
            (CaseFilter(has_conflict=False), ["0002-0000", "0001-0000"]),
            (CaseFilter(changed_since_ms=1), ["0003-0000", "0002-0000", "0001-0000"]),
            (CaseFilter(changed_since_ms=1 << 45), []),
        ],
        ids=str,
    )
    def test_a_filter_leaves_what_it_asks_for(self, vault, read, wanted, codes):
        by = author()
        one, two, three = scopes(3)
        open_case(vault, by, one, "0001-0000", child=False)
        open_case(vault, by, two, "0002-0000", state="closed")
        open_case(vault, by, three, "0003-0000")
        write(vault, by, value("uk"), scope=three)
        write(vault, by, value("ru"), scope=three)

        rows = read(vault).cases(wanted, 10).rows

        assert [row.code for row in rows] == codes

    @pytest.mark.rule("N5")
    def test_conflicts_are_counted_only_where_the_user_may_look(self, vault, read):
        by = author()
        open_case(vault, by, CASE, "0001-0000")
        for text in ("a", "b"):
            write(vault, by, value(text, field=SHELTER), compartment=SUPPORT)

        assert read(vault).cases(CaseFilter(), 10, None, ALL).rows[0].conflicts == 1
        assert read(vault).cases(CaseFilter(), 10, None, ONLY_CORE).rows[0].conflicts == 0
        wanted = CaseFilter(has_conflict=True)
        assert read(vault).cases(wanted, 10, None, ONLY_CORE).rows == ()

    @pytest.mark.rule("R25")
    def test_an_open_case_stays_open_beside_a_closing_made_elsewhere(self, vault, read):
        by = author()
        open_case(vault, by, CASE, "0001-0000")
        write(vault, by, value("closed", field=STATE, record=once_record(CASE, "case")))

        assert read(vault).cases(CaseFilter(), 10).rows[0].state == "open"

    @pytest.mark.rule("R30")
    def test_no_later_no_takes_the_child_pathway_back(self, vault, read):
        by = author()
        open_case(vault, by, CASE, "0001-0000", child=True)
        write(vault, by, value(False, field=CHILD, record=once_record(CASE, "case")))

        assert read(vault).cases(CaseFilter(), 10).rows[0].child == "child"

    def test_a_code_that_lies_outside_core_makes_no_line(self, vault, read):
        by = author()
        write(vault, by, value("0001-0000", field=CODE), compartment=SUPPORT)

        assert read(vault).cases(CaseFilter(), 10).rows == ()


class TestCase:
    def test_other_compartments_are_named_and_not_shown(self, vault, read):
        by = author()
        open_case(vault, by, CASE, "0001-0000")
        write(vault, by, open_record(), value("uk"))
        write(vault, by, value("house", field=SHELTER), compartment=SUPPORT)

        view = read(vault).case(CASE, ONLY_CORE)

        assert view.hidden_compartments == ("support",)
        assert SHELTER not in {cell.field for cell in view.cells}
        assert LANGUAGE in {cell.field for cell in view.cells}

    def test_an_address_names_the_record_where_the_form_repeats(self, vault, read):
        by = author()
        open_case(vault, by, CASE, "0001-0000")
        write(vault, by, open_record(), value("uk"))

        view = read(vault).case(CASE, ALL)

        addresses = {cell.field: cell.address for cell in view.cells}
        assert addresses[LANGUAGE] == f"screening[{RECORD.hex()}].language"
        assert {row.form for row in view.records} == {"case", "screening"}

    def test_own_entries_are_all_that_an_own_only_compartment_shows(self, vault, new_vault, read):
        me, they = author("P-01"), author("P-02")
        theirs = new_vault()
        open_case(vault, me, CASE, "0001-0000")
        write(vault, me, value("mine", field=SHELTER), compartment=SUPPORT)
        write(theirs, they, value("theirs", field=SHELTER), compartment=SUPPORT)
        send(theirs, vault, me, they.signer)

        sight = Sight(frozenset({CORE}), frozenset({SUPPORT}), me.signer.signer)
        (cell,) = [c for c in read(vault).case(CASE, sight).cells if c.field == SHELTER]

        assert (cell.acting.answer, cell.others) == (answered("mine"), ())
        assert read(vault).conflicts(sight) == ()
        assert len(read(vault).conflicts(ALL)) == 1

    @pytest.mark.rule("R25")
    def test_the_protective_value_acts_while_two_stand(self, vault, read):
        by = author()
        open_case(vault, by, CASE, "0001-0000")
        yes = write(vault, by, value(True, field=DANGER))
        write(vault, by, value(False, field=DANGER))

        reader = read(vault)
        (cell,) = [c for c in reader.case(CASE, ALL).cells if c.field == DANGER]
        (row,) = reader.conflicts(ALL, CASE)

        assert cell.acting.answer == answered(True)
        assert [each.answer for each in cell.others] == [answered(False)]
        assert (row.acting, row.policy, row.code) == (yes[0], "protective", "0001-0000")
        assert len(row.versions) == 2

    def test_equal_values_from_two_people_are_no_conflict(self, vault, read):
        by = author()
        open_case(vault, by, CASE, "0001-0000")
        write(vault, by, value("uk"))
        write(vault, by, value("uk"))

        assert read(vault).conflicts(ALL) == ()

    def test_a_decision_ends_the_conflict(self, vault, read):
        by = author()
        open_case(vault, by, CASE, "0001-0000")
        both = write(vault, by, value("uk")) + write(vault, by, value("ru"))
        write(vault, by, value("uk", replaces=both))

        assert read(vault).conflicts(ALL) == ()

    def test_a_closed_record_is_left_out(self, vault, read):
        by = author()
        open_case(vault, by, CASE, "0001-0000")
        write(vault, by, open_record(), Tombstone(RECORD))

        assert {row.form for row in read(vault).case(CASE, ALL).records} == {"case"}

    def test_a_case_that_is_not_here_is_none(self, vault, read):
        assert read(vault).case(OTHER_CASE, ALL) is None
        assert read(vault).scope_of_code("0001-0000") is None


class TestHistory:
    def test_operations_come_in_causal_order_with_what_they_replaced(self, vault, read):
        by = author()
        first = write(vault, by, open_record(), value("uk"))
        write(vault, by, value("ru", replaces=[first[1]]))

        rows = read(vault).history(CASE, ALL, 10).rows

        assert [row.kind for row in rows] == ["open", "set", "set"]
        assert (rows[2].old, rows[2].new) == (answered("uk"), answered("ru"))
        assert (rows[0].form, rows[1].field) == ("screening", LANGUAGE)

    def test_pages_join_without_loss_also_inside_a_commit(self, vault, read):
        by, reader = author(), read(vault)
        for number in range(3):
            write(vault, by, value(f"{number}a"), value(f"{number}b"))

        found, token = [], None
        while True:
            page = reader.history(CASE, ALL, 1, token)
            found += [row.new.value for row in page.rows]
            token = page.next_token
            if token is None:
                break

        assert found == ["0a", "0b", "1a", "1b", "2a", "2b"]

    def test_what_is_out_of_sight_is_not_in_the_history(self, vault, read):
        by = author()
        write(vault, by, value("uk"))
        write(vault, by, value("house", field=SHELTER), compartment=SUPPORT)

        rows = read(vault).history(CASE, ONLY_CORE, 10).rows

        assert [row.field for row in rows] == [LANGUAGE]


class TestFilesOfOnePerson:
    def test_a_line_says_which_file_goes_on_from_either_half(self, vault, read):
        by, (one, two, three) = author(), scopes(3)
        for number, scope in enumerate((one, two, three), start=1):
            open_case(vault, by, scope, f"000{number}-0000")
        for scope, other in ((one, "0002-0000"), (two, "0001-0000")):
            join(vault, by, scope, other, "0001-0000", RecordId(scope))

        reader = read(vault)
        rows = {row.code: row.joined for row in reader.cases(CaseFilter(), 10).rows}

        first = OnePerson(("0002-0000",))
        second = OnePerson(("0001-0000",), goes_on=("0001-0000",))
        assert rows == {"0001-0000": first, "0002-0000": second, "0003-0000": ALONE}
        assert [reader.case(scope, ALL).row.joined for scope in (one, two, three)] == [
            *(first, second),
            ALONE,
        ]
        assert reader.joined() == (
            JoinedFile(one, "0001-0000", first),
            JoinedFile(two, "0002-0000", second),
        )

    def test_a_file_that_is_not_here_goes_on_all_the_same(self, vault, read):
        by, (one,) = author(), scopes(1)
        open_case(vault, by, one, "0001-0000")
        join(vault, by, one, "0009-0000", "0009-0000")

        (row,) = read(vault).cases(CaseFilter(), 10).rows

        away = ("0009-0000",)
        assert row.joined == OnePerson(away, goes_on=away, away=away)

    @pytest.mark.rule("R14")
    def test_steps_for_a_child_in_one_file_are_named_in_the_other(self, vault, read):
        by, (one, two, three) = author(), scopes(3)
        open_case(vault, by, one, "0001-0000", child=False)
        open_case(vault, by, two, "0002-0000")
        open_case(vault, by, three, "0003-0000", child=False)
        for scope, other in ((one, "0002-0000"), (two, "0001-0000")):
            join(vault, by, scope, other, "0001-0000", RecordId(scope))

        reader = read(vault)
        rows = {row.code: row for row in reader.cases(CaseFilter(), 10).rows}

        assert {code: row.child_in for code, row in rows.items()} == {
            "0001-0000": ("0002-0000",),
            "0002-0000": (),
            "0003-0000": (),
        }
        assert [rows[code].is_child for code in sorted(rows)] == [True, True, False]
        assert reader.case(one, ALL).row.child_in == ("0002-0000",)
        found = {
            child: sorted(row.code for row in reader.cases(CaseFilter(child=child), 10).rows)
            for child in ("child", "adult", "open")
        }
        assert found["child"] == ["0001-0000", "0002-0000"]
        assert sorted([*found["adult"], *found["open"]]) == ["0003-0000"]

    def test_one_half_of_a_join_names_both_files_where_they_are_listed(self, vault, read):
        by, (one, two, three) = author(), scopes(3)
        for number, scope in enumerate((one, two, three), start=1):
            open_case(vault, by, scope, f"000{number}-0000")
        join(vault, by, two, "0001-0000", "0001-0000")
        join(vault, by, three, "0002-0000", "0002-0000", RecordId(b"jn03" * 4))
        both = ("0001-0000",)

        assert [(one.code, one.standing.goes_on) for one in read(vault).joined()] == [
            ("0001-0000", ()),
            ("0002-0000", both),
            ("0003-0000", both),
        ]

    def test_opposite_joins_are_told_as_undecided_and_a_parted_pair_not_at_all(self, vault, read):
        by, (one, two) = author(), scopes(2)
        records = {}
        for scope, code, other in (
            (one, "0001-0000", "0002-0000"),
            (two, "0002-0000", "0001-0000"),
        ):
            open_case(vault, by, scope, code)
            records[scope] = join(vault, by, scope, other, code, RecordId(scope))

        assert [one.standing.disputed for one in read(vault).joined()] == [
            ("0002-0000",),
            ("0001-0000",),
        ]
        for scope, record in records.items():
            part(vault, by, scope, record)
        assert read(vault).joined() == ()
