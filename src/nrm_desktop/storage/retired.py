"""Devices that write no more: a restored, moved or cloned vault must not go on in an old name.

This module decides how it is kept that a device id has come to its end in this database. Two
installations with one device id would write two histories of one log; so whoever notices it notes
the id here, every unit of work asks, and only a new device id writes on (sync.md section 13).

The note is never taken away: a device that was ended does not come back.
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.domain.ids import DeviceId
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.trust import SqlTrustStore

_NAME: Final = "retired."
_YES: Final = b"\x01"


def retired_name(device: DeviceId) -> str:
    """Under which name it is kept."""
    return f"{_NAME}{device.hex()}"


def retire(connection: Connection, device: DeviceId) -> None:
    """Let a device write no more; in the open transaction."""
    SqlTrustStore(connection).set_secret(retired_name(device), _YES)


def is_retired(connection: Connection, device: DeviceId) -> bool:
    """True if this device must not write any more."""
    return SqlTrustStore(connection).secret(retired_name(device)) is not None


def must_not_be_retired(connection: Connection, device: DeviceId) -> None:
    """Raises: IntegrityFault `integrity.identity` where the device needs a new identity."""
    if is_retired(connection, device):
        raise IntegrityFault("integrity.identity")
