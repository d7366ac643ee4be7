import pytest
from tests.contract.vaults import KEY, RealVault

from nrm_desktop.storage import engine
from nrm_desktop.storage.migrate import migrate


@pytest.fixture
def vault(tmp_path):
    """A vault in a file, used on the thread of the test."""
    vault = RealVault(tmp_path / "vault.db")
    yield vault
    vault.close()


@pytest.fixture
def path(tmp_path):
    """A database that was made, migrated and closed."""
    path = tmp_path / "vault.db"
    connection = engine.create_database(path, KEY)
    migrate(connection, 0)
    engine.checkpoint(connection)
    engine.close_database(connection)
    return path
