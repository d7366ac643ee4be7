"""The kernel of Windows as far as files go, over real files, with flags and errors of its own."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass, field

FILE_NOT_FOUND, ACCESS_DENIED, SHARING_VIOLATION, ALREADY_EXISTS = 2, 5, 32, 183
SECTOR = 4096


@dataclass
class FakeKernel:
    """Fulfils `Kernel`. Shape: `held` counts how often a scanner still refuses a rename."""

    held: int = 0
    spoils: bool = False
    moves: list[int] = field(default_factory=list)
    opened: dict[int, int] = field(default_factory=dict)
    error: int = 0

    def MoveFileExW(self, part: str, final: str, flags: int) -> int:  # noqa: N802 - as in the SDK
        self.moves.append(flags)
        if self.held:
            self.held -= 1
            return self._fail(SHARING_VIOLATION)
        if os.path.lexists(final) and not flags & 1:
            return self._fail(ALREADY_EXISTS)
        os.replace(part, final)  # noqa: PTH105 - as the kernel does
        return 1

    def CreateFileW(self, name, access, share, security, how, flags, none) -> int:  # noqa: N802 - as in the SDK
        assert flags & 0x20000000, "a file is read back without buffering"
        try:
            handle = os.open(name, os.O_RDONLY)
        except FileNotFoundError:
            self._fail(FILE_NOT_FOUND)
            return -1
        self.opened[handle] = 0
        return handle

    def ReadFile(self, handle, into, wanted, given, none) -> int:  # noqa: N802 - as in the SDK
        assert wanted % SECTOR == 0
        assert ctypes.addressof(into) % SECTOR == 0, "the memory begins at a sector"
        data = os.read(handle, wanted)
        if self.spoils and data:
            data = bytes([data[0] ^ 1]) + data[1:]
        ctypes.memmove(into, data, len(data))
        given._obj.value = len(data)
        return 1

    def CloseHandle(self, handle: int) -> int:  # noqa: N802 - as in the SDK
        os.close(handle)
        del self.opened[handle]
        return 1

    def GetLastError(self) -> int:  # noqa: N802 - as in the SDK
        return self.error

    def _fail(self, code: int) -> int:
        self.error = code
        return 0
