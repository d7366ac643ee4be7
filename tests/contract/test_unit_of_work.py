"""What every unit of work does, on the fake and on SQLCipher (P1, P2)."""

import pytest
from tests.contract.vaults import (
    CASE,
    CORE,
    LANGUAGE,
    NAME,
    OTHER_CASE,
    OTHER_RECORD,
    RECORD,
    SUPPORT,
    author,
    open_record,
    said,
    value,
    write,
)

from nrm_desktop.app.ports import EpochKey
from nrm_desktop.domain.case import CODE, once_record
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.domain.ids import FieldId, UserId
from nrm_desktop.domain.ops import OpKind, Tombstone
from nrm_desktop.domain.values import answered

ME = UserId(b"user" * 4)


@pytest.mark.promise("P2")
class TestSaving:
    def test_what_was_saved_stands_after_the_unit_of_work(self, vault):
        by = author()

        ids = write(vault, by, open_record(), value("uk"))

        assert [op.index for op in ids] == [0, 1]
        standing = vault.run(by, lambda unit: unit.standing(RECORD, LANGUAGE, CASE))
        assert [(each.op, each.answer) for each in standing] == [(ids[1], answered("uk"))]
        assert standing[0].signer == by.signer.signer
        assert standing[0].device == by.device

    def test_nothing_stands_when_the_job_fails(self, vault):
        by = author()

        def job(unit):
            unit.record(CASE, CORE, value("uk"))
            unit.flush()
            unit.set_setting("a", b"b")
            raise KeyError("the program failed")

        with pytest.raises(KeyError):
            vault.run(by, job)

        assert said(vault, by) == []
        assert vault.commits() == []
        assert vault.run(by, lambda unit: unit.setting("a")) is None

    def test_what_is_queued_is_signed_at_the_end_without_a_flush(self, vault):
        by = author()

        vault.run(by, lambda unit: unit.record(CASE, CORE, value("uk")))

        assert said(vault, by) == ["uk"]
        assert by.signer.signatures == 1

    def test_one_save_is_one_commit_per_compartment_with_one_time(self, vault):
        by = author()

        def job(unit):
            unit.record(CASE, CORE, value("uk"))
            unit.record(CASE, SUPPORT, value("house", field=FieldId("needs.shelter")))
            unit.record(CASE, CORE, value("Olha", field=NAME))
            return unit.flush()

        ids = vault.run(by, job)

        commits = vault.commits()
        assert [each.header.compartment for each in commits] == [CORE, SUPPORT]
        assert len({each.header.hlc for each in commits}) == 1
        assert [(op.commit, op.index) for op in ids] == [
            (commits[0].id[:16], 0),
            (commits[1].id[:16], 0),
            (commits[0].id[:16], 1),
        ]

    def test_a_log_is_numbered_without_gap_and_chained(self, vault):
        by = author()
        for text in ("uk", "ru", "en"):
            write(vault, by, value(text))

        headers = [each.header for each in vault.commits()]
        ids = [each.id for each in vault.commits()]

        assert [each.seq for each in headers] == [1, 2, 3]
        assert [each.prev for each in headers[1:]] == ids[:2]

    def test_a_field_that_is_erased_alone_has_its_own_unit(self, vault):
        by = author()

        write(vault, by, value("uk"), value("Olha", field=NAME))

        header = vault.commits()[0].header
        assert [each.unit for each in header.segments] == [0, 1]

    def test_time_goes_on_although_the_wall_clock_is_set_back(self, vault):
        by = author()
        write(vault, by, value("uk"))
        by.clock.set_wall(by.clock.now_ms() - 86_400_000)

        write(vault, by, value("ru"))

        first, second = (each.header.hlc for each in vault.commits())
        assert second > first

    def test_a_unit_of_work_that_is_over_takes_nothing_more(self, vault):
        by = author()
        with vault.unit(by) as unit:
            unit.record(CASE, CORE, value("uk"))

        with pytest.raises(EnvironmentFault) as raised:
            unit.record(CASE, CORE, value("ru"))

        assert raised.value.code == "storage.transaction_lost"


class TestRegisters:
    def test_a_value_replaces_the_one_it_names(self, vault):
        by = author()
        first = write(vault, by, value("uk"))

        write(vault, by, value("ru", replaces=first))

        assert said(vault, by) == ["ru"]

    def test_values_that_do_not_name_each_other_stand_side_by_side(self, vault):
        by = author()
        write(vault, by, value("uk"))
        write(vault, by, value("ru"))

        assert said(vault, by) == ["ru", "uk"]
        cell = vault.run(by, lambda unit: unit.cells(CASE))[0]
        assert cell.is_conflict

    def test_a_value_of_another_compartment_is_not_replaced_by_naming_it(self, vault):
        by = author()
        first = write(vault, by, value("uk"))

        write(vault, by, value("ru", replaces=first), compartment=SUPPORT)

        assert sorted(said(vault, by)) == ["ru", "uk"]

    def test_a_value_of_another_case_is_not_replaced_by_naming_it(self, vault):
        by = author()
        first = write(vault, by, value("uk"))

        write(vault, by, value("ru", replaces=first), scope=OTHER_CASE)

        assert said(vault, by) == ["uk"]
        assert said(vault, by, scope=OTHER_CASE) == ["ru"]

    def test_an_addition_survives_a_removal_that_has_not_seen_it(self, vault):
        by = author()
        seen = write(vault, by, value("a", kind=OpKind.SET_ADD))
        write(vault, by, value("b", kind=OpKind.SET_ADD))

        write(vault, by, value("a", kind=OpKind.SET_REMOVE, replaces=seen))

        assert said(vault, by) == ["b"]

    def test_records_come_by_order_with_their_state(self, vault):
        by = author()
        write(vault, by, open_record(OTHER_RECORD, order=2), open_record(RECORD, order=1))
        write(vault, by, Tombstone(OTHER_RECORD))

        rows = vault.run(by, lambda unit: unit.records(CASE))

        assert [(row.record, row.is_closed) for row in rows] == [
            (RECORD, False),
            (OTHER_RECORD, True),
        ]
        assert vault.run(by, lambda unit: unit.records(CASE, "consent")) == ()

    def test_a_tombstone_from_a_compartment_without_the_record_closes_nothing(self, vault):
        by = author()
        write(vault, by, open_record())
        write(vault, by, Tombstone(RECORD), compartment=SUPPORT)

        assert not vault.run(by, lambda unit: unit.records(CASE))[0].is_closed

    def test_a_record_is_known_as_opened_as_soon_as_it_is_queued(self, vault):
        by = author()

        def job(unit):
            before = unit.is_opened_in(CASE, RECORD, CORE)
            unit.record(CASE, CORE, open_record())
            queued = unit.is_opened_in(CASE, RECORD, CORE)
            unit.flush()
            elsewhere = unit.is_opened_in(CASE, RECORD, 2)
            return before, queued, unit.is_opened_in(CASE, RECORD, CORE), elsewhere

        assert vault.run(by, job) == (False, True, True, False)

    def test_cells_of_a_form_are_those_of_its_records(self, vault):
        by = author()
        row = open_record(OTHER_RECORD, "screening.others")
        other = value("x", field=FieldId("screening.others.role"), record=OTHER_RECORD)
        write(vault, by, open_record(), value("uk"), row, other)

        cells = vault.run(by, lambda unit: unit.cells(CASE, "screening"))

        assert [cell.field for cell in cells] == [LANGUAGE]

    def test_a_case_is_found_by_its_code_and_the_other_way_round(self, vault):
        by = author()
        record = once_record(CASE, "case")
        write(vault, by, value("7F3K-9QRT", field=CODE, record=record))

        assert vault.run(by, lambda unit: unit.scope_of_code("7F3K-9QRT")) == CASE
        assert vault.run(by, lambda unit: unit.code_of_scope(CASE)) == "7F3K-9QRT"
        assert vault.run(by, lambda unit: unit.scope_of_code("0000-0000")) is None
        assert vault.run(by, lambda unit: unit.code_of_scope(OTHER_CASE)) is None


class TestSettings:
    def test_a_setting_is_what_was_set_last(self, vault):
        by = author()
        vault.run(by, lambda unit: unit.set_setting("a", b"1"))
        vault.run(by, lambda unit: unit.set_setting("a", b"2"))

        assert vault.run(by, lambda unit: unit.setting("a")) == b"2"


class TestTrust:
    def test_acts_and_roots_are_kept_once_and_in_order(self, vault):
        by = author()

        def job(unit):
            trust = unit.trust
            new = [trust.add_act(b"2", CASE, b"two"), trust.add_act(b"1", CASE, b"one")]
            again = trust.add_act(b"2", CASE, b"two")
            trust.add_root(2, b"r2")
            trust.add_root(1, b"r1")
            trust.add_act(b"3", OTHER_CASE, b"three")
            return new, again, trust.acts(), trust.acts(OTHER_CASE), trust.roots()

        new, again, acts, others, roots = vault.run(by, job)
        assert (new, again) == ([True, True], False)
        assert (acts, others) == ((b"two", b"one", b"three"), (b"three",))
        assert roots == (b"r1", b"r2")

    def test_compartment_keys_of_a_known_epoch_are_joined(self, vault):
        by = author()
        first = EpochKey(CASE, 1, b"e1", None, ((1, b"k1"),))
        more = EpochKey(CASE, 1, b"e1", b"whole", ((2, b"k2"), (1, b"forged")))

        def job(unit):
            trust = unit.trust
            new = trust.add_epoch(first), trust.add_epoch(more), trust.add_epoch(more)
            return new, trust.epochs(CASE), trust.epochs(OTHER_CASE)

        joined = EpochKey(CASE, 1, b"e1", b"whole", ((1, b"k1"), (2, b"k2")))
        assert vault.run(by, job) == ((True, True, False), (joined,), ())

    def test_secrets_are_found_by_name_and_beginning(self, vault):
        by = author()

        def job(unit):
            for name in ("exchange.000002", "exchange.000001", "device.ed"):
                unit.trust.set_secret(name, name.encode())
            return unit.trust.secret("device.ed"), unit.trust.secrets("exchange.")

        one, found = vault.run(by, job)
        assert one == b"device.ed"
        assert [name for name, _ in found] == ["exchange.000001", "exchange.000002"]


class TestNamesOfOtherFiles:
    def test_texts_of_one_field_are_found_in_every_scope_by_the_form_of_their_record(self, vault):
        by, field = author(), FieldId("joined.jn_other")

        def named(unit):
            return unit.names_in("joined", field, CORE)

        assert list(vault.run(by, named)) == []
        for scope, record, text in ((CASE, RECORD, "0001-0000"), (OTHER_CASE, RECORD, "0002-0000")):
            opened = open_record(record, form="joined")
            write(vault, by, opened, value(text, field=field, record=record), scope=scope)
        elsewhere = value("0003-0000", field=field, record=OTHER_RECORD)
        write(vault, by, open_record(OTHER_RECORD, form="plan"), elsewhere)
        write(vault, by, value("0004-0000", field=field), compartment=SUPPORT)
        write(vault, by, value(("0005-0000", 0), field=field))

        assert sorted(vault.run(by, named)) == sorted(
            [(CASE, "0001-0000"), (OTHER_CASE, "0002-0000")]
        )
