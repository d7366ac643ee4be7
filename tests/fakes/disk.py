"""A disk whose room and dangers a test decides; the files on it are real."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from nrm_desktop.app.file_ports import FolderFacts
from nrm_desktop.platforms.files import SystemFiles


@dataclass
class ToldDisk(SystemFiles):
    """The Files port, with facts that are told and not found out."""

    free: int = 1 << 40
    facts: FolderFacts = field(default_factory=FolderFacts)

    def __post_init__(self) -> None:
        super().__init__()

    def free_bytes(self, folder: Path) -> int:
        return self.free

    def folder_facts(self, folder: Path) -> FolderFacts:
        return self.facts
