"""Explicit levels and directions: paragraph level (P2, P3), embeddings and isolates (X1 to X8)."""

from __future__ import annotations

from typing import Final, NamedTuple

from nrm_desktop.documents.bidi.characters import EMBEDDING_STARTS, ISOLATE_STARTS, REMOVED, STRONG

MAX_DEPTH: Final = 125
"""BD2: the deepest level that an embedding may open."""


class _Status(NamedTuple):
    """One entry of the directional status stack; `override` is L, R or empty."""

    level: int
    override: str
    is_isolate: bool


def base_level(classes: list[str]) -> int:
    """Find the level that the first strong character outside of isolates asks for (P2, P3)."""
    depth = 0
    for kind in classes:
        if kind in ISOLATE_STARTS:
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif depth == 0 and kind in STRONG:
            return int(kind != "L")
    return 0


def explicit_levels(classes: list[str], base: int) -> tuple[list[int | None], list[str]]:
    """Apply rules X1 to X8 to a paragraph.

    Shape: levels (None for what rule X9 removes) and the classes after overrides, one entry per
    character.
    """
    walk = _Walk(classes, base)
    for at, kind in enumerate(classes):
        walk.step(at, kind)
    return walk.levels, walk.classes


class _Walk:
    """The state of the X rules on their way through one paragraph."""

    def __init__(self, classes: list[str], base: int) -> None:
        self.levels: list[int | None] = [base] * len(classes)
        self.classes = list(classes)
        self._original = classes
        self._stack = [_Status(base, "", is_isolate=False)]
        self._overflow_isolates = 0
        self._overflow_embeddings = 0
        self._valid_isolates = 0

    def step(self, at: int, kind: str) -> None:
        """Take in one character."""
        if kind in REMOVED:
            self.levels[at] = None
            self._embed(kind)
        elif kind in ISOLATE_STARTS:
            self._place(at)
            self._open_isolate(at, kind)
        elif kind == "PDI":
            self._close_isolate()
            self._place(at)
        elif kind != "B":
            self._place(at)

    def _embed(self, kind: str) -> None:
        """Rules X2 to X5 and X7."""
        if kind == "PDF":
            self._close_embedding()
        elif kind in EMBEDDING_STARTS:
            is_rtl = kind[0] == "R"
            override = "" if kind[2] == "E" else kind[0]
            level = self._next_level(is_rtl=is_rtl)
            if level and not self._overflow_isolates and not self._overflow_embeddings:
                self._stack.append(_Status(level, override, is_isolate=False))
            elif not self._overflow_isolates:
                self._overflow_embeddings += 1

    def _place(self, at: int) -> None:
        """Rule X6, and the first step of X5a to X5c and the last of X6a."""
        top = self._stack[-1]
        self.levels[at] = top.level
        if top.override:
            self.classes[at] = top.override

    def _open_isolate(self, at: int, kind: str) -> None:
        """Rules X5a to X5c."""
        is_full = self._overflow_isolates or self._overflow_embeddings
        level = 0 if is_full else self._next_level(is_rtl=self._isolate_is_rtl(at, kind))
        if level:
            self._valid_isolates += 1
            self._stack.append(_Status(level, "", is_isolate=True))
        else:
            self._overflow_isolates += 1

    def _isolate_is_rtl(self, at: int, kind: str) -> bool:
        if kind != "FSI":
            return kind == "RLI"
        return bool(base_level(_until_matching_pdi(self._original, at + 1)))

    def _close_isolate(self) -> None:
        """Rule X6a."""
        if self._overflow_isolates:
            self._overflow_isolates -= 1
        elif self._valid_isolates:
            self._overflow_embeddings = 0
            while not self._stack.pop().is_isolate:
                pass
            self._valid_isolates -= 1

    def _close_embedding(self) -> None:
        """Rule X7."""
        if self._overflow_isolates:
            return
        if self._overflow_embeddings:
            self._overflow_embeddings -= 1
        elif not self._stack[-1].is_isolate and len(self._stack) > 1:
            self._stack.pop()

    def _next_level(self, *, is_rtl: bool) -> int:
        """The next deeper level of that direction; 0 if it would be too deep."""
        level = self._stack[-1].level
        deeper = (level + 1) | 1 if is_rtl else (level + 2) & ~1
        return deeper if deeper <= MAX_DEPTH else 0


def _until_matching_pdi(classes: list[str], start: int) -> list[str]:
    depth = 1
    for at in range(start, len(classes)):
        if classes[at] in ISOLATE_STARTS:
            depth += 1
        elif classes[at] == "PDI":
            depth -= 1
        if depth == 0:
            return classes[start:at]
    return classes[start:]
