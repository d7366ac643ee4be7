"""Packs that were taken in, in their table: one version each, whole or absent."""

import pytest
from tests.contract.vaults import KEY

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.domain.ids import UserId
from nrm_desktop.storage import engine, migrate
from nrm_desktop.storage.former import leave_organisation
from nrm_desktop.storage.migrate import migrations
from nrm_desktop.storage.taken_packs import KeptPack, keep_pack, kept_packs
from nrm_desktop.storage.uow import transaction

ANA = UserId(b"a" * 16)


@pytest.fixture
def connection(tmp_path):
    made = engine.create_database(tmp_path / "vault.db", KEY)
    migrate.migrate(made, 0)
    yield made
    engine.close_database(made)


def test_a_newer_version_takes_the_place_of_the_one_before(connection):
    packs = [KeptPack("gb", b"one", 1, ANA), KeptPack("bg", b"two", 2, ANA)]
    newer = KeptPack("gb", b"three", 3, UserId(b"b" * 16))
    with transaction(connection):
        for one in (*packs, newer):
            keep_pack(connection, one)

    assert kept_packs(connection) == (packs[1], newer)


@pytest.mark.promise("P2")
def test_a_transaction_that_fails_keeps_the_version_before(connection):
    first = KeptPack("gb", b"one", 1, ANA)
    with transaction(connection):
        keep_pack(connection, first)

    with pytest.raises(EnvironmentFault):
        keep_and_fail(connection)

    assert kept_packs(connection) == (first,)


def test_packs_of_an_organisation_go_with_it(connection):
    """Their signer is nobody in the next one; its coordinator gives out forms there."""
    with transaction(connection):
        keep_pack(connection, KeptPack("gb", b"one", 1, ANA))
        leave_organisation(connection, ())

    assert kept_packs(connection) == ()


def keep_and_fail(connection) -> None:
    with transaction(connection):
        keep_pack(connection, KeptPack("gb", b"two", 2, ANA))
        raise EnvironmentFault("storage.full")


@pytest.mark.promise("P10")
def test_a_vault_of_an_older_program_that_cannot_be_changed_has_no_packs(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(
            migrate, "migrations", lambda: [one for one in migrations() if one.number < 8]
        )
        old = engine.create_database(tmp_path / "vault.db", KEY)
        migrate.migrate(old, 0)

    assert kept_packs(old) == ()
    engine.close_database(old)
