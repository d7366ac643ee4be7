"""A person who signs, with real keys from a fixed seed, and what a device needs beside it."""

from collections.abc import Callable
from hashlib import sha256

from nrm_desktop.app.wire.commit import CommitHeader, ReceivedCommit
from nrm_desktop.app.wire.hashes import device_id, signer_id
from nrm_desktop.domain.ids import DeviceId, SignerId, UserId
from nrm_desktop.security.primitives import SigningKey
from nrm_desktop.security.signing.commits import (
    CommitTrust,
    Coverage,
    Place,
    sign_header,
    verify_commit,
)


class FakeSigner:
    """Signs like a person at this laptop. The signatures are real, the seed is not secret."""

    def __init__(self, name: str = "P-01") -> None:
        self.key = SigningKey.from_seed(sha256(name.encode()).digest())
        self.signatures = 0
        self._user = UserId(sha256(b"user" + name.encode()).digest()[:16])
        self._id = signer_id(self.key.public.ed25519)

    @property
    def signer(self) -> SignerId:
        return self._id

    @property
    def user(self) -> UserId:
        return self._user

    def sign_commit(self, header: bytes) -> bytes:
        self.signatures += 1
        return sign_header(self.key, header)


def fake_device(name: str) -> DeviceId:
    return device_id(sha256(name.encode()).digest())


def counting_random(seed: str = "") -> Callable[[int], bytes]:
    """Bytes that look random, never repeat and are the same in every run."""
    state = [0]

    def give(size: int) -> bytes:
        state[0] += 1
        data = b""
        while len(data) < size:
            data += sha256(f"{seed}.{state[0]}.{len(data)}".encode()).digest()
        return data[:size]

    return give


def verified(received: ReceivedCommit, *signers: FakeSigner):
    """Let the real Verifier make the proof that storage asks for."""
    keys = {each.signer: each.key.public for each in signers}

    def covers(header: CommitHeader) -> Coverage:
        return Coverage.COVERED

    place = Place(received.header.scope, received.header.compartment)
    return verify_commit(received, place, CommitTrust(keys.get, covers))
