"""Room on paper for a hand: lines to write on, boxes to tick, a day to fill in."""

from __future__ import annotations

from typing import Final

LINE: Final = "_" * 44
SHORT: Final = "_" * 20
DAY: Final = "____ / ____ / ______"
BOX: Final = "[    ]  "
