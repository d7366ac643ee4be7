"""Scopes and compartments: which log an operation lies in, and which key opens it.

The numbers are part of the format (sync.md section 2); the roles that may read or write a
compartment are pack data (`domain.compartments`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from nrm_desktop.domain.ids import ScopeId


class Compartment(IntEnum):
    """The ten compartments of a case and the seven of the organisation."""

    CORE = 1
    IDENTITY = 2
    LOCATION = 3
    SUPPORT = 4
    HEALTH = 5
    LEGAL = 6
    ACCOUNT = 7
    LIAISON = 8
    CHILD = 9
    RIGHTS = 10
    ORG_DIRECTORY = 65
    ORG_REGISTERS = 66
    ORG_PACKS = 67
    ORG_INBOX = 68
    ORG_RELEASES = 69
    ORG_CARDS = 70
    ORG_BREACHES = 71

    @property
    def word(self) -> str:
        """The name in packs and on the command line: `core`, `org.directory`."""
        name = self.name.lower()
        return name.replace("org_", "org.", 1) if name.startswith("org_") else name


CASE_COMPARTMENTS = tuple(c for c in Compartment if c < Compartment.ORG_DIRECTORY)
ORGANISATION_COMPARTMENTS = tuple(c for c in Compartment if c >= Compartment.ORG_DIRECTORY)
BY_WORD = {c.word: c for c in Compartment}


@dataclass(frozen=True, slots=True, order=True)
class LogKey:
    """Names a log: all commits of one device in one compartment of one scope."""

    scope: ScopeId
    compartment: int
    device: bytes
