"""Whether this device may write in its own name: noticed at the start, kept in the database.

A vault that was restored, moved or cloned has a device id that lives elsewhere too, or did. It can
be read as before; what it writes would make two histories of one log, so nothing is signed until
`renewing` has given it a new identity. What may be put in a local setting or the audit chain goes
on: looking at a case must stay possible, and must stay noted.

A practice vault is exempt: it holds invented people, and is carried about on purpose.

Source: storage-security.md section 7; sync.md section 13.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from nrm_desktop.app.condition import Reason
from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.bootstrap.anchoring import INCARNATION, MOVED
from nrm_desktop.bootstrap.safe import device_keys
from nrm_desktop.bootstrap.session import PRACTICE_MARK, OpenSafe
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault
from nrm_desktop.domain.ids import ID_BYTES
from nrm_desktop.storage.cells import setting
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.retired import is_retired, retire
from nrm_desktop.storage.trust import SqlTrustStore
from nrm_desktop.storage.uow import transaction

NEEDED: Final = "identity.needed"
"""Finding: this device has to take a new identity before it writes."""


def with_identity(safe: OpenSafe, findings: tuple[str, ...]) -> tuple[str, ...]:
    """Draw the consequence of what the start check found, and say whether an identity is needed."""
    if MOVED in findings and not _is_practice(safe):
        end_identity(safe)
        if not (needs_identity(safe) or safe.database.condition.is_read_only):
            # It could not be noted, so nothing may be signed here before it can.
            safe.database.threads.turn_read_only(Reason.FULL)
    return (*findings, NEEDED) if needs_identity(safe) else findings


def needs_identity(safe: OpenSafe) -> bool:
    """True if nothing may be signed here under this device id."""
    return safe.database.read(lambda found: is_retired(found, safe.device.id)).result()


def must_have_identity(safe: OpenSafe) -> None:
    """Raises: IntegrityFault `integrity.identity` where the device needs a new identity."""
    if needs_identity(safe):
        raise IntegrityFault("integrity.identity")


def end_identity(safe: OpenSafe) -> None:
    """Note that this device id writes no more. A vault that is read-only writes nothing anyway."""

    def end(connection: Connection) -> None:
        with transaction(connection):
            retire(connection, safe.device.id)

    with suppress(EnvironmentFault, IntegrityFault):
        safe.database.write(end).result()


def begin_again(connection: Connection, random: Randomness) -> None:
    """Mark a restored database: another incarnation, whose device id writes no more."""
    with transaction(connection):
        trust = SqlTrustStore(connection)
        retire(connection, device_keys(trust).id)
        trust.set_secret(INCARNATION, random(ID_BYTES))


def _is_practice(safe: OpenSafe) -> bool:
    return (
        safe.shell.is_practice
        or safe.database.read(lambda found: setting(found, PRACTICE_MARK)).result() is not None
    )
