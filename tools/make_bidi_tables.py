"""Writes src/nrm_desktop/documents/bidi/tables.py from Unicode's data files.

    python tools/make_bidi_tables.py [--check] [FOLDER]

FOLDER holds BidiBrackets.txt and extracted/DerivedBidiClass.txt; without it, the folder of
Debian's package unicode-data is read. With --check nothing is written: exit 1 if it differs.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

DEFAULT_FOLDER: Final = Path("/usr/share/unicode")
MODULE: Final = Path(__file__).parents[1] / "src/nrm_desktop/documents/bidi/tables.py"
SHORT_NAMES: Final = {
    "Left_To_Right": "L",
    "Right_To_Left": "R",
    "Arabic_Letter": "AL",
    "European_Terminator": "ET",
}
HEAD: Final = '''"""Tables of Unicode {version}, made by tools/make_bidi_tables.py: do not edit.

Brackets come from BidiBrackets.txt, the classes of unassigned code points from the @missing lines
of DerivedBidiClass.txt.
"""

from __future__ import annotations

from typing import Final

BRACKET_PAIRS: Final = (
{brackets}
)
"""Opening and closing brackets by turns."""

UNASSIGNED_RANGES: Final = (
{ranges}
)
"""Where a range of code points begins, in order, and the class of what is unassigned in it."""
'''


def main(arguments: list[str]) -> int:
    """Write or compare the module; the exit code says whether it is as it should be."""
    check = "--check" in arguments
    folders = [Path(argument) for argument in arguments if argument != "--check"]
    text = module_text(folders[0] if folders else DEFAULT_FOLDER)
    if check:
        same = MODULE.read_text(encoding="utf-8") == text
        print("tables.py is current" if same else "tables.py differs from the Unicode data")
        return 0 if same else 1
    MODULE.write_text(text, encoding="utf-8")
    return 0


def module_text(folder: Path) -> str:
    """Build the text of the module."""
    derived = (folder / "extracted/DerivedBidiClass.txt").read_text(encoding="utf-8")
    version = re.search(r"DerivedBidiClass-([\d.]+)\.txt", derived)
    brackets = bracket_pairs((folder / "BidiBrackets.txt").read_text(encoding="utf-8"))
    ranges = unassigned_ranges(derived)
    return HEAD.format(
        version=version.group(1) if version else "?",
        brackets="\n".join(f'    "{line}"' for line in lines_of(brackets)),
        ranges="\n".join(f'    (0x{start:04X}, "{kind}"),' for start, kind in ranges),
    )


def bracket_pairs(text: str) -> list[tuple[int, int]]:
    """Read opener and closer of each pair."""
    found = re.findall(r"^([0-9A-F]+); ([0-9A-F]+); o", text, re.MULTILINE)
    return [(int(opener, 16), int(closer, 16)) for opener, closer in found]


def lines_of(pairs: list[tuple[int, int]]) -> list[str]:
    """Six pairs to a line, as escapes, so that no editor reorders them."""
    escapes = [f"\\u{opener:04x}\\u{closer:04x}" for opener, closer in pairs]
    return ["".join(escapes[at : at + 6]) for at in range(0, len(escapes), 6)]


def unassigned_ranges(text: str) -> list[tuple[int, str]]:
    """Flatten the @missing lines, of which a later one overrides an earlier one."""
    pattern = r"^# @missing: ([0-9A-F]+)\.\.([0-9A-F]+); (\w+)"
    ranges = [(0, "L")]
    for first, last, name in re.findall(pattern, text, re.MULTILINE):
        if name == "Left_To_Right":
            continue
        if int(first, 16) == ranges[-1][0]:
            ranges.pop()
        ranges += [(int(first, 16), SHORT_NAMES[name]), (int(last, 16) + 1, "L")]
    return ranges


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
