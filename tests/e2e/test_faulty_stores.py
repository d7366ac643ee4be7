"""A store that goes wrong in every way: nothing is lost, nothing false is taken, both end equal."""

from contextlib import suppress

import pytest
from tests.e2e.laptops import PLACE, SALUTATION, new_record, two_laptops
from tests.fakes.faulty_store import Fault, FaultyStore
from tests.fakes.store import FakeStore

from nrm_desktop.bootstrap.exchange import office_of
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.sync.run import exchange

LISTED = (Fault.STALE_LIST, Fault.TWICE)


@pytest.fixture
def pair(tmp_path):
    ana, boris = two_laptops(tmp_path)
    yield ana, boris
    ana.close()
    boris.close()


def run(laptop, store):
    return exchange(store, "a faulty store", office_of(laptop.vault.session)).report


@pytest.mark.fault
@pytest.mark.promise("P15")
@pytest.mark.parametrize(
    ("fault", "only"),
    [(fault, only) for fault in Fault if fault not in LISTED for only in (".nrmx", ".cp")]
    + [(fault, "") for fault in LISTED],
    ids=lambda one: one.name.lower() if isinstance(one, Fault) else one,
)
def test_whatever_goes_wrong_both_end_equal_once_it_stops(pair, fault, only):
    ana, boris = pair
    kept, record = FakeStore(), new_record()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")
    faulty = FaultyStore(kept, fault, only, times=3)

    for laptop in (ana, boris, ana, boris):
        with suppress(EnvironmentFault):
            run(laptop, faulty)
    ana.save(case, record, SALUTATION, "Dr")
    for laptop in (ana, boris, ana, boris, ana, boris):
        run(laptop, kept)

    assert faulty.shown
    assert ana.digest == boris.digest
    assert boris.values(case, record, PLACE) == ["port"]
    assert boris.values(case, record, SALUTATION) == ["Dr"]
