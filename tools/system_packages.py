"""Which system libraries the program and its tests need, and how they are installed.

Decides only the list and the command. It asks `dpkg` what is there, runs `apt-get` where it may
(root on Debian or Ubuntu) and otherwise says the exact command; it never stops the set-up.
Standard library only, because it runs before anything is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

OFFSCREEN = (
    "libgl1",
    "libegl1",
    "libxkbcommon0",
    "libglib2.0-0|libglib2.0-0t64",  # renamed in Debian 13 and Ubuntu 24.04
    "libfontconfig1",
    "libdbus-1-3",
)
ON_SCREEN = (
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxkbcommon-x11-0",
    "libwayland-cursor0",
)
FOR_TESTS = (
    "dbus",
    "dosfstools",
    "faketime",
    "git",
    "make",
    "mtools",
    "poppler-utils",
    "strace",
    "unicode-data",
)


def wanted(kind: str) -> list[str]:
    """List the packages for `run` or `test`; alternatives of one package are joined by `|`."""
    names = list(OFFSCREEN)
    if not has_ensurepip():
        names.append(f"python3.{sys.version_info.minor}-venv|python3-venv")
    if kind == "run" and has_display():
        names.extend(ON_SCREEN)
    if kind == "test":
        names.extend(FOR_TESTS)
    return names


def has_display() -> bool:
    """Say whether a window can be shown; Windows and macOS always have a screen."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def has_ensurepip() -> bool:
    """Say whether this Python can make a virtual environment with pip in it."""
    probe = "import ensurepip, sys; sys.exit(not ensurepip.version())"
    return (
        subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False).returncode
        == 0
    )


def install_missing(kind: str) -> str:
    """Install what is missing, or print the command for it; say in a few words what was done."""
    if not sys.platform.startswith("linux"):
        return "no system packages needed"
    if shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        return "system packages not checked (no apt; the list is in tools/system_packages.py)"
    missing = [name for name in wanted(kind) if not _is_installed(name)]
    if not missing:
        return "system packages present"
    if os.geteuid() != 0:
        names = " ".join(name.partition("|")[0] for name in missing)
        print(f"Missing system packages. Please run:\n\n    sudo apt-get install {names}\n")
        return f"{len(missing)} system packages missing"
    return _install(missing)


def _is_installed(name: str) -> bool:
    asked = ["dpkg-query", "--show", "--showformat=${db:Status-Status}\n", *name.split("|")]
    found = subprocess.run(asked, capture_output=True, text=True, check=False)
    return "installed" in found.stdout.split()


def _install(missing: list[str]) -> str:
    print(f"Installing {len(missing)} system packages", flush=True)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
    if _succeeds(["apt-get", "update", "-qq"]) and _succeeds([*command, *map(_pick, missing)]):
        return f"{len(missing)} system packages installed"
    print("The system packages could not be installed (no network?); going on without them.")
    return f"{len(missing)} system packages missing"


def _succeeds(command: list[str]) -> bool:
    """Run an apt command that asks no questions; only its errors are shown."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    nothing = subprocess.DEVNULL
    done = subprocess.run(command, check=False, env=environment, stdin=nothing, stdout=nothing)
    return done.returncode == 0


def _pick(name: str) -> str:
    """Choose the alternative that this release offers."""
    for candidate in name.split("|"):
        shown = subprocess.run(
            ["apt-cache", "show", "--no-all-versions", candidate],
            capture_output=True,
            text=True,
            check=False,
        )
        if shown.returncode == 0 and shown.stdout.startswith("Package:"):
            return candidate
    return name.partition("|")[0]
