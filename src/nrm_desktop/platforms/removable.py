"""The removable volumes of this computer: listed, measured, let go of. Fulfils the Volumes port.

This module decides what counts as removable and how a system lets go of it. It never formats,
mounts or unlocks anything, and writes nothing to a volume. What differs between systems is a small
class each, over calls that tests hand in.

- Linux: the mount table, and what the kernel says of the disk (`removable`, or on the USB bus). It
  is let go of by `udisksctl`, which asks the desktop's own service; without it by `umount`.
- Windows: drive letters of removable drives; locked, dismounted and ejected.
- macOS: what lies under /Volumes; `diskutil eject`.

Unverified on Windows, unverified on macOS (docs/platforms.md).

Source: storage-security.md section 17.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

from nrm_desktop.app.sticks import Volume, Volumes
from nrm_desktop.domain.errors import EnvironmentFault

if sys.platform == "win32":
    import ctypes
    import winreg

Run = Callable[[Sequence[str]], int | None]
"""Runs a program of the system; its exit code, or None where there is no such program."""
Free = Callable[[Path], int]

_MOUNTS: Final = Path("/proc/self/mountinfo")
_SYSTEM: Final = Path("/sys")
_POINT: Final = 4  # fields of a line of mountinfo, from 0; proc_pid_mountinfo(5)
_OPTIONS: Final = 5
_SOURCE: Final = 1
_SECONDS: Final = 30
REMOVABLE: Final = 2  # DRIVE_REMOVABLE; Windows SDK, fileapi.h


class LinuxVolumes:
    """Reads the kernel's own tables."""

    def __init__(
        self,
        mounts: Path = _MOUNTS,
        system: Path = _SYSTEM,
        run: Run | None = None,
        free: Free | None = None,
    ) -> None:
        self._mounts = mounts
        self._system = system
        self._run = run or run_program
        self._free = free or free_bytes

    def mounted(self) -> Sequence[Volume]:
        """Volumes that a person can take out, by path."""
        found = {volume.path: volume for volume in self._found()}
        return tuple(found[path] for path in sorted(found))

    def are_forbidden(self) -> bool:
        """True if the kernel lets in no USB device that nobody has allowed by name."""
        rule = self._system / "module/usbcore/parameters/authorized_default"
        return _text(rule).strip() == "0"

    def eject(self, volume: Volume) -> None:
        """Unmount, which writes everything out; the port says what may be raised."""
        for command in (
            ("udisksctl", "unmount", "--no-user-interaction", "-b", volume.device),
            ("umount", str(volume.path)),
        ):
            ended = self._run(command)
            if ended == 0:
                return
            if ended is not None and self._is_mounted(volume):
                raise EnvironmentFault("stick.in_use")
        raise EnvironmentFault("stick.eject")

    def _is_mounted(self, volume: Volume) -> bool:
        return any(each.path == volume.path for each in self._found())

    def _found(self) -> Iterator[Volume]:
        for line in _text(self._mounts).splitlines():
            before, _, after = line.partition(" - ")
            fields, source = before.split(), after.split()
            if len(fields) > _OPTIONS and len(source) > _SOURCE:
                device, path = source[_SOURCE], Path(_unescaped(fields[_POINT]))
                if self._is_removable(device):
                    is_fixed = "ro" in fields[_OPTIONS].split(",")
                    is_writable = os.access(path, os.W_OK) or is_fixed
                    yield Volume(path, device, self._free(path), is_fixed, is_writable)

    def _is_removable(self, device: str) -> bool:
        """Ask for the disk of a partition: the kernel puts the partition below its disk."""
        if not device.startswith("/dev/"):
            return False
        link = self._system / "class/block" / device.removeprefix("/dev/")
        if not link.exists():
            return False
        place = link.resolve()
        flags = (_text(folder / "removable").strip() for folder in (place, place.parent))
        return "1" in flags or any(part.startswith("usb") for part in place.parts)


class MacVolumes:
    """Looks under /Volumes, where the system mounts what is plugged in."""

    def __init__(
        self, root: Path = Path("/Volumes"), run: Run | None = None, free: Free | None = None
    ) -> None:
        self._root = root
        self._run = run or run_program
        self._free = free or free_bytes

    def mounted(self) -> Sequence[Volume]:
        """Volumes that a person can take out, by path; the start disk is a link there."""
        if not self._root.is_dir():
            return ()
        paths = sorted(path for path in self._root.iterdir() if not path.is_symlink())
        return tuple(
            Volume(path, str(path), self._free(path), is_writable=os.access(path, os.W_OK))
            for path in paths
            if path.is_dir()
        )

    def are_forbidden(self) -> bool:
        """The system does not tell."""
        return False

    def eject(self, volume: Volume) -> None:
        """Let go of it; the port says what may be raised."""
        ended = self._run(("diskutil", "eject", str(volume.path)))
        if ended is None:
            raise EnvironmentFault("stick.eject")
        if ended != 0:
            raise EnvironmentFault("stick.in_use")


class Drives(Protocol):
    """What Windows is asked about drives."""

    def letters(self) -> Sequence[str]:
        """Drive letters in use."""

    def kind(self, letter: str) -> int:
        """GetDriveTypeW."""

    def is_read_only(self, letter: str) -> bool:
        """FILE_READ_ONLY_VOLUME of GetVolumeInformationW."""

    def eject(self, letter: str) -> bool:
        """Lock, dismount and eject; False while a program holds the volume."""

    def usb_storage_start(self) -> int:
        """Start of the USBSTOR service: 4 means switched off."""


class WindowsVolumes:
    """Asks for drive letters."""

    _SWITCHED_OFF: Final = 4

    def __init__(self, drives: Drives, free: Free | None = None) -> None:
        self._drives = drives
        self._free = free or free_bytes

    def mounted(self) -> Sequence[Volume]:
        """Volumes that a person can take out, by letter."""
        return tuple(
            Volume(
                Path(f"{letter}:\\"),
                letter,
                self._free(Path(f"{letter}:\\")),
                is_read_only=self._drives.is_read_only(letter),
            )
            for letter in sorted(self._drives.letters())
            if self._drives.kind(letter) == REMOVABLE
        )

    def are_forbidden(self) -> bool:
        """True if the driver for USB storage is switched off."""
        return self._drives.usb_storage_start() == self._SWITCHED_OFF

    def eject(self, volume: Volume) -> None:
        """Let go of it; the port says what may be raised."""
        if not self._drives.eject(volume.device):
            raise EnvironmentFault("stick.in_use")


def run_program(command: Sequence[str]) -> int | None:
    """Run a program of the system without a shell; None where there is none or it hangs."""
    program = shutil.which(command[0])
    if program is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, its arguments as a list
            [program, *command[1:]], capture_output=True, check=False, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.returncode


def free_bytes(path: Path) -> int:
    """Room on a volume; 0 where it cannot be asked."""
    try:
        return shutil.disk_usage(path).free
    except OSError:
        return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _unescaped(text: str) -> str:
    """The kernel writes a space, a tab, a line end and a backslash as three octal digits."""
    for digits in ("040", "011", "012", "134"):
        text = text.replace(f"\\{digits}", chr(int(digits, 8)))
    return text


if sys.platform == "win32":

    class SystemDrives:
        """Drives as kernel32 tells them; unverified on Windows."""

        _READ_ONLY: Final = 0x80000
        _ACCESS: Final = 0xC0000000  # GENERIC_READ | GENERIC_WRITE
        _LOCK, _DISMOUNT, _EJECT = 0x90018, 0x90020, 0x2D4808  # FSCTL_*, IOCTL_STORAGE_EJECT_MEDIA

        def letters(self) -> Sequence[str]:
            """Drive letters in use."""
            bits = ctypes.windll.kernel32.GetLogicalDrives()
            return tuple(chr(ord("A") + n) for n in range(26) if bits >> n & 1)

        def kind(self, letter: str) -> int:
            """GetDriveTypeW."""
            return int(ctypes.windll.kernel32.GetDriveTypeW(f"{letter}:\\"))

        def is_read_only(self, letter: str) -> bool:
            """FILE_READ_ONLY_VOLUME."""
            flags = ctypes.c_uint32()
            ctypes.windll.kernel32.GetVolumeInformationW(
                f"{letter}:\\", None, 0, None, None, ctypes.byref(flags), None, 0
            )
            return bool(flags.value & self._READ_ONLY)

        def eject(self, letter: str) -> bool:
            """Lock, dismount, eject."""
            kernel = ctypes.windll.kernel32
            kernel.CreateFileW.restype = ctypes.c_void_p
            handle = kernel.CreateFileW(f"\\\\.\\{letter}:", self._ACCESS, 3, None, 3, 0, None)
            volume, given = ctypes.c_void_p(handle), ctypes.c_uint32()
            try:
                return all(
                    kernel.DeviceIoControl(
                        volume, code, None, 0, None, 0, ctypes.byref(given), None
                    )
                    for code in (self._LOCK, self._DISMOUNT, self._EJECT)
                )
            finally:
                kernel.CloseHandle(volume)

        def usb_storage_start(self) -> int:
            """Start of the USBSTOR service."""
            try:
                place = r"SYSTEM\CurrentControlSet\Services\USBSTOR"
                with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, place) as key:
                    return int(winreg.QueryValueEx(key, "Start")[0])
            except OSError:
                return 0

    def volumes_here() -> Volumes:
        """The volumes of this system."""
        return WindowsVolumes(SystemDrives())

else:

    def volumes_here() -> Volumes:
        """The volumes of this system."""
        return MacVolumes() if sys.platform == "darwin" else LinuxVolumes()
