"""Results of randomised algorithms, kept so that vectors come out the same again.

ML-DSA signatures and HPKE boxes differ at every call. What was made once for the same inputs is
taken from the file; anything else is made and added.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from nrm_desktop.security.labels import BoxLabel
from nrm_desktop.security.primitives import KemKey, KemPublic, SigningKey


class Kept:
    """The file of kept results. `used` is what this run asked for; only that is written."""

    def __init__(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8") if path.exists() else "{}"
        self._known: dict[str, str] = json.loads(text)
        self.used: dict[str, str] = {}

    def get(self, inputs: bytes, make: Callable[[], bytes]) -> bytes:
        """The result for these inputs, made only if it is not there."""
        name = sha256(inputs).hexdigest()
        if name not in self.used:
            self.used[name] = self._known.get(name) or make().hex()
        return bytes.fromhex(self.used[name])

    def text(self) -> str:
        """The content of the file after this run."""
        return json.dumps(dict(sorted(self.used.items())), indent=1) + "\n"


class KeptSigner(SigningKey):
    """A signing key whose ML-DSA signatures are kept."""

    def __init__(self, ed25519_seed: bytes, ml_dsa_seed: bytes, kept: Kept) -> None:
        super().__init__(ed25519_seed, ml_dsa_seed)
        self._kept = kept

    def sign_ml_dsa(self, message: bytes) -> bytes:
        """Sign, or give the signature made before."""
        inputs = b"ml-dsa" + self.public.ml_dsa + message
        return self._kept.get(inputs, lambda: SigningKey.sign_ml_dsa(self, message))


class KeptKem(KemPublic):
    """A KEM key whose boxes are kept."""

    def __init__(self, key: KemKey, kept: Kept) -> None:
        super().__init__(key.public.raw)
        object.__setattr__(self, "_kept", kept)

    def seal(self, label: BoxLabel, context: bytes, plain: bytes) -> bytes:
        """Seal, or give the box made before."""
        inputs = b"hpke" + self.raw + label.value + context + b"\x00" + plain
        return self._kept.get(inputs, lambda: KemPublic.seal(self, label, context, plain))  # type: ignore[attr-defined]  # set above
