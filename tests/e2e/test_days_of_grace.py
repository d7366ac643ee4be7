"""Days without a way back, with real vaults and clocks that can be set (P11, P20, T26)."""

from dataclasses import replace

import pytest
from tests.e2e.laptops import PASSPHRASE, Laptop, copy_of, made_once, new_record
from tests.e2e.test_ways_back import DAY, NEW, PLACE, confirmed, refused, shell_of
from tests.fakes.clock import FakeClock

from nrm_desktop.app.commands import OpenCase
from nrm_desktop.app.wire.recovery import OfficeKey, encode_office_key
from nrm_desktop.bootstrap.comparing import compared
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.office import add_office_slot
from nrm_desktop.bootstrap.people import NewPerson, add_user
from nrm_desktop.bootstrap.recovering import recovery_check
from nrm_desktop.bootstrap.way_back import way_back_state
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.values import NOT_ASKED
from nrm_desktop.security.primitives import KemKey
from nrm_desktop.security.vault.cost import FLOOR

pytestmark = [pytest.mark.promise("P11"), pytest.mark.threat("T26")]


@pytest.fixture
def late(tmp_path):
    """Ana's laptop with a clock that can be moved."""
    clock = FakeClock(made_once()[0].shell.clock.now_ms())
    made = made_once()[0]
    with copy_of(replace(made, shell=replace(made.shell, clock=clock)), tmp_path / "ana") as laptop:
        shell = replace(shell_of(laptop), clock=clock)
        laptop.close()
        yield clock, shell


def work_on_days(clock, shell, days):
    for _ in range(days):
        open_vault(shell, PASSPHRASE).close()
        clock.move(DAY)


@pytest.mark.promise("P20")
def test_a_clock_that_is_set_forward_does_not_end_the_days_without_a_way_back(late):
    """Also over restarts: each false day counts once, and the true ones go on to count."""
    clock, shell = late
    now, left = clock.now_ms(), []
    for off in (0, 400 * DAY, 0, 400 * DAY):
        clock.set_wall(now + off)
        vault = open_vault(shell, PASSPHRASE)
        left.append(way_back_state(vault.session).days_left)
        vault.handle(OpenCase(child=NOT_ASKED))
        vault.close()
    assert left == [7, 6, 6, 6]


def test_after_seven_days_without_a_way_back_new_cases_wait_and_old_ones_do_not(late):
    clock, shell = late
    vault = open_vault(shell, PASSPHRASE)
    (event,) = vault.handle(OpenCase(child=NOT_ASKED))
    assert way_back_state(vault.session).days_left == 7
    vault.close()
    work_on_days(clock, shell, 7)
    vault = open_vault(shell, PASSPHRASE)
    try:
        assert way_back_state(vault.session).days_left == 0
        refused(Refused, "policy.no_way_back", vault.handle, OpenCase(child=NOT_ASKED))
        laptop, record = Laptop(vault), new_record()
        laptop.save(event.scope, record, PLACE, "port")
        assert laptop.values(event.scope, record, PLACE) == ["port"]

        confirmed(vault)

        assert way_back_state(vault.session).is_confirmed
        vault.handle(OpenCase(child=NOT_ASKED))
    finally:
        vault.close()


def test_the_office_is_not_enough_for_whoever_keeps_the_keys_of_the_organisation(late, tmp_path):
    """It opens the data; the seed of the root goes with the passphrase (docs/adr/0017)."""
    clock, shell = late
    vault = open_vault(shell, PASSPHRASE)
    bea = add_user(vault, NewPerson("P-21", "case_manager", NEW, FLOOR))
    own, context = vault.unlocked.sign, vault.context
    public = KemKey(bytes(32)).public.raw
    data = encode_office_key(OfficeKey(context.organisation, context.organisation_name, public))
    file = tmp_path / "k-AB.nrmkey"
    file.write_bytes(data)
    add_office_slot(vault, str(file), " ".join(compared(shell.resources, data).digits))
    assert way_back_state(vault.session).is_root_at_stake
    vault.close()
    for _ in range(7):
        open_vault(shell, PASSPHRASE, own).close()
        hers = open_vault(shell, NEW, bea.sign)
        assert way_back_state(hers.session).is_confirmed, "a colleague loses nothing with the root"
        hers.handle(OpenCase(child=NOT_ASKED))
        hers.close()
        clock.move(DAY)

    vault = open_vault(shell, PASSPHRASE, own)
    refused(Refused, "policy.no_sheet", vault.handle, OpenCase(child=NOT_ASKED))
    confirmed(vault)

    state = way_back_state(vault.session)
    assert (state.is_confirmed, state.is_root_at_stake) == (True, False)
    vault.handle(OpenCase(child=NOT_ASKED))
    vault.close()


def test_every_ninety_days_two_other_groups_are_asked_for(late):
    clock, shell = late
    vault = open_vault(shell, PASSPHRASE)
    try:
        assert recovery_check(vault) is None
        groups = confirmed(vault).split()
        assert not way_back_state(vault.session).is_check_due
        clock.move(90 * DAY)
        assert way_back_state(vault.session).is_check_due
        check = recovery_check(vault)
        refused(Refused, "confirm.groups", check.confirm, "0000", "0000")
        assert way_back_state(vault.session).is_check_due

        check.confirm(*(groups[number - 1] for number in check.asked))

        assert not way_back_state(vault.session).is_check_due
    finally:
        vault.close()
