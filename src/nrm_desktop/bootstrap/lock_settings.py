"""When this laptop locks by itself: kept outside the safe, so it holds before anybody unlocks.

What is missing or wrong has its default, which is the safe one. Nothing here can keep a window
open: the longest time is 30 minutes, and what always locks has no switch.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from nrm_desktop.ui.presenters.lock_reason import (
    LONGEST_IDLE_MIN,
    SHORTEST_IDLE_MIN,
    SWITCHABLE,
    USUAL_IDLE_MIN,
    LockReason,
    LockSettings,
)

NAME: Final = "locking.json"


def read_lock_settings(folder: Path) -> LockSettings:
    """Read the settings of a data folder."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return LockSettings()
    if not isinstance(found, dict):
        return LockSettings()
    minutes, off = found.get("idle_min"), found.get("off")
    is_sane = (
        isinstance(minutes, int)
        and not isinstance(minutes, bool)
        and SHORTEST_IDLE_MIN <= minutes <= LONGEST_IDLE_MIN
    )
    named = {str(one) for one in off} if isinstance(off, list) else set()
    return LockSettings(
        minutes if is_sane and isinstance(minutes, int) else USUAL_IDLE_MIN,
        frozenset(LockReason(one) for one in SWITCHABLE if one.value in named),
        travels=found.get("travels") is True,
        lid_ends=found.get("lid_ends") is True,
    )


def write_lock_settings(folder: Path, settings: LockSettings) -> None:
    """Keep the settings; a folder that does not exist or cannot be written keeps none."""
    if not folder.is_dir():
        return
    kept = {
        "idle_min": settings.idle_min,
        "off": sorted(one.value for one in settings.off),
        "travels": settings.travels,
        "lid_ends": settings.lid_ends,
    }
    try:
        (folder / NAME).write_text(json.dumps(kept), encoding="utf-8")
    except OSError:
        return
