"""What kind of folder this is: things that endanger a vault and that only the system knows.

Decides nothing: it reports facts, the screens warn (T28, L18). A fact that cannot be found out is
False; the warning is help, not protection.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

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


def facts_of(folder: Path) -> FolderFacts:
    """Report what is known about this folder, which need not exist yet."""
    place = folder.absolute()
    system = filesystem_of(place, _mounts())
    return FolderFacts(
        is_network=system in NETWORK_SYSTEMS or _is_remote_drive(place),
        is_synced=is_synced(place),
        is_wiped=system in VANISHING_SYSTEMS,
        is_path_too_long=os.name == "nt" and len(str(place)) > WINDOWS_LONGEST_PATH - LONGEST_BELOW,
    )


def filesystem_of(place: Path, mounts: str) -> str:
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


def is_synced(place: Path) -> bool:
    """Say whether a part of the path is named like the folder of a service that copies files."""
    return any(part.casefold().startswith(SYNCED_NAMES) for part in place.parts)


def _mounts() -> str:
    return MOUNTS.read_text(encoding="utf-8", errors="replace") if MOUNTS.exists() else ""


def _is_remote_drive(place: Path) -> bool:
    """Unverified on Windows (docs/platforms.md)."""
    if sys.platform != "win32":
        return False
    if place.drive.startswith("\\\\"):
        return True
    return int(ctypes.windll.kernel32.GetDriveTypeW(f"{place.drive}\\")) == DRIVE_REMOTE
