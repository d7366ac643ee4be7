"""Fills resources/fonts from the Debian package fonts-noto-core, or compares it.

    python tools/fetch_fonts.py [--check] [FOLDER]

FOLDER holds the TTF files; without it, the folder of the Debian package is read. Copies the six
shipped faces and writes MANIFEST.toml. With --check nothing is written: exit 1 if a shipped file
differs from the manifest, or from FOLDER where that is there.
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from pathlib import Path
from typing import Final

import uharfbuzz as hb

DEFAULT_FOLDER: Final = Path("/usr/share/fonts/truetype/noto")
SHIPPED: Final = Path(__file__).parents[1] / "resources/fonts"
FAMILIES: Final = ("Noto Sans", "Noto Sans Arabic", "Noto Sans Ethiopic")
STYLES: Final = ("Regular", "Bold")
COPYRIGHT_NAME: Final = 0
VERSION_NAME: Final = 5
HEAD: Final = """\
# Made by tools/fetch_fonts.py: do not edit. The order is that of the fallback chain.
source = "Debian package fonts-noto-core 20201225-1"
licence = "OFL-1.1"
licence_file = "OFL.txt"
"""
ENTRY: Final = """
[[font]]
family = "{family}"
style = "{style}"
file = "{file}"
version = "{version}"
copyright = "{copyright}"
sha256 = "{sha256}"
"""


def main(arguments: list[str]) -> int:
    """Copy or compare; the exit code says whether all is as it should be."""
    folders = [Path(argument) for argument in arguments if argument != "--check"]
    folder = folders[0] if folders else DEFAULT_FOLDER
    if "--check" in arguments:
        problems = differences(folder)
        print("\n".join(problems) or "fonts are those of the manifest")
        return 1 if problems else 0
    files = {name: (folder / name).read_bytes() for name in file_names()}
    for name, data in files.items():
        (SHIPPED / name).write_bytes(data)
    (SHIPPED / "MANIFEST.toml").write_text(manifest(files), encoding="utf-8")
    return 0


def file_names() -> list[str]:
    """List the shipped files, by family and style."""
    return [file_name(family, style) for family in FAMILIES for style in STYLES]


def file_name(family: str, style: str) -> str:
    """Name the file of a face as Noto does."""
    return f"{family.replace(' ', '')}-{style}.ttf"


def manifest(files: dict[str, bytes]) -> str:
    """Write down what each file is; version and copyright stand in the font itself."""
    entries = []
    for family in FAMILIES:
        for style in STYLES:
            name = file_name(family, style)
            face = hb.Face(hb.Blob(files[name]))
            entry = ENTRY.format(
                family=family,
                style=style,
                file=name,
                version=face.get_name(VERSION_NAME).split(";")[0].removeprefix("Version "),
                copyright=face.get_name(COPYRIGHT_NAME),
                sha256=hashlib.sha256(files[name]).hexdigest(),
            )
            entries.append(entry)
    return HEAD + "".join(entries)


def differences(folder: Path) -> list[str]:
    """Compare the shipped files with the manifest, and with their source where it is there."""
    problems = []
    for font in tomllib.loads((SHIPPED / "MANIFEST.toml").read_text(encoding="utf-8"))["font"]:
        name = font["file"]
        data = (SHIPPED / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != font["sha256"]:
            problems.append(f"{name}: not the file of the manifest")
        source = folder / name
        if source.exists() and source.read_bytes() != data:
            problems.append(f"{name}: differs from {source}")
    return problems


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
