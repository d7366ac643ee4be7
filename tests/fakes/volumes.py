"""Sticks that a test plugs in and takes out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from nrm_desktop.app.sticks import Volume
from nrm_desktop.domain.errors import EnvironmentFault


@dataclass
class FakeVolumes:
    """Fulfils the Volumes port."""

    plugged: list[Volume] = field(default_factory=list)
    is_forbidden: bool = False
    held: set[Path] = field(default_factory=set)

    def plug_in(self, path: Path, **facts: object) -> Volume:
        volume = replace(Volume(path, f"/dev/{path.name}", 1 << 30), **facts)
        self.plugged.append(volume)
        return volume

    def mounted(self):
        return tuple(sorted(self.plugged, key=lambda each: each.path))

    def are_forbidden(self) -> bool:
        return self.is_forbidden

    def eject(self, volume: Volume) -> None:
        if volume.path in self.held:
            raise EnvironmentFault("stick.in_use")
        self.plugged = [each for each in self.plugged if each.path != volume.path]
