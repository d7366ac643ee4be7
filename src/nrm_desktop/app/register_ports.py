"""Port for reading the registers of the organisation: what is known at every post, of no case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from nrm_desktop.app.queries import DirectoryRow, RegisterView
from nrm_desktop.app.sight import Sight


class RegisterReads(Protocol):
    """Read models of the organisation."""

    def directory(self, kind: str = "") -> Sequence[DirectoryRow]:
        """Services and contacts of the organisation."""

    def register(self, form: str, sight: Sight) -> RegisterView:
        """All entries of a form of the organisation: interpreters, the duty sheet, sticks."""
