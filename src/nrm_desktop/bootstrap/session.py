"""What the parts of the object graph are handed once a vault is unlocked.

Only data and finished parts stand here; how they are made is `headless`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.app.context import Context
from nrm_desktop.app.packs_in_use import PacksInUse
from nrm_desktop.app.ports import TrustStore
from nrm_desktop.app.wire.checkpoint import Said
from nrm_desktop.bootstrap.careful_work import CarefulWork
from nrm_desktop.bootstrap.shell import Shell
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.security.keys import DeviceKeys, SignerKeys
from nrm_desktop.security.roster.state import Roster
from nrm_desktop.security.sealing.log_names import LogNames
from nrm_desktop.security.vault.opening import Unlocked
from nrm_desktop.storage.exchange import CheckedReadings
from nrm_desktop.storage.lock import VaultLock
from nrm_desktop.storage.vault_database import VaultDatabase

DEVICE_ED: Final = "device.ed"
DEVICE_MLDSA: Final = "device.mldsa"
DEVICE_KEM: Final = "device.kem"
PATH_KEY: Final = "path"
EXCHANGE_KEYS: Final = "exchange."
INTAKE_KEYS: Final = "intake."
ROOT_SEED: Final = "root.seed"
ROOT_SEED_OF_SLOT: Final = "root.seed."
"""With the id of a slot in hex: the seed of the root, sealed to a slot beside the founder's own."""
FORMER: Final = "organisation.former."
"""With the id of an organisation in hex that ended when this vault was taken into another one."""
SLOT_USER: Final = "slot.user."
"""With the id of a slot in hex: the user whose slot it is; the header names nobody."""
PRACTICE_MARK: Final = "practice"
"""Setting of a database that holds invented people; it is never taken away."""
FIRST: Final = "000001"
"""Number of the first exchange key and of the first intake key; six digits sort as text."""


def former_organisations(trust: TrustStore) -> frozenset[ScopeId]:
    """Organisations that this vault had before it was taken into the present one."""
    names = (name.removeprefix(FORMER) for name, _ in trust.secrets(FORMER))
    return frozenset(ScopeId(bytes.fromhex(name)) for name in names)


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """What may be said of the slot that opened the vault.

    Shape: `sign` is its word pair, such as `blue-kite`; `findings` are codes of what was noticed.
    """

    sign: str
    vault_id: bytes
    findings: tuple[str, ...] = ()
    was_unclean: bool = False


@dataclass(frozen=True, slots=True)
class OpenSafe:
    """An unlocked database, before anybody knows of an organisation. `close` ends it."""

    shell: Shell
    lock: VaultLock = field(repr=False)
    slot: SlotFacts
    database: VaultDatabase = field(repr=False)
    signer: SignerKeys = field(repr=False)
    device: DeviceKeys = field(repr=False)
    unlocked: Unlocked = field(repr=False)

    def close(self) -> None:
        """Close the connections and give the folder free; a second call does nothing.

        After an alarm the end is not called clean: the next start checks everything again.
        """
        try:
            self.database.close()
        finally:
            if self.database.condition.now.is_alarm:
                self.lock.abandon()
            else:
                self.lock.release()


@dataclass(frozen=True, slots=True)
class Session:
    """One unlocked person in one organisation: what the use cases are joined from."""

    safe: OpenSafe
    roster: Roster
    context: Context
    work: CarefulWork = field(repr=False)
    packs: PacksInUse = field(repr=False)
    names: LogNames = field(default_factory=LogNames, repr=False)
    readings: CheckedReadings = field(default_factory=CheckedReadings, repr=False)
    said: dict[bytes, Said] = field(default_factory=dict, repr=False)
    """What exchanges have recognised and read: remembered so that it is not worked out again."""

    @property
    def organisation(self) -> ScopeId:
        """The organisation's scope."""
        return self.context.organisation

    def is_erased_alone(self, name: FieldId) -> bool:
        """True if a field is a unit of erasure of its own."""
        return erased_alone(self.context.forms, name)


def erased_alone(forms: FormSet, name: FieldId) -> bool:
    """True if the packs make a field a unit of erasure of its own; unknown fields are not."""
    known = forms.find_field(name)
    return known is not None and known.erase_alone
