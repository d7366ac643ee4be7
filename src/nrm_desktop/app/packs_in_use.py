"""Which form packs a laptop works with, and where each came from: what `pack list` shows.

Only data stands here. Which pack is used is decided by `bootstrap.active_packs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.parse import PackFiles
from nrm_desktop.domain.ids import SignerId

NOT_USED = "packs.not_used"
"""Finding: a pack that was taken in is not used; the row of the pack says why."""


class PackState(StrEnum):
    """What becomes of a pack here."""

    IN_USE = "in_use"
    SUPERSEDED = "superseded"
    """The program brings a version that is as new."""
    NOT_CHOSEN = "not_chosen"
    """A country pack that this laptop does not work with."""
    REFUSED = "refused"
    """It no longer verifies, or does not pass the checks of this program."""


@dataclass(frozen=True, slots=True)
class PackRow:
    """One pack. Shape: `signer` is None for a pack that came with the program; so are the times.

    Units: wall clock in milliseconds; `made_ms` by the clock of the signer. `code` says why a pack
    is refused.
    """

    pack: str
    version: str
    state: PackState
    signer: SignerId | None = None
    made_ms: int = 0
    taken_ms: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class PacksInUse:
    """The forms that a laptop works with, and a row for each pack that is here.

    Shape: `files` are the packs in use by id, base first; empty where all came with the program;
    `taken` are SHA-256 of the signed packs that lay in the vault when this was chosen.
    """

    forms: FormSet = field(repr=False)
    rows: tuple[PackRow, ...] = ()
    files: Mapping[str, PackFiles] = field(default_factory=dict, repr=False)
    taken: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def findings(self) -> tuple[str, ...]:
        """What is to be told at the start."""
        return (NOT_USED,) if any(row.state is PackState.REFUSED for row in self.rows) else ()
