"""Columns of a list as data: what a row says in each, and which column gives way first.

This module decides nothing about drawing. A list never scrolls sideways: where the window is too
narrow the column with the highest `gives_way` number leaves first, and its words move into the
second line of the row (ux.md section 3).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar

from nrm_desktop.app.queries import Page
from nrm_desktop.ui.presenters.marks import PillSpec

Row = TypeVar("Row")


class CellRole(IntEnum):
    """What a table model answers beside words; numbers start at Qt's first free role."""

    PILL = 0x0100
    """PillSpec or None."""
    ROW = 0x0101
    """The row's own dataclass."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column.

    Shape: `gives_way` 0 means never; `chars` is the width it wants, in letters; the spare width
    is shared by the columns with `stretches`; `is_code` keeps the direction of Latin codes; one
    that `is_left_out_empty` is not there while no row says anything in it.
    """

    id: str
    title: str
    text: Callable[[Row], str]
    pill: Callable[[Row], PillSpec | None] | None = None
    chars: int = 12
    gives_way: int = 0
    stretches: bool = False
    is_code: bool = False
    is_left_out_empty: bool = False


LoadPage = Callable[[str | None, Callable[[Page[Row]], None]], None]
"""Asks for the page after a token, and hands it over later on the UI thread."""
