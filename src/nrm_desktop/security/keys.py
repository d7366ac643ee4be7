"""Keys of identities: signers (a person on a device), devices, root keys, from their seeds.

This module decides which keys an identity has and how its id follows from them. It must not store
seeds: a signer's lies in that person's key slot, a device's in the vault database.

Source: sync.md sections 2 and 7.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.app.wire.hashes import device_id, signer_id
from nrm_desktop.app.wire.statement import SignedStatement
from nrm_desktop.domain.ids import DeviceId, SignerId, UserId
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.primitives import KemKey, PublicKey, SigningKey
from nrm_desktop.security.signing.commits import sign_header
from nrm_desktop.security.signing.cose import sign_statement
from nrm_desktop.security.suite import KEY_BYTES


class SignerKeys:
    """The keys of one person on one device, or of a root: both come from one 32-byte seed."""

    def __init__(self, seed: bytes) -> None:
        self.key = SigningKey.from_seed(seed)
        self.id: SignerId = signer_id(self.key.public.ed25519)

    @property
    def public(self) -> PublicKey:
        """What others check signatures with."""
        return self.key.public

    def sign(self, label: SignLabel, payload: bytes) -> SignedStatement:
        """Sign a statement in the own name, with all algorithms that its label asks for."""
        return sign_statement(label, self.key, self.id, payload)


@dataclass(frozen=True, slots=True)
class DeviceSeeds:
    """Three seeds of a device, 32 bytes each. Its text form shows nothing."""

    ed25519: bytes = field(repr=False)
    ml_dsa: bytes = field(repr=False)
    kem: bytes = field(repr=False)


def new_device_seeds(random: Randomness) -> DeviceSeeds:
    """Make the seeds of a new device."""
    return DeviceSeeds(random(KEY_BYTES), random(KEY_BYTES), random(KEY_BYTES))


class DeviceKeys:
    """The keys of one installation: it signs checkpoints and opens what is sealed to it."""

    def __init__(self, seeds: DeviceSeeds) -> None:
        self.key = SigningKey(seeds.ed25519, seeds.ml_dsa)
        self.kem = KemKey(seeds.kem)
        self.id: DeviceId = device_id(self.key.public.ed25519)

    @property
    def public(self) -> PublicKey:
        """What others check signatures with."""
        return self.key.public

    def sign(self, label: SignLabel, payload: bytes) -> SignedStatement:
        """Sign a statement of the machine, such as a checkpoint."""
        return sign_statement(label, self.key, self.id, payload)


class PersonSigner:
    """The Signer port: one person on this device, for as long as the vault is open."""

    def __init__(self, keys: SignerKeys, user: UserId) -> None:
        self._keys = keys
        self._user = user

    @property
    def signer(self) -> SignerId:
        """Id that goes into the header."""
        return self._keys.id

    @property
    def user(self) -> UserId:
        """The person's id."""
        return self._user

    def sign_commit(self, header: bytes) -> bytes:
        """Sign the header bytes of a commit."""
        return sign_header(self._keys.key, header)
