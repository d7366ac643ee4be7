import pytest
from tests.contract.readers import lens
from tests.contract.vaults import MemoryVault, RealVault
from tests.fakes.reader import FakeReader

from nrm_desktop.storage.reader import SqlReader
from nrm_desktop.storage.search.filling import fill_some, prepare
from nrm_desktop.storage.search.index import searched_fields
from nrm_desktop.storage.uow import transaction


def make_searchable(connection):
    """Index what the fields of the lens are, as unlocking does."""
    with transaction(connection):
        is_left = prepare(connection, searched_fields(lens().forms))
        while is_left:
            is_left = fill_some(connection, batch=2)


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
        make_searchable(vault.connection)
        return SqlReader(vault.connection, lens())

    return make
