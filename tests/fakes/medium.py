"""A medium in memory, whole or pulled out or lying."""

from __future__ import annotations

import hashlib

from nrm_desktop.domain.errors import EnvironmentFault, ProgramFault


class FakeMedium:
    """The Medium port in memory. `fault` is what the next write meets."""

    def __init__(self, fault: str = "") -> None:
        self.files: dict[str, bytes] = {}
        self.parts = 0
        self.fault = fault

    def prepare(self, folder: str, name: str, data: bytes) -> FakePart:
        if name != name.lower() or "/" in name or " " in name or len(name) > 48:
            raise ProgramFault("program.fault", what="medium.name")
        if self.fault:
            raise EnvironmentFault(self.fault)
        return FakePart(self, f"{folder}/{name}", data)

    def holds(self, folder: str, name: str, sha256: str) -> bool | None:
        found = self.files.get(f"{folder}/{name}")
        return found is not None and hashlib.sha256(found).hexdigest() == sha256


class FakePart:
    def __init__(self, medium: FakeMedium, path: str, data: bytes) -> None:
        self._medium, self._path, self._data = medium, path, data
        medium.parts += 1

    def publish(self) -> str:
        if self._path in self._medium.files:
            self.discard()
            raise EnvironmentFault("storage.exists")
        self._medium.parts -= 1
        self._medium.files[self._path] = self._data
        return self._path

    def discard(self) -> None:
        if self._medium.files.get(self._path) is self._data:
            del self._medium.files[self._path]
        else:
            self._medium.parts = max(0, self._medium.parts - 1)
