"""An invited laptop begins with the forms of its organisation, as far as they verify there."""

from contextlib import contextmanager

import pytest
from tests.e2e.laptops import PASSPHRASE, Laptop, shell_at
from tests.e2e.signed_packs import (
    ROUTE,
    again,
    base,
    bulgaria,
    fields,
    files_of,
    kept,
    row_of,
    sealed,
    signed,
    take,
    three_copies,
)

from nrm_desktop.app.packs_in_use import PackState
from nrm_desktop.bootstrap.arriving_packs import TravellingForms
from nrm_desktop.bootstrap.changed_forms import forms_lines
from nrm_desktop.bootstrap.country_packs import choose_countries, countries_of
from nrm_desktop.bootstrap.inviting import Newcomer, begin_invited, invite
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.storage.taken_packs import KeptPack, keep_pack
from nrm_desktop.storage.uow import transaction

pytestmark = [pytest.mark.threat("T12"), pytest.mark.threat("T19")]


@pytest.fixture
def ana(tmp_path):
    with three_copies(tmp_path / "laptops") as laptops:
        yield laptops[0]


@contextmanager
def invited(ana, tmp_path):
    """Dan, who has opened an invitation of Ana on a laptop of his own."""
    carried = tmp_path / "carried"
    carried.mkdir()
    made = invite(ana.vault.session, "P-09", "case_manager", str(carried))
    wish = Newcomer(" ".join(made.secret), PASSPHRASE, "field laptop", FLOOR)
    begun = begin_invited(shell_at(tmp_path / "dan"), made.file, wish)
    yield Laptop(begun.vault)
    begun.vault.close()


def test_an_invited_laptop_begins_with_the_newer_base_and_the_country_of_its_organisation(
    ana, tmp_path
):
    take(ana, sealed(ana, base(tmp_path / "base"), "base"))
    take(ana, sealed(ana, bulgaria(tmp_path / "bg"), "bg"))

    with invited(ana, tmp_path) as dan:
        assert {"screening.way_home", ROUTE} <= fields(dan), "in the same minute"
        assert row_of(dan.vault.session, "base").state is PackState.IN_USE
        assert row_of(dan.vault.session, "bg").state is PackState.IN_USE
        assert [one.signed for one in kept(dan)] == [one.signed for one in kept(ana)]
        assert countries_of(dan.vault.session.safe.shell.folder) == ("bg",)
        assert forms_lines(dan.vault.session) == [], "nothing changed for somebody who begins"


def test_where_no_pack_was_taken_in_an_invited_laptop_begins_with_those_of_the_program(
    ana, tmp_path
):
    with invited(ana, tmp_path) as dan:
        assert kept(dan) == ()
        assert dan.vault.forms.fingerprint == ana.vault.forms.fingerprint


def test_a_country_that_the_inviting_laptop_does_not_work_with_is_not_brought(ana, tmp_path):
    take(ana, sealed(ana, bulgaria(tmp_path / "bg")))
    choose_countries(ana.vault.session.safe.shell.folder, ())
    again(ana)

    with invited(ana, tmp_path) as dan:
        assert kept(dan) == ()


def test_what_does_not_verify_where_it_is_kept_is_not_brought(ana, tmp_path):
    path = signed(ana, tmp_path / "x.nrmf", files=files_of(bulgaria(tmp_path / "bg")))
    damaged = path.read_bytes()[:-1] + b"\0"

    def keep(connection) -> None:
        with transaction(connection):
            keep_pack(connection, KeptPack("bg", damaged, 1, ana.vault.context.user))

    ana.vault.database.write(keep).result()

    with invited(ana, tmp_path) as dan:
        assert kept(dan) == ()


def test_a_pack_without_room_in_the_invitation_comes_by_the_exchange(ana, tmp_path):
    take(ana, sealed(ana, base(tmp_path / "base"), "base"))
    take(ana, sealed(ana, bulgaria(tmp_path / "bg"), "bg"))
    session = ana.vault.session

    def brought(room: int) -> int:
        return session.work.exchange(
            lambda unit, found: len(TravellingForms(session, unit, found).brought(room))
        )

    size = {one.pack: len(one.signed) for one in kept(ana)}
    assert brought(0) == 0
    assert brought(size["bg"]) == 1, "what is smaller may still fit"
    assert brought(size["base"] + size["bg"]) == 2
