"""Whether Caps Lock is on, asked of the system without waiting for a letter.

Linux shows the light of the key as a file, for whoever may read it; Windows has a call. Elsewhere,
and where no keyboard with such a light is known, nobody tells. Unverified on Windows: nobody has
run it there yet.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path
from typing import Final

_LIGHTS: Final = Path("/sys/class/leds")
_VK_CAPITAL: Final = 0x14  # Windows SDK, winuser.h


def caps_lock(lights: Path = _LIGHTS) -> bool | None:
    """True if Caps Lock is on; None where the system does not tell."""
    if sys.platform == "win32":
        return bool(ctypes.windll.user32.GetKeyState(_VK_CAPITAL) & 1)
    found = [_is_lit(light) for light in sorted(lights.glob("*capslock"))]
    told = [is_on for is_on in found if is_on is not None]
    return any(told) if told else None


def _is_lit(light: Path) -> bool | None:
    try:
        return int((light / "brightness").read_text(encoding="ascii").strip() or 0) > 0
    except (OSError, ValueError):
        return None
