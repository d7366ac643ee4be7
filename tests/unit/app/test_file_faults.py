"""An error of the file system has one code, whoever meets it, and names no file."""

import errno

import pytest

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.domain.errors import EnvironmentFault


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "storage.full"),
        (errno.EDQUOT, "storage.full"),
        (errno.EROFS, "storage.read_only"),
        (errno.EACCES, "storage.read_only"),
        (errno.EPERM, "storage.read_only"),
        (errno.EEXIST, "storage.exists"),
        (errno.ENOENT, "store.missing"),
        (errno.EIO, "storage.medium"),
    ],
    ids=errno.errorcode.get,
)
def test_what_the_system_says_becomes_what_a_person_can_do_about(number, code):
    with pytest.raises(EnvironmentFault) as raised, told_as_faults(missing="store.missing"):
        raise OSError(number, "what it says", "a name that tells")

    assert raised.value.code == code
    assert raised.value.params == {"errno": number}
