"""Two laptops exchange through a folder: what one wrote the other has, and nothing is lost."""

import pytest
from tests.e2e.laptops import PLACE, SALUTATION, new_record, two_laptops


@pytest.fixture
def pair(tmp_path):
    ana, boris = two_laptops(tmp_path)
    yield ana, boris
    ana.close()
    boris.close()


def test_what_ana_wrote_boris_reads_and_the_other_way_round(pair, tmp_path):
    ana, boris = pair
    stick, record = tmp_path / "stick", new_record()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")

    first = ana.sync(stick)
    second = boris.sync(stick)

    assert first.is_clean
    assert second.is_clean, second
    assert second.received.commits >= 2
    assert boris.values(case, record, PLACE) == ["port"]
    assert ana.digest == boris.digest

    boris.save(case, record, SALUTATION, "Dr")
    boris.sync(stick)
    ana.sync(stick)
    assert ana.values(case, record, SALUTATION) == ["Dr"]
    assert ana.digest == boris.digest
