"""From levels to what the eye sees: line ends (L1) and visual order (L2)."""

from __future__ import annotations

from typing import Final

from nrm_desktop.documents.bidi.characters import ISOLATES

_SEPARATORS: Final = frozenset({"B", "S"})
_BLANKS: Final = ISOLATES | {"WS"}


def reset_line_ends(classes: list[str], levels: list[int | None], base: int) -> list[int | None]:
    """Put separators, and blanks before them or at the end of a line, at the paragraph level (L1).

    Shape: classes and levels of one line, from before any rule was applied and after all.
    """
    reset = list(levels)
    at_end = True
    for at in range(len(reset) - 1, -1, -1):
        if reset[at] is None:
            continue
        at_end = classes[at] in _SEPARATORS or (at_end and classes[at] in _BLANKS)
        if at_end:
            reset[at] = base
    return reset


def visual_order(levels: list[int | None]) -> list[int]:
    """Order the characters of a line from left to right (L2).

    Shape: logical indices; characters without a level are not shown and do not appear.
    """
    order = [at for at, level in enumerate(levels) if level is not None]
    shown = [level for level in levels if level is not None]
    for level in range(max(shown, default=0), 0, -1):
        at = 0
        while at < len(order):
            end = at
            while end < len(order) and shown[end] >= level:
                end += 1
            order[at:end] = reversed(order[at:end])
            shown[at:end] = reversed(shown[at:end])
            at = end + 1
    return order
