import pytest
from tests.contract.readers import lens
from tests.contract.vaults import MemoryVault, RealVault
from tests.fakes.reader import FakeReader

from nrm_desktop.storage.reader import SqlReader


@pytest.fixture(params=["memory", "sqlcipher"])
def new_vault(request, tmp_path):
    """Make a vault; the same tests run on the fake and on the real one."""
    made = []

    def make():
        number = len(made)
        vault = MemoryVault() if request.param == "memory" else RealVault(tmp_path / f"{number}.db")
        made.append(vault)
        return vault

    yield make
    for vault in made:
        vault.close()


@pytest.fixture
def vault(new_vault):
    return new_vault()


@pytest.fixture
def read():
    """Give the reader that belongs to a vault."""

    def make(vault):
        if isinstance(vault, MemoryVault):
            return FakeReader(vault, lens())
        return SqlReader(vault.connection, lens())

    return make
