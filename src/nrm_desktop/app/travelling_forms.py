"""The port of form packs in the exchange: what is passed on, and what is taken in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from nrm_desktop.domain.ids import ScopeId


class Forms(Protocol):
    """Form packs on their way to every laptop of the organisation, in one transaction."""

    def going(self) -> Sequence[bytes]:
        """Signed statements of packs that are kept here and may be passed on."""

    def ground(self) -> bytes:
        """Name what an arriving pack is judged by: the program, and the forms that are here.

        Shape: 20 bytes; the same as long as a pack that did not fit cannot fit better.
        """

    def take(self, scope: ScopeId | None, number: int, body: bytes) -> bool | None:
        """Keep a pack that is newer than what is here, if it verifies and passes all checks.

        Shape: `scope` and `number` are the place of the key that opened it. True if it is new,
        False if nothing changed, None while its signer is not known, so that it waits.
        Raises: HostileInput.
        """
