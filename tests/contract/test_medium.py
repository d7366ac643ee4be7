"""One contract for every medium: under the final name there is never wrong content (P17)."""

import hashlib
import os
import resource
import signal

import pytest
from tests.fakes.medium import FakeMedium

from nrm_desktop.domain.errors import EnvironmentFault, ProgramFault
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.sync.medium import FolderMedium

NAME = "r-7f3k.nrm"


@pytest.fixture(params=["folder", "memory"])
def medium(request):
    return FakeMedium() if request.param == "memory" else FolderMedium(SystemFiles())


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.promise("P17")
def test_a_prepared_file_has_no_name_before_it_is_published(medium, tmp_path):
    prepared = medium.prepare(str(tmp_path), NAME, b"sealed")
    assert NAME not in names(tmp_path)

    path = prepared.publish()

    assert path.endswith(NAME)


@pytest.mark.promise("P17")
def test_a_discarded_file_leaves_nothing_behind_before_and_after_publishing(medium, tmp_path):
    medium.prepare(str(tmp_path), NAME, b"one").discard()
    published = medium.prepare(str(tmp_path), NAME, b"two")
    published.publish()
    published.discard()

    assert names(tmp_path) == []
    assert getattr(medium, "files", {}) == {}


@pytest.mark.promise("P17")
def test_an_existing_file_is_never_replaced(medium, tmp_path):
    medium.prepare(str(tmp_path), NAME, b"one").publish()

    with pytest.raises(EnvironmentFault) as refused:
        medium.prepare(str(tmp_path), NAME, b"two").publish()

    assert refused.value.code == "storage.exists"
    assert names(tmp_path) in ([NAME], [])


@pytest.mark.threat("T14")
@pytest.mark.parametrize("name", ["Ana Petrova.pdf", "../r.nrm", "a" * 49, "", ".hidden"])
def test_a_name_that_tells_something_or_leads_elsewhere_is_a_defect(tmp_path, name):
    with pytest.raises(ProgramFault):
        FolderMedium(SystemFiles()).prepare(str(tmp_path), name, b"")


@pytest.mark.parametrize("fault", ["storage.full", "storage.read_only", "storage.medium"])
def test_a_failing_medium_says_what_is_wrong_and_keeps_nothing(fault):
    medium = FakeMedium(fault)

    with pytest.raises(EnvironmentFault) as refused:
        medium.prepare("stick", NAME, b"sealed")

    assert refused.value.code == fault
    assert (medium.files, medium.parts) == ({}, 0)


@pytest.mark.fault
def test_a_full_medium_is_said_to_be_full_and_nothing_stays_there(tmp_path):
    """The limit stands for a full stick; it holds in this process while the file is written."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(EnvironmentFault) as refused:
            FolderMedium(SystemFiles()).prepare(str(tmp_path), NAME, os.urandom(5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)

    assert refused.value.code == "storage.full"
    assert names(tmp_path) == []


@pytest.mark.fault
def test_a_stick_that_was_pulled_out_is_missing(tmp_path):
    with pytest.raises(EnvironmentFault) as refused:
        FolderMedium(SystemFiles()).prepare(str(tmp_path / "gone"), NAME, b"sealed")

    assert refused.value.code == "storage.missing"


def test_a_medium_says_whether_it_holds_a_file(medium, tmp_path):
    medium.prepare(str(tmp_path), NAME, b"sealed").publish()
    digest = hashlib.sha256(b"sealed").hexdigest()

    assert medium.holds(str(tmp_path), NAME, digest) is True
    assert medium.holds(str(tmp_path), NAME, digest[::-1]) is False
    assert medium.holds(str(tmp_path), "r-other.nrm", digest) is False


def test_of_a_stick_that_was_taken_away_nobody_can_tell(tmp_path):
    assert FolderMedium(SystemFiles()).holds(str(tmp_path / "gone"), NAME, "00") is None
