import pytest
from tests.fakes.desk import Desk


@pytest.fixture
def desk():
    """A case manager at work, in memory."""
    return Desk()


@pytest.fixture
def shelter(desk):
    return desk.add_service("shelter")
