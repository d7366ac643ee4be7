"""The folder of boxes: neutral names, a flood limit, and nothing else of it is touched (P27)."""

import os

import pytest

from nrm_desktop.app.wire.limits import BOX_FILE_BYTES, BOXES_BYTES, BOXES_WAITING
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, Refused
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.storage.box_folder import BoxFolder


@pytest.fixture
def boxes(tmp_path):
    return BoxFolder(SystemFiles(), tmp_path)


def fill(tmp_path, count, size=1):
    folder = tmp_path / "boxes"
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"{number:016x}.nrm").write_bytes(bytes(size))


def test_a_box_is_kept_under_a_name_that_says_nothing(boxes, tmp_path):
    name = boxes.put(b"sealed", os.urandom)

    assert boxes.names() == (name,)
    assert boxes.read(name) == b"sealed"
    assert len(name) == 20
    assert name.endswith(".nrm")
    assert (tmp_path / "boxes").stat().st_mode & 0o077 == 0


@pytest.mark.threat("T27")
@pytest.mark.promise("P27")
def test_the_flood_limit_in_number_stops_at_the_limit_and_keeps_what_waits(boxes, tmp_path):
    fill(tmp_path, BOXES_WAITING - 1)
    boxes.put(b"the last one", os.urandom)

    with pytest.raises(Refused, match="boxes_full"):
        boxes.put(b"one too many", os.urandom)

    assert boxes.waiting().boxes == BOXES_WAITING


@pytest.mark.threat("T27")
def test_the_flood_limit_in_bytes_stops_before_the_limit(boxes, tmp_path):
    fill(tmp_path, BOXES_BYTES // BOX_FILE_BYTES, BOX_FILE_BYTES)

    with pytest.raises(Refused, match="boxes_full"):
        boxes.put(b"x", os.urandom)

    assert boxes.waiting().bytes <= BOXES_BYTES


def test_a_box_past_its_own_limit_is_refused_in_and_out(boxes, tmp_path):
    with pytest.raises(Refused):
        boxes.put(bytes(BOX_FILE_BYTES + 1), os.urandom)
    fill(tmp_path, 1, BOX_FILE_BYTES + 1)
    with pytest.raises(HostileInput):
        boxes.read("0" * 16 + ".nrm")


@pytest.mark.parametrize(
    "name", ["../vault.db", "vault.db", "", "/etc/passwd", "0" * 16 + ".nrm/.."]
)
def test_no_other_file_is_ever_read_or_removed(boxes, tmp_path, name):
    (tmp_path / "vault.db").write_bytes(b"kept")
    fill(tmp_path, 1)

    with pytest.raises(EnvironmentFault):
        boxes.read(name)
    boxes.remove(name)

    assert (tmp_path / "vault.db").read_bytes() == b"kept"
    assert boxes.waiting().boxes == 1


def test_links_and_strange_names_are_no_boxes(boxes, tmp_path):
    fill(tmp_path, 1)
    (tmp_path / "boxes" / "notes.txt").write_text("x")
    (tmp_path / "boxes" / ("f" * 16 + ".nrm")).symlink_to(tmp_path / "elsewhere")

    assert boxes.names() == ("0" * 16 + ".nrm",)
