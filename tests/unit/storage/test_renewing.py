"""A connection that met a damaged page is not believed a second time (P7)."""

import pytest
from tests.contract.vaults import KEY

from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.storage import engine
from nrm_desktop.storage.renewing import RenewedConnection

pytestmark = pytest.mark.promise("P7")


class Poisoned:
    """Opens connections; whatever is read by the first one after it met damage fails."""

    def __init__(self, path, key):
        self._opening = lambda: engine.open_database(path, key)
        self.opened = 0
        self.met = None

    def __call__(self):
        self.opened += 1
        return self._opening()

    def meet(self, connection):
        """Meet damage without saying so."""
        self.met = connection
        return "met"

    def read(self, connection):
        if connection is self.met:
            raise IntegrityFault("storage.damaged_page")
        return "read"


@pytest.fixture
def opening(tmp_path):
    path = tmp_path / "vault.db"
    engine.close_database(engine.create_database(path, KEY))
    return Poisoned(path, KEY)


def test_a_job_that_only_reads_is_done_again_by_a_connection_that_met_nothing(opening):
    held = RenewedConnection(opening, only_reads=True)

    held.do(opening.meet)

    assert held.do(opening.read) == "read"
    assert opening.opened == 2
    held.close()


def test_a_failure_by_a_new_connection_is_believed_at_once(opening):
    held = RenewedConnection(opening, only_reads=True)
    tried = []

    def fail(connection):
        tried.append(connection)
        raise IntegrityFault("storage.damaged_page")

    with pytest.raises(IntegrityFault):
        held.do(fail)

    assert len(tried) == 1
    held.close()


def test_a_failure_twice_is_said(opening):
    held = RenewedConnection(opening, only_reads=True)
    tried = []

    def fail(connection):
        tried.append(connection)
        raise IntegrityFault("storage.damaged_page")

    held.do(opening.meet)
    with pytest.raises(IntegrityFault):
        held.do(fail)

    assert len(tried) == 2
    held.close()


def test_a_job_that_may_write_is_never_done_twice(opening):
    held = RenewedConnection(opening)
    held.do(opening.meet)

    with pytest.raises(IntegrityFault):
        held.do(opening.read)

    assert opening.opened == 1
    held.close()
