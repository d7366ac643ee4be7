"""The door for files: one that cannot be read or filed stops no other (T12, P15)."""

from pathlib import Path

import pytest
from tests.unit.exchange.world import Organisation

from nrm_desktop.app.arrived_files import ArrivalKind
from nrm_desktop.app.exchange_ports import Answering
from nrm_desktop.domain.errors import EnvironmentFault, Refused, Usage
from nrm_desktop.sync.arrivals import Door, arrivals


class Stick:
    """Files by name; an error in the place of bytes is what reading meets."""

    def __init__(self, **files: object) -> None:
        self.files = files

    def read_limited(self, path: Path, _limit: int) -> bytes:
        found = self.files[path.stem]
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture(scope="module")
def receipt() -> bytes:
    aid, lantern = Organisation.founded("aid"), Organisation.founded("lantern")
    reply = lantern.open(aid.send(lantern)[0]).reply
    return lantern.post.make_receipt(reply, Answering("accepted", "", "L-07", 1)).data


def look(tmp_path, stick, file_receipt=lambda _path: None):
    for name in stick.files:
        (tmp_path / f"{name}.nrm").touch()
    door = Door(stick, None, lambda _data: False, file_receipt)
    found, _ = arrivals(tmp_path, door, is_taking=True)
    return {one.file: one for one in found}


def test_a_file_on_a_bad_place_of_the_stick_stops_no_other(tmp_path, receipt):
    bad = EnvironmentFault("storage.medium", os_error=5)

    found = look(tmp_path, Stick(a=bad, b=receipt))

    assert (found["a.nrm"].kind, found["a.nrm"].code) == (ArrivalKind.DAMAGED, "storage.medium")
    assert found["b.nrm"].taken


@pytest.mark.parametrize(
    "error", [Usage("usage.not_found", what="referral"), Refused("policy.role")]
)
def test_a_receipt_that_nobody_here_can_file_stops_no_other(tmp_path, receipt, error):
    filed = []

    def file_receipt(path):
        filed.append(path.stem)
        if path.stem == "a":
            raise error

    found = look(tmp_path, Stick(a=receipt, b=receipt), file_receipt)

    assert filed == ["a", "b"]
    assert (found["a.nrm"].kind, found["a.nrm"].code) == (ArrivalKind.RECEIPT, error.code)
    assert [found[name].taken for name in ("a.nrm", "b.nrm")] == [False, True]


def test_a_fault_of_our_own_disk_is_told_at_once(tmp_path, receipt):
    def full(_path):
        raise EnvironmentFault("storage.full")

    with pytest.raises(EnvironmentFault):
        look(tmp_path, Stick(a=receipt), full)
