"""What kind of folder this is: things that endanger a vault and that only the system knows.

Decides nothing: it reports facts, the screens warn (T28, L18). A fact that cannot be found out is
False; the warning is help, not protection. What a system is asked is a small table of its calls
(`FolderAsks`), so that the answers of Windows can be told by a fake. Unverified on Windows,
unverified on macOS (docs/platforms.md).
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

if sys.platform == "win32":
    import winreg

from nrm_desktop.app.file_ports import FolderFacts

NETWORK_SYSTEMS = (
    "9p",
    "afs",
    "ceph",
    "cifs",
    "fuse.davfs",
    "fuse.gvfsd-fuse",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.sshfs",
    "glusterfs",
    "nfs",
    "nfs4",
    "smb3",
)
VANISHING_SYSTEMS = ("ramfs", "tmpfs")
SYNCED_NAMES = (
    "dropbox",
    "google drive",
    "icloud",
    "megasync",
    "nextcloud",
    "onedrive",
    "owncloud",
    "pcloud",
    "seafile",
    "synologydrive",
)
MOUNTS = Path("/proc/self/mountinfo")
MOUNT_POINT = 4  # place of the mount point among the fields of a line, from 0
WINDOWS_LONGEST_PATH = 260  # MAX_PATH, still in force for most programs
LONGEST_BELOW = 80  # of the names that this program makes inside a data folder
DRIVE_REMOTE = 4  # Windows SDK, fileapi.h
GUARD_KEY = (
    r"SOFTWARE\Microsoft\Windows Defender\Windows Defender Exploit Guard\Controlled Folder Access"
)
GUARD_VALUE = "EnableControlledFolderAccess"


GUARDED_NAMES: Final = frozenset(
    {"desktop", "documents", "favorites", "music", "pictures", "videos"}
)
"""Folders of a user that Windows guards once its "controlled folder access" is on."""
TEMPORARY_PROFILE: Final = "temp"
"""A user whose own profile could not be loaded works in one of this name, and loses it."""


@dataclass(frozen=True, slots=True)
class FolderAsks:
    """What a system tells of a place.

    Shape: `mounts` is the text of /proc/self/mountinfo, or empty; `is_remote` says that a drive is
    a network's; `has_guard` that only programs it knows may write into a user's own folders;
    `longest` is the longest path, 0 where none is known. Units: characters.
    """

    mounts: Callable[[], str]
    is_remote: Callable[[PurePath], bool]
    has_guard: Callable[[], bool]
    profile: Callable[[], PurePath | None]
    longest: int


def facts_of(folder: Path) -> FolderFacts:
    """Report what is known about this folder, which need not exist yet."""
    return facts_by(asks_here(), folder.absolute())


def facts_by(asks: FolderAsks, place: PurePath) -> FolderFacts:
    """Report what a system tells about an absolute place."""
    system = filesystem_of(place, asks.mounts())
    profile = asks.profile()
    in_profile = profile is not None and place.is_relative_to(profile)
    return FolderFacts(
        is_network=system in NETWORK_SYSTEMS or asks.is_remote(place),
        is_synced=is_synced(place),
        is_wiped=system in VANISHING_SYSTEMS or (in_profile and _is_temporary(profile)),
        is_path_too_long=0 < asks.longest < len(str(place)) + LONGEST_BELOW,
        is_guarded=in_profile and _is_guarded(place, profile) and asks.has_guard(),
    )


def _is_temporary(profile: PurePath | None) -> bool:
    return profile is not None and profile.name.casefold().split(".")[0] == TEMPORARY_PROFILE


def _is_guarded(place: PurePath, profile: PurePath | None) -> bool:
    below = place.relative_to(profile).parts if profile is not None else ()
    return bool(below) and below[0].casefold() in GUARDED_NAMES


def filesystem_of(place: PurePath, mounts: str) -> str:
    """Find the type of the file system that holds this place.

    Shape:  `mounts` is the text of /proc/self/mountinfo; the result is empty if it says nothing.
    Source: proc_pid_mountinfo(5): the type follows a lone hyphen.
    """
    best, found = "", ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields, kind = before.split(), after.split()
        point = fields[MOUNT_POINT].replace("\\040", " ") if len(fields) > MOUNT_POINT else ""
        if kind and point and place.is_relative_to(point) and len(point) >= len(best):
            best, found = point, kind[0]
    return found


def is_synced(place: PurePath) -> bool:
    """Say whether a part of the path is named like the folder of a service that copies files."""
    return any(part.casefold().startswith(SYNCED_NAMES) for part in place.parts)


def _mounts() -> str:
    return MOUNTS.read_text(encoding="utf-8", errors="replace") if MOUNTS.exists() else ""


def _none() -> PurePath | None:
    return None


if sys.platform == "win32":

    def _is_remote_drive(place: PurePath) -> bool:
        if place.drive.startswith("\\\\"):
            return True
        return int(ctypes.windll.kernel32.GetDriveTypeW(f"{place.drive}\\")) == DRIVE_REMOTE

    def _has_guard() -> bool:
        """Ask whether "controlled folder access" of the system's own protection is on."""
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, GUARD_KEY) as key:
                return int(winreg.QueryValueEx(key, GUARD_VALUE)[0]) == 1
        except OSError:
            return False

    def _profile() -> PurePath | None:
        told = os.environ.get("USERPROFILE", "")
        return PurePath(told) if told else None

    def asks_here() -> FolderAsks:
        """What this system is asked."""
        return FolderAsks(str, _is_remote_drive, _has_guard, _profile, WINDOWS_LONGEST_PATH)

else:

    def asks_here() -> FolderAsks:
        """What this system is asked."""
        return FolderAsks(_mounts, lambda _: False, lambda: False, _none, 0)
